"""One line in the audit log, inside the transaction of the act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campana.accounts.actors import Actor
from campana.accounts.models import AuditEntry
from campana.kernel.clock import Instant


def record_audit(
    *,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: object,
    now: Instant,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Say who did ``action`` (``campaign.approve``) to which object, with what changed. No secrets in it."""
    AuditEntry.objects.create(
        organisation=actor.organisation,
        at=now,
        user=actor.user,
        api_key=actor.api_key,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        before=before,
        after=after,
        address=actor.address,
    )

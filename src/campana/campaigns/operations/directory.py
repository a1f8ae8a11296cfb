"""The directory contact an item of the API means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campana.accounts.actors import Actor
from campana.campaigns.validation import read
from campana.crm.models import Contact
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound


class NoContactGiven(Invalid):
    code = "no_contact_given"
    detail = "Give contact_id, or at least one number in phones."


def contact_of(item: Mapping[str, Any], *, actor: Actor, now: Instant) -> int:
    """Id of the contact meant by ``contact_id``, or found or made from ``phones``. Raises Refused."""
    if item.get("contact_id") is not None:
        pk = read.whole(1, 2**63 - 1)("contact_id", item["contact_id"])
        if not Contact.objects.filter(pk=pk, organisation=actor.organisation, deleted_at__isnull=True).exists():
            raise NotFound(field="contact_id", kind="contact")
        return int(pk)
    raise NoContactGiven(field="phones")

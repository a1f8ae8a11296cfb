"""Giving up a file that is being made; what was written of it is thrown away."""

from __future__ import annotations

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound, Refused
from campana.reporting.models import Export
from campana.reporting.queries import exports


class ExportOver(Refused):
    code = "export_over"
    detail = "The export is over already."


@transaction.atomic
def cancel_export(*, actor: Actor, export_id: int, now: Instant) -> Export:
    """Cancelling twice is fine. Raises NotFound, ExportOver."""
    actor.require(permissions.CAMPAIGNS_EXPORT)
    export = Export.objects.select_for_update().filter(pk__in=exports(actor).values("pk"), pk=export_id).first()
    if export is None:
        raise NotFound(kind="export")
    if export.state == Export.State.CANCELLED:
        return export
    if not export.live:
        raise ExportOver
    export.state, export.finished_at = Export.State.CANCELLED, now
    export.save(update_fields=["state", "finished_at"])
    record_audit(actor=actor, action="export.cancel", object_type="export", object_id=export.pk, now=now)
    return export

"""Handing a finished file out: every download is a line in the audit log."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused
from campana.reporting.models import Export
from campana.reporting.queries import export_of


class ExportGone(Refused):
    code = "export_gone"
    status = 410
    detail = "The file is not there: it is not finished, or its time is over. Ask for it again."


def fetch_export(*, actor: Actor, export_id: int, now: Instant) -> tuple[Export, Path]:
    """Raises NotFound, ExportGone."""
    actor.require(permissions.CAMPAIGNS_EXPORT)
    export = export_of(actor, export_id)
    path = path_of(export)
    over = export.expires_at is None or export.expires_at <= now
    if export.state != Export.State.FINISHED or over or not path.exists():
        raise ExportGone
    record_audit(actor=actor, action="export.download", object_type="export", object_id=export.pk, now=now)
    return export, path


def path_of(export: Export) -> Path:
    return Path(settings.MEDIA_ROOT, "exports", str(export.organisation_id), f"{export.pk}.{export.format}")

"""Reading the audit log (CRM-801)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.db.models import Q, QuerySet

from campana.accounts.models import AuditEntry
from campana.kernel.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Blank fields do not filter. Days are days of the reader's time zone, both included."""

    user_id: int | None = None
    kind: str = ""
    """What the action is about: the part before the dot."""
    object_type: str = ""
    object_id: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    at: Instant
    pk: int

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """From ``written``; None for anything else."""
        stamp, _, pk = text.partition("_")
        try:
            return cls(datetime.fromisoformat(stamp), int(pk)) if stamp.endswith("+00:00") else None
        except (ValueError, OverflowError):
            return None

    @property
    def written(self) -> str:
        return f"{self.at.isoformat()}_{self.pk}"


def audit_page(
    organisation_id: int, chosen: AuditFilter, *, zone: tzinfo, before: Cursor | None, size: int
) -> tuple[list[AuditEntry], Cursor | None]:
    """Newest first, and where the next page begins (None on the last)."""
    entries: QuerySet[AuditEntry] = AuditEntry.objects.filter(organisation_id=organisation_id)
    if chosen.user_id is not None:
        entries = entries.filter(user_id=chosen.user_id)
    if chosen.kind:
        entries = entries.filter(action__startswith=chosen.kind + ".")
    if chosen.object_type:
        entries = entries.filter(object_type=chosen.object_type)
    if chosen.object_id:
        entries = entries.filter(object_id=chosen.object_id)
    if chosen.first_day:
        entries = entries.filter(at__gte=datetime.combine(chosen.first_day, time(), zone))
    if chosen.last_day:
        entries = entries.filter(at__lt=datetime.combine(chosen.last_day + timedelta(days=1), time(), zone))
    if before:
        entries = entries.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.pk))
    found = list(entries.select_related("user", "api_key").order_by("-at", "-id")[: size + 1])
    page = found[:size]
    return page, Cursor(page[-1].at, page[-1].pk) if len(found) > size else None

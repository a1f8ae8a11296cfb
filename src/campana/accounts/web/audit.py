"""The audit log."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from campana.accounts import permissions, queries, web
from campana.accounts.access import ActorRequest, requires
from campana.accounts.audit_changes import changes
from campana.accounts.audit_names import Names, names_of
from campana.accounts.audit_words import KINDS, OBJECTS, action_words, object_words
from campana.accounts.models import AuditEntry
from campana.accounts.operations.record_audit import record_audit
from campana.ui.spreadsheets import harmless

PAGE = 100
MOST = 20_000
"""Entries in one file."""


@requires(permissions.AUDIT_VIEW)
@require_GET
def audit(request: ActorRequest) -> HttpResponse:
    organisation_id = request.actor.organisation.pk
    chosen = _filter(request)
    before = queries.Cursor.read(request.GET.get("before", ""))
    zone = timezone.get_current_timezone()
    entries, following = queries.audit_page(organisation_id, chosen, zone=zone, before=before, size=PAGE)
    names = names_of(organisation_id, entries)
    context = {
        "rows": [_row(request, entry, names) for entry in entries],
        "chosen": chosen,
        "people": queries.everybody(organisation_id),
        "kinds": sorted(KINDS.items(), key=lambda pair: str(pair[1])),
        "next": _address(request, following) if following else "",
        "first": _address(request, None) if before else "",
        "file": "?" + _address(request, None).partition("?")[2],
        "types": sorted(OBJECTS.items(), key=lambda pair: str(pair[1])),
    }
    return render(request, "accounts/audit.html", context)


@requires(permissions.AUDIT_VIEW)
@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """What the filter shows, as CSV: the newest entries, at most ``MOST``. Reading it out is an act of its own."""
    tenant = request.actor.organisation
    zone, chosen = timezone.get_current_timezone(), _filter(request)
    entries, _following = queries.audit_page(tenant.pk, chosen, zone=zone, before=None, size=MOST)
    names = names_of(tenant.pk, entries)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_("When"), _("Who"), _("What"), _("Object"), _("Before and after"), _("From address")])
    for entry in entries:
        row = _row(request, entry, names)
        who = entry.user.name if entry.user else entry.api_key.name if entry.api_key else ""
        changed = "; ".join(f"{each.name}: {each.before} → {each.after}" for each in row["changes"])
        about = f"{row['object']}: {row['name']}" if row["name"] else row["object"]
        cells = (who, row["action"], about, changed, entry.address or "")
        writer.writerow([entry.at.astimezone(zone).isoformat(timespec="seconds"), *map(harmless, cells)])
    record_audit(
        actor=request.actor,
        action="organisation.audit_export",
        object_type="organisation",
        object_id=tenant.pk,
        now=web.now(),
        after={"entries": len(entries)},
    )
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
    return answer


def _filter(request: ActorRequest) -> queries.AuditFilter:
    """Anything that can not be read does not filter."""
    asked = request.GET
    user = asked.get("user", "")
    kind = asked.get("kind", "")
    return queries.AuditFilter(
        user_id=int(user) if user.isascii() and user.isdigit() and len(user) < 19 else None,
        kind=kind if kind in KINDS else "",
        object_type=asked.get("type", "").strip()[:40].replace("\0", ""),
        object_id=asked.get("object", "").strip()[:40].replace("\0", ""),
        first_day=_day(asked.get("from", "")),
        last_day=_day(asked.get("to", "")),
    )


def _day(text: str) -> Any:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1900 < found.year < 3000 else None


def _row(request: ActorRequest, entry: AuditEntry, names: Names) -> dict[str, Any]:
    number = int(entry.object_id) if entry.object_id.isdecimal() else None
    return {
        "entry": entry,
        "object": object_words(entry),
        "name": names.known(entry.object_type, number),
        "of_object": f"{request.path}?{urlencode({'type': entry.object_type, 'object': entry.object_id})}",
        "action": action_words(entry.action),
        "changes": changes(entry, names),
    }


def _address(request: ActorRequest, cursor: queries.Cursor | None) -> str:
    asked = {name: value for name, value in request.GET.items() if value and name != "before"}
    if cursor:
        asked["before"] = cursor.written
    return f"{request.path}?{urlencode(asked)}"

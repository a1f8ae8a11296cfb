"""Working-hours profiles, with the same week as a campaign's hour grid."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.kernel.refusals import Refused
from campana.ui.sheets import sheet
from campana.ui.week import typed_days, typed_week, week
from campana.ui.words import refusal_words
from campana.workforce import operations, queries, web
from campana.workforce.models import WorkingHours
from campana.workforce.operations.hours import stamp_of

_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?\s*[-–]\s*(\d{1,2})(?::(\d\d))?")
OFFICE = [[day, 9 * 60, 17 * 60] for day in range(5)]


@requires(permissions.AGENTS_VIEW)
@require_GET
def profiles(request: ActorRequest) -> HttpResponse:
    page = sheet(request, queries.working_hours(request.actor), "name")
    rows = [{"profile": row, "days": typed_days(row.periods)} for row in page.rows]
    return render(request, "workforce/hours.html", {"rows": rows, "page": page})


@requires(permissions.HOURS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_profile(request: ActorRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, None, OFFICE)
    try:
        operations.create_hours(
            actor=request.actor,
            name=request.POST.get("name", ""),
            periods=_read(request.POST),
            by_hand=bool(request.POST.get("by_hand")),
            now=web.now(),
        )
    except Refused as refused:
        return _page(request, None, OFFICE, refused)
    messages.success(request, _("The profile is made."))
    return go(request, reverse("workforce:hours"))


@requires(permissions.HOURS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def profile(request: ActorRequest, pk: int) -> HttpResponse:
    found = queries.working_hours_profile(request.actor, pk)
    if request.method == "DELETE":
        operations.delete_hours(hours_id=pk, actor=request.actor, now=web.now())
        return go(request, reverse("workforce:hours"))
    if request.method != "POST":
        return _page(request, found, found.periods)
    try:
        operations.save_hours(
            hours_id=pk,
            actor=request.actor,
            name=request.POST.get("name", ""),
            periods=_read(request.POST),
            by_hand=bool(request.POST.get("by_hand")),
            seen=request.POST.get("seen"),
            now=web.now(),
        )
    except Refused as refused:
        return _page(request, found, found.periods, refused)
    messages.success(request, _("Saved. It holds from the next call on."))
    return go(request, reverse("workforce:hours"))


def _read(posted: QueryDict) -> list[list[int]]:
    """Typed lines as rows; a line that can not be read becomes a row that is refused."""
    rows = []
    for day, line in typed_week(posted).items():
        for piece in filter(None, re.split(r"[,;]", line)):
            match = _SPAN.fullmatch(piece.strip())
            if match is None:
                rows.append([day, 1, 0])
                continue
            start, start_minute, end, end_minute = (int(part or 0) for part in match.groups())
            rows.append([day, start * 60 + start_minute, end * 60 + end_minute])
    return rows


def _page(
    request: ActorRequest, found: WorkingHours | None, periods: list[list[int]], refused: Refused | None = None
) -> HttpResponse:
    posted = request.POST if refused else None
    words = refusal_words(refused) if refused else ""
    context = {
        "hours_profile": found,
        "seen": posted.get("seen", "") if posted is not None else (stamp_of(found) if found else ""),
        "name": posted.get("name", "") if posted is not None else (found.name if found else ""),
        "week": week(periods, typed_week(posted) if posted is not None else None, empty_is_all=False),
        "by_hand": bool(posted.get("by_hand")) if posted is not None else bool(found and found.by_hand),
        "name_error": words if refused and refused.field == "name" else "",
        "hours_error": words if refused and refused.field != "name" else "",
    }
    return render(request, "workforce/profile.html", context, status=refused.status if refused else 200)

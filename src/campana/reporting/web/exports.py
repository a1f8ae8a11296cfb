"""Asking for a file, watching it being written, cancelling it, fetching it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions
from campana.accounts.access import actor_of, requires
from campana.accounts.web.answers import go
from campana.campaigns.models import Campaign
from campana.campaigns.queries.overview import campaign_of, visible
from campana.kernel.clock import Instant, utc_now
from campana.kernel.refusals import NotFound, Refused
from campana.reporting import operations, queries, words
from campana.reporting.columns import columns_of
from campana.reporting.models import Export
from campana.ui.asking import address, number_in, refreshes
from campana.ui.words import refusal_words

PAGE = 50
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class Line:
    """An export of the list in words."""

    export: Export
    kind: str
    word: str
    what: str
    problem: str
    ready: bool


@requires(permissions.CAMPAIGNS_EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """The list, which looks again by itself while something is written; POST asks for a file."""
    if request.method == "POST":
        return _ask(request)
    now, before = utc_now(), number_in(request, "before")
    rows = queries.exports(actor_of(request)).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    given = {
        "lines": [_line(export, now) for export in found],
        "live": any(export.live for export in found),
        "kinds": words.KINDS.items(),
        "here": request.get_full_path(),
        "next": address(request, before=found[-1].pk) if more else "",
        "previous": address(request) if before else "",
    }
    return render(request, f"reporting/{'_exports' if refreshes(request, 'exports') else 'exports'}.html", given)


@requires(permissions.CAMPAIGNS_EXPORT)
@require_GET
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The form: which campaign, which days, which columns, what file."""
    return _form(request, kind)


@requires(permissions.CAMPAIGNS_EXPORT)
@require_http_methods(["GET", "HEAD", "DELETE"])
def export(request: HttpRequest, export_id: int) -> HttpResponse:
    """Leads to the list; DELETE cancels."""
    actor = actor_of(request)
    if request.method == "DELETE":
        operations.cancel_export(actor=actor, export_id=export_id, now=utc_now())
    else:
        queries.export_of(actor, export_id)
    return go(request, reverse("reporting:exports"))


@requires(permissions.CAMPAIGNS_EXPORT)
@require_GET
def file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    found, path = operations.fetch_export(actor=actor_of(request), export_id=export_id, now=utc_now())
    about = re.sub(r"\W+", "-", found.campaign.name).strip("-") if found.campaign else found.kind
    name = f"{about}-{found.kind}-{found.created_at:%Y-%m-%d}.{found.format}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=TYPES[found.format])


def _ask(request: HttpRequest) -> HttpResponse:
    actor, given = actor_of(request), request.POST
    try:
        operations.ask_export(
            actor=actor,
            kind=given.get("kind", ""),
            format=given.get("format", ""),
            columns=given.getlist("columns"),
            language=translation.get_language() or "en",
            now=utc_now(),
            campaign=_campaign(request, given.get("campaign", "")),
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
            states=given.getlist("states"),
            separator=given.get("separator", "comma"),
        )
    except Refused as refused:
        if refused.status != 422 or given.get("kind") not in words.KINDS:
            raise
        return _form(request, given.get("kind", ""), wrong=refused)
    return HttpResponseRedirect(reverse("reporting:exports"), status=303)


def _form(request: HttpRequest, kind: str, wrong: Refused | None = None) -> HttpResponse:
    if kind not in words.KINDS:
        raise NotFound(kind="export")
    actor, given = actor_of(request), request.POST if request.method == "POST" else request.GET
    columns = columns_of(kind, actor.organisation)
    ticked = set(given.getlist("columns"))
    chosen = given.get("campaign", "")
    context: dict[str, Any] = {
        "kind": kind,
        "title": words.KINDS[kind],
        "columns": [(column, column.key in ticked if ticked or wrong else column.usual) for column in columns],
        "campaigns": visible(actor).order_by("-pk")[:500],
        "campaign": int(chosen) if chosen.isascii() and chosen.isdecimal() else None,
        "given": {name: given.get(name, "") for name in ("since", "until", "format", "separator")},
        "states": given.getlist("states"),
        "separators": words.SEPARATORS.items(),
        "zone": actor.organisation.time_zone,
        "wrongs": [wrong] if wrong else [],
        "problem": {wrong.field: refusal_words(wrong)} if wrong else {},
    }
    return render(request, "reporting/new.html", context, status=wrong.status if wrong else 200)


def _campaign(request: HttpRequest, written: str) -> Campaign | None:
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and len(written) < 19):
        raise NotFound(kind="campaign")
    return campaign_of(actor_of(request), int(written))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def _line(export: Export, now: Instant) -> Line:
    ready = export.state == Export.State.FINISHED and export.expires_at is not None and export.expires_at > now
    over = export.state == Export.State.FINISHED and not ready
    kind, word = words.EXPIRED if over else words.STATES[export.state]
    problem = words.PROBLEMS.get(export.problem, "")
    return Line(export, kind, str(word), str(words.KINDS[export.kind]), str(problem), ready)

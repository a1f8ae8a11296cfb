"""Saved filters: up to ten conditions, all or any of them, with a live count."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.conditions import BadCondition
from campana.crm import operations, web
from campana.crm.models import SavedFilter
from campana.crm.operations.filters import stamp_of
from campana.crm.queries.contacts import matching
from campana.crm.queries.fields import contact_fields
from campana.crm.queries.filters import filter_of
from campana.crm.queries.filters import filters as saved_filters
from campana.crm.web.conditions import MOST, Line, condition_of, kept_lines, mark, typed_lines, with_room
from campana.kernel.refusals import Refused
from campana.ui.kinds import OPERATORS
from campana.ui.words import refusal_words


@requires(permissions.CONTACTS_VIEW)
@require_GET
def filters(request: ActorRequest) -> HttpResponse:
    rows = saved_filters(request.actor).select_related("author").order_by("name")
    return render(request, "crm/filters.html", {"filters": rows})


@requires(permissions.CONTACTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_filter(request: ActorRequest) -> HttpResponse:
    return _page(request, None)


@requires(permissions.CONTACTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def one_filter(request: ActorRequest, pk: int) -> HttpResponse:
    saved = filter_of(request.actor, pk)
    if request.method == "DELETE":
        operations.delete_filter(actor=request.actor, saved=saved, now=web.now())
        return go(request, reverse("crm:filters"))
    return _page(request, saved)


def _page(request: ActorRequest, saved: SavedFilter | None) -> HttpResponse:
    """``count`` in the form only counts, ``add`` draws one more row; every other button saves."""
    registry = contact_fields(request.actor.organisation)
    condition = saved.condition if saved else {}
    name, shared = (saved.name, saved.shared) if saved else ("", True)
    word, lines = kept_lines(condition, registry)
    problem, status, count, adds = "", 200, None, "add" in request.POST
    seen = stamp_of(saved) if saved else None
    if request.method == "POST":
        name, shared = request.POST.get("name", ""), "shared" in request.POST
        seen = request.POST.get("seen") if saved else None
        if lines is not None:
            word, lines = "any" if request.POST.get("word") == "any" else "all", typed_lines(request.POST)
        try:
            if lines is not None and not adds:
                condition = condition_of(word, lines, registry)
            if "count" not in request.POST and not adds:
                values: dict[str, Any] = {"name": name, "condition": condition, "shared": shared, "saved": saved}
                operations.save_filter(actor=request.actor, seen=seen, now=web.now(), **values)
                messages.success(request, _("Saved."))
                return go(request, reverse("crm:filters"))
            count = None if adds else matching(request.actor.organisation, condition, web.now()).count()
        except Refused as refused:
            problem, status = _problem(refused, lines), refused.status
    elif saved is not None:
        count = matching(request.actor.organisation, condition, web.now()).count()
    context = {
        "saved": saved,
        "seen": seen or "",
        "name": name,
        "shared": shared,
        "word": word,
        "lines": with_room(lines or [], one_more=adds),
        "most": MOST,
        "nested": json.dumps(condition, ensure_ascii=False, indent=1) if lines is None else "",
        "fields": registry.values(),
        "operators": OPERATORS,
        "count": count,
        "problem": problem,
    }
    return render(request, "crm/filter.html", context, status=status)


def _problem(refused: Refused, lines: list[Line] | None) -> str:
    if isinstance(refused, BadCondition) and mark(lines or [], refused):
        return _("A condition below needs another look. Nothing is saved yet.")
    return refusal_words(refused)

"""Result sets: a name and lines of results; an emptied line is taken out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.kernel.refusals import Invalids, Refused
from campana.scripts import operations, queries, web
from campana.scripts.models import Result, ResultSet
from campana.ui.words import refusal_words, said

SPARE = 3
"""Empty lines offered for new results."""
MOST = 100


@requires(permissions.RESULTS_MANAGE)
@require_GET
def result_sets(request: ActorRequest) -> HttpResponse:
    operations.default_result_set(request.actor.organisation)
    rows = queries.result_sets(request.actor).order_by("name")
    return render(request, "scripts/result_sets.html", {"rows": rows})


@requires(permissions.RESULTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_result_set(request: ActorRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, None)
    try:
        operations.create_result_set(
            actor=request.actor, name=request.POST.get("name", ""), results=_read(request.POST), now=web.now()
        )
    except Refused as refused:
        return _page(request, None, refused)
    messages.success(request, _("The result set is made."))
    return go(request, reverse("scripts:result_sets"))


@requires(permissions.RESULTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def result_set(request: ActorRequest, pk: int) -> HttpResponse:
    found = queries.result_set(request.actor, pk)
    if request.method == "DELETE":
        operations.delete_result_set(result_set_id=pk, actor=request.actor, now=web.now())
        return go(request, reverse("scripts:result_sets"))
    if request.method != "POST":
        return _page(request, found)
    try:
        operations.save_result_set(
            result_set_id=pk,
            actor=request.actor,
            name=request.POST.get("name", ""),
            results=_read(request.POST),
            now=web.now(),
            is_default=request.POST.get("is_default") == "on",
        )
    except Refused as refused:
        return _page(request, found, refused)
    messages.success(request, _("Saved."))
    return go(request, reverse("scripts:result_sets"))


def _read(posted: QueryDict) -> list[dict[str, Any]]:
    return [line for line in _lines(posted) if line["name"].strip()]


def _lines(posted: QueryDict) -> list[dict[str, Any]]:
    ids, names, classes = (posted.getlist(key)[:MOST] for key in ("result_id", "result_name", "result_class"))
    active = set(posted.getlist("result_active"))
    return [
        {
            "id": pk if pk.isdigit() else None,
            "name": name,
            "result_class": kind,
            "active": str(place) in active,
        }
        for place, (pk, name, kind) in enumerate(zip(ids, names, classes, strict=False))
    ]


def _page(request: ActorRequest, found: ResultSet | None, refused: Refused | None = None) -> HttpResponse:
    lines: list[dict[str, Any]] = []
    if refused:
        lines = _lines(request.POST)
    elif found:
        lines = [
            {"id": row.pk, "name": row.name, "result_class": row.result_class, "active": row.active}
            for row in found.results.all()
        ]
    if not refused:
        spare = {"id": "", "name": "", "result_class": Result.Class.SUCCESS, "active": True}
        lines += [dict(spare) for _unused in range(SPARE if found else 2 * SPARE)]
    problems = refused.problems if isinstance(refused, Invalids) else [refused] if refused else []
    context = {
        "result_set": found,
        "name": request.POST.get("name", "") if refused else (found.name if found else ""),
        "name_error": " ".join(refusal_words(problem) for problem in problems if problem.field == "name"),
        "problem": " ".join(refusal_words(problem) for problem in problems if problem.field != "name"),
        "lines": lines,
        "classes": [(kind, said("result", kind)[1]) for kind in Result.Class.values],
    }
    return render(request, "scripts/result_set.html", context, status=refused.status if refused else 200)

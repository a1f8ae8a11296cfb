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
from campana.ui.sheets import sheet
from campana.ui.words import refusal_words, said

SPARE = 3
"""Empty lines offered for new results."""
MOST = 100


@requires(permissions.RESULTS_MANAGE)
@require_GET
def result_sets(request: ActorRequest) -> HttpResponse:
    operations.default_result_set(request.actor.organisation)
    page = sheet(request, queries.result_sets(request.actor), "name")
    return render(request, "scripts/result_sets.html", {"page": page})


@requires(permissions.RESULTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_result_set(request: ActorRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, None)
    moved = _moved(request)
    if moved is not None:
        return _page(request, None, moved=moved)
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
    moved = _moved(request)
    if moved is not None:
        return _page(request, found, moved=moved)
    try:
        operations.save_result_set(
            result_set_id=pk,
            actor=request.actor,
            name=request.POST.get("name", ""),
            results=_read(request.POST),
            now=web.now(),
            is_default=request.POST.get("is_default") == "on",
            seen=request.POST.get("seen"),
        )
    except Refused as refused:
        return _page(request, found, refused)
    messages.success(request, _("Saved."))
    return go(request, reverse("scripts:result_sets"))


def _read(posted: QueryDict) -> list[dict[str, Any]]:
    return [line for line in _lines(posted) if line["name"].strip()]


def _lines(posted: QueryDict) -> list[dict[str, Any]]:
    """The lines in the order of their keys in ``line``; every field of a line is called after its key."""
    lines = []
    for key in dict.fromkeys(posted.getlist("line")[:MOST]):
        pk = posted.get(f"id-{key}", "")
        lines.append(
            {
                "key": key,
                "id": pk if pk.isascii() and pk.isdigit() and len(pk) < 19 else None,
                "name": posted.get(f"name-{key}", ""),
                "result_class": posted.get(f"class-{key}", ""),
                "active": f"active-{key}" in posted,
                "note_required": f"note-{key}" in posted,
            }
        )
    return lines


def _moved(request: ActorRequest) -> list[dict[str, Any]] | None:
    """The lines after a press of a button "up" or "down" without the script; None when none was pressed."""
    lines = _lines(request.POST)
    for name, by in (("up", -1), ("down", 1)):
        place = next((i for i, line in enumerate(lines) if line["key"] == request.POST.get(name)), None)
        if place is not None:
            other = min(max(place + by, 0), len(lines) - 1)
            lines[place], lines[other] = lines[other], lines[place]
            return lines
    return None


def _page(
    request: ActorRequest,
    found: ResultSet | None,
    refused: Refused | None = None,
    moved: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    """What was typed stays, also while lines are only put in another order."""
    typed = refused is not None or moved is not None
    problems = refused.problems if isinstance(refused, Invalids) else [refused] if refused else []
    lines = moved or (_lines(request.POST) if refused else _stored(found))
    wrong = {problem.field: refusal_words(problem) for problem in problems}
    kept = [place for place, line in enumerate(lines) if str(line["name"]).strip()]
    for number, place in enumerate(kept):
        lines[place]["wrong"] = wrong.get(f"results.{number}.name") or wrong.get(f"results.{number}.result_class")
    context = {
        "result_set": found,
        "seen": request.POST.get("seen", "") if typed else (operations.stamp_of(found) if found else ""),
        "name": request.POST.get("name", "") if typed else (found.name if found else ""),
        "make_default": "is_default" in request.POST,
        "name_error": wrong.get("name", ""),
        "problem": " ".join(words for field, words in wrong.items() if not field or field == "results"),
        "lines": lines,
        "classes": [(kind, said("result", kind)[1]) for kind in Result.Class.values],
    }
    return render(request, "scripts/result_set.html", context, status=refused.status if refused else 200)


def _stored(found: ResultSet | None) -> list[dict[str, Any]]:
    """The lines of the set, and empty ones for more."""
    rows = list(found.results.all()) if found else []
    lines = [
        {
            "key": f"r{row.pk}",
            "id": row.pk,
            "name": row.name,
            "result_class": row.result_class,
            "active": row.active,
            "note_required": row.note_required,
        }
        for row in rows
    ]
    spare = {"id": None, "name": "", "result_class": Result.Class.SUCCESS, "active": True, "note_required": False}
    return lines + [{"key": f"n{n}", **spare} for n in range(SPARE if found else 2 * SPARE)]

"""Saved filters: up to ten conditions, all or any of them, with a live count."""

from __future__ import annotations

import json
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
from campana.conditions import Field, Kind, Operator
from campana.crm import operations, web
from campana.crm.models import SavedFilter
from campana.crm.queries.contacts import matching
from campana.crm.queries.fields import contact_fields
from campana.crm.queries.filters import filter_of
from campana.crm.queries.filters import filters as saved_filters
from campana.kernel.refusals import Refused
from campana.ui.kinds import OPERATORS
from campana.ui.words import refusal_words

LINES = 10


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
    """``count`` in the form only counts; ``save`` saves."""
    registry = contact_fields(request.actor.organisation)
    condition = saved.condition if saved else {}
    name, shared = (saved.name, saved.shared) if saved else ("", True)
    problem, status, count = "", 200, None
    if request.method == "POST":
        name, shared = request.POST.get("name", ""), "shared" in request.POST
        try:
            condition = read_lines(request.POST, registry, condition)
            if "count" not in request.POST:
                values: dict[str, Any] = {"name": name, "condition": condition, "shared": shared, "saved": saved}
                operations.save_filter(actor=request.actor, now=web.now(), **values)
                messages.success(request, _("Saved."))
                return go(request, reverse("crm:filters"))
            count = matching(request.actor.organisation, condition, web.now()).count()
        except Refused as refused:
            problem, status = refusal_words(refused), refused.status
    elif saved is not None:
        count = matching(request.actor.organisation, condition, web.now()).count()
    word, lines = as_lines(condition)
    context = {
        "saved": saved,
        "name": name,
        "shared": shared,
        "word": word,
        "lines": [*(lines or []), *([{}] * (LINES - len(lines or [])))],
        "nested": json.dumps(condition, ensure_ascii=False, indent=1) if lines is None else "",
        "fields": registry.values(),
        "operators": OPERATORS,
        "count": count,
        "problem": problem,
    }
    return render(request, "crm/filter.html", context, status=status)


def as_lines(condition: Any) -> tuple[str, list[dict[str, Any]] | None]:
    """A flat condition as lines of the form; None for one that is nested."""
    if condition == {}:
        return "all", []
    word = "any" if "any" in condition else "all"
    parts = condition.get(word)
    if not isinstance(parts, list):
        parts = [condition]
    if len(parts) > LINES or any("field" not in part for part in parts):
        return word, None
    return word, [{**part, "text": _as_text(part.get("value"))} for part in parts]


def read_lines(form: QueryDict, registry: Any, before: Any) -> dict[str, Any]:
    """The condition of the form; a nested one stays as it was."""
    if as_lines(before)[1] is None:
        return dict(before)
    word = "any" if form.get("word") == "any" else "all"
    parts = []
    for place in range(LINES):
        field = registry.get(form.get(f"field-{place}", ""))
        if field is None:
            continue
        op = form.get(f"op-{place}", "")
        part = {"field": field.key, "op": op}
        if op not in (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY):
            part["value"] = _value(field, op, form.get(f"value-{place}", "").strip())
        parts.append(part)
    return {word: parts} if parts else {}


def _value(field: Field, op: str, text: str) -> Any:
    if op in (Operator.IN, Operator.NOT_IN):
        return [_one(field, part.strip()) for part in text.split(";") if part.strip()]
    if op == Operator.IN_LAST_DAYS:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
    return _one(field, text)


def _one(field: Field, text: str) -> Any:
    if field.kind is Kind.NUMBER:
        try:
            return float(text.replace(",", "."))
        except ValueError:
            return text
    if field.kind is Kind.YES_NO:
        return {"yes": True, "no": False}.get(text.lower(), text)
    return next((value for value, label in field.choices if str(label).lower() == text.lower()), text)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_as_text(item) for item in value)
    return "" if value is None else str(value)

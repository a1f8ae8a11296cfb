"""An act on all contacts that a list shows: what it would be about, the yes, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.models import User
from campana.accounts.web.answers import go
from campana.crm import web
from campana.crm.models import ContactAct
from campana.crm.operations import all_matching
from campana.crm.queries.groups import groups
from campana.crm.web.forms import REASONS
from campana.kernel.refusals import Refused
from campana.ui.words import refusal_words

LOOKED_AT: Final = ("q", "filter", "group")
ANSWERS: Final = {"group": ("group_id",), "owner": ("owner_id",), "suppress": ("reason", "note"), "delete": ()}
WORDS: Final = {
    "group": _("Add to a group"),
    "owner": _("Change the owner"),
    "suppress": _("Do not call"),
    "delete": _("Delete"),
}
STATES: Final = {
    "queued": ("ringing", _("Waits for its turn")),
    "running": ("talking", _("At work")),
    "finished": ("success", _("Done")),
    "cancelled": ("paused", _("Stopped")),
    "failed": ("fault", _("Ended by a fault")),
}


def looked_at(given: Mapping[str, str]) -> dict[str, str]:
    """How a list of contacts is narrowed by a request."""
    return {name: given.get(name, "").replace("\0", "")[:200] for name in LOOKED_AT}


def address_of(narrowed: Mapping[str, str]) -> str:
    kept = {name: value for name, value in narrowed.items() if value}
    return reverse("crm:acts") + ("?" + urlencode(kept) if kept else "")


@requires(permissions.CONTACTS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def acts(request: ActorRequest) -> HttpResponse:
    """GET names the number and asks; POST is the yes to one of the acts."""
    if request.method == "POST":
        narrowed, kind = looked_at(request.POST), request.POST.get("act", "")
        expected = request.POST.get("expected", "")
        answers = {name.removesuffix("_id"): request.POST.get(name, "") for name in ANSWERS.get(kind, ())}
        try:
            made = all_matching.ask(
                actor=request.actor,
                act=kind,
                answers=answers,
                looked_at=narrowed,
                expected=int(expected) if expected.isascii() and expected.isdecimal() and len(expected) < 10 else 0,
                now=web.now(),
            )
        except Refused as refused:
            return _page(request, narrowed, problem=refusal_words(refused), status=refused.status)
        return go(request, reverse("crm:act", args=[made.pk]))
    return _page(request, looked_at(request.GET))


@requires(permissions.CONTACTS_MANAGE)
@require_http_methods(["GET", "HEAD", "DELETE"])
def act(request: ActorRequest, pk: int) -> HttpResponse:
    """GET tells how far it is, for htmx the part that changes; DELETE stops it."""
    found = get_object_or_404(ContactAct.objects.filter(organisation=request.actor.organisation), pk=pk)
    if request.method == "DELETE":
        all_matching.cancel(actor=request.actor, act=found, now=web.now())
        return go(request, reverse("crm:act", args=[pk]))
    kind, state = STATES[found.state]
    given = {"act": found, "word": WORDS[found.act], "kind": kind, "state": state, "back": _list(found.looked_at)}
    part = request.headers.get("HX-Request")
    return render(request, "crm/_act.html" if part else "crm/act.html", given)


def _page(request: ActorRequest, narrowed: dict[str, str], *, problem: str = "", status: int = 200) -> HttpResponse:
    actor = request.actor
    pool = list(groups(actor.organisation).order_by("name"))
    people = User.objects.filter(organisation=actor.organisation).order_by("name").values_list("pk", "name")
    newest = ContactAct.objects.filter(organisation=actor.organisation).select_related("author").order_by("-pk")[:20]
    count = all_matching.count(actor, narrowed, web.now())
    given: dict[str, Any] = {
        "count": count,
        "shown": min(count, all_matching.MANY),
        "many": count > all_matching.MANY,
        "narrowed": narrowed,
        "groups": [(str(each.pk), each.name) for each in pool],
        "people": [("", _("Nobody")), *((str(pk), name) for pk, name in people)],
        "reasons": [(code, str(word)) for code, word in REASONS],
        "may_suppress": actor.can(permissions.SUPPRESSIONS_MANAGE),
        "back": _list(narrowed),
        "problem": problem,
        "earlier": [(row, WORDS[row.act], *STATES[row.state]) for row in newest],
    }
    return render(request, "crm/acts.html", given, status=status)


def _list(narrowed: Mapping[str, str]) -> str:
    kept = {name: value for name, value in narrowed.items() if value}
    return reverse("crm:contacts") + ("?" + urlencode(kept) if kept else "")

"""The desk page, its console, and presence."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from campana.accounts.access import actor_of, requires
from campana.accounts.permissions import CALLS_MAKE
from campana.desk import operations, queries
from campana.desk.operations.places import NotAnAgent, agent_of
from campana.desk.words import PAUSE_REASONS, SKIP_REASONS
from campana.engine.words import Presence
from campana.kernel.clock import utc_now
from campana.kernel.refusals import Invalid
from campana.workforce.models import Agent


@requires(CALLS_MAKE)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """One page that never reloads."""
    try:
        agent = agent_of(actor_of(request))
    except NotAnAgent:
        return render(request, "desk/no_place.html", status=403)
    return render(request, "desk/desk.html", context(request, agent))


@requires(CALLS_MAKE)
@require_GET
def console(request: HttpRequest) -> HttpResponse:
    """The console, and the working area with it when another contact has come; 204 when nothing has changed."""
    return console_answer(request, asked=False)


@requires(CALLS_MAKE)
@require_GET
def idle(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/_idle.html", idle_context(agent_of(actor_of(request))))


@requires(CALLS_MAKE)
@require_POST
def presence(request: HttpRequest) -> HttpResponse:
    try:
        wanted = Presence(request.POST.get("presence", ""))
    except ValueError:
        raise Invalid(field="presence") from None
    reason = request.POST.get("reason", "")
    operations.change_presence(actor=actor_of(request), presence=wanted, reason=reason, now=utc_now())
    return console_answer(request, asked=False)


@requires(CALLS_MAKE)
@require_POST
def beat(request: HttpRequest) -> HttpResponse:
    operations.beat(actor=actor_of(request), now=utc_now())
    return HttpResponse(status=204)


def console_answer(request: HttpRequest, *, asked: bool = True) -> HttpResponse:
    """``asked``: a wish was just left; its button is busy until the engine has answered."""
    agent = agent_of(actor_of(request))
    given = context(request, agent)
    told = request.GET if request.method == "GET" else request.POST
    if not asked and request.method == "GET" and told.get("seen") == given["place"].seen:
        return HttpResponse(status=204)
    given |= {"asked": asked, "new_work": told.get("work") != given["place"].work}
    return render(request, "desk/_console_answer.html", given)


def context(request: HttpRequest, agent: Agent) -> dict[str, Any]:
    place = queries.place_of(agent)
    given = {
        "agent": agent,
        "place": place,
        "card": queries.card_of(place),
        "pause_reasons": PAUSE_REASONS.items(),
        "skip_reasons": SKIP_REASONS.items(),
        "asked": False,
    }
    return given if place.task is not None else given | idle_context(agent)


def idle_context(agent: Agent) -> dict[str, Any]:
    return {"idle": queries.idle_of(agent, timezone.get_current_timezone_name(), utc_now())}

"""The floor: what everybody does now; and the first page."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from campana.accounts import permissions
from campana.accounts.access import actor_of, requires, signed_in
from campana.engine.words import AgentState
from campana.supervision import queries
from campana.ui.asking import refreshes


@requires(permissions.AGENTS_VIEW)
@require_GET
def floor(request: HttpRequest) -> HttpResponse:
    seats = queries.floor(actor_of(request))
    counts = Counter(seat.agent.state for seat in seats)
    given = {"seats": seats, "counts": [(state.value, counts[state]) for state in AgentState if counts[state]]}
    template = "_floor" if refreshes(request, "floor") else "floor"
    return render(request, f"supervision/{template}.html", given)


@signed_in
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where somebody begins: agents at their desk, everybody else with the campaigns."""
    actor = actor_of(request)
    agent_only = actor.can(permissions.CALLS_MAKE) and not actor.can(permissions.CAMPAIGNS_RUN)
    return HttpResponseRedirect(reverse("desk:desk" if agent_only else "supervision:campaigns"))

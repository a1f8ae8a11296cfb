"""The floor: what everybody does now, and asking somebody to leave it; and the first page."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campana.accounts import permissions
from campana.accounts.access import actor_of, requires, signed_in
from campana.calls.queries import agents_since
from campana.campaigns.queries.people import people_of
from campana.engine.words import AgentState
from campana.kernel.clock import Instant, utc_now
from campana.supervision import queries
from campana.supervision.operations import force_presence
from campana.supervision.operations.force_presence import IN_A_CALL
from campana.supervision.queries.day import midnight
from campana.supervision.web.monitoring import heard
from campana.supervision.web.shared import reader_key, shared
from campana.ui.asking import number_in, refreshes
from campana.ui.parts import Chip
from campana.ui.words import said


@requires(permissions.AGENTS_VIEW)
@require_GET
def floor(request: HttpRequest) -> HttpResponse:
    """Everybody, or the people of a campaign, or those in a state; the table alone for a refresh."""
    given = shared.get(
        ("floor", request.get_full_path(), *reader_key(request)), lambda: _people(request, utc_now())
    ) | {"here": request.get_full_path(), "in_a_call": IN_A_CALL}
    template = "_floor" if refreshes(request, "floor") else "floor"
    if template == "floor" and actor_of(request).can(permissions.CAMPAIGNS_LISTEN):
        given |= heard(request, utc_now())
    return render(request, f"supervision/{template}.html", given)


def _people(request: HttpRequest, now: Instant) -> dict[str, Any]:
    actor = actor_of(request)
    zone = actor.organisation.time_zone
    campaign_id = number_in(request, "campaign")
    campaign = queries.campaign_of(actor, campaign_id) if campaign_id else None
    seats = queries.floor(actor, None if campaign is None else people_of(campaign))
    morning = midnight(now.astimezone(ZoneInfo(zone)).date(), zone)
    today = agents_since(actor.organisation, morning)
    counts = Counter(seat.agent.state for seat in seats)
    state = request.GET.get("state", "")
    chosen = state if state in set(AgentState) else ""
    kept = {"campaign": campaign.pk} if campaign else {}
    chips = [Chip(_("All"), "?" + urlencode(kept), not chosen, len(seats))]
    for code in reversed(AgentState):
        if counts[code] or code == chosen:
            kind, word = said("agent", code)
            chips.append(Chip(word, "?" + urlencode({"state": code, **kept}), code == chosen, counts[code], kind))
    return {
        "chips": chips,
        "everybody": len(seats),
        "rows": [(seat, today.get(seat.agent.pk)) for seat in seats if not chosen or seat.agent.state == chosen],
        "campaign": campaign,
        "callers": queries.callers(actor, morning) if campaign is None and not chosen else None,
    }


@requires(permissions.AGENTS_MANAGE)
@require_POST
def presence(request: HttpRequest, agent_id: int) -> HttpResponse:
    """``presence``: not_ready or off."""
    wanted = request.POST.get("presence", "")
    agent = force_presence(actor=actor_of(request), agent_id=agent_id, presence=wanted, now=utc_now())
    asked = said("presence", wanted)[1]
    if agent.state in IN_A_CALL:
        text = _("{name}: {state} was asked for. It counts when this call and its wrap-up are over.")
    else:
        text = _("{name}: {state} was asked for.")
    messages.success(request, text.format(name=agent.user.name, state=asked))
    return HttpResponseRedirect(reverse("supervision:floor"))


@signed_in
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where somebody begins: agents at their desk, everybody else with the campaigns."""
    actor = actor_of(request)
    agent_only = actor.can(permissions.CALLS_MAKE) and not actor.can(permissions.CAMPAIGNS_RUN)
    return HttpResponseRedirect(reverse("desk:desk" if agent_only else "supervision:campaigns"))

"""The forecast of a campaign: a page of its own, and a region that other pages fetch."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import actor_of, requires
from campana.campaigns.models import Campaign
from campana.campaigns.queries.overview import campaign_of
from campana.engine.words import CampaignState
from campana.forecasting import operations, queries
from campana.forecasting.queries.forecasts import is_stale
from campana.forecasting.questions import Question
from campana.forecasting.web.forms import WhatIf
from campana.forecasting.web.shown import compared_with, problem, shown
from campana.kernel.clock import utc_now
from campana.supervision.web.campaign import frame_of
from campana.ui.asking import refreshes

PLAIN = Question()


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def forecast(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """As the campaign stands. POST has it worked out where there is no fresh answer; the region asks by itself."""
    campaign = campaign_of(actor_of(request), campaign_id)
    if request.method == "POST":
        operations.ask_forecast(campaign=campaign, question=PLAIN, actor=actor_of(request), now=utc_now())
    given = _context(request, campaign)
    if refreshes(request, "forecast"):
        return render(request, "forecasting/_forecast.html", given)
    given |= frame_of(request, campaign_id, "forecast") | {"form": WhatIf(campaign=campaign)}
    return render(request, "forecasting/forecast.html", given)


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """ "What if": POST asks, GET looks how far it is; the form stays as it was typed."""
    actor = actor_of(request)
    campaign = campaign_of(actor, campaign_id)
    form = WhatIf(request.POST if request.method == "POST" else request.GET or None, campaign=campaign)
    given: dict[str, Any] = {"campaign": campaign, "form": form}
    status = 200
    if form.is_bound and not form.is_valid():
        status = 422
    elif form.is_bound:
        asked = form.question()
        if request.method == "POST":
            operations.ask_forecast(campaign=campaign, question=asked, actor=actor, now=utc_now())
        given |= _compared(campaign, asked, form)
    if refreshes(request, "question", "asked"):
        return render(request, "forecasting/_question.html", given, status=status)
    given = _context(request, campaign) | frame_of(request, campaign_id, "forecast") | given
    return render(request, "forecasting/forecast.html", given, status=status)


def _compared(campaign: Campaign, asked: Question, form: WhatIf) -> dict[str, Any]:
    found = queries.latest(campaign, asked)
    return {
        "asked": found,
        "asked_problem": problem(found),
        "waits": found is not None and found.live,
        "answer": shown(found),
        "plain": compared_with(found),
        "query": form.query(),
        "words": form.words(),
    }


def _context(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    found, brief = queries.latest(campaign, PLAIN), request.GET.get("brief", "")
    return {
        "campaign": campaign,
        "found": found,
        "problem": problem(found),
        "told": shown(queries.answered_before(campaign, found)),
        "asks": is_stale(found, campaign, utc_now()),
        "brief": brief,
        "record": queries.record_of(campaign.organisation),
        "enough": queries.ENOUGH,
        "is_running": campaign.state == CampaignState.RUNNING,
    }

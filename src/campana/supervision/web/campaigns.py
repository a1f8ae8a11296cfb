"""The list of campaigns."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campana.accounts.access import actor_of, requires
from campana.accounts.permissions import CAMPAIGNS_VIEW
from campana.campaigns.queries.overview import Row, overview
from campana.engine.words import CampaignReason, CampaignState
from campana.kernel.clock import utc_now
from campana.supervision.web.choices import asked, choices
from campana.ui.asking import address, number_in, refreshes

PAGE: Final = 50
CHIPS: Final = (
    CampaignState.RUNNING,
    CampaignState.PAUSED,
    CampaignState.SCHEDULED,
    CampaignState.NOT_APPROVED,
    CampaignState.DRAFT,
    CampaignState.FINISHED,
    CampaignState.ARCHIVED,
)
URGENCY: Final = {
    CampaignState.NOT_APPROVED: 1,
    CampaignState.RUNNING: 2,
    CampaignState.PAUSED: 3,
    CampaignState.SCHEDULED: 4,
    CampaignState.PROCESSING: 5,
    CampaignState.DRAFT: 6,
    CampaignState.FINISHED: 7,
    CampaignState.ARCHIVED: 8,
}
FAULTS: Final = {CampaignReason.HOTLINES_FAILING, CampaignReason.NO_LICENCE, CampaignReason.CONFIGURATION}


@requires(CAMPAIGNS_VIEW)
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """One page of campaigns, most urgent first; the table alone for a refresh."""
    actor, now = actor_of(request), utc_now()
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()
    before = number_in(request, "before")
    states = [state] if state in set(CHIPS) else []
    rows = overview(actor=actor, before=before, limit=PAGE + 1, states=states, search=search)
    shown, older = rows[:PAGE], rows[PAGE - 1].campaign.pk if len(rows) > PAGE else None
    given = {
        "rows": [(row, choices(row.campaign, actor, now), asked(row.campaign)) for row in sorted(shown, key=_urgency)],
        "next": address(request, before=older) if older else "",
        "previous": address(request) if before else "",
        "chips": CHIPS,
        "state": state,
        "search": search,
        "faults": FAULTS,
        "here": request.get_full_path(),
    }
    template = "_campaigns" if refreshes(request, "campaigns") else "campaigns"
    return render(request, f"supervision/{template}.html", given)


def _urgency(row: Row) -> tuple[int, int]:
    campaign = row.campaign
    fault = campaign.state == CampaignState.PAUSED and campaign.state_reason in FAULTS
    return 0 if fault else URGENCY[CampaignState(campaign.state)], -campaign.pk

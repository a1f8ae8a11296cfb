"""The review: effective values, what is wrong, what may surprise, who will be skipped; then Create (CAM-032)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.campaigns import operations, web
from campana.campaigns.models import Campaign
from campana.campaigns.permissions import may_approve
from campana.campaigns.queries.overview import campaign_of
from campana.campaigns.queries.preflight import preflight
from campana.campaigns.validation import problems, warnings
from campana.campaigns.web import fields as f
from campana.campaigns.web.settings import address, errors_of, frame
from campana.campaigns.words import SKIPS, effective
from campana.engine.words import StartKind
from campana.kernel.refusals import Refused
from campana.ui.words import refusal_words


@requires(permissions.CAMPAIGNS_MANAGE)
@require_GET
def review(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, campaign_of(request.actor, pk))


@requires(permissions.CAMPAIGNS_MANAGE)
@require_POST
def creation(request: ActorRequest, pk: int) -> HttpResponse:
    """Create, or create and approve."""
    campaign = campaign_of(request.actor, pk)
    version, start = request.POST.get("version", ""), request.POST.get("start_now", "")
    try:
        operations.finish_draft(
            campaign=campaign,
            actor=request.actor,
            now=web.now(),
            approve=request.POST.get("approve") == "yes",
            start_now={"yes": True, "no": False}.get(start),
            version=int(version) if version.isdigit() else None,
        )
    except Refused as refused:
        return _page(request, campaign, errors=errors_of(refused), status=refused.status)
    messages.success(request, _("The campaign is created. Its contacts are checked now."))
    return go(request, page_of(campaign))


def page_of(campaign: Campaign) -> str:
    """The campaign's own page, where that exists, else its settings."""
    try:
        return reverse("supervision:campaign", args=[campaign.pk])
    except NoReverseMatch:
        return reverse("campaigns:review", args=[campaign.pk])


def list_page() -> str:
    """The list of campaigns, where that exists."""
    try:
        return reverse("supervision:campaigns")
    except NoReverseMatch:
        return reverse("campaigns:new")


def _page(
    request: ActorRequest, campaign: Campaign, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    now = web.now()
    wrong = problems(campaign, now=now)
    told = preflight(campaign, now=now)
    begins = campaign.start_at is None or campaign.start_at <= now
    context = frame(campaign, "review") | {
        "wrong": [{"text": refusal_words(problem), "address": _mend(campaign, problem.field)} for problem in wrong],
        "warnings": [{"text": each.detail, "address": _mend(campaign, each.field)} for each in warnings(campaign)],
        "preflight": told,
        "skipped": [(SKIPS[code], count) for code, count in told.skipped.items()],
        "values": effective(campaign),
        "may_approve": may_approve(request.actor, campaign),
        "needs_approval": campaign.organisation.campaigns_need_approval,
        "ask_start": begins and campaign.start_kind == StartKind.AUTOMATIC,
        "problem": " ".join((errors or {}).values()),
    }
    return render(request, "campaigns/review.html", context, status=status)


def _mend(campaign: Campaign, field: str | None) -> str:
    name = str(field or "").split(".")[0]
    keys: dict[str, Any] = {ask.name: step.key for step in f.STEPS for ask in step.asks}
    keys |= {"hours": "hours", "retries": "retries", "contacts": "contacts"}
    return address(campaign, keys.get(name, "mode"))

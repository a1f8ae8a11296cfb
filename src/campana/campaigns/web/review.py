"""The review: effective values, what is wrong, what may surprise, who will be skipped; then Create (CAM-032)."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.campaigns import drafts, operations, web
from campana.campaigns.effective import effective
from campana.campaigns.models import Campaign
from campana.campaigns.permissions import may_approve
from campana.campaigns.queries.intake import skipped_rows
from campana.campaigns.queries.overview import campaign_of
from campana.campaigns.queries.preflight import Preflight, preflight
from campana.campaigns.validation import problems, warnings
from campana.campaigns.web.frame import address, errors_of, frame
from campana.campaigns.web.lines import lines
from campana.campaigns.web.steps import STEPS, step_of
from campana.campaigns.words import SKIPS
from campana.engine.words import CampaignState, StartKind
from campana.kernel.phone import masked
from campana.kernel.refusals import Refused
from campana.ui.asking import refreshes
from campana.ui.spreadsheets import harmless
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
        now_it_is = campaign_of(request.actor, pk)
        if campaign.state != CampaignState.DRAFT or now_it_is.state != CampaignState.DRAFT:
            return go(request, page_of(now_it_is))  # pressed twice: it is made already
        return _page(request, campaign, errors=errors_of(refused), status=refused.status)
    messages.success(request, _("The campaign is created. Its contacts are checked now."))
    return go(request, page_of(campaign))


@requires(permissions.CAMPAIGNS_EXPORT)
@require_GET
def skipped(request: ActorRequest, pk: int) -> HttpResponse:
    """Who will be left out and why, as a file. Judged at this moment, like the review."""
    campaign = campaign_of(request.actor, pk)
    hide = request.actor.organisation.mask_numbers and not request.actor.can(permissions.CONTACTS_MANAGE)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="campaign-{pk}-left-out.csv"'
    lines = csv.writer(answer)
    lines.writerow((pgettext("of a person", "Name"), _("Number"), _("Why it is left out")))
    for _id, name, number, why in skipped_rows(campaign, web.now()):
        lines.writerow((harmless(name), masked(number) if hide and number else number, SKIPS[why]))
    return answer


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
    judged = operations.look(campaign=campaign, now=now)
    if judged.counting and refreshes(request, "before"):
        return HttpResponse(status=204)
    wrong = problems(campaign, now=now)
    told = preflight(campaign, now=now, told=judged) if judged.at else None
    begins = campaign.start_at is None or campaign.start_at <= now
    context = frame(campaign, "review", judged) | {
        "must": len(wrong) + len(drafts.steps_with_kept(campaign)),
        "wrong": [{"text": refusal_words(problem), "address": _mend(campaign, problem.field)} for problem in wrong],
        "warnings": [{"text": each.detail, "address": _mend(campaign, each.field)} for each in warnings(campaign)],
        "kept": _kept(campaign),
        "lines": lines(campaign, request.actor, now),
        "preflight": told,
        "skipped": _skipped(told) if told else [],
        "values": effective(campaign),
        "may_approve": may_approve(request.actor, campaign),
        "needs_approval": campaign.organisation.campaigns_need_approval,
        "ask_start": begins and campaign.start_kind == StartKind.AUTOMATIC,
        "problem": " ".join((errors or {}).values()),
    }
    if refreshes(request, "before"):
        return render(request, "campaigns/_before.html", context | {"oob": True})
    return render(request, "campaigns/review.html", context, status=status)


def _skipped(told: Preflight) -> list[tuple[str, int]]:
    counts = {**told.skipped, "duplicate": told.duplicates, "over_limit": told.over_limit}
    return [(str(SKIPS[code]), count) for code, count in counts.items() if count]


def _mend(campaign: Campaign, field: str | None) -> str:
    return address(campaign, step_of(str(field or "")))


def _kept(campaign: Campaign) -> list[dict[str, str]]:
    """Steps in which something typed could not be taken."""
    keys = drafts.steps_with_kept(campaign)
    return [{"word": str(step.word), "address": address(campaign, step.key)} for step in STEPS if step.key in keys]

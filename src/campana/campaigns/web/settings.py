"""The stepper: one page a step, each saved before the next is shown, so that nothing entered is lost."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.campaigns import operations, web
from campana.campaigns.models import Campaign
from campana.campaigns.queries.overview import campaign_of
from campana.campaigns.validation import problems
from campana.campaigns.web import fields as f
from campana.campaigns.web.controls import controls, read, retry_rows
from campana.engine.words import CampaignState, DialMode
from campana.kernel.refusals import Invalids, Refused
from campana.ui.week import typed_week, week
from campana.ui.words import refusal_words


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """The first step; what it saves is a draft."""
    campaign = Campaign(organisation=request.actor.organisation, mode=DialMode.PROGRESSIVE)
    step = f.BY_KEY["mode"]
    if request.method != "POST":
        return _page(request, campaign, step, None, {})
    try:
        values = read(step, campaign, request.POST)
        made = operations.create_campaign(actor=request.actor, values=values, now=web.now())
    except Refused as refused:
        return _page(request, campaign, step, request.POST, errors_of(refused), status=refused.status)
    return go(request, address(made, request.POST.get("go") or "general"))


@requires(permissions.CAMPAIGNS_MANAGE)
@require_GET
def first_step(request: ActorRequest, pk: int) -> HttpResponse:
    """Where a draft is gone on with: the first step that lacks something, else the review."""
    campaign = campaign_of(request.actor, pk)
    wrong = {problem.field for problem in problems(campaign, now=web.now())}
    for step in f.STEPS:
        if wrong & ({ask.name for ask in step.asks} | {step.key}):
            return go(request, address(campaign, step.key))
    return go(request, address(campaign, "review" if campaign.state == CampaignState.DRAFT else "general"))


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: ActorRequest, pk: int, step: str) -> HttpResponse:
    """Show a step; a POST saves it and goes where the pressed button says."""
    campaign = campaign_of(request.actor, pk)
    found = f.BY_KEY.get(step)
    if found is None or not found.asks:
        raise Http404
    if request.method != "POST":
        return _page(request, campaign, found, None, {})
    version = request.POST.get("version", "")
    try:
        operations.change_campaign(
            campaign=campaign,
            actor=request.actor,
            values=read(found, campaign, request.POST),
            version=int(version) if version.isdigit() else None,
            now=web.now(),
        )
    except Refused as refused:
        return _page(request, campaign, found, request.POST, errors_of(refused), status=refused.status)
    wanted = request.POST.get("go", "")
    if campaign.state != CampaignState.DRAFT and not wanted:
        messages.success(request, _("Saved. It holds from the next call on."))
    return go(request, address(campaign, wanted or step))


def address(campaign: Campaign, step: str) -> str:
    if step in {"contacts", "review"}:
        return reverse(f"campaigns:{step}", args=[campaign.pk])
    return reverse("campaigns:step", args=[campaign.pk, step if step in f.BY_KEY else "mode"])


def errors_of(refused: Refused) -> dict[str, str]:
    """Field to words; what belongs to no field stands under the empty name."""
    found: dict[str, str] = {}
    for problem in refused.problems if isinstance(refused, Invalids) else [refused]:
        name = (problem.field or "").removesuffix("_id")
        found[name] = f"{found[name]} {refusal_words(problem)}" if name in found else refusal_words(problem)
    return found


def frame(campaign: Campaign, key: str) -> dict[str, Any]:
    """What every step shows: the steps, which lack something, and the neighbours."""
    wrong = {problem.field for problem in problems(campaign, now=web.now())} if campaign.pk else set()
    steps = [
        {
            "key": step.key,
            "word": step.word,
            "current": step.key == key,
            "lacks": bool(wrong & ({ask.name for ask in step.asks} | {step.key})),
            "address": address(campaign, step.key) if campaign.pk else "",
        }
        for step in f.STEPS
    ]
    place = next(index for index, step in enumerate(f.STEPS) if step.key == key)
    return {
        "campaign": campaign,
        "steps": steps,
        "step": f.STEPS[place],
        "previous": f.STEPS[place - 1] if place else None,
        "following": f.STEPS[place + 1] if place + 1 < len(f.STEPS) else None,
        "is_draft": campaign.state == CampaignState.DRAFT,
    }


def _page(
    request: ActorRequest,
    campaign: Campaign,
    step: f.Step,
    posted: QueryDict | None,
    errors: dict[str, str],
    *,
    status: int = 200,
) -> HttpResponse:
    context = frame(campaign, step.key) | {
        "controls": controls(step, campaign, request.actor, posted, errors),
        "errors": errors,
        "problem": errors.get("", ""),
        "version": posted.get("version") if posted is not None else campaign.version,
    }
    if step.key == "hours":
        typed = typed_week(posted) if posted is not None else None
        context["week"] = week(campaign.hours, typed, empty_is_all=True)
    if step.key == "retries":
        context["retries"] = retry_rows(campaign, posted, errors)
    return render(request, "campaigns/step.html", context, status=status)

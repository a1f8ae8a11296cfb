"""The stepper: one page a step. A draft saves itself while somebody types (``X-Autosave``), and once more when he
goes on; a live campaign is changed only when Save is pressed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.campaigns import drafts, operations, web
from campana.campaigns.models import Campaign
from campana.campaigns.operations.lock import Stale
from campana.campaigns.queries.overview import campaign_of, visible
from campana.campaigns.validation import sort
from campana.campaigns.web import fields as f
from campana.campaigns.web.controls import (
    PostedFor,
    controls,
    minutes,
    posted_of,
    read,
    retry_rows,
    typed_of,
    week_of,
)
from campana.campaigns.web.frame import address, errors_in, errors_of, frame, wrong_steps
from campana.campaigns.web.other_scripts import other_script_rows
from campana.campaigns.web.steps import BY_KEY, STEPS
from campana.engine.words import CampaignState, DialMode
from campana.kernel.refusals import Refused
from campana.scripts.models import ResultSet
from campana.scripts.web.scripts import script_preview

LIKE = 20
"""Earlier campaigns that are offered as a pattern."""


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """The first step; what it saves is a draft."""
    campaign = Campaign(organisation=request.actor.organisation, mode=DialMode.PROGRESSIVE)
    step = BY_KEY["mode"]
    if request.method != "POST":
        return _page(request, campaign, step, None, {})
    key = request.POST.get("draft_key", "")
    try:
        values = read(step, campaign, request.POST)
        made = operations.begin_draft(actor=request.actor, key=key, values=values, now=web.now())
    except Refused as refused:
        if _is_autosave(request):
            return _saved(request, campaign, step, errors_of(refused))
        return _page(request, campaign, step, request.POST, errors_of(refused), status=refused.status)
    return _draft(request, campaign_of(request.actor, made.pk), step, again=True)


@requires(permissions.CAMPAIGNS_MANAGE)
@require_GET
def first_step(request: ActorRequest, pk: int) -> HttpResponse:
    """Where a draft is gone on with: the first step that lacks something, else the review."""
    campaign = campaign_of(request.actor, pk)
    wrong = wrong_steps(campaign)
    for step in STEPS:
        if step.key in wrong:
            return go(request, address(campaign, step.key))
    return go(request, address(campaign, "review" if campaign.state == CampaignState.DRAFT else "general"))


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: ActorRequest, pk: int, step: str) -> HttpResponse:
    """Show a step; a POST saves it and goes where the pressed button says."""
    campaign = campaign_of(request.actor, pk)
    found = BY_KEY.get(step)
    if found is None or not found.asks:
        raise Http404
    if request.method != "POST":
        kept = posted_of(drafts.kept(campaign, step)) if campaign.state == CampaignState.DRAFT else None
        only = drafts.refused(campaign, step)
        return _page(request, campaign, found, kept, _errors_kept(request, campaign, found, kept, only), only=only)
    if campaign.state == CampaignState.DRAFT and not request.POST.get("version"):
        return _draft(request, campaign, found)
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


def _draft(request: ActorRequest, campaign: Campaign, step: f.Step, *, again: bool = False) -> HttpResponse:
    """Save a step of a draft. ``again``: the page that made it saves once more, with the same entries."""
    wanted = request.POST.get("go", "")
    try:
        saved = operations.save_draft(
            campaign=campaign,
            actor=request.actor,
            step=step.key,
            values=read(step, campaign, request.POST),
            typed=typed_of(request.POST),
            seen="" if again else request.POST.get("seen", ""),
            now=web.now(),
        )
    except Stale as stale:
        if _is_autosave(request):
            return _clash(request, campaign, step)
        return _page(request, campaign, step, request.POST, errors_of(stale), status=stale.status)
    except Refused as refused:
        return _page(request, campaign, step, request.POST, errors_of(refused), status=refused.status)
    errors = errors_in(saved.wrong)
    if _is_autosave(request):
        return _saved(request, saved.campaign, step, errors)
    if errors and wanted == _following(step):
        wanted = ""  # on with the next step when this one is right; the entries are kept and shown again
    return go(request, address(campaign, wanted or step.key))


def _is_autosave(request: ActorRequest) -> bool:
    return "X-Autosave" in request.headers


def _following(step: f.Step) -> str:
    place = STEPS.index(step)
    return STEPS[place + 1].key if place + 1 < len(STEPS) else ""


def _errors_kept(
    request: ActorRequest, campaign: Campaign, step: f.Step, kept: QueryDict | None, only: Collection[str] | None
) -> dict[str, str]:
    if kept is None:
        return {}
    values = {name: raw for name, raw in read(step, campaign, kept).items() if only is None or name in only}
    return errors_in(sort(values, actor=request.actor, campaign=campaign, now=web.now())[1])


def _seen(campaign: Campaign, step: f.Step) -> str:
    return drafts.seen(campaign, step.key, [*(ask.name for ask in f.asks_of(step, campaign)), *step.extra])


def _saved(request: ActorRequest, campaign: Campaign, step: f.Step, errors: dict[str, str]) -> HttpResponse:
    """What an autosave changes around the form; its fields are left to who is typing."""
    context = frame(campaign, step.key) | {
        "errors": errors,
        "wrong_count": len(errors),
        "fields": _error_lines(step, campaign, errors),
        "seen": _seen(campaign, step) if campaign.pk else "",
    }
    if step.key == "results":
        context |= _chosen(request, campaign)
    answer = render(request, "campaigns/_saved.html", context)
    if campaign.pk:
        answer["X-Address"] = address(campaign, step.key)
    return answer


def _chosen(request: ActorRequest, campaign: Campaign) -> dict[str, Any]:
    """What the chosen results and the chosen script are."""
    tenant = request.actor.organisation
    chosen = campaign.result_set or ResultSet.objects.filter(organisation=tenant, is_default=True).first()
    return {
        "results": chosen.results.filter(active=True) if chosen else [],
        "panel": script_preview(request.actor, campaign.script_id, campaign.name),
    }


def _error_lines(step: f.Step, campaign: Campaign, errors: dict[str, str]) -> list[tuple[str, str]]:
    names = [*(ask.name for ask in f.asks_of(step, campaign)), *step.extra]
    if step.key == "retries":
        names += [f"retries.{row['event']}" for row in retry_rows(campaign, None, {})]
    return [(f"id_{name.replace('.', '_')}-wrong", errors.get(name, "")) for name in names]


def _clash(request: ActorRequest, campaign: Campaign, step: f.Step) -> HttpResponse:
    """Another tab or a colleague saved this step since it was shown. Nobody's entries are thrown away."""
    context = frame(campaign, step.key) | {"seen": _seen(campaign, step), "clash": True}
    return render(request, "campaigns/_clash.html", context, status=409)


def _page(
    request: ActorRequest,
    campaign: Campaign,
    step: f.Step,
    posted: QueryDict | None,
    errors: dict[str, str],
    *,
    status: int = 200,
    only: Collection[str] | None = None,
) -> HttpResponse:
    """``only``: what was posted counts for these settings, the others are shown as they are."""

    def posted_for(name: str) -> QueryDict | None:
        return posted if only is None or name in only else None

    shown = controls(step, campaign, request.actor, posted_for, errors)
    context = frame(campaign, step.key) | {
        "plain": [control for control in shown if not control["ask"].more],
        "more": [control for control in shown if control["ask"].more],
        "errors": errors,
        "problem": errors.get("", ""),
        "seen": _seen(campaign, step) if campaign.pk else "",
        "draft_key": "" if campaign.pk else (posted or QueryDict()).get("draft_key") or uuid4().hex,
        "version": posted.get("version") if posted is not None else campaign.version,
    }
    context["changed"] = sum(control["changed"] for control in context["more"])
    context["open_more"] = any(control["error"] for control in context["more"])
    context |= _extras(request, campaign, step, posted_for, errors)
    return render(request, "campaigns/step.html", context, status=status)


def _extras(
    request: ActorRequest, campaign: Campaign, step: f.Step, posted_for: PostedFor, errors: dict[str, str]
) -> dict[str, Any]:
    if step.key == "mode" and not campaign.pk:
        return {"like": visible(request.actor).exclude(name="").order_by("-pk")[:LIKE]}
    if step.key == "hours":
        week = week_of(campaign, posted_for("hours"), wrong="hours" in errors)
        return {"week": week}
    if step.key == "retries":
        return {"retries": retry_rows(campaign, posted_for("retries"), errors), "gap": minutes(campaign.gap)}
    if step.key == "results":
        others = other_script_rows(campaign, request.actor, posted_for("other_scripts"))
        return _chosen(request, campaign) | {"others": others}
    return {}

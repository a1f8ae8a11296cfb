"""What people do with a campaign. Each answers with the page it came from, which shows what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campana.accounts.access import actor_of, requires
from campana.accounts.permissions import CAMPAIGNS_CONTACTS, CAMPAIGNS_RUN, CAMPAIGNS_VIEW
from campana.campaigns import operations
from campana.kernel.clock import utc_now
from campana.kernel.refusals import Invalid
from campana.supervision import queries

RUN: dict[str, Callable[..., Any]] = {
    "start": operations.start_campaign,
    "pause": operations.pause_campaign,
    "finish": operations.finish_campaign,
    "stop": operations.stop_campaign,
}


@requires(CAMPAIGNS_RUN)
@require_POST
def run(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """``verb``: start, pause, finish or stop."""
    actor = actor_of(request)
    campaign = queries.campaign_of(actor, campaign_id)
    act = RUN.get(request.POST.get("verb", ""))
    if act is None:
        raise Invalid(field="verb")
    act(campaign=campaign, actor=actor, now=utc_now())
    return _back(request, campaign_id)


@requires(CAMPAIGNS_VIEW)
@require_POST
def approval(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Whether somebody may approve is the operation's to say: organisations may let supervisors do it."""
    actor = actor_of(request)
    start_now = {"yes": True, "no": False}.get(request.POST.get("start_now", ""))
    campaign = queries.campaign_of(actor, campaign_id)
    operations.approve_campaign(campaign=campaign, actor=actor, now=utc_now(), start_now=start_now)
    messages.success(request, _("{name} is approved.").format(name=campaign.name))
    return _back(request, campaign_id)


@requires(CAMPAIGNS_VIEW)
@require_POST
def rejection(request: HttpRequest, campaign_id: int) -> HttpResponse:
    actor = actor_of(request)
    campaign = queries.campaign_of(actor, campaign_id)
    comment = request.POST.get("comment", "").strip()
    operations.reject_campaign(campaign=campaign, actor=actor, now=utc_now(), comment=comment)
    messages.success(request, _("{name} went back to its author as a draft.").format(name=campaign.name))
    return _back(request, campaign_id)


@requires(CAMPAIGNS_CONTACTS)
@require_POST
def stop_contact(request: HttpRequest, campaign_id: int, task_id: int) -> HttpResponse:
    actor = actor_of(request)
    task = queries.task_of(queries.campaign_of(actor, campaign_id), task_id)
    operations.stop_task(task_id=task.pk, actor=actor, now=utc_now())
    return HttpResponseRedirect(reverse("supervision:contact", args=[campaign_id, task_id]))


def _back(request: HttpRequest, campaign_id: int) -> HttpResponse:
    way = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(way, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        way = reverse("supervision:campaign", args=[campaign_id])
    return HttpResponseRedirect(way)

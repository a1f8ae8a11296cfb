"""Approval, run, archive and deletion as nouns; the buttons stand on supervision's pages and here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.campaigns import operations, web
from campana.campaigns.queries.overview import campaign_of
from campana.campaigns.web.review import page_of
from campana.kernel.refusals import Invalid


class NoSuchEnd(Invalid):
    code = "no_such_end"
    detail = "Choose pause, stop or finish."


@requires(permissions.CAMPAIGNS_APPROVE)
@require_http_methods(["POST", "PUT", "DELETE"])
def approval(request: ActorRequest, pk: int) -> HttpResponse:
    """POST or PUT approves (``start_now`` yes or no), DELETE rejects or withdraws (``comment``)."""
    campaign = campaign_of(request.actor, pk)
    values = request.POST if request.method == "POST" else request.GET
    comment = values.get("comment", "")
    if request.method == "DELETE" or values.get("reject"):
        operations.withdraw_approval(campaign=campaign, actor=request.actor, now=web.now(), comment=comment)
        messages.success(request, _("The campaign is a draft again."))
        return go(request, page_of(campaign))
    start = {"yes": True, "no": False}.get(values.get("start_now", ""))
    operations.approve_campaign(campaign=campaign, actor=request.actor, now=web.now(), start_now=start, comment=comment)
    messages.success(request, _("Approved."))
    return go(request, page_of(campaign))


@requires(permissions.CAMPAIGNS_RUN)
@require_http_methods(["POST", "PUT", "DELETE"])
def run(request: ActorRequest, pk: int) -> HttpResponse:
    """POST or PUT starts or resumes; DELETE, or POST with ``how``, pauses, stops or finishes."""
    campaign = campaign_of(request.actor, pk)
    values = request.POST if request.method == "POST" else request.GET
    how = values.get("how", "pause" if request.method == "DELETE" else "start")
    wishes = {
        "start": operations.start_campaign,
        "pause": operations.pause_campaign,
        "stop": operations.stop_campaign,
        "finish": operations.finish_campaign,
    }
    if how not in wishes:
        raise NoSuchEnd(field="how")
    wishes[how](campaign=campaign, actor=request.actor, now=web.now())
    return go(request, page_of(campaign))


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["POST", "PUT"])
def archive(request: ActorRequest, pk: int) -> HttpResponse:
    campaign = campaign_of(request.actor, pk)
    operations.archive_campaign(campaign=campaign, actor=request.actor, now=web.now())
    return go(request, page_of(campaign))


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["DELETE"])
def campaign(request: ActorRequest, pk: int) -> HttpResponse:
    """One that never dialled is deleted; a finished one is archived."""
    operations.delete_campaign(campaign=campaign_of(request.actor, pk), actor=request.actor, now=web.now())
    messages.success(request, _("The campaign is put away."))
    try:
        return go(request, reverse("supervision:campaigns"))
    except NoReverseMatch:
        return go(request, reverse("campaigns:new"))

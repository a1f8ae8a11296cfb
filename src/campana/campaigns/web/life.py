"""Putting a campaign away. Approval and run stand on the campaign's own page, which is supervision's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.campaigns import operations, web
from campana.campaigns.queries.overview import campaign_of
from campana.campaigns.web.review import list_page, page_of


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["POST", "PUT"])
def archive(request: ActorRequest, pk: int) -> HttpResponse:
    campaign = campaign_of(request.actor, pk)
    operations.archive_campaign(campaign=campaign, actor=request.actor, now=web.now())
    return go(request, page_of(campaign))


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["POST", "PUT"])
def removal(request: ActorRequest, pk: int) -> HttpResponse:
    """One that never dialled is deleted; a finished one is archived."""
    operations.delete_campaign(campaign=campaign_of(request.actor, pk), actor=request.actor, now=web.now())
    messages.success(request, _("The campaign is put away."))
    return go(request, list_page())

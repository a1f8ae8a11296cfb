"""New campaigns like earlier ones."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go
from campana.campaigns import operations, web
from campana.campaigns.models import Campaign
from campana.campaigns.queries.overview import campaign_of
from campana.campaigns.web.frame import address


@requires(permissions.CAMPAIGNS_MANAGE)
@require_POST
def copies(request: ActorRequest, pk: int) -> HttpResponse:
    """A draft with the settings of this campaign."""
    return _copy(request, campaign_of(request.actor, pk))


@requires(permissions.CAMPAIGNS_MANAGE)
@require_POST
def likes(request: ActorRequest) -> HttpResponse:
    """The same, chosen from the list on the page of a new campaign."""
    given = request.POST.get("like", "")
    return _copy(request, campaign_of(request.actor, int(given) if given.isdecimal() and len(given) < 19 else 0))


def _copy(request: ActorRequest, campaign: Campaign) -> HttpResponse:
    name = request.POST.get("name", "").strip() or _("%(name)s, again") % {"name": campaign.name}
    made = operations.copy_campaign(campaign=campaign, actor=request.actor, name=name, now=web.now())
    messages.success(request, _("The draft has the settings of %(name)s.") % {"name": campaign.name})
    return go(request, address(made, "mode"))

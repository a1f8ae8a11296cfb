"""Campaigns: made, read, changed, put away."""

from __future__ import annotations

from typing import Literal

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Filters, Id, Listing, Page, Paging, Query, Status, page, requires
from campana.campaigns import operations
from campana.campaigns.api.router import router
from campana.campaigns.api.schemas import CampaignIn, CampaignOut, CampaignPatch, CampaignRow
from campana.campaigns.models import Campaign
from campana.campaigns.queries.overview import campaign_of, visible

State = Literal["draft", "processing", "not_approved", "scheduled", "running", "paused", "finished", "archived"]


class CampaignFilters(Filters):
    state: State | None = None
    mode: Literal["progressive", "preview", "predictive"] | None = None


@router.get("/campaigns", response=Page[CampaignRow], summary="List campaigns")
@requires(permissions.CAMPAIGNS_VIEW)
def list_campaigns(request: ApiRequest, filters: Query[CampaignFilters], paging: Query[Paging]) -> Listing[Campaign]:
    """Newest first."""
    rows = visible(request.actor).filter(**filters.model_dump(exclude_none=True))
    return page(request, rows, paging)


@router.post("/campaigns", response={201: CampaignOut}, summary="Make a campaign")
@requires(permissions.CAMPAIGNS_MANAGE)
def create_campaign(request: ApiRequest, payload: CampaignIn) -> Status[CampaignOut]:
    """Checks everything and turns the contacts into tasks in the background: state ``processing``, then
    ``not_approved``, or ``scheduled`` where no approval is needed. With ``draft`` it stays a draft."""
    actor, now = request.actor, request.now
    values = {**payload.given(), "name": payload.name, "mode": payload.mode}
    campaign = operations.create_campaign(actor=actor, values=values, now=now)
    if payload.contacts:
        sources = [source.model_dump(exclude_none=True) for source in payload.contacts]
        operations.add_sources(campaign=campaign, actor=actor, sources=sources, now=now)
    if not payload.draft:
        operations.finish_draft(campaign=campaign, actor=actor, now=now)
    return Status(201, CampaignOut.of(campaign_of(actor, campaign.pk), actor))


@router.get("/campaigns/{campaign_id}", response=CampaignOut, summary="Read a campaign")
@requires(permissions.CAMPAIGNS_VIEW)
def get_campaign(request: ApiRequest, campaign_id: Id) -> CampaignOut:
    return CampaignOut.of(campaign_of(request.actor, campaign_id), request.actor)


@router.patch("/campaigns/{campaign_id}", response=CampaignOut, summary="Change a campaign")
@requires(permissions.CAMPAIGNS_MANAGE)
def change_campaign(request: ApiRequest, campaign_id: Id, payload: CampaignPatch) -> CampaignOut:
    """Takes effect with the next attempt. ``mode`` can be changed in a draft only."""
    campaign = campaign_of(request.actor, campaign_id)
    operations.change_campaign(
        campaign=campaign, actor=request.actor, values=payload.given(), version=payload.version, now=request.now
    )
    return CampaignOut.of(campaign_of(request.actor, campaign_id), request.actor)


@router.delete("/campaigns/{campaign_id}", response={204: None}, summary="Delete or archive a campaign")
@requires(permissions.CAMPAIGNS_MANAGE)
def delete_campaign(request: ApiRequest, campaign_id: Id) -> Status[None]:
    """One that never dialled is deleted, a finished one is archived and keeps its calls."""
    campaign = campaign_of(request.actor, campaign_id)
    operations.delete_campaign(campaign=campaign, actor=request.actor, now=request.now)
    return Status(204, None)

"""Creation of a draft, approval, and the run of a campaign."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Filters, Id, In, Query, requires
from campana.accounts.api.schemas import NO_NUL
from campana.campaigns import operations
from campana.campaigns.api.router import router
from campana.campaigns.api.schemas import CampaignOut, Version
from campana.campaigns.queries.overview import campaign_of
from campana.engine.words import CampaignState

Comment = Annotated[str, Field(pattern=NO_NUL, max_length=1000)]
START_NOW = "Where the start time has come: true starts it, false leaves the start to a person."


class CreationIn(In):
    approve: bool = Field(False, description="Create and approve; needs the permission campaigns.approve.")
    start_now: bool | None = Field(None, description=START_NOW)
    version: Version | None = None


class ApprovalIn(In):
    start_now: bool | None = Field(None, description=START_NOW)
    comment: Comment = ""
    version: Version | None = None


class WithdrawalFilters(Filters):
    comment: Comment = ""


class RunIn(In):
    version: Version | None = None


class EndFilters(Filters):
    how: Literal["pause", "finish", "stop"] = Field(
        "pause",
        description="pause: no new call, ringing ones ring out. stop: also cancels what was not answered."
        " finish: for good, contacts not called become not_processed.",
    )


@router.put("/campaigns/{campaign_id}/creation", response=CampaignOut, summary="Create a draft")
@requires(permissions.CAMPAIGNS_MANAGE)
def finish_draft(request: ApiRequest, campaign_id: Id, payload: CreationIn | None = None) -> CampaignOut:
    """The draft is complete: its contacts become tasks. Answers with everything that is missing (422)."""
    given = payload or CreationIn.model_validate({})
    operations.finish_draft(
        campaign=campaign_of(request.actor, campaign_id),
        actor=request.actor,
        now=request.now,
        approve=given.approve,
        start_now=given.start_now,
        version=given.version,
    )
    return CampaignOut.of(campaign_of(request.actor, campaign_id), request.actor)


@router.put("/campaigns/{campaign_id}/approval", response=CampaignOut, summary="Approve a campaign")
@requires(permissions.CAMPAIGNS_APPROVE)
def approve_campaign(request: ApiRequest, campaign_id: Id, payload: ApprovalIn | None = None) -> CampaignOut:
    """A draft is created and approved in one. The organisation may want another person than the author."""
    given, campaign = payload or ApprovalIn.model_validate({}), campaign_of(request.actor, campaign_id)
    if campaign.state == CampaignState.DRAFT:
        operations.finish_draft(
            campaign=campaign,
            actor=request.actor,
            now=request.now,
            approve=True,
            start_now=given.start_now,
            version=given.version,
        )
    else:
        operations.approve_campaign(
            campaign=campaign,
            actor=request.actor,
            now=request.now,
            start_now=given.start_now,
            comment=given.comment,
            version=given.version,
        )
    return CampaignOut.of(campaign_of(request.actor, campaign_id), request.actor)


@router.delete("/campaigns/{campaign_id}/approval", response=CampaignOut, summary="Reject or withdraw approval")
@requires(permissions.CAMPAIGNS_APPROVE)
def withdraw_approval(request: ApiRequest, campaign_id: Id, filters: Query[WithdrawalFilters]) -> CampaignOut:
    """Before the first call: the campaign is a draft again."""
    operations.withdraw_approval(
        campaign=campaign_of(request.actor, campaign_id),
        actor=request.actor,
        now=request.now,
        comment=filters.comment,
    )
    return CampaignOut.of(campaign_of(request.actor, campaign_id), request.actor)


@router.put("/campaigns/{campaign_id}/run", response=CampaignOut, summary="Start or resume a campaign")
@requires(permissions.CAMPAIGNS_RUN)
def start_campaign(request: ApiRequest, campaign_id: Id, payload: RunIn | None = None) -> CampaignOut:
    """``wanted`` becomes ``run``; the campaign runs as soon as its time, hours and agents allow it."""
    given = payload or RunIn()
    operations.start_campaign(
        campaign=campaign_of(request.actor, campaign_id),
        actor=request.actor,
        now=request.now,
        version=given.version,
    )
    return CampaignOut.of(campaign_of(request.actor, campaign_id), request.actor)


@router.delete("/campaigns/{campaign_id}/run", response=CampaignOut, summary="Pause, stop or finish a campaign")
@requires(permissions.CAMPAIGNS_RUN)
def end_run(request: ApiRequest, campaign_id: Id, filters: Query[EndFilters]) -> CampaignOut:
    ends = {
        "pause": operations.pause_campaign,
        "finish": operations.finish_campaign,
        "stop": operations.stop_campaign,
    }
    campaign = campaign_of(request.actor, campaign_id)
    ends[filters.how](campaign=campaign, actor=request.actor, now=request.now)
    return CampaignOut.of(campaign_of(request.actor, campaign_id), request.actor)

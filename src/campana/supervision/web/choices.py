"""Which verbs a person is offered for a campaign: those its state and his rights allow."""

from __future__ import annotations

from dataclasses import dataclass

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.campaigns.permissions import may_approve
from campana.campaigns.transitions import Verb, move
from campana.engine.words import CampaignReason, CampaignState, StartKind, Wanted
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused


@dataclass(frozen=True, slots=True)
class Choices:
    approve: bool = False
    asks_start: bool = False
    """Approving now asks "start now or approve only" (CAM-052)."""
    start: bool = False
    resume: bool = False
    """Start is called Resume here."""
    pause: bool = False
    finish: bool = False
    stop: bool = False
    archive: bool = False
    delete: bool = False
    """A campaign that never dialled; whether it did is asked once more when it is done."""
    reopen: bool = False
    """Contacts can be returned to dialling, or started again."""


def choices(campaign: Campaign, actor: Actor, now: Instant) -> Choices:
    run, manage = actor.can(permissions.CAMPAIGNS_RUN), actor.can(permissions.CAMPAIGNS_MANAGE)
    come = campaign.start_at is None or campaign.start_at <= now
    return Choices(
        approve=campaign.state == CampaignState.NOT_APPROVED and may_approve(actor, campaign),
        asks_start=come and campaign.start_kind == StartKind.AUTOMATIC,
        start=run and _possible(campaign, Verb.START) and not _goes_on_by_itself(campaign),
        resume=campaign.state != CampaignState.SCHEDULED,
        pause=run and _possible(campaign, Verb.PAUSE),
        finish=run and _possible(campaign, Verb.FINISH),
        reopen=run and _possible(campaign, Verb.RESTART),
        archive=manage and _possible(campaign, Verb.ARCHIVE),
        delete=manage and campaign.state != CampaignState.FINISHED and _possible(campaign, Verb.DELETE),
        stop=run and campaign.state == CampaignState.RUNNING and _possible(campaign, Verb.STOP),
    )


def asked(campaign: Campaign) -> str:
    """What was asked for and is not done yet: ``pause``, ``finish``, ``run`` or blank."""
    done = {
        Wanted.PAUSE: (CampaignState.PAUSED, CampaignState.FINISHED),
        Wanted.FINISH: (CampaignState.FINISHED,),
        Wanted.RUN: (CampaignState.RUNNING, CampaignState.FINISHED, CampaignState.PAUSED),
    }
    over = campaign.state == CampaignState.ARCHIVED
    if not campaign.wanted or over or campaign.state in done[Wanted(campaign.wanted)]:
        return ""
    return campaign.wanted


def _goes_on_by_itself(campaign: Campaign) -> bool:
    """It waits for its hours and is wanted to run: nobody can hurry that, and Resume would do nothing."""
    waits = campaign.state_reason == CampaignReason.OUTSIDE_HOURS and campaign.wanted == Wanted.RUN
    return campaign.state == CampaignState.PAUSED and waits


def _possible(campaign: Campaign, verb: Verb) -> bool:
    try:
        move(campaign.state, campaign.wanted, verb, reason=campaign.state_reason)
    except Refused:
        return False
    return True

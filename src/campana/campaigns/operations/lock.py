"""Taking a campaign for a change: one at a time, with the version the person had before him."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.campaigns.models import Campaign
from campana.campaigns.permissions import campaign_scope
from campana.campaigns.transitions import Move, Verb, move
from campana.engine.words import CampaignState
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound, Refused
from campana.relay import facts, mailbox

LIVE = (CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED)


class Stale(Refused):
    code = "stale_version"
    detail = "Somebody else changed this in the meantime. Look at the present version and repeat your change."


def locked(campaign_id: int, actor: Actor, *, version: int | None = None) -> Campaign:
    """The campaign's row, locked until the transaction ends. Raises NotFound, Stale."""
    try:
        campaign = (
            Campaign.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .get(campaign_scope(actor), pk=campaign_id, organisation_id=actor.organisation.pk)
        )
    except Campaign.DoesNotExist:
        raise NotFound(kind="campaign") from None
    if version is not None and campaign.version != version:
        raise Stale(version=campaign.version)
    return campaign


def move_of(campaign: Campaign, verb: Verb) -> Move:
    """What ``verb`` does to this campaign now; raises the refusals of ``transitions.move``."""
    return move(campaign.state, campaign.wanted, verb, reason=campaign.state_reason)


def has_dialled(campaign: Campaign) -> bool:
    """Also where its calls are no longer kept: what was counted of them stays."""
    return campaign.attempts.exists() or bool(campaign.tallies.aggregate(n=Sum("n"))["n"])


def save(campaign: Campaign, *fields: str) -> None:
    """Write these columns and a new version; every other column is left as the row has it."""
    campaign.version += 1
    campaign.save(update_fields=[*fields, "version"])


def to_state(campaign: Campaign, state: CampaignState, now: Instant) -> list[str]:
    """Set a state this app owns, in the transaction that saves it, and tell who listens; the columns to save."""
    campaign.state, campaign.state_reason, campaign.state_since = state, "", now
    tell_moved(campaign, state, now)
    return ["state", "state_reason", "state_since"]


def tell_moved(campaign: Campaign, state: CampaignState, now: Instant) -> None:
    """As the engine tells of the states that are its own."""
    facts.publish(campaign.organisation_id, [facts.campaign_moved(campaign.pk, state, "", now)], now)


def told(campaign: Campaign, actor: Actor, action: str, now: Instant, **after: Any) -> None:
    """Audit the act; the engine hears of it if it knows the campaign or is to forget it."""
    record_audit(
        actor=actor, action=action, object_type="campaign", object_id=campaign.pk, now=now, after=after or None
    )
    mailbox.post(organisation_id=campaign.organisation_id, kind="campaign", now=now, id=campaign.pk)

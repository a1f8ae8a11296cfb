"""A new campaign begins as a draft with defaults (CAM-039, CAM-041), and with what the law of the country asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.law import pack_of
from campana.accounts.operations.record_audit import record_audit
from campana.campaigns.lawful import defaults
from campana.campaigns.models import Campaign
from campana.campaigns.operations.change_campaign import stays_his
from campana.campaigns.operations.write import write
from campana.campaigns.validation import clean
from campana.campaigns.validation.refusals import LeavesYourGroups
from campana.engine.words import CampaignState, DialMode
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalids
from campana.scripts.operations import default_result_set


def create_campaign(*, actor: Actor, values: Mapping[str, Any], now: Instant) -> Campaign:
    """A draft with the given settings over the organisation's defaults. Raises Invalids, NotAllowed."""
    actor.require(permissions.CAMPAIGNS_MANAGE)
    cleaned = clean(values, actor=actor, campaign=None, now=now)
    with transaction.atomic():
        campaign = Campaign(
            organisation=actor.organisation,
            mode=DialMode.PROGRESSIVE,
            author=actor.user,
            created_at=now,
            state=CampaignState.DRAFT,
            state_since=now,
            start_at=now,
            result_set=default_result_set(actor.organisation),
        )
        if "hours" not in cleaned.columns:
            campaign.hours = _hours_of_last(actor)
        pack = pack_of(actor.organisation.default_country)
        lawful = defaults(pack) if pack else {}
        for column, value in {**lawful, **cleaned.columns}.items():
            setattr(campaign, column, value)
        campaign.save(force_insert=True)
        write(campaign, cleaned.chosen)
        if not stays_his(campaign, actor):
            raise Invalids([LeavesYourGroups(field="groups")])
        record_audit(
            actor=actor,
            action="campaign.create",
            object_type="campaign",
            object_id=campaign.pk,
            now=now,
            after={"name": campaign.name, "mode": campaign.mode},
        )
    return campaign


def _hours_of_last(actor: Actor) -> Any:
    """The grid the same person gave his campaign before (CAM-041, D16); all hours at first."""
    if actor.user is None:
        return []
    mine = Campaign.objects.filter(organisation=actor.organisation, author=actor.user)
    last = mine.exclude(state=CampaignState.DRAFT).order_by("-pk").values_list("hours", flat=True).first()
    return last or []

"""Room for one more call: the licence over everything that talks, then the campaign's own cap (CAM-465..470)."""

from __future__ import annotations

from campana.engine.config import CampaignConfig, OrganisationConfig
from campana.engine.words import RefusalCode


def check(
    organisation: OrganisationConfig, campaign: CampaignConfig, *, live: int, other_calls: int, campaign_live: int
) -> RefusalCode | None:
    """Why not one more. ``live``: customer calls of all campaigns; ``other_calls``: manual and inbound."""
    if organisation.emergency_stop:
        return RefusalCode.EMERGENCY_STOP
    if live + other_calls >= organisation.licence_calls - organisation.reserved_calls:
        return RefusalCode.LICENCE_FULL
    if campaign.max_calls is not None and campaign_live >= campaign.max_calls:
        return RefusalCode.CAMPAIGN_FULL
    return None


def room(
    organisation: OrganisationConfig, campaign: CampaignConfig, *, live: int, other_calls: int, campaign_live: int
) -> int:
    """How many more calls of this campaign the caps allow."""
    licence = organisation.licence_calls - organisation.reserved_calls - live - other_calls
    own = licence if campaign.max_calls is None else campaign.max_calls - campaign_live
    return max(0, min(licence, own))

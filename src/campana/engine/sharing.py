"""Agents that several campaigns could have: who has the better claim on the free ones (CAM-451, 453)."""

from __future__ import annotations

from campana.engine.campaign import Campaign
from campana.engine.prediction.situation import pending
from campana.engine.state import State


def claimed(s: State, campaign: Campaign) -> int:
    """Free agents of this campaign that others have a better claim on.

    Pending calls of over-dialling campaigns will need them, and a more urgent campaign whose tasks are being read
    this very moment goes first (CAM-451).
    """
    claims = 0
    for campaign_id in s.over_dialling:
        other = s.campaigns[campaign_id]
        if other is not campaign and other.live:
            claims += min(_needed(s, other), _shared(campaign, other))
    if s.reading and min(s.reading.values()) < campaign.urgency:
        s.yielding.add(campaign.id)
        for campaign_id, urgency in s.reading.items():
            if urgency < campaign.urgency:
                other = s.campaigns[campaign_id]
                claims += min(other.asked, _shared(campaign, other))
    return claims


def note_hunger(s: State, campaign: Campaign, claims: int) -> None:
    if claims and campaign.free:
        s.outbid.add(campaign.id)
    if claims and campaign.free and campaign.buffer:
        s.hungry.add(campaign.id)
    else:
        s.hungry.discard(campaign.id)


def somebody_is_hungry(s: State, campaign: Campaign) -> bool:
    """An over-dialling campaign starts nothing new while one as urgent waits for an agent its calls claim (CAM-453)."""
    for campaign_id in s.hungry - {campaign.id}:
        other = s.campaigns[campaign_id]
        if other.running and other.buffer and other.urgency <= campaign.urgency and _shared(campaign, other):
            return True
    return False


def _needed(s: State, other: Campaign) -> int:
    """How many agents the pending calls of an over-dialling campaign will ask for."""
    out = pending(s, other)
    if other.prediction is not None and other.prediction.pace is not None:
        return min(out, -(-int(other.prediction.pace.answers_soon * 10) // 10))
    return -(-out // max(1, int(other.config.coefficient)))


def _shared(one: Campaign, other: Campaign) -> int:
    """Free agents that both campaigns could have."""
    return len(one.free.keys() & other.free.keys())

"""Progressive, customer first (CAM-100..104): calls leave by themselves for free agents.

With coefficient 1 an agent is reserved before the number is dialled, so nobody who answers is left without one.
Above 1 agents are chosen at pick-up; a contact who was abandoned before still gets a reserved agent.
"""

from __future__ import annotations

from campana.engine import dialling, tasks
from campana.engine.agent import Agent
from campana.engine.campaign import Campaign
from campana.engine.pacing import fixed
from campana.engine.routing import longest_idle
from campana.engine.state import State
from campana.engine.words import RefusalCode
from campana.kernel.ids import AgentId


class Progressive:
    def dial(self, s: State, campaign: Campaign) -> RefusalCode | None:
        reserves = _reserves(campaign)
        pending = 0 if reserves else _pending(s, campaign)
        claimed = _claimed(s, campaign)
        while True:
            free = len(campaign.free) - claimed
            room = free if reserves else _allowance(campaign, free, pending)
            if room <= 0 or (not reserves and _somebody_is_hungry(s, campaign)):
                _note_hunger(s, campaign, claimed)
                return RefusalCode.NO_AGENT
            s.hungry.discard(campaign.id)
            held = dialling.held(s, campaign)
            if held is not None:
                return held
            item = tasks.next_card(s, campaign)
            if item is None:
                return None
            agent = _reserve(s, campaign, item.card.preferred_agent) if reserves or item.card.guaranteed else None
            if agent is None and (reserves or item.card.guaranteed):
                tasks.put_back(s, campaign, item)
                return RefusalCode.NO_AGENT
            if dialling.start(s, campaign, item.card, agent) and agent is None:
                pending += 1


def _reserves(campaign: Campaign) -> bool:
    return campaign.config.coefficient <= 1.0


def _allowance(campaign: Campaign, free: int, pending: int) -> int:
    return fixed.allowance(free=free, pending=pending, coefficient=campaign.config.coefficient)


def _pending(s: State, campaign: Campaign) -> int:
    """Calls under way for which no agent has been chosen yet."""
    return sum(1 for attempt_id in campaign.live if s.attempts[attempt_id].agent_id is None)


def _claimed(s: State, campaign: Campaign) -> int:
    """Free agents of this campaign that others have a better claim on.

    Pending calls of over-dialling campaigns will need them, and a more urgent campaign whose tasks are being read
    this very moment goes first (CAM-451).
    """
    claimed = 0
    for campaign_id in s.over_dialling:
        other = s.campaigns[campaign_id]
        if other is not campaign and other.live:
            needed = -(-_pending(s, other) // max(1, int(other.config.coefficient)))
            claimed += min(needed, _shared(campaign, other))
    if s.reading and min(s.reading.values()) < campaign.urgency:
        s.yielding.add(campaign.id)
        for campaign_id, urgency in s.reading.items():
            if urgency < campaign.urgency:
                other = s.campaigns[campaign_id]
                claimed += min(other.asked, _shared(campaign, other))
    return claimed


def _note_hunger(s: State, campaign: Campaign, claimed: int) -> None:
    if claimed and campaign.free:
        s.outbid.add(campaign.id)
    if claimed and campaign.free and campaign.buffer:
        s.hungry.add(campaign.id)
    else:
        s.hungry.discard(campaign.id)


def _somebody_is_hungry(s: State, campaign: Campaign) -> bool:
    """An over-dialling campaign starts nothing new while one as urgent waits for an agent its calls claim (CAM-453)."""
    for campaign_id in s.hungry - {campaign.id}:
        other = s.campaigns[campaign_id]
        if other.running and other.buffer and other.urgency <= campaign.urgency and _shared(campaign, other):
            return True
    return False


def _shared(one: Campaign, other: Campaign) -> int:
    """Free agents that both campaigns could have."""
    return len(one.free.keys() & other.free.keys())


def _reserve(s: State, campaign: Campaign, preferred: AgentId | None) -> Agent | None:
    chosen = longest_idle.choose(campaign.free, preferred=preferred if preferred in campaign.free else None)
    return s.agents[chosen] if chosen is not None else None

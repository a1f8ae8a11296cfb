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


class Progressive:
    def dial(self, s: State, campaign: Campaign) -> RefusalCode | None:
        while True:
            room = _room(s, campaign)
            if room <= 0:
                return RefusalCode.NO_AGENT
            held = dialling.held(s, campaign)
            if held is not None:
                return held
            item = tasks.next_card(campaign, None)
            if item is None:
                return None
            agent = _reserve(s, campaign, item.card.preferred_agent, item.card.guaranteed)
            if agent is None and (_reserves(campaign) or item.card.guaranteed):
                tasks.put_back(campaign, item)
                return RefusalCode.NO_AGENT
            dialling.start(s, campaign, item.card, agent)


def _reserves(campaign: Campaign) -> bool:
    return campaign.config.coefficient <= 1.0


def _room(s: State, campaign: Campaign) -> int:
    free = len(campaign.free) - _claimed(s, campaign)
    if _reserves(campaign):
        return free
    return fixed.allowance(free=free, pending=_pending(s, campaign), coefficient=campaign.config.coefficient)


def _pending(s: State, campaign: Campaign) -> int:
    """Calls under way for which no agent has been chosen yet."""
    return sum(1 for attempt_id in campaign.live if s.attempts[attempt_id].agent_id is None)


def _claimed(s: State, campaign: Campaign) -> int:
    """Free agents of this campaign that others have a better claim on.

    Pending calls of over-dialling campaigns will need them, and a more urgent campaign whose tasks are being read
    this very moment goes first (CAM-451).
    """
    claimed = 0
    for other in s.campaigns.values():
        if other is campaign:
            continue
        needed = 0
        if other.live and not _reserves(other):
            needed = -(-_pending(s, other) // max(1, int(other.config.coefficient)))
        if other.request is not None and not other.buffer and other.order[0] < campaign.order[0]:
            needed += other.asked
            s.yielding.add(campaign.id)
        if needed:
            claimed += min(needed, sum(1 for agent_id in other.free if agent_id in campaign.free))
    return claimed


def _reserve(s: State, campaign: Campaign, preferred: int | None, guaranteed: bool) -> Agent | None:
    if not (_reserves(campaign) or guaranteed):
        return None
    chosen = longest_idle.choose(campaign.free, preferred=next((a for a in campaign.free if a == preferred), None))
    return s.agents[chosen] if chosen is not None else None

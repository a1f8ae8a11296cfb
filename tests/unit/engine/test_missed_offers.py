"""Whoever missed too many offers is counted nowhere as somebody who takes calls."""

from __future__ import annotations

from datetime import timedelta

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.words import CampaignReason, CampaignState, Cause, DialMode, PaceBound
from campana.kernel.ids import agent_leg, customer_leg
from support.dialler import ALICE, BOB, Dialler, campaign, card


def miss_three(d: Dialler) -> None:
    for _ in range(3):
        d.ring()
        d.answer()
        d.agent_ends(Cause.RING_TIMEOUT)
        d.end()
        d.later(1)


def test_whoever_missed_three_offers_keeps_no_campaign_running() -> None:
    d = Dialler(campaign(no_agent_grace=timedelta(minutes=5)), tasks=[card(n) for n in range(1, 9)])
    miss_three(d)
    assert d.all(o.AgentSetNotReady)
    d.later(301)
    moved = d.last(o.CampaignMoved)
    assert (moved.state, moved.reason) == (CampaignState.PAUSED, CampaignReason.NO_AGENT)


def test_whoever_missed_three_offers_is_in_no_team_of_the_pacer() -> None:
    d = Dialler(campaign(mode=DialMode.PREDICTIVE), tasks=[card(n) for n in range(1, 20)], agents=[ALICE, BOB])
    for _ in range(3):  # one call is reserved for each agent; those of Alice ring her in vain
        hers = [opened for opened in d.all(o.AttemptOpened) if opened.agent_id == ALICE][-1].attempt_id
        d.give(i.LegAnswered(customer_leg(hers)))
        d.give(i.LegEnded(agent_leg(hers, 1), Cause.RING_TIMEOUT))
        d.give(i.LegEnded(customer_leg(hers), Cause.HUNG_UP))
        d.later(1.5)
    assert d.all(o.AgentSetNotReady)
    d.later(6)
    pace = d.last(o.PaceDecided)
    assert (pace.team, pace.bound) == (1, PaceBound.SMALL_TEAM)

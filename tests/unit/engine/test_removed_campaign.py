"""A campaign that is taken away, approval withdrawn for example, in the very moment its first call leaves."""

from __future__ import annotations

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.words import AgentState, CampaignState, ResultClass, TaskState
from campana.kernel.ids import ResultId
from support.dialler import ALICE, CAMPAIGN, Dialler, campaign, card


def test_a_call_nobody_answered_is_cancelled_and_nothing_more_is_dialled() -> None:
    d = Dialler(tasks=[card(1), card(2)])
    d.give(i.CampaignRemoved(CAMPAIGN))
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg
    d.end()
    d.later(600)
    assert len(d.all(o.Originate)) == 1
    assert d.last(o.AgentMoved).state is AgentState.AVAILABLE


def test_a_talk_goes_on_and_its_result_counts() -> None:
    d = Dialler(tasks=[card(1), card(2)])
    d.talk()
    d.give(i.CampaignRemoved(CAMPAIGN))
    d.end()
    d.give(i.ResultEntered(ALICE, d.attempt(), ResultId(1), ResultClass.WRONG_NUMBER))
    d.later(600)
    assert d.last(o.WrapUpEnded).result_id == 1
    assert d.last(o.TaskMoved).state is TaskState.INVALID
    assert len(d.all(o.Originate)) == 1


def test_one_that_comes_back_before_its_last_call_is_over_goes_on() -> None:
    d = Dialler(tasks=[card(1), card(2)])
    d.talk()
    d.give(i.CampaignRemoved(CAMPAIGN))
    d.waiting = [card(2)]  # it was given back
    d.give(i.CampaignConfigured(campaign(state=CampaignState.SCHEDULED)))
    d.end()
    d.later(60)
    assert len(d.all(o.Originate)) == 2


def test_a_late_result_of_a_campaign_that_nobody_knows_is_refused() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    d.end()
    d.later(60)
    given = i.ResultEntered(ALICE, d.attempt(), ResultId(1), ResultClass.WRONG_NUMBER)
    d.give(i.CampaignRemoved(CAMPAIGN))
    d.give(i.LateResultEntered(given, card(1)))
    assert d.last(o.InputRefused).code == "unknown_campaign"

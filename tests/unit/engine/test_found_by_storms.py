"""What storms found: talks that must go on, tasks that must rest, people and numbers that must not be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import Dialable, TrunkConfig
from campana.engine.words import (
    AgentState,
    AttemptState,
    CampaignReason,
    CampaignState,
    Cause,
    Goal,
    LocalTime,
    Outcome,
    RefusalCode,
    ResultClass,
    TaskState,
    Wanted,
)
from campana.kernel.ids import CampaignId, ResultId, TaskId, agent_leg, attempt_id, customer_leg
from campana.kernel.phone import phone_number
from campana.kernel.windows import Period, Schedule
from support.dialler import ALICE, BOB, CAMPAIGN, HOTLINE, MONDAY, ORGANISATION, TRUNK, Dialler, campaign, card

OLD = attempt_id(1, 1, 7)
CUSTOMER, AGENT = customer_leg(OLD), agent_leg(OLD, 1)


def test_two_who_talk_are_let_together_again_by_the_engine_that_takes_over() -> None:
    """The last one may have died between the journal and the switch: they would sit in silence."""
    d = Dialler(campaign(state=CampaignState.RUNNING), switch=False, fencing=2)
    talk = i.AttemptRestored(
        OLD, card(1), AttemptState.CONNECTED, 0, HOTLINE, TRUNK, ALICE, 1, MONDAY, MONDAY, MONDAY
    )  # fmt: skip
    d.give(talk, i.SwitchReturned((i.LiveLeg(CUSTOMER, True), i.LiveLeg(AGENT, True))))
    assert d.last(o.Bridge) == o.Bridge(CUSTOMER, AGENT)


def test_two_are_let_together_again_when_the_switch_was_away() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    legs = (i.LiveLeg(d.last(o.Originate).leg, True), i.LiveLeg(d.last(o.RingAgent).leg, True))
    d.give(i.SwitchLost(), i.SwitchReturned(legs))
    assert len(d.all(o.Bridge)) == 2


def test_a_number_whose_hours_never_come_is_not_asked_for_again_and_again() -> None:
    """Both clocks must allow the call, and the number's own is half a day away: the engine stood still over it."""
    asked: list[int] = []
    far = Dialable(phone_number("12125550001"), "America/New_York")

    class Endless(Dialler):
        def _reserve(self, wish: o.ReserveTasks) -> i.TasksReserved:
            asked.append(wish.request)
            assert len(asked) < 20, "the engine turns in a circle"
            return i.TasksReserved(CAMPAIGN, wish.request, (replace(card(1), numbers=(far,)),), 1)

    hours = Schedule(tuple(Period(day, 9 * 60, 12 * 60) for day in range(7)))
    d = Endless(campaign(schedule=hours, local_time=LocalTime.BOTH, zones=frozenset({"UTC"})))
    moved = d.last(o.TaskMoved)
    assert (moved.state, moved.refusal) == (TaskState.PLANNED, RefusalCode.OUTSIDE_HOURS)
    assert moved.next_at is not None
    assert moved.next_at > d.now


def lost_in_the_talk(result: ResultClass | None) -> Dialler:
    d = Dialler(tasks=[card(1)], agents=[ALICE, BOB])
    d.talk()
    if result is not None:
        d.give(i.ResultEntered(ALICE, d.attempt(), ResultId(1), result))
    d.agent_ends(Cause.LOST)
    d.later(3)
    return d


def test_what_was_said_counts_though_the_telephone_was_lost_before_the_customer_hung_up() -> None:
    d = lost_in_the_talk(ResultClass.DO_NOT_CALL)
    d.end()
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
    assert d.last(o.WrapUpEnded).result_id == 1
    assert d.last(o.TaskMoved).state is TaskState.EXCLUDED
    assert d.all(o.ContactMarked)
    assert d.last(o.AgentMoved).state is AgentState.AVAILABLE


def test_what_was_said_counts_though_another_agent_is_rung_meanwhile() -> None:
    d = lost_in_the_talk(ResultClass.SUCCESS)
    d.presence(ALICE, online=False)
    assert d.last(o.RingAgent).endpoint == f"PJSIP/{BOB}"
    d.end()
    assert d.last(o.WrapUpEnded).agent_id == ALICE
    assert d.last(o.TaskMoved).state is TaskState.COMPLETED
    assert [moved.state for moved in d.all(o.AgentMoved) if moved.agent_id == BOB][-1] is AgentState.AVAILABLE


def test_whoever_had_an_agent_and_lost_him_was_not_abandoned() -> None:
    d = lost_in_the_talk(None)
    d.end()
    ended = d.last(o.AttemptEnded)
    assert (ended.outcome, ended.abandoned) == (Outcome.HUNG_UP_WAITING, False)


def test_a_refused_attempt_of_a_campaign_that_finished_meanwhile_leaves_its_task_at_rest() -> None:
    d = Dialler(tasks=[card(1)])
    d.give(i.CampaignConfigured(campaign(wanted=Wanted.FINISH)))
    d.give(i.AttemptRefused(d.attempt(), RefusalCode.IN_ANOTHER_CALL))
    assert d.last(o.TaskMoved).state is TaskState.NOT_PROCESSED


def test_a_campaign_whose_last_agent_was_set_not_ready_pauses() -> None:
    strict = replace(ORGANISATION, missed_offers=1)
    d = Dialler(campaign(no_agent_grace=timedelta(seconds=30)), organisation=strict, tasks=[card(1), card(2)])
    d.answer()
    d.agent_ends(Cause.REJECTED)
    d.end()
    d.later(31)
    moved = d.last(o.CampaignMoved)
    assert (moved.state, moved.reason) == (CampaignState.PAUSED, CampaignReason.NO_AGENT)


def test_a_number_that_one_campaign_abandoned_is_dialled_by_another_with_an_agent_only() -> None:
    """The other campaign had read its card before, and holds it until it has a line."""
    second = CampaignId(2)
    eager = {"coefficient": 2.0, "max_wait": timedelta(seconds=5)}
    line = TrunkConfig(TRUNK, "trunk", channels=1, calls_per_second=100)
    d = Dialler(campaign(**eager), campaign(id=second, goal=Goal.NONE, **eager), tasks=[card(1)], trunk=line)
    d.waiting = [replace(card(1), id=TaskId(9), campaign_id=second)]
    d.give(i.TasksAdded(second))
    assert not d.waiting
    d.presence(ALICE, dialling=False)
    d.answer()
    d.later(6)
    d.end(Cause.WE_HUNG_UP)
    d.presence(ALICE)
    first, again = d.all(o.AttemptOpened)
    assert (again.task_id, again.number, again.agent_id) == (9, first.number, ALICE)

"""Preview: a contact on one agent's screen before anything is dialled."""

from __future__ import annotations

from datetime import timedelta

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import Dialable
from campana.engine.words import AgentState, CampaignState, Cause, DialMode, Presence, PreviewStart, TaskState, Wanted
from campana.kernel.ids import AgentId, TaskId
from campana.kernel.phone import phone_number
from support.dialler import ALICE, BOB, Dialler, campaign, card


def shown(**settings: object) -> Dialler:
    config = campaign(mode=DialMode.PREVIEW, preview_start=PreviewStart.SHOWN, **settings)
    return Dialler(config, tasks=[card(1), card(2)])


def offered(*agents: int) -> Dialler:
    config = campaign(mode=DialMode.PREVIEW, preview_time=timedelta(seconds=30))
    return Dialler(config, tasks=[card(1)], agents=agents or (ALICE, BOB))


def test_the_call_starts_by_itself_when_the_card_has_been_shown_its_time() -> None:
    d = shown(preview_time=timedelta(seconds=20))
    d.later(19.9)
    assert not d.all(o.Originate)
    d.later(0.1)
    assert len(d.all(o.Originate)) == 1


def test_the_countdown_begins_with_the_acceptance() -> None:
    d = offered(ALICE)
    assert d.last(o.AgentMoved).state is AgentState.OFFERED
    d.later(10)
    d.give(i.PreviewAccepted(ALICE, TaskId(1)))
    d.later(29.9)
    assert not d.all(o.Originate)
    d.later(0.1)
    assert len(d.all(o.Originate)) == 1


def test_an_offer_not_accepted_goes_to_another_agent() -> None:
    d = offered()
    first = next(moved for moved in d.all(o.AgentMoved) if moved.state is AgentState.OFFERED)
    d.later(30)
    second = [moved for moved in d.all(o.AgentMoved) if moved.state is AgentState.OFFERED][-1]
    assert {first.agent_id, second.agent_id} == {ALICE, BOB}
    assert not d.all(o.AttemptOpened)


def test_a_declined_offer_that_nobody_else_can_have_comes_again_later() -> None:
    d = offered(ALICE)
    d.give(i.SkipRequested(ALICE, TaskId(1)))
    moved = d.last(o.TaskMoved)
    assert (moved.state, moved.rounds) == (TaskState.PLANNED, None)


def test_dial_now_and_hold_do_what_they_say() -> None:
    d = shown()
    d.give(i.HoldRequested(ALICE, TaskId(1)))
    d.later(120)
    assert not d.all(o.Originate)
    d.give(i.DialNowRequested(ALICE, TaskId(1)))
    assert len(d.all(o.Originate)) == 1


def test_a_second_press_of_dial_now_dials_once() -> None:
    d = shown()
    d.give(i.DialNowRequested(ALICE, TaskId(1)))
    d.give(i.DialNowRequested(ALICE, TaskId(1)))
    assert len(d.all(o.Originate)) == 1
    assert d.last(o.InputRefused).code == "preview_gone"


def test_going_away_during_preview_releases_the_contact_uncounted() -> None:
    d = shown()
    d.presence(ALICE, Presence.NOT_READY)
    assert TaskId(1) in d.released
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY


def test_a_suppressed_contact_is_never_shown() -> None:
    config = campaign(mode=DialMode.PREVIEW, preview_start=PreviewStart.SHOWN)
    suppressed = card(1, numbers=(Dialable(phone_number("15550000001"), "UTC", suppressed=True),))
    d = Dialler(config, tasks=[suppressed, card(2)])
    assert d.last(o.AgentMoved).task_id == 2
    assert d.last(o.TaskRefused).task_id == 1


def test_pause_takes_back_offers_but_not_what_was_accepted() -> None:
    d = offered()
    agent = next(moved for moved in d.all(o.AgentMoved) if moved.state is AgentState.OFFERED).agent_id
    d.give(i.PreviewAccepted(agent, TaskId(1)))
    d.give(i.CampaignConfigured(campaign(mode=DialMode.PREVIEW, wanted=Wanted.PAUSE)))
    assert d.last(o.CampaignMoved).state is CampaignState.PAUSED
    d.later(30)
    assert len(d.all(o.Originate)) == 1


def test_the_customer_of_an_unanswered_preview_call_frees_the_agent() -> None:
    d = shown()
    d.give(i.DialNowRequested(ALICE, TaskId(1)))
    d.end(Cause.BUSY)
    assert d.last(o.AgentMoved).state is AgentState.PREVIEW  # the next contact


def test_a_contact_let_pass_by_whoever_is_free_does_not_block_the_list() -> None:
    config = campaign(mode=DialMode.PREVIEW, max_calls=2, accept_timeout=timedelta(seconds=40))
    d = Dialler(config, tasks=[card(n) for n in range(1, 12)], agents=(ALICE, BOB))

    def offers(agent: AgentId) -> list[TaskId]:
        moves = d.all(o.AgentMoved)
        return [m.task_id for m in moves if m.agent_id == agent and m.state is AgentState.OFFERED and m.task_id]

    d.give(i.PreviewAccepted(BOB, offers(BOB)[-1]), i.DialNowRequested(BOB, offers(BOB)[-1]))
    d.talk()
    assert len(offers(ALICE)) == 1
    d.later(50)
    assert len(offers(ALICE)) == 2

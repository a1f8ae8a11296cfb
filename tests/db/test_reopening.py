"""A campaign that was over goes on: contacts returned to dialling, or started again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from campana.accounts.models import AuditEntry
from campana.calls.models import Attempt
from campana.campaigns.models import Campaign, PastRun, Task
from campana.campaigns.operations import Selection, reopen_campaign
from campana.campaigns.operations.lock import Stale
from campana.campaigns.operations.reopen import NobodyToReturn, Reopened, UnknownSelection
from campana.campaigns.queries.runs import runs_of
from campana.campaigns.transitions import WrongState
from campana.campaigns.validation.refusals import EndBeforeStart, EndInPast
from campana.engine.config import TrunkConfig
from campana.kernel.ids import TrunkId
from campana.kernel.refusals import NotAllowed
from campana.relay import facts
from campana.relay.models import Message
from campana.runtime.lockstep import Lockstep
from campana.sim.callees import Fate, Reaction
from campana.sim.switch import SimulatedSwitch, SteppedClock
from campana.sim.world import World
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.calls import attempt, results
from support.campaigns import approved, contacts, in_state, suppress, tasks
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast) -> Iterator[None]:
    with system_scope():
        yield


def over(cast: Cast, *states: str, **columns: Any) -> Campaign:
    """A finished campaign with a task in each of these states, dialled before."""
    campaign = in_state(approved(cast, contacts(cast.lumen, len(states))), "finished", **columns)
    for task, state in zip(tasks(campaign), states, strict=True):
        Task.objects.filter(pk=task.pk).update(
            state=state, rounds=3, attempts=3, by_event={"busy": 3}, last_outcome="busy", finished_at=NOW
        )
    return campaign


def reopen(cast: Cast, campaign: Campaign, how: Any = "return", **more: Any) -> Reopened:
    given: dict[str, Any] = {"actor": actor(cast.carol), "selection": Selection(), "now": NOW} | more
    return reopen_campaign(campaign=campaign, how=how, **given)


def test_returned_contacts_get_fresh_attempts_and_keep_their_history(cast: Cast) -> None:
    campaign = over(cast, "not_reached", "completed")
    done = reopen(cast, campaign)
    assert (done.returned, done.kept, done.campaign.state, done.campaign.run) == (2, 0, "scheduled", 1)
    for task in tasks(campaign):
        assert (task.state, task.rounds, task.attempts, task.by_event) == ("waiting", 0, 0, {})
        assert (task.last_outcome, task.finished_at, task.run) == ("busy", None, 1)
    assert not PastRun.objects.exists()


def test_a_restart_keeps_the_earlier_run(cast: Cast) -> None:
    campaign = over(cast, "not_reached", "completed")
    success = results(cast.lumen, default=False)["success"]
    Task.objects.filter(campaign=campaign, state="completed").update(result_id=success.pk)
    done = reopen(cast, campaign, "restart")
    assert (done.campaign.run, done.returned) == (2, 2)
    assert {(task.run, task.last_outcome, task.result_id) for task in tasks(campaign)} == {(2, "", None)}
    kept = {(run.run, run.state, run.attempts, run.result_id) for run in PastRun.objects.all()}
    assert kept == {(1, "not_reached", 3, None), (1, "completed", 3, success.pk)}


def test_a_run_keeps_the_attempts_it_had_before_contacts_were_returned(cast: Cast) -> None:
    campaign = over(cast, "not_reached")
    task = tasks(campaign)[0]

    def called() -> None:
        made = attempt(campaign, outcome="busy", connected_at=None)
        Attempt.objects.filter(pk=made.pk).update(task=task)
        campaign.tasks.exclude(pk=task.pk).delete()

    for _ in range(3):
        called()
    reopen(cast, campaign)
    assert [(run.number, run.attempts) for run in runs_of(campaign)] == [(1, 3)]
    called()
    campaign.tasks.update(state="not_reached", attempts=1)
    assert [(run.number, run.attempts) for run in runs_of(campaign)] == [(1, 4)]
    in_state(campaign, "finished")
    reopen(cast, campaign, "restart")
    assert [(run.number, run.attempts) for run in runs_of(campaign)] == [(2, 0), (1, 4)]


def test_only_the_chosen_ones_return(cast: Cast) -> None:
    campaign = over(cast, "not_reached", "completed", "not_processed")
    first, second, third = tasks(campaign)
    assert reopen(cast, campaign, selection=Selection("not_reached")).returned == 1
    assert [task.state for task in tasks(campaign)] == ["waiting", "completed", "not_processed"]
    in_state(campaign, "finished")
    assert reopen(cast, campaign, selection=Selection("tasks", tasks=[third.pk])).returned == 1
    assert [task.state for task in tasks(campaign)] == ["not_processed", "completed", "waiting"]
    assert first.pk != second.pk


def test_those_it_closes_for_good_are_told_and_no_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[facts.Event] = []
    monkeypatch.setattr(facts, "_listeners", [lambda organisation, events, now: heard.extend(events)])
    campaign = over(cast, "waiting", "planned", "not_reached", "completed")
    Task.objects.filter(state__in=["waiting", "planned"]).update(finished_at=None)
    first, second, _, _ = tasks(campaign)
    assert reopen(cast, campaign, selection=Selection("tasks", tasks=[second.pk])).returned == 1
    told = [payload["task_id"] for name, payload in heard if name == facts.TASK_FINAL]
    assert told == [first.pk]


@pytest.mark.parametrize(
    ("name", "outcome"), [("busy", "busy"), ("abandoned", "hung_up_waiting"), ("machine", "machine")]
)
def test_contacts_are_chosen_by_their_last_outcome(cast: Cast, name: str, outcome: str) -> None:
    campaign = over(cast, "not_reached", "not_reached")
    chosen = tasks(campaign)[0]
    Task.objects.filter(campaign=campaign).update(last_outcome="no_answer")
    Task.objects.filter(pk=chosen.pk).update(last_outcome=outcome)
    assert reopen(cast, campaign, selection=Selection(name)).returned == 1
    assert [task.pk for task in tasks(campaign) if task.state == "waiting"] == [chosen.pk]


def test_contacts_are_chosen_by_their_result(cast: Cast) -> None:
    campaign = over(cast, "completed", "completed")
    chosen = results(cast.lumen, default=False)["refusal"]
    Task.objects.filter(pk=tasks(campaign)[0].pk).update(result_id=chosen.pk)
    assert reopen(cast, campaign, selection=Selection("result", result=chosen.pk)).returned == 1


def test_who_must_not_be_called_and_who_has_no_number_stays_away(cast: Cast) -> None:
    campaign = over(cast, "completed", "completed", "invalid", "excluded", "completed")
    first, second, *_, fifth = tasks(campaign)
    suppress(cast.lumen, number=first.number)
    suppress(cast.lumen, contact=second.contact, number=second.number, reason="do_not_call_again")
    done = reopen(cast, campaign)
    assert (done.returned, done.kept) == (1, 4)
    assert [task.pk for task in tasks(campaign) if task.state == "waiting"] == [fifth.pk]


def test_nobody_to_return_is_said_and_changes_nothing(cast: Cast) -> None:
    campaign = over(cast, "invalid")
    with pytest.raises(NobodyToReturn):
        reopen(cast, campaign)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.reopened) == ("finished", 0)


def test_a_promised_call_back_stays_promised_unless_all_begins_again(cast: Cast) -> None:
    campaign = over(cast, "planned", state_reason="by_user")
    in_state(campaign, "paused", state_reason="by_user")
    at = NOW + timedelta(hours=3)
    Task.objects.filter(campaign=campaign).update(next_at=at, agreed=True, preferred_agent=cast.alice_agent)
    reopen(cast, campaign)
    [task] = tasks(campaign)
    assert (task.state, task.next_at, task.agreed, task.preferred_agent) == ("planned", at, True, cast.alice_agent)
    in_state(campaign, "paused", state_reason="by_user")
    reopen(cast, campaign, "restart")
    [task] = tasks(campaign)
    assert (task.state, task.next_at, task.agreed, task.preferred_agent) == ("waiting", None, False, None)


def test_an_end_that_has_passed_asks_for_a_new_one(cast: Cast) -> None:
    gone = {"start_at": NOW - timedelta(days=3), "end_at": NOW - timedelta(days=1)}
    campaign = over(cast, "not_reached", **gone)
    with pytest.raises(EndInPast):
        reopen(cast, campaign)
    with pytest.raises(EndBeforeStart):
        reopen(cast, campaign, start_at=NOW + timedelta(days=3), end_at=NOW + timedelta(days=2))
    done = reopen(cast, campaign, end_at=NOW + timedelta(days=2))
    assert done.campaign.end_at == NOW + timedelta(days=2)


@pytest.mark.parametrize("state", ["draft", "not_approved", "scheduled", "running", "archived"])
def test_only_what_is_over_or_paused_can_be_reopened(cast: Cast, state: str) -> None:
    campaign = in_state(over(cast, "not_reached"), state)
    with pytest.raises(WrongState):
        reopen(cast, campaign)


def test_a_stale_page_an_agent_and_an_unknown_choice_are_refused(cast: Cast) -> None:
    campaign = over(cast, "not_reached")
    with pytest.raises(Stale):
        reopen(cast, campaign, version=campaign.version - 1)
    with pytest.raises(NotAllowed):
        reopen(cast, campaign, actor=actor(cast.alice))
    for selection in (Selection("everybody"), Selection("result"), Selection("tasks")):
        with pytest.raises(UnknownSelection):
            reopen(cast, campaign, selection=selection)


def test_the_act_is_audited_and_the_engine_hears_of_it(cast: Cast) -> None:
    campaign = over(cast, "not_reached")
    Message.objects.all().delete()
    reopen(cast, campaign)
    entry = AuditEntry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.action, entry.after["returned"]) == ("campaign.return", 1)
    assert [(message.kind, message.payload) for message in Message.objects.all()] == [("campaign", {"id": campaign.pk})]


class Busy:
    def reaction(self, number: str, call: int) -> Reaction:
        return Reaction(Fate.BUSY)


def test_the_engine_dials_a_returned_campaign_again(cast: Cast) -> None:
    campaign = approved(cast, contacts(cast.lumen, 3), max_attempts=1, agents=[cast.alice_agent.pk])
    Agent.objects.filter(pk=cast.alice_agent.pk).update(wanted="ready", online=True, dialling=True)
    clock = SteppedClock(NOW)
    world = World(callees=Busy(), trunks=[TrunkConfig(TrunkId(1), "carrier", channels=30)])
    shift = Lockstep(cast.lumen.pk, SimulatedSwitch(world, clock), NOW, clock=clock.advance)
    shift.run(until=NOW + timedelta(hours=1))
    campaign.refresh_from_db()
    assert (campaign.state, world.tally.dialled) == ("finished", 3)
    reopen(cast, campaign, now=shift.now)
    shift.run(until=shift.now + timedelta(hours=1))
    shift.finish()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.state_reason, world.tally.dialled) == ("finished", "exhausted", 6)
    assert {task.attempts for task in tasks(campaign)} == {1}

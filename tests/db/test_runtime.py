"""The engine on a real database, in lock-step with a simulated carrier: nothing is lost, nothing is dialled twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from campana.calls.models import Attempt, Skip
from campana.campaigns.models import Campaign, Task
from campana.crm.operations import delete_contact
from campana.engine import outputs as o
from campana.engine.config import TrunkConfig
from campana.engine.words import Cause
from campana.kernel.ids import AttemptId, TrunkId, customer_leg
from campana.kernel.phone import PhoneNumber
from campana.relay import mailbox
from campana.runtime import lease
from campana.runtime.lockstep import Lockstep
from campana.scripts.models import Result
from campana.sim.callees import Fate, Reaction
from campana.sim.switch import SimulatedSwitch, SteppedClock
from campana.sim.world import World
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.campaigns import approved, contacts, hotline, suppress
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db

DAY = NOW + timedelta(hours=12)


class Scripted:
    """Callees by the last digit of their number: 0 to 5 answer, 6 busy, 7 no answer, 8 rejected, 9 not found."""

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        fate = {"6": Fate.BUSY, "7": Fate.NO_ANSWER, "8": Fate.REJECTED, "9": Fate.NOT_FOUND}.get(number[-1])
        return Reaction(fate or Fate.PERSON, talks=30.0)


@pytest.fixture
def tenancy() -> Iterator[None]:
    with system_scope():
        yield


def lockstep(cast: Cast, *, clock: SteppedClock | None = None, world: World | None = None) -> Lockstep:
    clock = clock or SteppedClock(NOW)
    world = world or World(callees=Scripted(), trunks=[TrunkConfig(TrunkId(1), "carrier", channels=30)])
    return Lockstep(cast.lumen.pk, SimulatedSwitch(world, clock), clock(), clock=clock.advance)


def on_duty(*agents: Agent) -> None:
    Agent.objects.filter(pk__in=[agent.pk for agent in agents]).update(wanted="ready", online=True, dialling=True)


def outcomes(campaign: Campaign) -> Counter[tuple[str, str]]:
    return Counter(Attempt.objects.filter(campaign=campaign).values_list("number", "outcome"))


def test_every_attempt_ends_as_its_callee_behaves(cast: Cast, tenancy: None) -> None:
    campaign = approved(cast, contacts(cast.lumen, 10), max_attempts=1, agents=[cast.alice_agent.pk, cast.bob_agent.pk])
    on_duty(cast.alice_agent, cast.bob_agent)
    shift = lockstep(cast)
    shift.run(until=DAY)
    shift.finish()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.state_reason) == ("finished", "exhausted")
    wanted = {"6": "busy", "7": "no_answer", "8": "rejected", "9": "invalid_number"}
    for (number, outcome), count in outcomes(campaign).items():
        assert (outcome, count) == (wanted.get(number[-1], "answered"), 1)
    states = Counter(campaign.tasks.values_list("state", flat=True))
    assert states == {"completed": 6, "not_reached": 3, "invalid": 1}
    assert not Attempt.objects.filter(ended_at=None).exists()


def test_a_number_suppressed_after_its_task_was_read_is_not_dialled(cast: Cast, tenancy: None) -> None:
    people = contacts(cast.lumen, 3)
    campaign = approved(cast, people, agents=[cast.alice_agent.pk])
    on_duty(cast.alice_agent)
    shift = lockstep(cast)
    shift.run(until=NOW + timedelta(seconds=5))  # one call is out, the next tasks are reserved
    assert Task.objects.filter(state="reserved").count() == 2
    for person in people:
        suppress(cast.lumen, number=person.numbers.get().number)
    shift.run(until=DAY)
    shift.finish()
    assert Attempt.objects.filter(campaign=campaign).count() == 1
    assert Counter(campaign.tasks.values_list("state", flat=True)) == {"completed": 1, "excluded": 2}
    assert set(Skip.objects.values_list("code", flat=True)) == {"suppressed"}


def test_the_same_number_is_never_in_two_attempts_at_once(cast: Cast, tenancy: None) -> None:
    first = approved(cast, contacts(cast.lumen, 1), agents=[cast.alice_agent.pk], only_with_agent=False)
    second = approved(
        cast, contacts(cast.lumen, 1), name="Second", agents=[cast.bob_agent.pk],
        hotlines=[hotline(cast.lumen, "420800111223").pk],
    )  # fmt: skip
    on_duty(cast.alice_agent, cast.bob_agent)
    shift = lockstep(cast)
    shift.run(until=NOW + timedelta(seconds=30))
    assert Attempt.objects.filter(ended_at=None).count() == 1
    shift.run(until=DAY)
    shift.finish()
    attempts = list(Attempt.objects.order_by("began_at"))
    assert {attempt.campaign_id for attempt in attempts} == {first.pk, second.pk}
    for earlier, later in pairwise(attempts):
        assert later.began_at >= earlier.ended_at


@pytest.mark.parametrize("after", [0.01, 0.5, 3.0, 7.0, 20.0, 40.0])
def test_a_crash_at_any_moment_loses_no_task_and_dials_no_number_twice(cast: Cast, tenancy: None, after: float) -> None:
    campaign = approved(cast, contacts(cast.lumen, 6), max_attempts=2, agents=[cast.alice_agent.pk])
    on_duty(cast.alice_agent)
    clock = SteppedClock(NOW)
    world = World(callees=Scripted(), trunks=[TrunkConfig(TrunkId(1), "carrier", channels=30)])
    dialled: list[o.Originate] = []
    for crash in range(4):
        shift = lockstep(cast, clock=clock, world=world)
        send = shift.switch.send
        shift.shell._send = lambda command, send=send: (  # type: ignore[assignment]
            dialled.append(command) if isinstance(command, o.Originate) else None,
            send(command),
        )
        shift.run(until=clock() + timedelta(seconds=after * (crash + 1)))
        shift.lease.give_up()  # the process is gone without a word to the switch
    shift = lockstep(cast, clock=clock, world=world)
    shift.run(until=DAY)
    shift.finish()
    assert len({command.leg for command in dialled}) == len(dialled)
    campaign.refresh_from_db()
    assert campaign.state == "finished"
    assert not campaign.tasks.exclude(state__in=["completed", "not_reached"]).exists()
    assert world.tally.talks == 6


def test_an_engine_that_lost_its_lease_writes_nothing_more(cast: Cast, tenancy: None) -> None:
    from campana.engine import inputs as i

    approved(cast, contacts(cast.lumen, 3), agents=[cast.alice_agent.pk])
    on_duty(cast.alice_agent)
    sleeper = lockstep(cast)
    sleeper.lease.give_up()
    lockstep(cast).run(until=NOW)
    written = set(Attempt.objects.values_list("pk", flat=True))
    with pytest.raises(lease.Fenced):
        sleeper.shell.step([i.SwitchReturned(())], NOW)
    assert set(Attempt.objects.values_list("pk", flat=True)) == written


def test_two_engines_never_hold_one_organisation(cast: Cast, tenancy: None) -> None:
    held = lease.take(cast.lumen.pk, "here:1-of-another-kind")
    assert held is not None
    assert lease.take(cast.lumen.pk, "there:2-of-another-kind") is None
    held.give_up()
    assert lease.take(cast.lumen.pk, "there:2-of-another-kind") is not None


def test_rank_in_sql_is_the_rank_of_the_campaigns_app(cast: Cast, tenancy: None) -> None:
    from django.db import connection

    from campana.campaigns.ranks import rank
    from campana.runtime.selection import retry_rank

    cases = [
        (priority, rounds, personal, abandoned)
        for priority in (None, 1, 50, 99)
        for rounds in (0, 1)
        for personal in (False, True)
        for abandoned in (False, True)
    ]
    with connection.cursor() as cursor:
        for priority, rounds, personal, abandoned in cases:
            cursor.execute(
                f"SELECT {retry_rank()} FROM (SELECT %s::int AS priority, %s::int AS rounds, 0 AS number_index,"
                " %s AS agreed, NULL::bigint AS preferred_agent_id, %s AS guaranteed) AS t",
                [priority, rounds, personal, abandoned],
            )
            assert cursor.fetchone()[0] == rank(
                priority=priority, retry=rounds > 0, personal=personal, abandoned=abandoned
            )


def test_a_dead_carrier_stops_the_campaign_and_costs_no_attempt(cast: Cast, tenancy: None) -> None:
    class Dead:
        def reaction(self, number: PhoneNumber, call: int) -> Reaction:
            return Reaction(Fate.SILENT, rings=None, decides=3.0)

    campaign = approved(cast, contacts(cast.lumen, 5), agents=[cast.alice_agent.pk])
    on_duty(cast.alice_agent)
    shift = lockstep(cast, world=World(callees=Dead(), trunks=[TrunkConfig(TrunkId(1), "carrier", channels=30)]))
    shift.run(until=NOW + timedelta(hours=1))
    campaign.refresh_from_db()
    assert (campaign.state, campaign.state_reason, campaign.wanted) == ("paused", "hotlines_failing", "")
    assert not campaign.tasks.filter(attempts__gt=0).exists()
    assert set(Attempt.objects.values_list("cause", flat=True)) == {Cause.TRUNK_DEAD}


def test_a_contact_deleted_after_its_task_was_read_is_not_dialled(cast: Cast, tenancy: None) -> None:
    people = contacts(cast.lumen, 3)
    campaign = approved(cast, people, agents=[cast.alice_agent.pk])
    on_duty(cast.alice_agent)
    shift = lockstep(cast)
    shift.run(until=NOW + timedelta(seconds=5))  # one call is out, the next tasks are reserved
    assert Task.objects.filter(state="reserved").count() == 2
    for person in people:
        delete_contact(actor=actor(cast.carol), contact=person, now=NOW)
    shift.run(until=DAY)
    shift.finish()
    assert Attempt.objects.filter(campaign=campaign).count() == 1
    assert Counter(campaign.tasks.values_list("state", flat=True)) == {"completed": 1, "invalid": 2}


def test_after_a_long_commit_the_lease_is_renewed_before_commands_leave(cast: Cast, tenancy: None) -> None:
    approved(cast, contacts(cast.lumen, 1), agents=[cast.alice_agent.pk])
    on_duty(cast.alice_agent)
    shift = lockstep(cast)
    shift.lease.renewed -= lease.LIFE
    shift.run(until=NOW + timedelta(seconds=5))
    assert shift.lease.fresh()
    assert shift.switch.world.tally.dialled == 1  # type: ignore[attr-defined]


def test_an_engine_whose_lease_was_taken_while_it_wrote_sends_nothing(cast: Cast, tenancy: None) -> None:
    shift = lockstep(cast)
    sent: list[o.Command] = []
    shift.shell._send = sent.append
    shift.lease.renewed -= lease.LIFE
    shift.lease.give_up()
    assert lease.take(cast.lumen.pk, "another:1") is not None
    with pytest.raises(lease.Fenced):
        shift.shell._command([o.HangUp(customer_leg(AttemptId(1)))], set())
    assert sent == []


def test_a_result_read_in_the_moment_the_wrap_up_ends_is_not_lost(cast: Cast, tenancy: None) -> None:
    campaign = approved(cast, contacts(cast.lumen, 1), agents=[cast.alice_agent.pk], max_attempts=1)
    on_duty(cast.alice_agent)
    shift = lockstep(cast)
    shift.run(until=DAY, done=lambda: Task.objects.filter(state="wrap_up").exists())
    attempt, over = Attempt.objects.get(), Agent.objects.get(pk=cast.alice_agent.pk).state_until
    assert over is not None
    wrong = Result.objects.filter(result_class="wrong_number").first()
    assert wrong is not None
    mailbox.post(
        organisation_id=cast.lumen.pk, kind="result", now=over,
        agent=cast.alice_agent.pk, attempt=attempt.pk, result_id=wrong.pk, result_class="wrong_number",
    )  # fmt: skip
    shift.shell.read_mailbox(over + timedelta(seconds=1))
    assert campaign.tasks.get().state == "invalid"


def test_a_wrap_up_that_was_extended_outlives_an_engine(cast: Cast, tenancy: None) -> None:
    approved(cast, contacts(cast.lumen, 1), agents=[cast.alice_agent.pk], max_attempts=1, wrap_up=30)
    on_duty(cast.alice_agent)
    shift = lockstep(cast)
    shift.run(until=DAY, done=lambda: Task.objects.filter(state="wrap_up").exists())
    mailbox.post(organisation_id=cast.lumen.pk, kind="extend", now=shift.now, agent=cast.alice_agent.pk)
    shift.shell.read_mailbox(shift.now)
    extended = Agent.objects.get(pk=cast.alice_agent.pk).state_until
    assert extended is not None
    shift.lease.give_up()
    later = extended - timedelta(seconds=10)
    lockstep(cast, clock=SteppedClock(later))
    alice = Agent.objects.get(pk=cast.alice_agent.pk)
    assert (alice.state, alice.state_until) == ("wrap_up", extended)


def test_a_result_comes_after_the_campaign_is_over_and_the_engine_began_anew(cast: Cast, tenancy: None) -> None:
    campaign = approved(cast, contacts(cast.lumen, 1), agents=[cast.alice_agent.pk], max_attempts=1)
    on_duty(cast.alice_agent)
    shift = lockstep(cast)
    shift.run(until=DAY)
    shift.finish()
    campaign.refresh_from_db()
    assert campaign.state == "finished"
    attempt, wrong = Attempt.objects.get(), Result.objects.filter(result_class="wrong_number").first()
    assert wrong is not None
    mailbox.post(
        organisation_id=cast.lumen.pk, kind="result", now=DAY,
        agent=cast.alice_agent.pk, attempt=attempt.pk, result_id=wrong.pk, result_class="wrong_number",
    )  # fmt: skip
    lockstep(cast).run(until=DAY)
    assert campaign.tasks.get().state == "invalid"

"""A campaign simulated alone: the engine works a plan, the walk agrees with it, ranges say what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campana.engine.config import (
    CampaignConfig,
    HotlineConfig,
    OrganisationConfig,
    Retry,
    RetryPlan,
    TaskCard,
    TrunkConfig,
)
from campana.engine.rules.retry import after_outcome
from campana.engine.words import CampaignState, DialMode, LocalTime, Outcome, ResultClass, RetryEvent, TaskState
from campana.kernel.ids import CampaignId, ContactId, HotlineId, OrganisationId, TaskId, TrunkId
from campana.kernel.phone import phone_number
from campana.kernel.windows import Period, Schedule
from campana.sim.callees import Fate
from campana.sim.campaign.evidence import Evidence, Seeing, Seen
from campana.sim.campaign.outlook import Effort, outlook
from campana.sim.campaign.plan import Cohort, Laws, Plan, Shift
from campana.sim.campaign.run import CampaignRun
from campana.sim.campaign.walk import Rates, _Contact, _Walk, measure, walk
from campana.sim.laws import Fixed, Memoryless, stream

ZONE = "Asia/Ho_Chi_Minh"
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
NINE_TO_SIX = Schedule(tuple(Period(day, 9 * 60, 18 * 60) for day in range(5)))


def campaign(**changes: object) -> CampaignConfig:
    config = CampaignConfig(
        CampaignId(1), OrganisationId(1), DialMode.PROGRESSIVE, CampaignState.DRAFT, schedule=NINE_TO_SIX
    )
    return replace(config, **changes)  # type: ignore[arg-type]


def plan(*, contacts: int = 150, agents: int = 4, laws: Laws | None = None, **changes: object) -> Plan:
    return Plan(
        MONDAY,
        OrganisationConfig(OrganisationId(1), ZONE),
        campaign(**changes),
        (TrunkConfig(TrunkId(1), "trunk"),),
        (HotlineConfig(HotlineId(1), phone_number("84280000001"), TrunkId(1)),),
        (Shift(agents),),
        (Cohort(contacts, ZONE),),
        laws or Laws(),
    )


def test_a_run_brings_every_contact_to_an_end_inside_the_calling_hours() -> None:
    result = CampaignRun(plan(), 1).run()
    assert result.stopped == "finished"
    assert sum(result.tasks.values()) == 150
    assert all(TaskState(state).final for state in result.tasks)
    assert {hour for _, hour in result.hours if result.hours[_, hour].attempts} <= set(range(9, 18))
    assert sum(day.attempts for day in result.days.values()) == result.figures.attempts
    assert sum(day.finished for day in result.days.values()) == 150


def test_the_same_seed_is_the_same_campaign_and_another_is_another() -> None:
    first, again, other = (CampaignRun(plan(contacts=60), seed).run() for seed in (3, 3, 4))
    assert (first.finished_at, first.figures) == (again.finished_at, again.figures)
    assert first.figures != other.figures


@pytest.mark.parametrize("mode", [DialMode.PROGRESSIVE, DialMode.PREVIEW])
def test_the_walk_needs_about_the_attempts_and_hours_that_the_engine_does(mode: DialMode) -> None:
    busy = plan(contacts=250, agents=2, mode=mode, laws=Laws(talks=Memoryless(240.0), present=1.0))
    full = CampaignRun(busy, 5).run()
    walked = [walk(busy, measure(busy, 6, attempts=250), seed) for seed in range(4)]
    assert full.finished_at is not None
    attempts = sum(way.attempts for way in walked) / 4
    assert attempts == pytest.approx(full.figures.attempts, rel=0.08)
    ends = sorted(way.finished_at for way in walked if way.finished_at)
    assert ends[0] - timedelta(hours=18) < full.finished_at < ends[-1] + timedelta(hours=18)


def test_a_forecast_for_few_people_does_not_watch_them_decide_for_hours() -> None:
    alone = plan(agents=1, contacts=40, mode=DialMode.PREDICTIVE)
    assert 150 <= measure(alone, 6, attempts=1000).measured <= 200
    assert measure(replace(alone, campaign=campaign()), 6, attempts=400).measured >= 400


def test_nobody_is_dialled_before_the_callees_own_morning() -> None:
    abroad = replace(
        plan(contacts=0, local_time=LocalTime.CALLEE), cohorts=(Cohort(20, "Europe/Prague"), Cohort(20, ZONE))
    )
    hours = CampaignRun(abroad, 2).run(until=MONDAY + timedelta(hours=24)).hours
    assert min(hour for _, hour in hours) == 9
    assert max(hour for (_, hour), each in hours.items() if each.attempts) >= 15  # Prague's nine
    walked = walk(abroad, Rates(20, 1, 0, 0.8, 1), 1)
    assert walked.finished_at is not None


def test_people_go_home_at_night_whosever_clock_the_hours_are_read_on() -> None:
    own = plan(contacts=400, agents=1, laws=Laws(present=1.0))
    theirs = replace(own, campaign=replace(own.campaign, local_time=LocalTime.CALLEE))
    assert measure(theirs, 6, attempts=800).search == pytest.approx(measure(own, 6, attempts=800).search)
    figures = CampaignRun(theirs, 5).run(until=MONDAY + timedelta(days=2)).figures
    assert figures.worked <= 2 * 9 * 3600 + 600


EVENTS = {
    Fate.NO_ANSWER: Outcome.NO_ANSWER,
    Fate.BUSY: Outcome.BUSY,
    Fate.REJECTED: Outcome.REJECTED,
    Fate.UNAVAILABLE: Outcome.UNAVAILABLE,
    Fate.NOT_FOUND: Outcome.INVALID_NUMBER,
}


@pytest.mark.parametrize("fate", list(EVENTS))
@pytest.mark.parametrize("rounds", [0, 1, 2])
@pytest.mark.parametrize("own", [None, 1, 2])
def test_the_walk_retries_as_the_engines_rules_do(fate: Fate, rounds: int, own: int | None) -> None:
    events = {} if own is None else {RetryEvent.NO_ANSWER: Retry(own, timedelta(minutes=7))}
    given = plan(contacts=1, retry=RetryPlan(3, timedelta(minutes=30), events), laws=Laws(misses={fate: 1.0}))
    steps = _Walk(given, Rates(10, 1, 0, 0.8, 1), 1, 1000)
    steps._misses(_Contact(ZONE, rounds, 0, 1, found=rounds > 0), MONDAY)
    seen = {RetryEvent.BUSY: rounds} if rounds else {}
    card = TaskCard(TaskId(1), CampaignId(1), ContactId(1), (), rounds=rounds, by_event=seen)
    following = after_outcome(card, 0, EVENTS[fate], given.campaign, MONDAY)
    assert (steps.open_contacts == 0) == following.state.final
    assert [at for at, _, _ in steps.later] == ([following.at] if following.at else [])


def seen(attempts: int, share: float, talk: float = 60.0, days: int = 20) -> Seeing:
    answered = round(attempts * share)
    rows = [Seen(10, 0, Outcome.ANSWERED, 9.0, talk, 8.0, ResultClass.SUCCESS, day=n % days) for n in range(answered)]
    return Seeing.of(rows + [Seen(10, 0, Outcome.NO_ANSWER, 30.0, day=n % days) for n in range(attempts - answered)])


def spread(evidence: Evidence) -> tuple[float, float]:
    answers = sorted(laws.answer for laws in evidence.draws(40, stream(1)))
    return answers[4], answers[35]


def test_what_was_seen_often_is_known_better() -> None:
    few, many = spread(Evidence(seen(30, 0.2))), spread(Evidence(seen(3000, 0.2)))
    assert few[0] < 0.2 < few[1]
    assert many[0] < 0.2 < many[1]
    assert many[1] - many[0] < 0.03 < few[1] - few[0]


def test_many_calls_of_one_day_know_that_day_only() -> None:
    one, many = spread(Evidence(seen(3000, 0.2, days=1))), spread(Evidence(seen(3000, 0.2, days=20)))
    assert one[1] - one[0] > 1.5 * (many[1] - many[0])


def test_other_campaigns_are_hearsay_that_own_calls_outweigh() -> None:
    hearsay = spread(Evidence(others=seen(5000, 0.5)))
    assert hearsay[0] < 0.45 < 0.55 < hearsay[1]
    low, high = spread(Evidence(own=seen(1000, 0.1), others=seen(5000, 0.5)))
    assert 0.08 < low < high < 0.15


def test_more_agents_are_done_sooner_and_the_same_question_has_the_same_answer() -> None:
    evidence = Evidence(seen(300, 0.3, talk=180.0), present=36_000, expected=40_000)
    long = plan(contacts=700, agents=3, laws=Laws(talks=Fixed(180.0)))
    few, again, many = (
        outlook(each, evidence, effort=Effort(3, 4, 150)) for each in (long, long, replace(long, shifts=(Shift(9),)))
    )
    assert few == again
    assert few.early
    assert few.middle
    assert few.late
    assert many.middle
    assert few.early <= few.middle <= few.late
    assert many.middle < few.middle
    assert few.days[-1][2] == pytest.approx(700, rel=0.05)


def test_a_list_that_does_not_fit_before_the_end_has_no_finishing_time() -> None:
    short = plan(contacts=2000, agents=2, end_at=MONDAY + timedelta(hours=10))
    told = outlook(short, Evidence(seen(300, 0.3)), effort=Effort(2, 3, 100))
    assert (told.middle, told.done) == (None, 0.0)
    assert told.left.low > 500

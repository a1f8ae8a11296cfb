"""A past day once more: the day's own answers, its people, and a page that fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from campana.calls.models import Attempt
from campana.campaigns.models import Task
from campana.engine.words import AgentState, Outcome, Verdict
from campana.forecasting.page import page
from campana.forecasting.replay import LIMITS, NoSuchDay, past_day
from campana.kernel.phone import phone_number
from campana.sim.callees import Fate
from campana.sim.campaign.report import ran
from campana.tenancy import system_scope
from campana.workforce.models import PresenceChange
from support.calls import attempt
from support.campaigns import approved, contacts
from support.cast import NOW, Cast


@pytest.fixture
def cast_open(cast: Cast) -> Iterator[Cast]:
    with system_scope():
        yield cast


def test_a_day_is_replayed_with_its_answers_and_its_people(cast_open: Cast) -> None:
    campaign = approved(cast_open, contacts(cast_open.lumen, 3), max_attempts=1)
    for n in range(12):
        at = NOW + timedelta(minutes=5 * n)
        talk = {"answered_at": at + timedelta(seconds=7), "connected_at": at + timedelta(seconds=8)}
        silent = {"answered_at": None, "connected_at": None, "outcome": Outcome.NO_ANSWER}
        end = {"began_at": at, "ended_at": at + timedelta(seconds=68)}
        attempt(campaign, cast_open.alice_agent, **end, **(talk if n % 3 == 0 else silent))
    Task.objects.filter(campaign=campaign, tries__isnull=False).update(state="completed", created_at=NOW)
    for minutes, state in ((0, AgentState.AVAILABLE), (70, AgentState.OFF)):
        PresenceChange.objects.create(
            organisation=cast_open.lumen,
            agent=cast_open.alice_agent,
            at=NOW + timedelta(minutes=minutes),
            state=state,
        )
    day = past_day(campaign, NOW.date())
    assert day.real == {"attempts": 12, "answered": 4, "connected": 4, "abandoned": 0, "talk_minutes": 4.0}
    assert (day.plan.agents, day.plan.contacts) == (1, 15)
    again = ran("as it was", day.plan, 1, until=day.end, callees=day.callees)
    assert again.result.figures.attempts >= 12
    assert 4 <= again.result.figures.answered <= 7
    made = page("Spring offer", [again], zone="Europe/Prague", limits=LIMITS)
    assert re.findall(r"(?:src|href)=|url\(|@import|https?://(?!www\.w3\.org)", made) == []
    assert "default-src 'none'" in made


def test_a_day_without_calls_can_not_be_replayed(cast_open: Cast) -> None:
    campaign = approved(cast_open, contacts(cast_open.lumen, 1))
    with pytest.raises(NoSuchDay):
        past_day(campaign, NOW.date())


def test_machines_stay_machines_and_nobody_is_refused_for_rounds_of_earlier_days(cast_open: Cast) -> None:
    campaign = approved(cast_open, contacts(cast_open.lumen, 1), max_attempts=2)
    silent = {"connected_at": None, "outcome": Outcome.MACHINE}
    at = NOW + timedelta(seconds=8)
    today = attempt(campaign, began_at=NOW, answered_at=at, ended_at=at + timedelta(seconds=3), **silent)
    for days in (2, 3):  # an earlier run
        then = NOW - timedelta(days=days)
        made = attempt(campaign, began_at=then, answered_at=then, ended_at=then + timedelta(seconds=3), **silent)
        Attempt.objects.filter(pk=made.pk).update(task=today.task)
    day = past_day(campaign, NOW.date())
    assert day.plan.cohorts[0].rounds == 1
    met = day.callees(day.plan.laws, 1, lambda: NOW).reaction(phone_number("8491000000010"), 1)
    assert (met.fate, met.verdict, met.decides) == (Fate.MACHINE, Verdict.MACHINE, 8.0)

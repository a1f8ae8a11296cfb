"""Forecasts in the database: what they are made from, asking once, what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campana.calls.models import Attempt
from campana.campaigns.models import Task
from campana.campaigns.operations import add_sources
from campana.engine.words import AgentState, CampaignState, Outcome
from campana.forecasting.models import Forecast
from campana.forecasting.operations import ask_forecast, forget_questions, note_endings, work_out
from campana.forecasting.queries.evidence import evidence_of, presence_of
from campana.forecasting.queries.forecasts import FRESH, record_of
from campana.forecasting.queries.plans import NoHotline, NothingLeft, plan_of
from campana.forecasting.questions import Question
from campana.kernel.refusals import NotAllowed
from campana.sim.campaign.outlook import Effort
from campana.tenancy import organisation_scope, system_scope
from campana.workforce.models import PresenceChange
from support.calls import attempt, bare_campaign
from support.campaigns import approved, built, contacts, draft, in_state
from support.cast import NOW, Cast, actor

LITTLE = Effort(2, 3, 40)


@pytest.fixture
def cast_open(cast: Cast) -> Iterator[Cast]:
    with system_scope():
        yield cast


def worked_out(forecast: Forecast) -> Forecast:
    work_out(forecast_id=forecast.pk, clock=lambda: NOW, effort=LITTLE, small=Effort(1, 2, 30))
    forecast.refresh_from_db()
    return forecast


def test_a_plan_has_the_contacts_that_are_left_the_people_and_the_lines(cast_open: Cast) -> None:
    campaign = approved(cast_open, contacts(cast_open.lumen, 6))
    tasks = Task.objects.filter(campaign=campaign).order_by("pk")
    Task.objects.filter(pk=tasks[0].pk).update(state="completed")
    Task.objects.filter(pk=tasks[1].pk).update(state="planned", next_at=NOW + timedelta(hours=3), rounds=2)
    plan = plan_of(campaign, now=NOW)
    assert (plan.agents, plan.contacts, len(plan.trunks), len(plan.hotlines)) == (1, 5, 1, 1)
    [retry] = [cohort for cohort in plan.cohorts if cohort.rounds]
    assert (retry.contacts, retry.rounds, retry.due_at) == (1, 2, NOW + timedelta(hours=3))


def test_a_draft_is_forecast_from_the_contacts_that_can_be_called(cast_open: Cast) -> None:
    people = contacts(cast_open.lumen, 4)
    campaign = draft(cast_open)
    add_sources(
        campaign=campaign,
        actor=actor(cast_open.carol),
        sources=[{"kind": "contacts", "ids": [person.pk for person in people]}],
        now=NOW,
    )
    campaign.refresh_from_db()
    assert plan_of(campaign, now=NOW).contacts == 4


def test_what_can_not_be_simulated_is_refused(cast_open: Cast) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 1))
    Task.objects.filter(campaign=campaign).update(state="completed")
    with pytest.raises(NothingLeft):
        plan_of(campaign, now=NOW)
    campaign.hotlines.update(enabled=False)
    with pytest.raises(NoHotline):
        plan_of(campaign, now=NOW)


def test_calls_of_the_campaign_and_of_others_are_told_apart(cast_open: Cast) -> None:
    campaign, other = bare_campaign(cast_open.lumen), bare_campaign(cast_open.lumen, name="Other")
    ended = {"began_at": NOW, "ended_at": NOW + timedelta(seconds=60)}
    silent = {"answered_at": None, "connected_at": None, "wrapped_up_at": None}
    first = attempt(campaign, outcome=Outcome.NO_ANSWER, **ended, **silent)
    again = attempt(campaign, outcome=Outcome.BUSY, **ended, **silent)
    Attempt.objects.filter(pk=again.pk).update(task=first.task)
    attempt(
        other,
        outcome=Outcome.ANSWERED,
        answered_at=NOW + timedelta(seconds=8),
        connected_at=NOW + timedelta(seconds=10),
        **ended,
    )
    found = evidence_of(campaign, now=NOW + timedelta(hours=1))
    assert (found.own.attempts, found.own.answered.total()) == (2, 0)
    assert {rounds for _, rounds in found.own.tried} == {0, 1}
    assert (found.others.attempts, found.others.talks, found.others.rings) == (1, [50.0], [8.0])


def test_presence_is_what_people_gave_to_the_campaign_of_its_hours(cast_open: Cast) -> None:
    campaign = approved(cast_open, contacts(cast_open.lumen, 1), hours=[[0, 540, 720]])  # Monday nine to twelve
    nine = NOW - timedelta(hours=1)
    talk = {"began_at": nine, "answered_at": nine, "connected_at": nine, "ended_at": nine + timedelta(minutes=5)}
    attempt(campaign, cast_open.alice_agent, **talk)
    for minutes, state in ((0, AgentState.AVAILABLE), (30, AgentState.NOT_READY), (60, AgentState.IN_CALL)):
        PresenceChange.objects.create(
            organisation=cast_open.lumen,
            agent=cast_open.alice_agent,
            at=nine + timedelta(minutes=minutes),
            state=state,
        )
    assert presence_of(campaign, now=nine + timedelta(hours=2)) == (90 * 60, 120 * 60)


def test_presence_is_looked_for_in_the_callees_hours_where_the_campaign_goes_by_them(cast_open: Cast) -> None:
    campaign = approved(cast_open, contacts(cast_open.lumen, 1), hours=[[0, 540, 720]])  # Monday nine to twelve
    campaign.local_time, campaign.zones = "callee", ["America/New_York"]
    campaign.save()
    nine = NOW + timedelta(hours=5)  # there, three in the afternoon here
    talk = {"began_at": nine, "answered_at": nine, "connected_at": nine, "ended_at": nine + timedelta(minutes=5)}
    attempt(campaign, cast_open.alice_agent, **talk)
    for minutes, state in ((0, AgentState.AVAILABLE), (60, AgentState.NOT_READY)):
        PresenceChange.objects.create(
            organisation=cast_open.lumen,
            agent=cast_open.alice_agent,
            at=nine + timedelta(minutes=minutes),
            state=state,
        )
    assert presence_of(campaign, now=nine + timedelta(hours=2)) == (60 * 60, 120 * 60)


def test_a_forecast_is_worked_out_with_ranges_and_what_would_change_it(cast_open: Cast) -> None:
    campaign = approved(cast_open, contacts(cast_open.lumen, 30))
    forecast = ask_forecast(campaign=campaign, question=Question(), actor=actor(cast_open.carol), now=NOW)
    assert forecast.state == Forecast.State.QUEUED
    forecast = worked_out(forecast)
    assert forecast.state == Forecast.State.FINISHED
    assert NOW < forecast.early <= forecast.middle <= forecast.late
    assert forecast.steps == forecast.steps_total
    assert {lever["kind"] for lever in forecast.answer["levers"]} >= {"agents", "lines"}
    assert forecast.answer["contacts"] == 30


def test_the_same_question_is_worked_out_once_while_the_answer_is_fresh(cast_open: Cast) -> None:
    campaign = in_state(approved(cast_open, contacts(cast_open.lumen, 3)), CampaignState.RUNNING)

    def ask(minutes: int, **question: int) -> Forecast:
        return ask_forecast(
            campaign=campaign,
            question=Question(**question),
            actor=actor(cast_open.carol),
            now=NOW + timedelta(minutes=minutes),
        )

    first = ask(0)
    assert ask(1) == first
    worked_out(first)
    assert ask(2) == first
    assert ask(2, agents=3) != first
    assert ask(6) != first
    assert timedelta(minutes=5) == FRESH


def test_who_may_not_manage_campaigns_has_nothing_worked_out(cast_open: Cast) -> None:
    campaign = approved(cast_open, contacts(cast_open.lumen, 1))
    with pytest.raises(NotAllowed):
        ask_forecast(campaign=campaign, question=Question(), actor=actor(cast_open.alice), now=NOW)


def test_what_can_not_be_forecast_is_told_and_not_raised(cast_open: Cast) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 1))
    Task.objects.filter(campaign=campaign).update(state="completed")
    forecast = ask_forecast(campaign=campaign, question=Question(), actor=actor(cast_open.carol), now=NOW)
    assert (worked_out(forecast).state, forecast.problem) == (Forecast.State.FAILED, "nothing_left")


def test_a_finished_list_proves_its_forecasts_right_or_wrong(cast_open: Cast) -> None:
    campaign = approved(cast_open, contacts(cast_open.lumen, 1))
    end = NOW + timedelta(days=2)

    def told(early: float, late: float | None, *, asked: float = 0.0, question: dict[str, int] | None = None) -> None:
        Forecast.objects.create(
            organisation=cast_open.lumen,
            campaign=campaign,
            question=question or {},
            key=f"{early}{late}{asked}{question}",
            state=Forecast.State.FINISHED,
            asked_at=NOW + timedelta(days=asked),
            finished_at=NOW,
            early=NOW + timedelta(days=early),
            late=NOW + timedelta(days=late) if late else None,
        )

    told(1, 3)
    told(1, None)
    told(2.5, 3)
    told(1, 1.5)
    told(1, 3, asked=1.99)  # minutes before the end: no achievement
    told(1, 3, question={"agents": 9})
    assert note_endings() == 0
    in_state(campaign, CampaignState.FINISHED, state_reason="exhausted", state_since=end)
    assert note_endings() == 4
    record = record_of(cast_open.lumen)
    assert (record.told, record.inside, record.enough) == (4, 2, False)
    assert forget_questions(now=NOW + timedelta(days=3)) == 1


def test_another_organisation_sees_no_forecast(cast: Cast) -> None:
    with system_scope():
        campaign = approved(cast, contacts(cast.lumen, 1))
        ask_forecast(campaign=campaign, question=Question(), actor=actor(cast.carol), now=NOW)
    with organisation_scope(cast.other.pk):
        assert Forecast.objects.count() == 0
    with organisation_scope(cast.lumen.pk):
        assert Forecast.objects.count() == 1

"""Entering results: who may, until when, which, and what the engine is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campana.accounts.actors import Actor
from campana.calls import operations
from campana.calls.models import Attempt
from campana.kernel.refusals import NotAllowed, NotFound, Refused
from campana.relay import facts
from campana.relay.models import Message
from campana.scripts.models import Result
from campana.tenancy import organisation_scope
from support import calls
from support.cast import NOW, Cast, actor

LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def scope(cast: Cast) -> Iterator[None]:
    with organisation_scope(cast.lumen.pk):
        yield


@pytest.fixture
def results(cast: Cast, scope: None) -> dict[str, Result]:
    return calls.results(cast.lumen)


@pytest.fixture
def attempt(cast: Cast, scope: None) -> Attempt:
    return calls.attempt(calls.bare_campaign(cast.lumen), cast.alice_agent)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[facts.Event]:
    heard: list[facts.Event] = []
    monkeypatch.setattr(facts, "_listeners", [lambda organisation, events, now: heard.extend(events)])
    return heard


def enter(attempt: Attempt, result: Result, by: Actor, *, now: datetime = LATER, **said: Any) -> Attempt:
    return operations.enter_result(attempt_id=attempt.pk, result_id=result.pk, actor=by, now=now, **said)


def test_an_agent_enters_the_result_of_his_own_conversation(
    cast: Cast, attempt: Attempt, results: dict[str, Result], told: list[facts.Event]
) -> None:
    enter(attempt, results["success"], actor(cast.alice), note="Wants the blue one")
    attempt.refresh_from_db()
    assert (attempt.result, attempt.note, attempt.result_at) == (results["success"], "Wants the blue one", LATER)
    [message] = Message.objects.all()
    assert (message.kind, message.organisation_id) == ("result", cast.lumen.pk)
    assert message.payload == {
        "agent": cast.alice_agent.pk,
        "attempt": attempt.pk,
        "result_id": results["success"].pk,
        "result_class": "success",
        "callback_at": None,
        "callback_to_me": False,
    }
    [(event, payload)] = told
    assert (event, payload["attempt_id"], payload["result"]["class"]) == ("result.entered", attempt.pk, "success")


def test_a_call_back_is_planned_by_the_engine(cast: Cast, attempt: Attempt, results: dict[str, Result]) -> None:
    at = datetime(2030, 1, 8, 14, tzinfo=UTC)
    enter(attempt, results["call_back"], actor(cast.alice), callback_at=at, callback_to_me=True)
    payload = Message.objects.get().payload
    assert datetime.fromisoformat(payload["callback_at"]) == at
    assert payload["callback_to_me"] is True
    attempt.refresh_from_db()
    assert (attempt.callback_at, attempt.callback_to_me) == (at, True)


def test_the_same_words_again_change_nothing(cast: Cast, attempt: Attempt, results: dict[str, Result]) -> None:
    for minutes in (0, 5):
        enter(attempt, results["success"], actor(cast.alice), now=LATER + timedelta(minutes=minutes))
    assert Message.objects.count() == 1
    attempt.refresh_from_db()
    assert attempt.result_at == LATER


def test_a_correction_takes_the_call_back_away(cast: Cast, attempt: Attempt, results: dict[str, Result]) -> None:
    enter(attempt, results["call_back"], actor(cast.alice), callback_at=LATER + timedelta(days=1))
    enter(attempt, results["refusal"], actor(cast.alice))
    attempt.refresh_from_db()
    assert (attempt.result, attempt.callback_at) == (results["refusal"], None)
    assert Message.objects.count() == 2


def test_an_agent_says_nothing_of_another_agents_conversation(
    cast: Cast, attempt: Attempt, results: dict[str, Result]
) -> None:
    with pytest.raises(NotAllowed):
        enter(attempt, results["success"], actor(cast.bob))
    assert enter(attempt, results["success"], actor(cast.carol)).result == results["success"]


def test_an_agent_corrects_until_the_end_of_the_next_day_and_a_supervisor_always(
    cast: Cast, attempt: Attempt, results: dict[str, Result]
) -> None:
    midnight_in_prague = datetime(2030, 1, 8, 23, tzinfo=UTC)
    enter(attempt, results["success"], actor(cast.alice), now=midnight_in_prague - timedelta(seconds=1))
    with pytest.raises(operations.ResultClosed):
        enter(attempt, results["refusal"], actor(cast.alice), now=midnight_in_prague)
    enter(attempt, results["refusal"], actor(cast.carol), now=midnight_in_prague + timedelta(days=90))


def test_another_organisation_does_not_find_the_attempt(
    cast: Cast, attempt: Attempt, results: dict[str, Result]
) -> None:
    with pytest.raises(NotFound), organisation_scope(cast.other.pk):
        enter(attempt, results["success"], actor(cast.dave))
    with pytest.raises(NotFound):  # nor would it without the second wall
        enter(attempt, results["success"], actor(cast.dave))


def test_an_attempt_no_agent_took_part_in_has_no_result(cast: Cast, results: dict[str, Result]) -> None:
    alone = calls.attempt(calls.bare_campaign(cast.lumen), None, outcome="no_answer")
    with pytest.raises(operations.NoConversation):
        enter(alone, results["success"], actor(cast.carol))


def test_only_results_of_the_campaign_are_offered(cast: Cast, results: dict[str, Result]) -> None:
    own = calls.results(cast.lumen, default=False, name="Own")
    campaign = calls.bare_campaign(cast.lumen, result_set=own["success"].result_set)
    conversation = calls.attempt(campaign, cast.alice_agent)
    with pytest.raises(operations.ResultNotOffered):
        enter(conversation, results["success"], actor(cast.alice))
    enter(conversation, own["success"], actor(cast.alice))
    Result.objects.filter(pk__in=[own["success"].pk, own["refusal"].pk]).update(active=False)
    enter(conversation, own["success"], actor(cast.alice), note="It may stay")
    with pytest.raises(operations.ResultNotOffered):
        enter(conversation, own["refusal"], actor(cast.alice))


@pytest.mark.parametrize(
    ("result", "at", "refusal"),
    [
        ("call_back", None, operations.CallbackNeeded),
        ("call_back", LATER, operations.CallbackTooSoon),
        ("call_back", LATER + timedelta(days=400), operations.CallbackTooLate),
        ("call_back", NOW + timedelta(days=30), operations.CallbackTooLate),
        ("success", LATER + timedelta(days=1), operations.CallbackNotAsked),
    ],
)
def test_a_time_to_call_back_must_make_sense(
    cast: Cast, results: dict[str, Result], result: str, at: datetime | None, refusal: type[Refused]
) -> None:
    campaign = calls.bare_campaign(cast.lumen, end_at=NOW + timedelta(days=30))
    conversation = calls.attempt(campaign, cast.alice_agent)
    with pytest.raises(refusal) as refused:
        enter(conversation, results[result], actor(cast.alice), callback_at=at)
    assert refused.value.field == "callback_at"
    assert Message.objects.count() == 0

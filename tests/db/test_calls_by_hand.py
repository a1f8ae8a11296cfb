"""What the desk may ask for by hand, and what is refused there at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from campana.accounts.models import Organisation
from campana.calls.models import CallRequest
from campana.campaigns import snapshot
from campana.desk import operations
from campana.desk.operations.calling import (
    DoNotCall,
    EverythingStopped,
    InACall,
    NotANumber,
    NoTelephone,
    OnAnotherCall,
    YouAreOff,
)
from campana.hotlines.operations import show_for
from campana.kernel.refusals import NotAllowed, NotFound, Refused
from campana.relay.models import Message
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from campana.workforce.operations import create_hours, delete_hours
from support.calls import attempt, bare_campaign
from support.campaigns import contacts, hotline, suppress
from support.cast import NOW, Cast, actor

NUMBER = "420601234567"


@pytest.fixture(autouse=True)
def _scope(cast: Cast) -> Any:
    with system_scope():
        place(cast)
        yield


def place(cast: Cast, **columns: Any) -> None:
    given = {"online": True, "wanted": "not_ready", "state": "not_ready"} | columns
    Agent.objects.filter(pk=cast.alice_agent.pk).update(**given)


def call(cast: Cast, **given: Any) -> CallRequest:
    return operations.call(actor=actor(cast.alice), now=NOW, **given)


def test_a_typed_number_is_read_with_the_country_of_the_organisation(cast: Cast) -> None:
    request = call(cast, number="601 234 567")
    assert (request.number, request.time_zone, request.contact) == (NUMBER, "Europe/Prague", None)
    message = Message.objects.get()
    assert (message.kind, message.payload) == ("call", {"request": request.pk})


def test_a_typed_number_of_a_contact_belongs_to_that_contact(cast: Cast) -> None:
    [known] = contacts(cast.lumen, 1, first=int(NUMBER))
    assert call(cast, number="+" + NUMBER).contact == known


def test_a_contact_is_called_on_its_own_number_only(cast: Cast) -> None:
    [known] = contacts(cast.lumen, 1, first=int(NUMBER))
    with pytest.raises(NotANumber):
        call(cast, contact_id=known.pk, number="420777777777")
    assert call(cast, contact_id=known.pk).number == NUMBER


def test_the_number_of_an_earlier_attempt_is_called_again(cast: Cast) -> None:
    earlier = attempt(bare_campaign(cast.lumen), cast.alice_agent)
    request = call(cast, attempt_id=earlier.pk)
    assert (request.number, request.contact) == (earlier.number, earlier.contact)


def test_an_agent_calls_again_only_what_was_his_own(cast: Cast) -> None:
    with pytest.raises(NotFound):
        call(cast, attempt_id=attempt(bare_campaign(cast.lumen), cast.bob_agent).pk)


def test_pressing_twice_asks_once(cast: Cast) -> None:
    assert call(cast, number=NUMBER) == call(cast, number=NUMBER)
    assert Message.objects.count() == 1


def test_a_request_nobody_answered_stands_in_nobodys_way(cast: Cast) -> None:
    first = call(cast, number=NUMBER)
    again = operations.call(actor=actor(cast.alice), number=NUMBER, now=NOW + timedelta(minutes=1))
    assert again != first


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ({"wanted": "off", "state": "off"}, YouAreOff),
        ({"online": False, "state": "offline"}, YouAreOff),
        ({"endpoint": ""}, NoTelephone),
        ({"state": "in_call"}, OnAnotherCall),
        ({"state": "wrap_up"}, OnAnotherCall),
        ({"state": "preview"}, OnAnotherCall),
    ],
)
def test_who_is_off_or_busy_calls_nobody(cast: Cast, columns: dict[str, Any], refusal: type[Refused]) -> None:
    place(cast, **columns)
    with pytest.raises(refusal):
        call(cast, number=NUMBER)


def test_another_number_waits_until_the_first_was_answered(cast: Cast) -> None:
    call(cast, number=NUMBER)
    with pytest.raises(OnAnotherCall):
        call(cast, number="420601234568")


def test_whoever_may_not_call_is_refused(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        operations.call(actor=replace(actor(cast.alice), permissions=frozenset()), number=NUMBER, now=NOW)


@pytest.mark.parametrize("typed", ["", "abc", "12", "420", "99999999999999999"])
def test_what_is_no_number_is_refused(cast: Cast, typed: str) -> None:
    with pytest.raises(NotANumber):
        call(cast, number=typed)


def test_do_not_call_holds_for_the_number_and_for_the_contact(cast: Cast) -> None:
    [known] = contacts(cast.lumen, 1, first=int(NUMBER))
    suppress(cast.lumen, contact=known)
    with pytest.raises(DoNotCall):
        call(cast, number=NUMBER)
    suppress(cast.lumen, number="420601234568")
    with pytest.raises(DoNotCall):
        call(cast, number="420601234568")


def test_a_mark_of_campaigns_does_not_hold_a_person_back(cast: Cast) -> None:
    suppress(cast.lumen, number=NUMBER, reason="do_not_call_again")
    assert call(cast, number=NUMBER)


def test_a_number_in_a_call_and_a_stopped_house_are_refused(cast: Cast) -> None:
    live = attempt(bare_campaign(cast.lumen), ended_at=None, outcome="")
    with pytest.raises(InACall):
        call(cast, number=live.number)
    Organisation.objects.filter(pk=cast.lumen.pk).update(emergency_stopped_at=NOW)
    cast.alice.refresh_from_db()
    with pytest.raises(EverythingStopped):
        call(cast, number=NUMBER)


def test_the_engine_is_told_whose_number_is_shown_and_when_nobody_may_be_called(cast: Cast) -> None:
    line, other = hotline(cast.lumen), hotline(cast.lumen, "420800111223")
    admin = actor(cast.ada)
    show_for(hotline_id=line.pk, agent_ids=[cast.alice_agent.pk, cast.bob_agent.pk], actor=admin, now=NOW)
    show_for(hotline_id=other.pk, agent_ids=[cast.bob_agent.pk], actor=admin, now=NOW)
    shown = {agent.id: agent.hotline for agent in snapshot.agents(cast.lumen.pk)}
    assert shown == {cast.alice_agent.pk: line.pk, cast.bob_agent.pk: other.pk}
    assert snapshot.organisation(cast.lumen.pk).calling_hours.is_open(NOW, "UTC")
    create_hours(actor=admin, name="Law", periods=[[0, 600, 660]], now=NOW, by_hand=True)
    again = create_hours(actor=admin, name="New law", periods=[[0, 0, 60]], now=NOW, by_hand=True)
    hours = snapshot.organisation(cast.lumen.pk).calling_hours
    assert not hours.is_open(NOW, "UTC")
    assert hours.is_open(NOW.replace(hour=0, minute=30), "UTC")
    delete_hours(hours_id=again.pk, actor=admin, now=NOW)
    assert snapshot.organisation(cast.lumen.pk).calling_hours.is_open(NOW, "UTC")
    assert [message.kind for message in Message.objects.order_by("pk")].count("organisation") == 3

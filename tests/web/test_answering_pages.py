"""Who answers a hotline, on its page; what the desk shows of a caller; and what the floor shows of those who wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry
from campana.calls.models import Attempt
from campana.calls.queries import promised_by
from campana.campaigns import snapshot
from campana.hotlines.models import Answering, Hotline, Sound
from campana.kernel.clock import utc_now
from campana.relay.models import Message
from campana.scripts.models import Result
from campana.tenancy import organisation_scope, system_scope
from campana.workforce.models import Agent, AgentGroup
from campana.workforce.operations import delete_group, save_group
from campana.workforce.operations.common import AnswersCalls
from support import campaigns as make
from support.calls import attempt, bare_campaign, results
from support.cast import NOW, Cast, actor, sign_in

pytestmark = pytest.mark.django_db
CALLER = "420601234560"


@pytest.fixture
def line(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Hotline:
    monkeypatch.setattr("campana.hotlines.web.now", lambda: NOW)
    with organisation_scope(cast.lumen.pk):
        results(cast.lumen)
        return make.hotline(cast.lumen, label="Orders")


def sound(cast: Cast, name: str, kind: str) -> Sound:
    with system_scope():
        return Sound.objects.create(
            organisation=cast.lumen,
            name=name,
            kind=kind,
            file=f"1/{name}",
            seconds=1,
            size=1,
            source="wav",
            added_at=NOW,
        )


def group(cast: Cast, *agents: Agent) -> AgentGroup:
    with system_scope():
        made = AgentGroup.objects.create(organisation=cast.lumen, name="Orders")
        save_group(group_id=made.pk, actor=actor(cast.ada), name="Orders", members=[one.pk for one in agents], now=NOW)
        return made


def choose(client: Client, line: Hotline, **more: Any) -> Any:
    return client.post(f"/hotlines/{line.pk}/answering", {"ring": "20", "max_wait": "90"} | more)


def caller(cast: Cast, line: Hotline, **fields: Any) -> Attempt:
    given = {"organisation": cast.lumen, "number": CALLER, "hotline": line, "trunk": line.trunk, "mode": "inbound"}
    given |= {"state": "waiting_agent", "began_at": NOW, "answered_at": NOW, "id": 77}
    return Attempt.objects.create(**(given | fields))


# --- who answers --------------------------------------------------------------------------------------


def test_a_number_is_answered_by_the_chosen_people_from_the_next_call_on(
    cast: Cast, client: Client, line: Hotline
) -> None:
    sign_in(client, cast.ada)
    assert "Nobody answers this number" in client.get(f"/hotlines/{line.pk}").content.decode()
    team, music = group(cast, cast.bob_agent), sound(cast, "Waltz", "melody")
    answer = choose(client, line, groups=team.pk, agents=cast.alice_agent.pk, music_id=music.pk, recording="on")
    assert answer.status_code == 303
    with system_scope():
        route = next(config.inbound for config in snapshot.hotlines(cast.lumen.pk))
        assert route is not None
        assert route.agents == {cast.alice_agent.pk, cast.bob_agent.pk}
        assert (route.music, route.message, route.recording) == ("1/Waltz", "", True)
        assert (route.ring, route.max_wait) == (timedelta(seconds=20), timedelta(seconds=90))
        assert Message.objects.filter(kind="hotlines").exists()
        assert AuditEntry.objects.filter(action="hotline.answer").exists()
    assert "Save who answers" in client.get(f"/hotlines/{line.pk}").content.decode()
    assert client.delete(f"/hotlines/{line.pk}/answering").status_code == 303
    with system_scope():
        assert not Answering.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "Choose at least one group or agent who answers."),
        ({"agents": "1", "ring": "2"}, "Between 5 and 120 seconds."),
        ({"agents": "1", "max_wait": "20"}, "A caller must wait longer than one agent is rung"),
        ({"agents": "999999"}, "This is not in the list any more."),
        ({"agents": "1", "music_id": "999999"}, "This is not in the list any more."),
    ],
)
def test_what_can_not_be_is_told_and_nothing_is_changed(
    cast: Cast, client: Client, line: Hotline, wrong: dict[str, str], words: str
) -> None:
    sign_in(client, cast.ada)
    if wrong.get("agents") == "1":
        wrong = wrong | {"agents": str(cast.alice_agent.pk)}
    answer = choose(client, line, **wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with system_scope():
        assert not Answering.objects.exists()


def test_announcements_are_no_music_to_wait_by(cast: Cast, client: Client, line: Hotline) -> None:
    sign_in(client, cast.ada)
    spoken = sound(cast, "Closed", "prompt")
    assert choose(client, line, agents=cast.alice_agent.pk, music_id=spoken.pk).status_code == 422
    assert choose(client, line, agents=cast.alice_agent.pk, message_id=spoken.pk).status_code == 303


def test_a_sound_that_is_played_somewhere_can_not_be_deleted(cast: Cast, client: Client, line: Hotline) -> None:
    sign_in(client, cast.ada)
    music = sound(cast, "Waltz", "melody")
    with system_scope():
        campaign = bare_campaign(cast.lumen, hold_music=music)
    answer = client.delete(f"/audio/{music.pk}")
    assert answer.status_code == 409
    assert campaign.name in answer.content.decode()
    with system_scope():
        campaign.hold_music = None
        campaign.save()
    choose(client, line, agents=cast.alice_agent.pk, music_id=music.pk)
    assert client.delete(f"/audio/{music.pk}").status_code == 409
    client.delete(f"/hotlines/{line.pk}/answering")
    assert client.delete(f"/audio/{music.pk}").status_code == 303


def test_a_group_that_answers_can_not_be_deleted(cast: Cast, client: Client, line: Hotline) -> None:
    sign_in(client, cast.ada)
    team = group(cast, cast.alice_agent)
    choose(client, line, groups=team.pk)
    with system_scope(), pytest.raises(AnswersCalls):
        delete_group(group_id=team.pk, actor=actor(cast.ada), now=NOW)


def test_agents_and_strangers_choose_nothing(cast: Cast, client: Client, line: Hotline) -> None:
    sign_in(client, cast.alice)
    assert choose(client, line, agents=cast.alice_agent.pk).status_code == 403
    sign_in(client, cast.dave)
    assert choose(client, line, agents=cast.alice_agent.pk).status_code == 404


# --- the desk -----------------------------------------------------------------------------------------


def offered(cast: Cast, line: Hotline, **fields: Any) -> Attempt:
    made = caller(cast, line, agent=cast.alice_agent, **fields)
    Agent.objects.filter(pk=cast.alice_agent.pk).update(
        state="ringing", wanted="ready", online=True, dialling=True, attempt_id=made.pk, state_since=NOW
    )
    return made


def test_a_caller_pops_up_with_name_and_history_and_may_be_declined(cast: Cast, client: Client, line: Hotline) -> None:
    with system_scope():
        contact = make.contacts(cast.lumen, 1)[0]
        past = attempt(bare_campaign(cast.lumen), cast.alice_agent, note="Wants the large box")
        Attempt.objects.filter(pk=past.pk).update(contact=contact)
        made = offered(cast, line, contact=contact)
    sign_in(client, cast.alice)
    page = client.get("/desk").content.decode()
    assert contact.name in page
    assert "calls Orders" in page
    assert "Wants the large box" in page
    assert f"/desk/attempts/{made.pk}/refusal" in page
    assert client.get("/desk/telephone/offer").json() == {"automatic": False}
    assert f'data-who="{contact.name}" data-from="Orders" data-says="caller"' in page
    assert client.post(f"/desk/attempts/{made.pk}/refusal").status_code == 200
    with system_scope():
        left = Message.objects.get(kind="decline")
        assert left.payload == {"agent": cast.alice_agent.pk, "attempt": made.pk}


def test_an_unknown_and_a_withheld_number_are_called_so(cast: Cast, client: Client, line: Hotline) -> None:
    with system_scope():
        made = offered(cast, line)
    sign_in(client, cast.alice)
    page = client.get("/desk").content.decode()
    assert "Nobody in the directory has this number." in page
    with system_scope():
        Attempt.objects.filter(pk=made.pk).update(number="")
    page = client.get("/desk").content.decode()
    assert "Number withheld" in page


def test_the_card_shows_a_limited_agent_only_calls_of_his_own_groups(cast: Cast, client: Client, line: Hotline) -> None:
    with system_scope():
        contact = make.contacts(cast.lumen, 1)[0]
        past = attempt(bare_campaign(cast.lumen), cast.bob_agent, note="A secret of Bob")
        Attempt.objects.filter(pk=past.pk).update(contact=contact)
        offered(cast, line, contact=contact)
        team = AgentGroup.objects.create(organisation=cast.lumen, name="Only Alice")
        cast.alice.limited_to = [team.pk]
        cast.alice.save()
    sign_in(client, cast.alice)
    page = client.get("/desk").content.decode()
    assert contact.name in page
    assert "A secret of Bob" not in page


# --- the floor and the lists --------------------------------------------------------------------------


def test_the_floor_shows_who_waits_and_what_became_of_todays_callers(cast: Cast, client: Client, line: Hotline) -> None:
    now = utc_now()
    with system_scope():
        caller(cast, line, began_at=now, answered_at=now)
        caller(cast, line, id=78, began_at=now, ended_at=now, state="ended", outcome="missed")
        caller(cast, line, id=79, began_at=now, ended_at=now, state="ended", outcome="lost")
    sign_in(client, cast.carol)
    page = client.get("/floor").content.decode()
    assert "Calls that come in" in page
    assert "Today: 3 came in, 0 answered, 1 missed, 1 hung up while waiting" in page
    assert "Waits for an agent" in page
    listed = client.get("/calls").content.decode()
    assert "Came in" in listed
    detail = client.get("/calls/78").content.decode()
    assert "None: the caller called us" in detail


def test_the_history_of_a_contact_tells_his_own_calls(cast: Cast, client: Client, line: Hotline) -> None:
    with system_scope():
        contact = make.contacts(cast.lumen, 1)[0]
        missed = {"ended_at": NOW, "state": "ended", "outcome": "missed", "permit": {"inbound": "no_agent"}}
        caller(cast, line, contact=contact, **missed)
    sign_in(client, cast.carol)
    assert "Called us" in client.get(f"/calls/contacts/{contact.pk}").content.decode()
    detail = client.get("/calls/77").content.decode()
    assert "Could it be taken?" in detail
    assert "no_agent" not in detail


# --- call backs of calls outside campaigns -------------------------------------------------------------


def test_a_call_back_promised_outside_campaigns_is_kept_at_the_desk_until_the_next_talk(
    cast: Cast, client: Client, line: Hotline
) -> None:
    with system_scope():
        chosen = Result.objects.get(result_class="call_back")
        caller(
            cast, line, agent=cast.alice_agent, connected_at=NOW, ended_at=NOW, wrapped_up_at=NOW, state="ended",
            outcome="answered", result=chosen, callback_at=NOW + timedelta(days=1),
        )  # fmt: skip
        assert [row.pk for row in promised_by(cast.alice_agent, NOW)] == [77]
        assert promised_by(cast.bob_agent, NOW) == []
        caller(cast, line, id=90, mode="manual", agent=cast.bob_agent, connected_at=NOW, ended_at=NOW, state="ended")
        assert promised_by(cast.alice_agent, NOW) == []

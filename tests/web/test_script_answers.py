"""The questions of a script: written by managers, answered at the desk, read everywhere afterwards."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campana.accounts.actors import Actor
from campana.accounts.queries import actor_of_user
from campana.calls.models import Attempt
from campana.campaigns.models import CampaignScript
from campana.campaigns.operations import change_campaign
from campana.campaigns.queries.scripts import script_for
from campana.desk import operations as desk
from campana.desk.operations.answers import AnswersMissing
from campana.desk.queries import card_of, place_of
from campana.kernel.clock import utc_now
from campana.kernel.refusals import NotFound
from campana.reporting.operations import ask_export, fetch_export, run_export
from campana.scripts import operations
from campana.scripts.models import Parameter, Result, Script
from campana.scripts.operations.scripts import ScriptChanged
from campana.tenancy import system_scope
from campana.workforce.models import AgentGroup, AgentGroupMember
from support import campaigns as make
from support.calls import attempt, bare_campaign, results
from support.cast import NOW, Cast, sign_in

pytestmark = pytest.mark.django_db

BUDGET: list[dict[str, Any]] = [
    {"kind": "text", "text": "Hello {name}."},
    {"kind": "single", "label": "Interested?", "name": "interest", "options": ["Yes", "No"], "required": True},
    {
        "kind": "number",
        "label": "Budget",
        "name": "budget",
        "shown_if": {"name": "interest", "test": "is", "values": ["Yes"]},
    },
]


def who(user: Any) -> Actor:
    found = actor_of_user(user, None)
    assert found is not None
    return found


@pytest.fixture
def script(cast: Cast) -> Script:
    with system_scope():
        return operations.create_script(actor=who(cast.ada), name="Offer", elements=BUDGET, now=NOW)


@pytest.fixture
def talk(cast: Cast, script: Script) -> Iterator[Attempt]:
    """Alice writes up a talk in a campaign with the script."""
    with system_scope():
        campaign = bare_campaign(cast.lumen, script_id=script.pk, result_set=results(cast.lumen)["success"].result_set)
        row = attempt(campaign, cast.alice_agent)
        agent = cast.alice_agent
        agent.state, agent.attempt_id, agent.task_id = "wrap_up", row.pk, row.task_id
        agent.campaign_id = campaign.pk
        agent.save()
        yield row


def of_class(kind: str) -> Result:
    return Result.objects.get(result_class=kind)


def again(row: Attempt) -> Attempt:
    with system_scope():
        return Attempt.objects.get(pk=row.pk)


def answer(client: Client, row: Attempt, **typed: str) -> dict[str, Any]:
    given = client.post(f"/desk/attempts/{row.pk}/answers", {f"a-{name}": text for name, text in typed.items()})
    assert given.status_code == 200
    told: dict[str, Any] = json.loads(given.headers["HX-Trigger"])["script-judged"]
    return told


def test_an_answer_is_kept_while_it_is_typed_and_opens_its_branch(cast: Cast, client: Client, talk: Attempt) -> None:
    sign_in(client, cast.alice)
    assert answer(client, talk, interest="No")["shown"] == [0, 1]
    told = answer(client, talk, interest="Yes", budget="500")
    assert told == {"shown": [0, 1, 2], "wrong": {}, "focus": ""}
    assert again(talk).answers == {"interest": "Yes", "budget": 500}
    page = client.get("/desk").content.decode()
    assert 'value="500"' in page, "a reload shows what was answered"


def test_what_is_wrong_is_told_at_its_field_and_kept(cast: Cast, client: Client, talk: Attempt) -> None:
    sign_in(client, cast.alice)
    told = answer(client, talk, interest="Yes", budget="a lot")
    assert told["wrong"] == {"budget": "Write a number, such as 1500 or 12.5."}
    row = again(talk)
    assert row.answers == {"interest": "Yes"}
    assert row.answer_drafts == {"budget": ["a lot"]}
    assert 'value="a lot"' in client.get("/desk").content.decode()


def test_a_talk_is_not_left_without_what_must_be_answered(cast: Cast, client: Client, talk: Attempt) -> None:
    sign_in(client, cast.alice)
    with system_scope():
        success, later = of_class("success"), of_class("refusal")
    here = f"/desk/attempts/{talk.pk}/result"
    refused = client.post(here, {"result": success.pk, "version": "x", "a-budget": "500"}, headers={"HX-Request": "1"})
    assert refused.status_code == 422
    assert "“Interested?”" in refused.content.decode()
    told = json.loads(refused.headers["HX-Trigger"])["script-judged"]
    assert told["wrong"] == {"interest": "Answer this question."}
    assert told["focus"] == "interest"
    assert again(talk).result_id is None
    assert again(talk).answer_drafts == {"budget": ["500"]}, "what was typed is kept whatever follows"
    with system_scope():
        desk.enter_result(actor=who(cast.alice), attempt_id=talk.pk, result_id=later.pk, now=utc_now())
    assert again(talk).result_id == later.pk, "who is refused can not ask on"
    taken = client.post(here, {"result": success.pk, "version": "", "a-interest": "Yes"})
    assert taken.status_code == 200
    assert again(talk).answers == {"interest": "Yes"}


def test_ready_asks_for_what_was_taken_back_after_the_result(cast: Cast, talk: Attempt) -> None:
    alice = who(cast.alice)
    with system_scope():
        desk.save_answers(actor=alice, attempt_id=talk.pk, typed={"interest": ["Yes"]})
        chosen = of_class("success").pk
        desk.enter_result(actor=alice, attempt_id=talk.pk, result_id=chosen, now=utc_now())
        desk.save_answers(actor=alice, attempt_id=talk.pk, typed={})
        with pytest.raises(AnswersMissing):
            desk.ready(actor=alice, now=utc_now())


def test_what_was_typed_as_the_time_ran_out_is_taken(cast: Cast, talk: Attempt) -> None:
    alice, agent = who(cast.alice), cast.alice_agent
    with system_scope():
        agent.state, agent.attempt_id, agent.task_id = "available", None, None
        agent.save()
        desk.save_note(actor=alice, attempt_id=talk.pk, note="late word")
        desk.save_answers(actor=alice, attempt_id=talk.pk, typed={"interest": ["No"]})
    row = again(talk)
    assert (row.note, row.answers) == ("late word", {"interest": "No"})


def test_nobody_answers_for_others(cast: Cast, talk: Attempt) -> None:
    with system_scope(), pytest.raises(NotFound):
        desk.save_answers(actor=who(cast.bob), attempt_id=talk.pk, typed={"interest": ["No"]})


def test_a_call_keeps_the_version_it_began_with(cast: Cast, talk: Attempt, script: Script) -> None:
    ada, alice = who(cast.ada), who(cast.alice)
    with system_scope():
        Attempt.objects.filter(pk=talk.pk).update(began_at=NOW + timedelta(seconds=1))
        operations.save_script(
            script_id=script.pk, actor=ada, name="Offer", elements=BUDGET[:1], now=NOW + timedelta(minutes=1)
        )
        card = card_of(place_of(cast.alice_agent), alice)
        assert card is not None
        assert card.script is not None
        assert [line.element.kind for line in card.script.lines] == ["text", "single", "number"]
        desk.save_answers(actor=alice, attempt_id=talk.pk, typed={"interest": ["No"]})
        row = again(talk)
        assert row.script_version is not None
        assert row.script_version.number == 1


def test_answers_are_read_everywhere(cast: Cast, client: Client, talk: Attempt) -> None:
    with system_scope():
        desk.save_answers(actor=who(cast.alice), attempt_id=talk.pk, typed={"interest": ["Yes"], "budget": ["500"]})
    sign_in(client, cast.ada)
    page = client.get(f"/calls/{talk.pk}").content.decode()
    assert "<dt>Budget</dt><dd>500</dd>" in page
    assert "Script Offer, version 1" in page
    timeline = client.get(f"/calls/contacts/{talk.contact_id}").content.decode()
    assert "Budget <b>500</b>" in timeline
    plain = client.get("/calls").content.decode()
    assert '<td class="wide">500</td>' not in plain
    shown = {"column": ["result", "a.budget"], "next": "/calls"}
    assert client.post("/lists/calls/columns", shown).status_code in {302, 303}
    assert '<td class="wide">500</td>' in client.get("/calls").content.decode()
    tab = f"/campaigns/{talk.campaign_id}/attempts"
    assert '<td class="wide">500</td>' not in client.get(tab).content.decode()
    assert client.post("/lists/campaign-calls/columns", shown | {"next": tab}).status_code in {302, 303}
    assert '<td class="wide">500</td>' in client.get(tab).content.decode()


@pytest.mark.parametrize("kind", ["attempts", "contacts"])
def test_answers_are_columns_of_files(cast: Cast, talk: Attempt, kind: str, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    ada = who(cast.ada)
    with system_scope():
        desk.save_answers(actor=who(cast.alice), attempt_id=talk.pk, typed={"interest": ["Yes"], "budget": ["500"]})
        export = ask_export(
            actor=ada, kind=kind, format="csv", columns=["number", "answers.budget", "answers.interest"],
            language="en", now=NOW, campaign=talk.campaign,
        )  # fmt: skip
        run_export(export_id=export.pk, clock=lambda: NOW)
        _found, path = fetch_export(actor=ada, export_id=export.pk, now=NOW)
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][1:] == ["budget", "interest"]
    assert ["500", "Yes"] in [row[1:] for row in rows[1:]]


def test_the_editor_adds_moves_and_takes_out_without_losing_a_word(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    typed = {"name": "Survey", "line": ["n0", "n1"], "kind-n0": "text", "text-n0": "Words.", "kind-n1": "list",
             "label-n1": "Colour?", "options-n1": "red\ngreen"}  # fmt: skip
    added = client.post("/scripts/new", typed | {"add": "rating"}).content.decode()
    assert added.count('class="element"') == 3
    assert "red\ngreen" in added
    assert "autofocus" in added
    lifted = client.post("/scripts/new", typed | {"up": "n1"}).content.decode()
    assert lifted.index('value="n1"') < lifted.index('value="n0"')
    removed = client.post("/scripts/new", typed | {"remove": "n0"}).content.decode()
    assert 'name="text-n0"' not in removed
    with system_scope():
        assert not Script.objects.filter(name="Survey").exists()
    assert client.post("/scripts/new", typed).status_code == 303
    with system_scope():
        made = Script.objects.get(name="Survey")
        last = made.versions.get()
    assert last.elements[1] == {"kind": "list", "label": "Colour?", "name": "colour", "options": ["red", "green"]}
    with system_scope():
        assert list(Parameter.objects.values_list("name", flat=True)) == ["colour"]


def test_a_condition_is_kept_by_the_question_it_asks(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    typed = {
        "name": "Survey", "line": ["n0", "n1"], "kind-n0": "checkbox", "label-n0": "Agreed?", "kind-n1": "text",
        "text-n1": "Thanks.", "if-n1": "n0", "test-n1": "answered",
    }  # fmt: skip
    assert client.post("/scripts/new", typed).status_code == 303
    with system_scope():
        made = Script.objects.get(name="Survey")
        rule = made.versions.get().elements[1]["shown_if"]
    assert rule == {"name": "agreed", "test": "answered", "values": []}
    assert '<option value="e0" selected>Agreed?</option>' in client.get(f"/scripts/{made.pk}").content.decode()
    tried = client.post("/scripts/preview", typed | {"a-agreed": "yes"}).content.decode()
    assert 'data-place="1">' in tried
    assert 'data-place="1" hidden>' in client.post("/scripts/preview", typed).content.decode()
    moved = client.post("/scripts/new", typed | {"line": ["n1", "n0"], "name": "Other"})
    assert moved.status_code == 422
    assert "Choose a question that stands above this one." in moved.content.decode()


def test_two_who_write_at_once_are_told_and_lose_nothing(cast: Cast, client: Client, script: Script) -> None:
    sign_in(client, cast.ada)
    mine = {"name": "Offer", "seen": "1", "line": "n0", "kind-n0": "text", "text-n0": "My words."}
    with system_scope():
        operations.save_script(
            script_id=script.pk, actor=who(cast.carol), name="Offer", elements=BUDGET[:1], seen=1, now=utc_now()
        )
        with pytest.raises(ScriptChanged):
            operations.save_script(
                script_id=script.pk, actor=who(cast.ada), name="Offer", elements=BUDGET, seen=1, now=utc_now()
            )
    answer = client.post(f"/scripts/{script.pk}", mine)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else saved version 2" in page
    assert "My words." in page
    assert 'name="seen" value="2"' in page
    assert client.post(f"/scripts/{script.pk}", mine | {"seen": "2"}).status_code == 303


def test_an_agents_script_goes_before_his_groups_and_the_campaigns(cast: Cast, script: Script) -> None:
    ada = who(cast.ada)
    with system_scope():
        group = AgentGroup.objects.create(organisation=cast.lumen, name="North")
        for agent in (cast.alice_agent, cast.bob_agent):
            AgentGroupMember.objects.create(organisation=cast.lumen, group=group, agent=agent)
        own = operations.create_script(actor=ada, name="Own", elements=BUDGET[:1], now=NOW)
        campaign = make.draft(cast)
        assert script_for(campaign, cast.alice_agent) is None
        values = {
            "script": script.pk,
            "other_scripts": [
                {"agent": cast.alice_agent.pk, "script": own.pk},
                {"group": group.pk, "script": script.pk},
            ],
        }
        change_campaign(campaign=campaign, actor=ada, values=values, version=None, now=NOW)
        campaign.refresh_from_db()
        assert CampaignScript.objects.count() == 2
        assert script_for(campaign, cast.alice_agent) == own.pk
        assert script_for(campaign, cast.bob_agent) == script.pk
        campaign.show_script = False
        campaign.save()
        row = attempt(campaign, cast.alice_agent)
        cast.alice_agent.state, cast.alice_agent.attempt_id = "in_call", row.pk
        cast.alice_agent.save()
        card = card_of(place_of(cast.alice_agent), who(cast.alice))
        assert card is not None
        assert card.script is None

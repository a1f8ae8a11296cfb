"""Scripts: written, shown as agents read them, kept in versions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from campana.accounts.actors import Actor
from campana.accounts.queries import actor_of_user
from campana.calls.operations import NoteNeeded, enter_result
from campana.campaigns.operations.copy_campaign import copy_campaign
from campana.crm.models import CustomField
from campana.desk.queries import card_of, place_of
from campana.kernel.refusals import Refused
from campana.scripts import operations, queries
from campana.scripts.models import Script
from campana.scripts.operations.scripts import DefaultScriptStays, ScriptInUse
from campana.scripts.words import blocks, variables_in
from campana.tenancy import system_scope
from support import campaigns as make
from support.calls import attempt, bare_campaign, results
from support.cast import NOW, Cast, sign_in

pytestmark = pytest.mark.django_db

TEXT = "# Greeting\nGood morning, {name}.\nThis is {Agent}.\n\n- Wait for an answer\nYour tariff is {Tariff}."


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.ada)
    with system_scope():
        CustomField.objects.create(organisation=cast.lumen, key="tariff", label="Tariff")
    return client


def said(text: str) -> list[dict[str, str]]:
    return [{"kind": "text", "text": text}]


def form(name: str, text: str, **more: str) -> dict[str, str]:
    """What the editor posts for a script of one text."""
    return {"name": name, "line": "n0", "kind-n0": "text", "text-n0": text, **more}


def actor(cast: Cast) -> Actor:
    found = actor_of_user(cast.ada, None)
    assert found is not None
    return found


def test_marks_and_variables_become_what_is_said_and_what_is_not() -> None:
    made = blocks(TEXT, {"name": "Jana", "agent": "Alice"})
    assert [block.kind for block in made] == ["step", "said", "aside", "said"]
    said = "".join(piece.text for piece in made[1].pieces)
    assert said == "Good morning, Jana. This is Alice."
    assert [piece.kind for piece in made[3].pieces] == ["", "missing", ""]
    assert variables_in(TEXT) == ["name", "Agent", "Tariff"]


def test_other_words_make_a_version_and_an_old_one_is_brought_back(cast: Cast, ada: Client) -> None:
    assert ada.post("/scripts/new", form("Renewal", TEXT)).status_code == 303
    with system_scope():
        script = Script.objects.get(name="Renewal")
    here = f"/scripts/{script.pk}"
    assert ada.post(here, form("Renewal", "Hello {name}.")).status_code == 303
    assert ada.post(here, form("Renewals", "Hello {name}.")).status_code == 303
    with system_scope():
        assert list(script.versions.order_by("number").values_list("number", flat=True)) == [1, 2]
    old = ada.get(here + "?version=1").content.decode()
    assert "This is version 1." in old
    assert "Good morning, {name}." in old
    assert ada.get(here + "?version=9").status_code == 404
    assert ada.post(here, form("Renewals", TEXT)).status_code == 303
    with system_scope():
        newest = queries.shown_version(cast.lumen, script.pk)
        assert newest is not None
        assert newest.number == 3
        first = queries.shown_version(cast.lumen, script.pk, at=datetime(2000, 1, 1, tzinfo=UTC))
        assert first is not None
        assert first.number == 1, "nothing was there yet: the first is what was meant"


def test_a_variable_nobody_knows_is_named_at_the_field(cast: Cast, ada: Client) -> None:
    answer = ada.post("/scripts/new", form("Renewal", "Hello {nmae} of {Tariff}."))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is no {nmae}." in page
    assert 'aria-describedby="text-n0-wrong" aria-invalid="true"' in page


def test_the_preview_shows_what_is_typed_and_saves_nothing(cast: Cast, ada: Client) -> None:
    with system_scope():
        before = Script.objects.count()
    shown = ada.post("/scripts/preview", form("", "<script>alert(1)</script> {agent}")).content.decode()
    assert "&lt;script&gt;" in shown
    assert "<b>Ada</b>" in shown
    with system_scope():
        assert Script.objects.count() == before


def test_the_desk_reads_the_script_of_the_campaign_with_the_contacts_words(cast: Cast, ada: Client) -> None:
    with system_scope():
        operations.create_script(actor=actor(cast), name="Default", elements=said("Default words."), now=NOW)
        own = operations.create_script(actor=actor(cast), name="Own", elements=said("Hello {name}, {tariff}."), now=NOW)
        campaign = bare_campaign(cast.lumen, script_id=own.pk)
        row = attempt(campaign, cast.alice_agent, state="connected", ended_at=None)
        row.contact.fields = {"tariff": "Gold"}
        row.contact.save()
        agent = cast.alice_agent
        agent.state, agent.attempt_id, agent.task_id = "in_call", row.pk, row.task_id
        agent.save()
        card = card_of(place_of(agent), actor(cast))
        assert card is not None
        assert card.script is not None
        assert (
            "".join(piece.text for piece in card.script.lines[0].blocks[0].pieces) == f"Hello {row.contact.name}, Gold."
        )
        campaign.script = None
        campaign.save()
        card = card_of(place_of(agent), actor(cast))
        assert card is not None
        assert card.script is not None
        assert card.script.lines[0].blocks[0].pieces[0].text == "Default words."


def test_what_campaigns_show_is_neither_archived_nor_left_without_a_default(cast: Cast, ada: Client) -> None:
    with system_scope():
        first = operations.create_script(actor=actor(cast), name="Default", elements=said("Words."), now=NOW)
        own = operations.create_script(actor=actor(cast), name="Own", elements=said("Words."), now=NOW)
        campaign = make.draft(cast, script=own.pk)
        with pytest.raises(DefaultScriptStays):
            operations.archive_script(script_id=first.pk, actor=actor(cast), now=NOW)
        with pytest.raises(ScriptInUse):
            operations.archive_script(script_id=own.pk, actor=actor(cast), now=NOW)
        campaign.state = "finished"
        campaign.save()
        operations.archive_script(script_id=own.pk, actor=actor(cast), now=NOW)
        assert [row.name for row in queries.scripts(actor(cast))] == ["Default"]


def test_others_than_those_who_manage_results_write_no_scripts(cast: Cast, client: Client) -> None:
    sign_in(client, cast.alice)
    assert client.get("/scripts").status_code == 403
    assert client.post("/scripts/preview", {"text": "x"}).status_code == 403


def test_a_result_that_needs_a_note_is_not_taken_without_one(cast: Cast) -> None:
    with system_scope():
        of_class = results(cast.lumen)
        bought = of_class["success"]
        bought.note_required = True
        bought.save()
        row = attempt(bare_campaign(cast.lumen, result_set=bought.result_set), cast.alice_agent)
        with pytest.raises(NoteNeeded):
            enter_result(attempt_id=row.pk, result_id=bought.pk, actor=actor(cast), note=" ", now=NOW)
        try:
            enter_result(attempt_id=row.pk, result_id=bought.pk, actor=actor(cast), note="Gold", now=NOW)
        except Refused as refused:
            pytest.fail(refused.code)


def test_a_campaign_keeps_its_script_when_it_is_finished_and_copied(cast: Cast, ada: Client) -> None:
    with system_scope():
        own = operations.create_script(actor=actor(cast), name="Own", elements=said("Words."), now=NOW)
        campaign = make.built(cast, make.contacts(cast.lumen, 1), script=own.pk)
        copy = copy_campaign(campaign=campaign, actor=actor(cast), name="Again", now=NOW)
        assert copy.script_id == own.pk


def test_what_is_wrong_with_words_is_said_at_the_words_alone(ada: Client) -> None:
    hinted = {"line": "n0", "kind-n0": "short", "label-n0": "", "help-n0": "As he says it"}
    page = ada.post("/scripts/new", {"name": "Renewal", **hinted}).content.decode()
    assert "A question has 1 to 200 characters." in page
    assert "dict_values" not in page
    assert page.count('aria-invalid="true"') == 1

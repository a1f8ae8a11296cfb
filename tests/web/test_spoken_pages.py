"""Sounds that are spoken from a text: written, spoken again, chosen for a campaign with the name and number."""

from __future__ import annotations

import re
import wave
from pathlib import Path

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry
from campana.campaigns.models import Campaign
from campana.hotlines.models import Sound
from campana.hotlines.operations.sounds import path_of
from campana.speech.espeak import Espeak
from campana.tenancy import organisation_scope, system_scope
from support import campaigns as make
from support.cast import NOW, Cast, sign_in

pytestmark = pytest.mark.django_db

WORDS = {"name": "Closed", "voice": "cs+f3", "text": "Dnes máme zavřeno.", "kind": "greeting"}


@pytest.fixture
def ada(cast: Cast, client: Client, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.AUDIO_ROOT = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr("campana.hotlines.web.now", lambda: NOW)
    sign_in(client, cast.ada)
    return client


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    with organisation_scope(cast.lumen.pk):
        return make.draft(cast, mode="predictive", name="Spring")


def the_sound() -> Sound:
    with system_scope():
        return Sound.objects.get()


def seconds_of(row: Sound) -> float:
    with wave.open(str(path_of(row))) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        return sound.getnframes() / sound.getframerate()


def typed(page: str, name: str) -> str:
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*([^<]*)</textarea>', page)
    assert found, page
    return found.group(1)


def test_a_text_becomes_a_sound_of_the_library(ada: Client) -> None:
    answer = ada.post("/audio/spoken", WORDS)
    row = the_sound()
    assert (answer.status_code, answer["Location"]) == (303, f"/audio/{row.pk}")
    assert (row.name, row.kind, row.text, row.voice) == ("Closed", "greeting", "Dnes máme zavřeno.", "cs+f3")
    assert seconds_of(row) == pytest.approx(row.seconds, abs=0.01)
    page = ada.get(f"/audio/{row.pk}").content.decode()
    assert typed(page, "text") == "Dnes máme zavřeno."
    assert '<option value="cs+f3" selected>' in page


def test_other_words_are_spoken_under_the_same_file(cast: Cast, ada: Client) -> None:
    ada.post("/audio/spoken", WORDS)
    before = the_sound()
    short = seconds_of(before)
    words = {"voice": "cs", "text": "Dnes máme zavřeno. Zavolejte prosím zítra od osmi hodin."}
    assert ada.post(f"/audio/{before.pk}/words", words).status_code == 303
    after = the_sound()
    assert (after.file, after.text, after.voice) == (before.file, words["text"], "cs")
    assert seconds_of(after) > 1.5 * short
    assert after.size == path_of(after).stat().st_size
    with organisation_scope(cast.lumen.pk):
        assert list(AuditEntry.objects.filter(object_type="sound").values_list("action", flat=True).order_by("pk")) == [
            "sound.add",
            "sound.text",
        ]


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"text": ""}, "text", "Write what is to be said"),
        ({"text": " .,! "}, "text", "Write what is to be said"),
        ({"text": "a" * 1001}, "text", "at most 1000 characters"),
        ({"voice": "klingon"}, "voice", "klingon"),
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 121}, "name", "120"),
    ],
)
def test_what_can_not_be_spoken_is_said_at_its_field(ada: Client, given: dict[str, str], field: str, said: str) -> None:
    answer = ada.post("/audio/spoken", {**WORDS, **given})
    page = answer.content.decode()
    assert answer.status_code == 422
    wrong = page[page.index(f'id="id_{field}-wrong"') :][:400]
    assert said in wrong
    with system_scope():
        assert not Sound.objects.exists()


def test_control_characters_are_left_out_and_lines_stay(ada: Client) -> None:
    ada.post("/audio/spoken", {**WORDS, "text": "Dobrý\x1b  den.\r\n\u202eJsme tu."})
    assert the_sound().text == "Dobrý den.\nJsme tu."


def test_a_failed_change_keeps_the_words_and_the_sound(ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ada.post("/audio/spoken", WORDS)
    before = path_of(the_sound()).read_bytes()
    monkeypatch.setattr(Espeak, "speak", lambda self, text, voice: b"RIFF....WAVEno sound")
    answer = ada.post(f"/audio/{the_sound().pk}/words", {"voice": "cs", "text": "Other words."})
    assert answer.status_code == 422
    assert typed(answer.content.decode(), "text") == "Other words.", "what was typed is still there"
    assert (the_sound().text, path_of(the_sound()).read_bytes()) == ("Dnes máme zavřeno.", before)


def test_an_uploaded_sound_has_no_words_to_change(cast: Cast, ada: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        row = Sound.objects.create(
            organisation=cast.lumen, name="Waltz", file="x/y", seconds=1, size=1, source="wav", added_at=NOW
        )
    assert "What is said" not in ada.get(f"/audio/{row.pk}").content.decode()
    assert ada.post(f"/audio/{row.pk}/words", {"voice": "cs", "text": "Words."}).status_code == 404


def test_strangers_and_those_who_only_look_have_nothing_spoken(cast: Cast, ada: Client, campaign: Campaign) -> None:
    ada.post("/audio/spoken", WORDS)
    pk, words = the_sound().pk, {"voice": "cs", "text": "Words."}
    sign_in(ada, cast.carol)
    for address, given in (("/audio/spoken", WORDS), (f"/audio/{pk}/words", words)):
        assert ada.post(address, given).status_code == 403
    assert ada.get(f"/campaigns/{campaign.pk}/settings/message").status_code == 200, "she makes campaigns"
    sign_in(ada, cast.alice)
    assert ada.get(f"/campaigns/{campaign.pk}/settings/message").status_code == 403
    sign_in(ada, cast.dave)
    assert ada.post(f"/audio/{pk}/words", words).status_code == 404
    assert ada.get(f"/campaigns/{campaign.pk}/settings/message").status_code == 404
    assert the_sound().text == WORDS["text"]


@pytest.mark.parametrize(
    ("language", "begins"),
    [("en", "Hello, this is"), ("cs", "Dobrý den, volá"), ("vi", "Xin chào"), ("ru", "Здравствуйте")],
)
def test_the_text_to_begin_with_says_name_and_number(
    cast: Cast, ada: Client, campaign: Campaign, language: str, begins: str
) -> None:
    with organisation_scope(cast.lumen.pk):
        line = campaign.hotlines.get()
    page = ada.get(f"/campaigns/{campaign.pk}/settings/message?language={language}").content.decode()
    text = typed(page, "text")
    assert text.startswith(begins)
    assert cast.lumen.name in text
    assert line.number in re.sub(r"\D", "", text)
    offered = re.findall(r'<option value="([^"]+)"', page)
    assert offered[0].startswith(language), "voices of the language come first"


def test_the_message_is_spoken_and_chosen_in_one_go(cast: Cast, ada: Client, campaign: Campaign) -> None:
    place = f"/campaigns/{campaign.pk}/settings"
    assert f'href="{place}/message"' in ada.get(f"{place}/calls").content.decode()
    page = ada.get(f"{place}/message?language=cs").content.decode()
    given = {"name": "No agent came: Spring", "voice": "cs+f3", "text": typed(page, "text")}
    answer = ada.post(f"{place}/message", given)
    assert (answer.status_code, answer["Location"]) == (303, f"{place}/calls")
    row = the_sound()
    with system_scope():
        campaign.refresh_from_db()
    assert campaign.abandoned_message_id == row.pk
    assert f'<option value="{row.pk}" selected' in ada.get(f"{place}/calls").content.decode()
    assert 5 < seconds_of(row) < 40


def test_whoever_makes_campaigns_has_their_message_spoken_and_a_second_one_gets_a_name(
    cast: Cast, ada: Client, campaign: Campaign
) -> None:
    sign_in(ada, cast.carol)
    place = f"/campaigns/{campaign.pk}/settings/message"
    for name in ("No agent came: Spring", "No agent came: Spring 2"):
        page = ada.get(place).content.decode()
        assert f'value="{name}"' in page
        assert ada.post(place, {"name": name, "voice": "en", "text": "Hello."}).status_code == 303
    assert ada.post(place, {"name": name, "voice": "en", "text": "Hello."}).status_code == 422
    with system_scope():
        assert Sound.objects.count() == 2


def test_the_message_stays_chosen_where_another_entry_of_the_step_is_wrong(
    cast: Cast, ada: Client, campaign: Campaign
) -> None:
    place = f"/campaigns/{campaign.pk}/settings"
    typed_so_far = {"max_wait": "999", "abandoned_message": "", "hold_music": ""}
    assert ada.post(f"{place}/calls", typed_so_far, headers={"X-Autosave": "1"}).status_code == 200
    ada.post(f"{place}/message", {"name": "Sorry", "voice": "en", "text": "Hello."})
    page = ada.get(f"{place}/calls").content.decode()
    assert 'value="999"' in page, "what is wrong is still there to be mended"
    assert f'<option value="{the_sound().pk}" selected' in page


def test_a_sound_is_not_left_behind_when_the_campaign_may_not_be_changed(
    cast: Cast, ada: Client, campaign: Campaign, tmp_path: Path
) -> None:
    with system_scope():
        Campaign.objects.filter(pk=campaign.pk).update(state="archived")
    given = {"name": "Late", "voice": "cs", "text": "Dobrý den."}
    assert ada.post(f"/campaigns/{campaign.pk}/settings/message", given).status_code == 409
    with system_scope():
        assert not Sound.objects.exists()
    assert not list(tmp_path.rglob("*.wav"))


def test_where_nobody_speaks_the_pages_say_what_to_do(
    ada: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campana.speech.espeak.shutil.which", lambda name: None)
    for address in ("/audio/spoken", f"/campaigns/{campaign.pk}/settings/message"):
        page = ada.get(address).content.decode()
        assert "no program that speaks" in page
    answer = ada.post("/audio/spoken", WORDS)
    assert answer.status_code == 422
    assert "Install espeak-ng" in answer.content.decode()

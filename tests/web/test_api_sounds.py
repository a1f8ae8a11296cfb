"""The audio library over the REST API."""

from __future__ import annotations

import wave
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campana.accounts import permissions
from campana.hotlines.models import Sound
from campana.hotlines.operations.sounds import path_of
from campana.tenancy import system_scope
from support.api import ApiClient, make_key
from support.cast import NOW, Cast

pytestmark = pytest.mark.django_db

WORDS = {"name": "Who called", "text": "Hello. Please call +420 800 111 222.", "voice": "en+f3"}


@pytest.fixture
def client(cast: Cast, settings: object, tmp_path: Path) -> ApiClient:
    settings.AUDIO_ROOT = tmp_path  # type: ignore[attr-defined]
    return ApiClient(make_key(cast.lumen))


def file_of(pk: int) -> bytes:
    with system_scope():
        return path_of(Sound.objects.get(pk=pk)).read_bytes()


def test_a_text_is_spoken_listed_changed_and_deleted(client: ApiClient) -> None:
    made = client.call("POST", "/sounds", WORDS)
    assert made.status_code == 201, made.content
    body = made.json()
    assert {key: body[key] for key in WORDS} == WORDS
    assert (body["kind"], body["seconds"] > 2) == ("prompt", True)
    assert [each["id"] for each in client.call("GET", "/sounds").json()["items"]] == [body["id"]]
    before = file_of(body["id"])
    changed = client.call("PATCH", f"/sounds/{body['id']}", {"text": "Good bye.", "kind": "greeting"}).json()
    assert (changed["text"], changed["voice"], changed["kind"], changed["name"]) == (
        "Good bye.",
        "en+f3",
        "greeting",
        "Who called",
    )
    assert changed["seconds"] < body["seconds"]
    assert file_of(body["id"]) != before
    assert client.call("DELETE", f"/sounds/{body['id']}").status_code == 204
    assert client.call("GET", f"/sounds/{body['id']}").status_code == 404


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"voice": "klingon"}, "unknown_voice", "voice"),
        ({"text": "?!"}, "spoken_text_needed", "text"),
        ({"name": "Waltz"}, "name_taken", "name"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_half_done(
    client: ApiClient, given: dict[str, str], code: str, field: str
) -> None:
    client.call("POST", "/sounds", WORDS | {"name": "Waltz"})
    made = client.call("POST", "/sounds", WORDS).json()
    before = file_of(made["id"])
    for method, address, body in (
        ("POST", "/sounds", WORDS | {"name": "Another"} | given),
        ("PATCH", f"/sounds/{made['id']}", {"name": "Other", "text": "Other words."} | given),
    ):
        answer = client.call(method, address, body)
        assert answer.status_code == 422
        assert code in answer.content.decode()
        assert field in answer.content.decode()
    assert client.call("GET", f"/sounds/{made['id']}").json() == made
    assert file_of(made["id"]) == before


def test_an_uploaded_sound_has_a_name_but_no_words_to_change(client: ApiClient, cast: Cast) -> None:
    with system_scope():
        row = Sound.objects.create(
            organisation=cast.lumen, name="Waltz", file="x/y", seconds=1, size=1, source="wav", added_at=NOW
        )
    assert client.call("PATCH", f"/sounds/{row.pk}", {"name": "March"}).json()["name"] == "March"
    assert client.call("PATCH", f"/sounds/{row.pk}", {"text": "Words."}).status_code == 404
    assert client.call("GET", f"/sounds/{row.pk}").json()["text"] == ""


def tone(seconds: float = 0.5) -> bytes:
    made = BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(b"\x00\x10" * int(16000 * seconds))
    return made.getvalue()


def add(client: ApiClient, content: bytes, **fields: str) -> Any:
    return client.post("/sounds/recordings", {"file": SimpleUploadedFile("a.wav", content), **fields})


def test_a_recording_is_kept_as_the_switches_play_it_and_sent_back(client: ApiClient) -> None:
    made = add(client, tone(), name="Our voice", kind="greeting")
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["name"], body["kind"], body["seconds"], body["text"]) == ("Our voice", "greeting", 0.5, "")
    answer = client.get(f"/sounds/{body['id']}/file")
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "audio/wav")
    assert content == file_of(body["id"])
    with wave.open(BytesIO(content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)


@pytest.mark.parametrize(
    ("content", "fields", "code"),
    [
        (b"not a sound", {"name": "A"}, "not_a_sound"),
        (tone(0), {"name": "A"}, "sound_empty"),
        (tone()[:30], {"name": "A"}, "unreadable_wav"),
        (tone(), {"name": "Waltz"}, "name_taken"),
        (tone(), {"name": " "}, "name"),
        (tone(), {"name": "A", "kind": "song"}, "kind"),
        (tone(), {}, "name"),
    ],
)
def test_a_wrong_recording_is_refused_with_words(
    client: ApiClient, content: bytes, fields: dict[str, str], code: str
) -> None:
    add(client, tone(), name="Waltz")
    answer = add(client, content, **fields)
    assert answer.status_code == 422
    assert code in answer.content.decode()
    with system_scope():
        assert Sound.objects.count() == 1


def test_a_recording_needs_the_right_and_stays_in_its_organisation(client: ApiClient, cast: Cast) -> None:
    made = add(client, tone(), name="Ours").json()
    agent = ApiClient(make_key(cast.lumen, role=permissions.OPERATOR))
    assert add(agent, tone(), name="Another").status_code == 403
    assert agent.get(f"/sounds/{made['id']}/file").status_code == 403
    assert ApiClient(make_key(cast.other)).get(f"/sounds/{made['id']}/file").status_code == 404


def test_a_lost_file_is_said(client: ApiClient) -> None:
    made = add(client, tone(), name="Ours").json()
    with system_scope():
        path_of(Sound.objects.get(pk=made["id"])).unlink()
    answer = client.get(f"/sounds/{made['id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (404, "sound_missing")

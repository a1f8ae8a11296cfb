"""The audio library: judged by content, kept as the switch plays it, heard only by its own organisation."""

from __future__ import annotations

import io
import itertools
import math
import shutil
import struct
import wave
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campana.accounts.models import AuditEntry
from campana.hotlines.models import Sound
from campana.hotlines.operations.sounds import path_of
from campana.hotlines.operations.transcode import NotASound, TooLong, UnreadableWav, transcode
from campana.tenancy import organisation_scope, system_scope
from support.cast import NOW, Cast, sign_in

pytestmark = pytest.mark.django_db


def tone(seconds: float = 1.0, *, rate: int = 44_100, channels: int = 2, width: int = 2) -> bytes:
    """A sine of 440 Hz."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        top = 2 ** (8 * width - 1) - 1
        frames = bytearray()
        for n in range(int(seconds * rate)):
            value = int(top * 0.8 * math.sin(2 * math.pi * 440 * n / rate))
            raw = struct.pack("<B", value + 128) if width == 1 else value.to_bytes(width, "little", signed=True)
            frames += raw * channels
        sound.writeframes(frames)
    return kept.getvalue()


@pytest.fixture
def ada(cast: Cast, client: Client, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.AUDIO_ROOT = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr("campana.hotlines.web.now", lambda: NOW)
    sign_in(client, cast.ada)
    return client


def upload(client: Client, content: bytes, name: str = "", file: str = "hold music.wav") -> tuple[int, str]:
    answer = client.post("/audio", {"name": name, "file": SimpleUploadedFile(file, content)})
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(("rate", "channels", "width"), [(44_100, 2, 2), (8000, 1, 1), (16_000, 1, 3), (48_000, 2, 4)])
def test_every_plain_wav_becomes_telephone_sound(rate: int, channels: int, width: int) -> None:
    made, seconds, kind = transcode(tone(0.5, rate=rate, channels=channels, width=width))
    with wave.open(io.BytesIO(made)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        frames = sound.readframes(sound.getnframes())
    assert (kind, round(seconds, 1)) == ("wav", 0.5)
    values = struct.unpack(f"<{len(frames) // 2}h", frames)
    assert max(values) > 20_000, "it is still as loud"
    crossings = sum(a < 0 <= b for a, b in itertools.pairwise(values))
    assert 210 <= crossings <= 230, "it is still 440 Hz"


def test_what_is_no_sound_is_told_apart_by_its_content() -> None:
    with pytest.raises(NotASound):
        transcode(b"<html>" + b"x" * 100)
    with pytest.raises(UnreadableWav):
        transcode(tone(0.1)[:30])
    with pytest.raises(UnreadableWav):
        transcode(b"RIFF....WAVEno sound")
    with pytest.raises(TooLong):
        transcode(tone(601, rate=4000, channels=1, width=1))


def test_a_sound_is_added_heard_renamed_and_deleted(cast: Cast, ada: Client) -> None:
    assert upload(ada, tone())[0] == 303
    with system_scope():
        row = Sound.objects.get()
        path = path_of(row)
    assert (row.name, path.is_file(), path.suffix) == ("hold music", True, ".wav")
    assert "<audio controls" in ada.get("/audio").content.decode()
    heard = ada.get(f"/audio/{row.pk}/sound")
    assert heard["Content-Type"] == "audio/wav"
    assert b"".join(heard.streaming_content)[:4] == b"RIFF"  # type: ignore[attr-defined]
    assert upload(ada, tone(), "Hold Music")[0] == 422, "names are there once"
    assert ada.post(f"/audio/{row.pk}", {"name": "Waiting"}).status_code == 303
    with organisation_scope(cast.lumen.pk):
        assert Sound.objects.get().name == "Waiting"
        told = set(AuditEntry.objects.filter(object_type="sound").values_list("action", flat=True))
    assert told == {"sound.add", "sound.rename"}


def test_the_file_goes_with_its_row(cast: Cast, ada: Client, django_capture_on_commit_callbacks: object) -> None:
    upload(ada, tone())
    with system_scope():
        row = Sound.objects.get()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert ada.delete(f"/audio/{row.pk}").status_code == 303
    assert not path_of(row).exists()
    assert ada.get(f"/audio/{row.pk}/sound").status_code == 404


def test_wrong_files_are_refused_at_the_field(ada: Client) -> None:
    for content, words in ((b"x" * 50, "neither a WAV nor an MP3"), (tone(0.1)[:40], "damaged")):
        status, page = upload(ada, content)
        assert status == 422
        assert words in page
        assert 'id="id_file-wrong"' in page
    with system_scope():
        assert not Sound.objects.exists()


def test_an_mp3_is_refused_with_words_where_nothing_decodes_it(ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    status, page = upload(ada, b"ID3\x04" + b"\0" * 100, file="song.mp3")
    assert status == 422
    assert "no program that reads MP3" in page


def test_who_only_looks_may_listen_and_a_stranger_hears_nothing(cast: Cast, ada: Client) -> None:
    upload(ada, tone())
    with system_scope():
        pk = Sound.objects.get().pk
    sign_in(ada, cast.carol)
    assert ada.get(f"/audio/{pk}/sound").status_code == 200
    assert upload(ada, tone(), "Other")[0] == 403
    assert ada.delete(f"/audio/{pk}").status_code == 403
    sign_in(ada, cast.dave)
    assert ada.get(f"/audio/{pk}/sound").status_code == 404

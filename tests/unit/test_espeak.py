"""The program itself speaks: every voice, in telephone sound, and words instead of a traceback where it can not."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest

from campana.hotlines.operations.transcode import transcode
from campana.speech import CannotSpeak, NobodySpeaks, UnknownVoice, speaker

SAID = {
    "vi": "Xin chào, chúng tôi vừa gọi cho bạn.",
    "cs": "Dobrý den, právě jsme vám volali.",
    "ru": "Здравствуйте, мы вам только что звонили.",
    "en": "Hello, we have just called you.",
}


@pytest.mark.parametrize("voice", speaker().voices(), ids=lambda voice: voice.key)
def test_every_voice_speaks_its_language(voice: Any) -> None:
    content, seconds, _ = transcode(speaker().speak(SAID[voice.language], voice.key))
    assert 1.0 < seconds < 8.0
    _, twice, _ = transcode(speaker().speak(f"{SAID[voice.language]} {SAID[voice.language]}", voice.key))
    assert twice > 1.7 * seconds, "it says all of it"
    assert len(content) > 8000


def test_no_two_voices_and_no_two_texts_sound_the_same() -> None:
    voices = speaker().voices()
    assert len({speaker().speak("1 2 3", voice.key) for voice in voices}) == len(voices)
    assert speaker().speak("One.", "en") != speaker().speak("Two.", "en")


def test_a_text_is_never_an_order_to_the_program() -> None:
    content, seconds, _ = transcode(speaker().speak("--help -v cs $(reboot) [[w]] <voice name='x'>", "en"))
    assert seconds > 1.0
    assert content[:4] == b"RIFF"


def test_a_voice_that_is_not_offered_is_refused() -> None:
    for voice in ("", "xx", "en -w /etc/passwd", "../../x"):
        with pytest.raises(UnknownVoice):
            speaker().speak("One.", voice)


def test_without_the_program_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert not speaker().ready
    with pytest.raises(NobodySpeaks) as refused:
        speaker().speak("One.", "en")
    assert "espeak-ng" in str(refused.value)


def test_a_program_that_fails_or_hangs_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **options: Any) -> Any:
        return subprocess.CompletedProcess(args, 1, b"", b"no sound")

    def hangs(*args: Any, **options: Any) -> Any:
        raise subprocess.TimeoutExpired("espeak-ng", 20)

    for broken in (fails, hangs):
        monkeypatch.setattr(subprocess, "run", broken)
        with pytest.raises(CannotSpeak):
            speaker().speak("One.", "en")

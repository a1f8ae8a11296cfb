"""espeak-ng: a voice for every language of the product, on the server itself. Plain, but at once and for nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from campana.speech.port import CannotSpeak, NobodySpeaks, UnknownVoice, Voice

PROGRAM: Final = "espeak-ng"
WORDS_A_MINUTE: Final = "140"
"""Its usual 175 are too fast for a telephone number that somebody writes down."""
PATIENCE: Final = 20
"""Seconds. It needs a tenth of one for the longest text."""
FEMALE: Final = "+f3"
SPOKEN: Final = (
    ("vi", "vi", "north"),
    ("vi-vn-x-central", "vi", "centre"),
    ("vi-vn-x-south", "vi", "south"),
    ("cs", "cs", ""),
    ("ru", "ru", ""),
    ("en", "en", "GB"),
    ("en-us", "en", "US"),
)
"""Names of its own; under ``en-gb`` it knows the first of the English ones too, but then without a woman's voice."""
VOICES: Final = tuple(
    Voice(f"{name}{FEMALE if female else ''}", language, female, variety)
    for name, language, variety in SPOKEN
    for female in (True, False)
)


class Espeak:
    @property
    def ready(self) -> bool:
        return shutil.which(PROGRAM) is not None

    def voices(self) -> tuple[Voice, ...]:
        return VOICES

    def speak(self, text: str, voice: str) -> bytes:
        program = shutil.which(PROGRAM)
        if program is None:
            raise NobodySpeaks(field="text")
        if voice not in {one.key for one in VOICES}:
            raise UnknownVoice(field="voice")
        with tempfile.TemporaryDirectory(prefix="campana-speech-") as folder:
            wav = Path(folder, "spoken.wav")
            order = [program, "-v", voice, "-s", WORDS_A_MINUTE, "-b", "1", "-w", str(wav), "--stdin"]
            try:
                done = subprocess.run(
                    order, input=_plain(text).encode(), capture_output=True, timeout=PATIENCE, check=False
                )
            except subprocess.TimeoutExpired:
                raise CannotSpeak(field="text") from None
            if done.returncode or not wav.is_file():
                raise CannotSpeak(field="text")
            return wav.read_bytes()


def _plain(text: str) -> str:
    """Two brackets would begin its phonetic alphabet."""
    return re.sub(r"([\[\]])\1+", r"\1", text)

"""What every provider of speech can do, and how it says that it can not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from campana.kernel.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Voice:
    """``key``: what is kept with a sound and never shown. ``variety``: an ISO country, or ``north``, ``centre``,
    ``south`` of one; blank where the language is enough."""

    key: str
    language: str
    """ISO 639-1."""
    female: bool
    variety: str = ""


class NobodySpeaks(Invalid):
    code = "nobody_speaks"
    detail = "This server has no program that speaks. Install espeak-ng on it, or upload a recording."


class UnknownVoice(Invalid):
    code = "unknown_voice"
    detail = "There is no such voice. Choose one of the list."


class CannotSpeak(Invalid):
    code = "cannot_speak"
    detail = "This text could not be spoken. Shorten it, or write it in plain words."


class Speaker(Protocol):
    @property
    def ready(self) -> bool:
        """Whether it can speak on this server now."""

    def voices(self) -> tuple[Voice, ...]:
        """In the order in which they are offered."""

    def speak(self, text: str, voice: str) -> bytes:
        """A WAV file. Raises NobodySpeaks, UnknownVoice and CannotSpeak."""

"""Sounds of the audio library that the product speaks itself from a text, and speaks again when it is changed."""

from __future__ import annotations

import unicodedata
from typing import Final

from django.db import transaction

from campana import speech
from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.rights import unchanged
from campana.hotlines import queries
from campana.hotlines.models import Sound
from campana.hotlines.operations import sounds
from campana.hotlines.operations.transcode import transcode
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound
from campana.kernel.stamps import stamp
from campana.speech.digits import spoken_digits

LONGEST_TEXT: Final = 1000
"""Characters: about 70 seconds."""


class TextNeeded(Invalid):
    code = "spoken_text_needed"
    detail = "Write what is to be said, in at most {most} characters."


def speak_sound(*, actor: Actor, name: str, text: str, voice: str, kind: str = "", now: Instant) -> Sound:
    """``kind`` blank: an announcement.

    Raises TextNeeded, NameTaken, TooManySounds, and what ``Speaker.speak`` raises.
    """
    actor.require(permissions.HOTLINES_MANAGE)
    return add_spoken(actor=actor, name=name, text=text, voice=voice, kind=kind, now=now)


def add_spoken(*, actor: Actor, name: str, text: str, voice: str, kind: str = "", now: Instant) -> Sound:
    """The same for an operation that has judged the actor by another right."""
    text = text_of(text)
    name = sounds.free_name(actor, name)
    content, seconds = _spoken(text, voice)
    row = Sound(name=name, kind=Sound.Kind(kind or Sound.Kind.PROMPT), source="text", text=text, voice=voice)
    return sounds.keep(actor, row, content, seconds, now)


def change_text(*, actor: Actor, sound_id: int, text: str, voice: str, seen: str | None = None, now: Instant) -> Sound:
    """Speaks it again under the same file, so whatever plays it plays the new words from the next call on.
    A sound that was uploaded has no words and is not found here. Raises ChangedMeanwhile when ``seen`` is no longer
    the stamp of what is said."""
    actor.require(permissions.HOTLINES_MANAGE)
    text = text_of(text)
    if not queries.sound(actor, sound_id).text:
        raise NotFound(kind="sound")
    content, seconds = _spoken(text, voice)  # before the row is locked: it takes a program's time
    with transaction.atomic():
        row = sounds.locked(actor, sound_id)
        unchanged(seen, stamp_of(row))
        row.text, row.voice, row.seconds, row.size = text, voice, round(seconds, 2), len(content)
        row.save(update_fields=["text", "voice", "seconds", "size"])
        sounds.record(actor, "sound.text", row, now)
        sounds.write(sounds.path_of(row), content)
    return row


def stamp_of(row: Sound) -> str:
    return stamp(row.text, row.voice)


def text_of(typed: str) -> str:
    """Without control characters and with single blanks; lines stay. Raises TextNeeded."""
    lines = ("".join(c for c in line if unicodedata.category(c)[0] != "C") for line in str(typed).splitlines())
    text = "\n".join(" ".join(line.split()) for line in lines).strip()
    if not any(c.isalnum() for c in text) or len(text) > LONGEST_TEXT:
        raise TextNeeded(field="text", most=LONGEST_TEXT)
    return text


def _spoken(text: str, voice: str) -> tuple[bytes, float]:
    made = speech.speaker().speak(spoken_digits(text), voice)
    try:
        content, seconds, _ = transcode(made)
    except Invalid:  # it says what is wrong with somebody's file, and here there is none
        raise speech.CannotSpeak(field="text") from None
    return content, seconds

"""Voices in words, those of one language first."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campana.speech import Voice, speaker

VARIETIES: Final = {
    "north": gettext_noop("north"),
    "centre": gettext_noop("centre"),
    "south": gettext_noop("south"),
    "GB": gettext_noop("British"),
    "US": gettext_noop("American"),
}


def voices(language: str = "") -> list[tuple[str, str]]:
    """Key and words of each voice."""
    offered = sorted(speaker().voices(), key=lambda voice: voice.language != language)
    return [(voice.key, voice_words(voice)) for voice in offered]


def voice_words(voice: Voice) -> str:
    parts = [dict(settings.LANGUAGES)[voice.language]]
    if voice.variety:
        parts.append(_(VARIETIES[voice.variety]))
    parts.append(_("a woman’s voice") if voice.female else _("a man’s voice"))
    return ", ".join(parts)

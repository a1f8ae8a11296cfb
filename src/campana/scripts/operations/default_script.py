"""The script every organisation begins with, in its own language (CAM-327): it may be changed, never deleted."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction

from campana.accounts.models import Organisation
from campana.kernel.clock import Instant
from campana.scripts.models import Script, ScriptVersion

WORDS: Final[dict[str, tuple[str, str]]] = {
    "en": ("Default script", "Hello, this is {agent} of {organisation}. Am I speaking with {name}?"),
    "vi": (
        "Kịch bản mặc định",
        "Xin chào, tôi là {agent} từ {organisation}. Tôi có đang nói chuyện với {name} không ạ?",
    ),
    "cs": ("Výchozí scénář", "Dobrý den, {agent}, {organisation}. Mluvím s {name}?"),
    "ru": ("Сценарий по умолчанию", "Здравствуйте, это {agent}, {organisation}. Я говорю с {name}?"),
}
"""Data of the organisation, not words of the screen. The migration that made the first ones says the same."""


def default_script(organisation: Organisation, now: Instant) -> Script:
    """The organisation's default script; made when there is none yet. Safe to ask for at any time."""
    mine = Script.objects.filter(organisation=organisation)
    found = mine.filter(is_default=True).first()
    if found:
        return found
    name, text = WORDS.get(organisation.language, WORDS["en"])
    try:
        with transaction.atomic():
            made = Script.objects.create(organisation=organisation, name=name, is_default=True)
            ScriptVersion.objects.create(
                organisation=organisation,
                script=made,
                number=1,
                elements=[{"kind": "text", "text": text}],
                made_at=now,
            )
            return made
    except IntegrityError:  # somebody else made it at this moment, or one has that name already
        return mine.filter(is_default=True).first() or _adopted(organisation, name)


def _adopted(organisation: Organisation, name: str) -> Script:
    named = Script.objects.get(organisation=organisation, name__iexact=name)
    named.is_default, named.archived_at = True, None
    named.save(update_fields=["is_default", "archived_at"])
    return named

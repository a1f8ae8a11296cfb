"""A made-up language: every message that goes through the catalogue comes out between ⟦ and ⟧, with longer letters.

What stands on a page outside of them was written into a template or is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import translation
from django.utils.translation import trans_real
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

_LETTERS = str.maketrans("aeiouyACEINORSUYZ", "áéíóúýÁČÉÍŇÓŘŠÚÝŽ")


_PLACE = re.compile(r"(%\(\w+\)[sd]|\{\w*\}|%[sd%])")


def dressed(text: str) -> str:
    """Places for values stay as they are: ``%(name)s`` and ``{name}``."""
    if not text.strip() or text.startswith("⟦"):
        return text
    parts = _PLACE.split(text)
    return "⟦" + "".join(part if place % 2 else part.translate(_LETTERS) for place, part in enumerate(parts)) + "⟧"


class Pseudo(trans_real.DjangoTranslation):
    """English in other clothes."""

    def __init__(self) -> None:
        super().__init__("en")

    def gettext(self, message: str) -> str:
        return dressed(message.rpartition(CONTEXT_SEPARATOR)[2])

    def ngettext(self, one: str, many: str, number: int) -> str:
        return dressed(one if number == 1 else many)

    def pgettext(self, context: str, message: str) -> str:
        return dressed(message)

    def npgettext(self, context: str, one: str, many: str, number: int) -> str:
        return dressed(one if number == 1 else many)


@contextmanager
def spoken() -> Iterator[None]:
    """Inside, whoever asks for English gets the made-up language."""
    real: Any = trans_real._translations
    kept = dict(real)
    active = translation.get_language()
    pseudo = Pseudo()
    real["en"] = pseudo
    default, trans_real._default = trans_real._default, pseudo  # type: ignore[attr-defined]
    try:
        translation.activate("en")
        yield
    finally:
        real.clear()
        real.update(kept)
        trans_real._default = default  # type: ignore[attr-defined]
        translation.activate(active or "en")

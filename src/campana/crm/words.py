"""Words as people search them: lower case, without accents (CRM-153)."""

from __future__ import annotations

import unicodedata

_LETTERS = {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}


class _Table(dict[int, str]):
    """Character to its plain form, computed once each."""

    def __missing__(self, code: int) -> str:
        parts = unicodedata.normalize("NFKD", chr(code).casefold())
        plain = "".join(_LETTERS.get(c, c) for c in parts if not unicodedata.combining(c))
        self[code] = plain = unicodedata.normalize("NFC", plain)
        return plain


_TABLE = _Table()


def plain(text: str) -> str:
    """``text`` for comparing: ``Nguyễn Đặng`` becomes ``nguyen dang``, ``Řehoř`` becomes ``rehor``."""
    return text.lower() if text.isascii() else text.translate(_TABLE)


def search_text(*, name: str, company: str, email: str, numbers: list[str]) -> str:
    """What ``Contact.search`` holds."""
    return plain(" ".join(filter(None, (name, company, email, *numbers))))

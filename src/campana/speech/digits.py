"""Telephone numbers in a text, written so that every voice reads them digit by digit with a pause between groups."""

from __future__ import annotations

import re
from typing import Final

NUMBER: Final = re.compile(r"(?<![\w.,])(?:\+\d(?:[ ()/-]{0,2}\d){6,14}|0\d(?:[ ()]{0,2}\d){7,12})(?![\w]|[.,:]\d)")
"""A plus or a zero begins it; an amount ("1 000 000") begins with neither and is left to the voice."""
GROUP: Final = 3
"""Digits between pauses where the number was typed without any."""


def spoken_digits(text: str) -> str:
    """``+420 800 111 222`` becomes ``+4 2 0, 8 0 0, 1 1 1, 2 2 2``."""
    return NUMBER.sub(_groups, text)


def _groups(found: re.Match[str]) -> str:
    typed = found.group()
    plus = "+" if typed.startswith("+") else ""
    groups = re.findall(r"\d+", typed)
    if len(groups) == 1:
        digits = groups[0]
        groups = [digits[at : at + GROUP] for at in range(0, len(digits), GROUP)]
    return plus + ", ".join(" ".join(group) for group in groups)

"""The words of a script's texts: plain text with three marks and variables in braces.

A paragraph is said aloud. A line that begins with ``# `` names a step, one that begins with ``- `` is a hint for the
agent and not said. ``{name}`` and the other variables stand for what is known of the contact (CAM-252, CRM-907).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

STEP, ASIDE, SAID = "step", "aside", "said"
OF_CONTACT: Final = ("name", "company", "position", "email", "number", "agent", "organisation", "campaign")
"""Variables every script has; those of custom fields are called by their label."""
_VARIABLE: Final = re.compile(r"\{([^{}\n]{1,80})\}")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    kind: str
    """Blank for plain words, ``known`` for the value of a variable, ``missing`` where there is none."""


@dataclass(frozen=True, slots=True)
class Block:
    kind: str
    pieces: tuple[Piece, ...]


def variables_in(text: str) -> list[str]:
    """Names as they are written, each once."""
    return list(dict.fromkeys(found.strip() for found in _VARIABLE.findall(text)))


def blocks(text: str, values: Mapping[str, str]) -> list[Block]:
    """``values``: variable in lower case to its value; a blank value is missing, and shown so."""
    found: list[Block] = []
    for paragraph in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        said: list[str] = []
        for line in filter(None, (line.strip() for line in paragraph.split("\n"))):
            kind = STEP if line.startswith("# ") else ASIDE if line.startswith("- ") else SAID
            if kind == SAID:
                said.append(line)
                continue
            found += _said(said, values)
            said = []
            found.append(Block(kind, _pieces(line[2:].strip(), values)))
        found += _said(said, values)
    return found


def inline(text: str, values: Mapping[str, str]) -> tuple[Piece, ...]:
    """The same for words that stand in one line, without marks."""
    return _pieces(text, values)


def _said(lines: list[str], values: Mapping[str, str]) -> list[Block]:
    return [Block(SAID, _pieces(" ".join(lines), values))] if lines else []


def _pieces(text: str, values: Mapping[str, str]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for place, part in enumerate(_VARIABLE.split(text)):
        if place % 2:
            value = values.get(part.strip().lower(), "")
            pieces.append(Piece(value or "{" + part.strip() + "}", "known" if value else "missing"))
        elif part:
            pieces.append(Piece(part, ""))
    return tuple(pieces)

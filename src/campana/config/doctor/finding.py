"""What was looked at, how it is, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Grade(StrEnum):
    WELL = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    grade: Grade
    part: str
    words: str
    remedy: str = ""

    def told(self) -> dict[str, str]:
        return asdict(self)


def well(part: str, words: str) -> Finding:
    return Finding(Grade.WELL, part, words)


def note(part: str, words: str, remedy: str = "") -> Finding:
    return Finding(Grade.NOTE, part, words, remedy)


def wrong(part: str, words: str, remedy: str) -> Finding:
    return Finding(Grade.WRONG, part, words, remedy)

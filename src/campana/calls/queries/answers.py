"""The answers of a conversation with the words of their questions (CAM-322)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from campana.calls.models import Attempt
from campana.scripts.questions import Kind


@dataclass(frozen=True, slots=True)
class Said:
    name: str
    label: str
    value: Any
    """As people read it: dates are dates."""


def said_in(attempt: Attempt) -> list[Said]:
    """In the order of the script that was answered; needs ``script_version`` with the row."""
    answers = attempt.answers or {}
    if not answers:
        return []
    rows = attempt.script_version.elements if attempt.script_version is not None else []
    asked = [row for row in rows if row.get("name") in answers]
    found = [Said(row["name"], row["label"], readable(answers[row["name"]], row["kind"])) for row in asked]
    known = {one.name for one in found}
    return found + [Said(name, name, value) for name, value in answers.items() if name not in known]


def readable(value: Any, kind: str) -> Any:
    if kind == Kind.DATE and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value

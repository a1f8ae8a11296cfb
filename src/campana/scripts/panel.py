"""A script as a page draws it: its elements with a contact's words in them, what is typed, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campana.scripts.questions import Element, Judged, Typed, judge
from campana.scripts.words import Block, Piece, blocks, inline

FIELD: Final = "a-"
"""In front of a question's name, it is the name of its field."""
WRONG: Final[dict[str, str | Promise]] = {
    "not_a_number": _("Write a number, such as 1500 or 12.5."),
    "doubtful_number": _("Is it thousands or a part of one? Write 1500 or 1.5."),
    "not_a_date": _("Write a date."),
    "too_long": _("This is too long. Shorten it."),
    "not_offered": _("Choose one of the answers."),
    "missing": _("Answer this question."),
}


@dataclass(frozen=True, slots=True)
class Line:
    place: int
    element: Element
    shown: bool
    blocks: list[Block] = field(default_factory=list)
    label: tuple[Piece, ...] = ()
    given: list[str] = field(default_factory=list)
    wrong: str | Promise = ""

    @property
    def name(self) -> str:
        return FIELD + self.element.name

    @property
    def value(self) -> str:
        return self.given[-1] if self.given else ""

    @property
    def options(self) -> list[tuple[str, bool]]:
        """The answers to choose from, with whether each is chosen."""
        return [(option, option in self.given) for option in self.element.offered]


@dataclass(frozen=True, slots=True)
class Panel:
    lines: list[Line]
    judged: Judged
    version: int | None = None
    """The row of the version, where it is one."""

    @property
    def asks(self) -> bool:
        return any(line.element.asks for line in self.lines)


def panel_of(
    elements: Sequence[Element], values: Mapping[str, str], typed: Typed, *, version: int | None = None
) -> Panel:
    """``values``: variable in lower case to its value."""
    judged = judge(elements, typed)
    lines = []
    for place, element in enumerate(elements):
        there = place in judged.shown
        if not element.asks:
            lines.append(Line(place, element, there, blocks=blocks(element.text, values)))
            continue
        given = list(typed.get(element.name, ()))
        wrong = WRONG.get(judged.wrong.get(element.name, ""), "")
        lines.append(Line(place, element, there, label=inline(element.label, values), given=given, wrong=wrong))
    return Panel(lines, judged, version)


def told(judged: Judged, *, missing: bool = False) -> dict[str, Any]:
    """For the page that shows the panel: which places are there, and what is wrong, by name. ``missing``: required
    questions without an answer are wrong too."""
    wrong = {name: str(WRONG[code]) for name, code in judged.wrong.items()}
    if missing:
        wrong = {name: str(WRONG["missing"]) for name in judged.missing} | wrong
    return {"shown": list(judged.shown), "wrong": wrong, "focus": next(iter(wrong), "") if missing else ""}


def typed_in(posted: Any) -> dict[str, list[str]]:
    """The fields of a panel in a posted form (a QueryDict), by the questions' names."""
    return {
        key.removeprefix(FIELD): [text.replace("\0", "") for text in posted.getlist(key)][:100]
        for key in posted
        if key.startswith(FIELD)
    }

"""The elements of a script, and the whole rule of its questions: which are shown, what counts as an answer (CAM-325).

A script is a list of elements in order. A text is read; a question has a ``name`` of its own, under which its answer is
kept. A question or text with a condition is there only while an *earlier* question that is itself shown has the answer
the condition asks for: so reading from top to bottom decides everything, and there are no circles.

Nothing here knows a database, a page or a language. What was typed comes in as it was typed, ``{name: [texts]}``; what
it means goes out as ``answers``, and whatever means nothing yet, or belongs to a question that is not shown, is kept
as ``drafts``, so that nobody types anything twice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

Answer: TypeAlias = str | int | float | bool | list[str]
Typed: TypeAlias = Mapping[str, Sequence[str]]

MOST_ELEMENTS: Final = 100
MOST_OPTIONS: Final = 50
LONGEST: Final = {"label": 200, "help": 300, "name": 36, "option": 100}
LONGEST_ANSWER: Final = {"short": 300, "long": 5_000}
SCALES: Final = (3, 4, 5, 6, 7, 8, 9, 10)


class Kind(StrEnum):
    TEXT = "text"
    SHORT = "short"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    SINGLE = "single"
    MULTIPLE = "multiple"
    CHECKBOX = "checkbox"
    LIST = "list"
    RATING = "rating"


class Test(StrEnum):
    """What a condition asks of an earlier answer. Of several ticked options any one will do."""

    __test__ = False

    IS = "is"
    ONE_OF = "one_of"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


CHOICES: Final = (Kind.SINGLE, Kind.MULTIPLE, Kind.LIST)
COMPARED: Final = (Test.IS, Test.ONE_OF)


@dataclass(frozen=True, slots=True)
class Condition:
    name: str
    test: Test
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    kind: Kind
    text: str = ""
    """Of a text; see ``scripts.words`` for its marks."""
    label: str = ""
    name: str = ""
    help: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    scale: int = 5
    """Of a rating: from 1 to this."""
    shown_if: Condition | None = None

    @property
    def asks(self) -> bool:
        return self.kind is not Kind.TEXT

    @property
    def offered(self) -> tuple[str, ...]:
        """What can be chosen: the options, or the steps of a rating."""
        return tuple(map(str, range(1, self.scale + 1))) if self.kind is Kind.RATING else self.options


@dataclass(frozen=True, slots=True)
class Judged:
    answers: dict[str, Answer] = field(default_factory=dict)
    """Of the questions that are shown, as what they mean; in the order of the script."""
    drafts: dict[str, list[str]] = field(default_factory=dict)
    """What was typed and is no answer now: not readable as its kind, or not shown."""
    wrong: dict[str, str] = field(default_factory=dict)
    """Name to a code: ``not_a_number``, ``doubtful_number``, ``not_a_date``, ``too_long``, ``not_offered``."""
    shown: tuple[int, ...] = ()
    """Places of the elements that are there."""
    missing: tuple[str, ...] = ()
    """Names of required questions that are shown and have no answer."""


class Unreadable(ValueError):
    """What was typed is no answer of this kind; the only argument is its code."""

    @property
    def code(self) -> str:
        return str(self.args[0])


def judge(elements: Sequence[Element], typed: Typed) -> Judged:
    """What the typed texts mean for these elements, from top to bottom."""
    answers: dict[str, Answer] = {}
    drafts: dict[str, list[str]] = {}
    wrong: dict[str, str] = {}
    shown: list[int] = []
    missing: list[str] = []
    for place, element in enumerate(elements):
        given = [text for text in typed.get(element.name, ()) if text.strip()] if element.asks else []
        if not holds(element.shown_if, answers):
            if given:
                drafts[element.name] = given
            continue
        shown.append(place)
        if not element.asks:
            continue
        try:
            answer = read(element, given)
        except Unreadable as problem:
            wrong[element.name], drafts[element.name] = problem.code, given
            answer = None
        if answer is not None:
            answers[element.name] = answer
        elif element.required:
            missing.append(element.name)
    return Judged(answers, drafts, wrong, tuple(shown), tuple(missing))


def holds(condition: Condition | None, answers: Mapping[str, Answer]) -> bool:
    """Whether the answers so far satisfy a condition. A question without an answer is only ever ``unanswered``."""
    if condition is None:
        return True
    answer = answers.get(condition.name)
    if condition.test is Test.ANSWERED:
        return answer is not None
    if condition.test is Test.UNANSWERED:
        return answer is None
    if answer is None:
        return False
    given = answer if isinstance(answer, list) else [answer]
    return any(_same(one, value) for one in given for value in condition.values)


def _same(answer: Any, value: str) -> bool:
    if isinstance(answer, int | float):
        try:
            return bool(answer == number(value))
        except Unreadable:
            return False
    return str(answer).strip().casefold() == value.strip().casefold()


def read(element: Element, given: Sequence[str]) -> Answer | None:
    """The answer; None for none. Raises Unreadable."""
    if not given:
        return None
    text = given[-1].replace("\0", "").replace("\r\n", "\n").strip()
    match element.kind:
        case Kind.SHORT | Kind.LONG:
            if len(text) > LONGEST_ANSWER[element.kind]:
                raise Unreadable("too_long")
            return text or None
        case Kind.NUMBER:
            return number(text)
        case Kind.DATE:
            return day(text)
        case Kind.CHECKBOX:
            return True
        case Kind.RATING:
            if text not in element.offered:
                raise Unreadable("not_offered")
            return int(text)
        case Kind.MULTIPLE:
            if not set(given) <= set(element.options):
                raise Unreadable("not_offered")
            return [option for option in element.options if option in given]
        case _:
            if text not in element.options:
                raise Unreadable("not_offered")
            return text


_NUMBER: Final = re.compile(r"-?\d{1,15}([.,]\d{1,6})?", re.ASCII)
_THOUSANDS: Final = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


def number(text: str) -> int | float:
    """Spaces may part thousands; a point or comma begins decimals. ``1.500`` is 1 500 to some and 1.5 to others, so
    it is asked for again. Raises Unreadable."""
    tight = re.sub(r"\s", "", text)
    if _THOUSANDS.fullmatch(tight):
        raise Unreadable("doubtful_number")
    if not _NUMBER.fullmatch(tight):
        raise Unreadable("not_a_number")
    value = float(tight.replace(",", "."))
    return int(value) if value.is_integer() else value


def day(text: str) -> str:
    """As ISO words. Raises Unreadable."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unreadable("not_a_date") from None


def typed_of(answers: Mapping[str, Answer] | None, drafts: Typed | None) -> dict[str, list[str]]:
    """What stands in the fields: the answers as they would be typed, and the drafts."""
    fields = {name: _as_typed(answer) for name, answer in (answers or {}).items()}
    return fields | {name: list(texts) for name, texts in (drafts or {}).items()}


def _as_typed(answer: Answer) -> list[str]:
    if isinstance(answer, bool):
        return ["yes"] if answer else []
    return [str(text) for text in answer] if isinstance(answer, list) else [str(answer)]


def name_for(label: str, taken: Iterable[str] = ()) -> str:
    """A name made from a label: small letters, digits and underscores, no marks above letters, none of ``taken``."""
    plain = unicodedata.normalize("NFKD", label.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    base = re.sub(r"[\W_]+", "_", plain).strip("_")[: LONGEST["name"]].strip("_") or "answer"
    used, found, n = set(taken), base, 1
    while found in used:
        n += 1
        found = f"{base[: LONGEST['name'] - len(str(n)) - 1]}_{n}"
    return found


def to_rows(elements: Iterable[Element]) -> list[dict[str, Any]]:
    """As they are stored: what is blank is left out."""
    rows = []
    for element in elements:
        row: dict[str, Any] = {"kind": element.kind.value}
        row |= {key: getattr(element, key) for key in ("text", "label", "name", "help") if getattr(element, key)}
        row |= {"required": True} if element.required else {}
        row |= {"options": list(element.options)} if element.options else {}
        row |= {"scale": element.scale} if element.kind is Kind.RATING else {}
        if (rule := element.shown_if) is not None:
            row["shown_if"] = {"name": rule.name, "test": rule.test.value, "values": list(rule.values)}
        rows.append(row)
    return rows


def from_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[Element, ...]:
    """Stored elements. Raises ValueError or KeyError where they are none."""
    return tuple(_element(row) for row in rows)


def _element(row: Mapping[str, Any]) -> Element:
    rule = row.get("shown_if")
    return Element(
        kind=Kind(row["kind"]),
        text=row.get("text", ""),
        label=row.get("label", ""),
        name=row.get("name", ""),
        help=row.get("help", ""),
        required=bool(row.get("required")),
        options=tuple(row.get("options", ())),
        scale=int(row.get("scale", 5)),
        shown_if=Condition(rule["name"], Test(rule["test"]), tuple(rule["values"])) if rule else None,
    )

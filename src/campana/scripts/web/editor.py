"""The lines of the editor: one an element, under a key of its own, so that they can be moved and taken out while
everything that was typed stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campana.kernel.refusals import Invalids, Refused
from campana.scripts.drafting import completed
from campana.scripts.questions import CHOICES, MOST_ELEMENTS, SCALES, Condition, Element, Kind
from campana.scripts.questions import Test as Asks
from campana.ui.words import refusal_words

KINDS: Final = {
    Kind.TEXT: _("Text to read"),
    Kind.SHORT: _("Short text"),
    Kind.LONG: _("Long text"),
    Kind.NUMBER: pgettext_lazy("a kind of value", "Number"),
    Kind.DATE: _("Date"),
    Kind.SINGLE: _("Single choice"),
    Kind.MULTIPLE: _("Multiple choice"),
    Kind.LIST: _("Drop-down list"),
    Kind.CHECKBOX: _("Checkbox"),
    Kind.RATING: _("Rating"),
}
TESTS: Final = {
    Asks.IS: _("is"),
    Asks.ONE_OF: _("is one of"),
    Asks.ANSWERED: _("is answered"),
    Asks.UNANSWERED: _("is not answered"),
}
TEXTS: Final = ("text", "label", "name", "help", "options", "if", "test", "values")
Line = dict[str, Any]


def blank(kind: Kind, lines: Sequence[Line] = ()) -> Line:
    """A new line; its key is one that no line has."""
    used = {line["key"] for line in lines}
    key = next(f"n{n}" for n in range(MOST_ELEMENTS + 2) if f"n{n}" not in used)
    return {"key": key, "kind": kind.value, "required": False, "scale": 5} | dict.fromkeys(TEXTS, "")


def posted_lines(posted: QueryDict) -> list[Line]:
    """In the order of their keys in ``line``."""
    lines = []
    for key in dict.fromkeys(posted.getlist("line")[: MOST_ELEMENTS + 1]):
        line: Line = {name: posted.get(f"{name}-{key}", "").replace("\0", "") for name in TEXTS}
        kind, scale = posted.get(f"kind-{key}", ""), posted.get(f"scale-{key}", "")
        line |= {
            "key": key,
            "kind": kind if kind in list(Kind) else Kind.TEXT.value,
            "required": f"required-{key}" in posted,
            "scale": int(scale) if scale in map(str, SCALES) else 5,
        }
        lines.append(line)
    return lines


def stored_lines(elements: Sequence[Element]) -> list[Line]:
    places = {element.name: place for place, element in enumerate(elements) if element.asks}
    lines = []
    for place, element in enumerate(elements):
        rule = element.shown_if
        lines.append(
            {
                "key": f"e{place}",
                "kind": element.kind.value,
                "text": element.text,
                "label": element.label,
                "name": element.name,
                "help": element.help,
                "required": element.required,
                "options": "\n".join(element.options),
                "scale": element.scale,
                "if": f"e{places[rule.name]}" if rule and rule.name in places else "",
                "test": rule.test.value if rule else "",
                "values": "\n".join(rule.values) if rule else "",
            }
        )
    return lines


def elements_of(lines: Sequence[Line]) -> list[Element]:
    """What the lines say, with the names that questions without one will have."""
    plain = completed([_plain(line) for line in lines])
    names = {line["key"]: element.name for line, element in zip(lines, plain, strict=True) if element.asks}
    return [
        replace(element, shown_if=_condition(line, names)) if line["if"] else element
        for line, element in zip(lines, plain, strict=True)
    ]


def _plain(line: Line) -> Element:
    return Element(
        kind=Kind(line["kind"]),
        text=line["text"],
        label=" ".join(line["label"].split()),
        name=line["name"],
        help=line["help"],
        required=line["required"],
        options=tuple(line["options"].splitlines()),
        scale=line["scale"],
    )


def _condition(line: Line, names: dict[str, str]) -> Condition:
    test = line["test"] if line["test"] in list(Asks) else Asks.IS
    values = tuple(text.strip() for text in line["values"].splitlines() if text.strip())
    return Condition(names.get(line["if"], ""), Asks(test), values)


def moved(posted: QueryDict) -> list[Line] | None:
    """The lines after a press of a button that only changes the list; None when none was pressed."""
    lines = posted_lines(posted)
    if (kind := posted.get("add", "")) in list(Kind):
        new = blank(Kind(kind), lines)
        return [*lines, new | {"new": True}] if len(lines) < MOST_ELEMENTS else lines
    if key := posted.get("remove"):
        return [line for line in lines if line["key"] != key]
    for name, by in (("up", -1), ("down", 1)):
        place = next((i for i, line in enumerate(lines) if line["key"] == posted.get(name)), None)
        if place is not None:
            other = min(max(place + by, 0), len(lines) - 1)
            lines[place], lines[other] = lines[other], lines[place]
            return lines
    return None


def shown(lines: Sequence[Line], refused: Refused | None = None) -> dict[str, Any]:
    """What the page draws: the lines with their faults, and the faults that belong to none."""
    problems = refused.problems if isinstance(refused, Invalids) else [refused] if refused else []
    general: list[str] = []
    name_error = ""
    drawn = [dict(line, wrong={}) for line in lines]
    for problem in problems:
        _start, _dot, rest = (problem.field or "").partition("elements.")
        place, _dot, field = rest.partition(".")
        if place.isdecimal() and int(place) < len(drawn):
            # A template asks a dict for "values" and gets its method where the key is not there.
            drawn[int(place)]["wrong"]["opens" if field == "values" else field] = refusal_words(problem)
        elif problem.field == "name":
            name_error = refusal_words(problem)
        else:
            general.append(refusal_words(problem))
    return {
        "lines": [_drawn(line, drawn, number) for number, line in enumerate(drawn, 1)],
        "name_error": name_error,
        "problem": " ".join(general),
        "wrongs": sum(len(line["wrong"]) for line in drawn),
        "kinds": [(kind.value, word) for kind, word in KINDS.items()],
        "tests": [(test.value, word) for test, word in TESTS.items()],
        "scales": SCALES,
    }


def _drawn(line: Line, lines: Sequence[Line], number: int) -> Line:
    others = [
        (other["key"], other["label"].strip() or other["name"] or KINDS[Kind(other["kind"])])
        for other in lines
        if other["kind"] != Kind.TEXT and other is not line
    ]
    kind = Kind(line["kind"])
    more = any(line[name] for name in ("help", "if")) or bool({"name", "help", "if", "opens"} & set(line["wrong"]))
    return line | {
        "number": number,
        "word": KINDS[kind],
        "asks": kind is not Kind.TEXT,
        "chooses": kind in CHOICES,
        "others": others,
        "open": more,
    }

"""What makes a list of elements a script that can be shown: the other half of the rule, for who writes one.

Pure, as ``questions`` is. A fault names the element's place, its field and a code, and the page puts words to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as given
from typing import Any, Final

from campana.scripts.questions import (
    CHOICES,
    COMPARED,
    LONGEST,
    MOST_ELEMENTS,
    MOST_OPTIONS,
    SCALES,
    Condition,
    Element,
    Kind,
    Unreadable,
    day,
    name_for,
    number,
)
from campana.scripts.questions import Test as Asks

_NAME: Final = re.compile(r"[^\W_]\w*")


@dataclass(frozen=True, slots=True)
class Fault:
    place: int
    """Of the element; -1: of the script as a whole."""
    field: str
    code: str
    facts: dict[str, Any] = given(default_factory=dict)


def completed(elements: Sequence[Element]) -> list[Element]:
    """With a name for each question that has none yet, made from its label; blanks and empty options are gone."""
    taken = {element.name.strip().lower() for element in elements if element.asks}
    done = []
    for element in elements:
        tidy = _tidied(element)
        if tidy.asks and not tidy.name and tidy.label:
            tidy = replace(tidy, name=name_for(tidy.label, taken))
            taken.add(tidy.name)
        done.append(tidy)
    return done


def _tidied(element: Element) -> Element:
    clean = {key: getattr(element, key).replace("\0", "").strip() for key in ("text", "label", "name", "help")}
    options = tuple(option.replace("\0", "").strip() for option in element.options)
    rule = element.shown_if
    if rule is not None:
        values = tuple(value.strip() for value in rule.values if value.strip()) if rule.test in COMPARED else ()
        rule = Condition(rule.name.strip().lower(), rule.test, values)
    return Element(
        kind=element.kind,
        text=clean["text"].replace("\r\n", "\n") if not element.asks else "",
        label=clean["label"] if element.asks else "",
        name=clean["name"].lower() if element.asks else "",
        help=clean["help"] if element.asks else "",
        required=element.required and element.asks,
        options=tuple(option for option in options if option) if element.kind in CHOICES else (),
        scale=element.scale if element.kind is Kind.RATING else 5,
        shown_if=rule,
    )


def faults(elements: Sequence[Element]) -> list[Fault]:
    """Everything that is wrong about completed elements, from top to bottom."""
    if not elements:
        return [Fault(-1, "elements", "no_elements")]
    if len(elements) > MOST_ELEMENTS:
        return [Fault(-1, "elements", "too_many_elements", {"limit": MOST_ELEMENTS})]
    found: list[Fault] = []
    before: dict[str, Element] = {}
    for place, element in enumerate(elements):
        wrong = _question(element, before) if element.asks else _text(element)
        wrong += _condition(element.shown_if, before)
        found += [Fault(place, name, code, facts) for name, code, facts in wrong]
        if element.asks and element.name:
            before.setdefault(element.name, element)
    return found


_Wrong = tuple[str, str, dict[str, Any]]


def _text(element: Element) -> list[_Wrong]:
    return [] if element.text else [("text", "no_text", {})]


def _question(element: Element, before: dict[str, Element]) -> list[_Wrong]:
    wrong: list[_Wrong] = []
    if not 1 <= len(element.label) <= LONGEST["label"]:
        wrong.append(("label", "no_label", {"limit": LONGEST["label"]}))
    if len(element.help) > LONGEST["help"]:
        wrong.append(("help", "help_too_long", {"limit": LONGEST["help"]}))
    if element.name and (len(element.name) > LONGEST["name"] or not _NAME.fullmatch(element.name)):
        wrong.append(("name", "bad_parameter", {"limit": LONGEST["name"]}))
    elif element.name in before:
        wrong.append(("name", "parameter_taken", {"name": element.name}))
    if element.kind in CHOICES:
        wrong += _options(element.options)
    if element.kind is Kind.RATING and element.scale not in SCALES:
        wrong.append(("scale", "bad_scale", {}))
    return wrong


def _options(options: tuple[str, ...]) -> list[_Wrong]:
    if not 2 <= len(options) <= MOST_OPTIONS:
        return [("options", "too_few_options", {"limit": MOST_OPTIONS})]
    if any(len(option) > LONGEST["option"] for option in options):
        return [("options", "option_too_long", {"limit": LONGEST["option"]})]
    if len({option.casefold() for option in options}) < len(options):
        return [("options", "option_twice", {})]
    return []


def _condition(rule: Condition | None, before: dict[str, Element]) -> list[_Wrong]:
    if rule is None:
        return []
    asked = before.get(rule.name)
    if asked is None:
        return [("if", "not_asked_before", {})]
    if rule.test not in COMPARED:
        return []
    if asked.kind is Kind.CHECKBOX:
        return [("values", "only_ticked", {})]
    if not rule.values:
        return [("values", "no_values", {})]
    if rule.test is Asks.IS and len(rule.values) > 1:
        return [("values", "one_value", {})]
    strange = [value for value in rule.values if not _can_be(asked, value)]
    return [("values", "never_the_answer", {"values": ", ".join(strange[:5])})] if strange else []


def _can_be(asked: Element, value: str) -> bool:
    """Whether the question could ever be answered so."""
    try:
        if asked.kind in CHOICES:
            return value.casefold() in {option.casefold() for option in asked.options}
        if asked.kind is Kind.NUMBER:
            number(value)
        elif asked.kind is Kind.DATE:
            day(value)
        elif asked.kind is Kind.RATING:
            return value in asked.offered
    except Unreadable:
        return False
    return True

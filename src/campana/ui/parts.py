"""What the larger components are given: small records, filled by a view, drawn by one template each.

Words arrive translated and addresses arrive whole; a component decides nothing but its looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise

Word = str | Promise


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a place."""

    word: Word
    address: str
    current: bool = False
    count: int | None = None
    key: str = ""
    """Names the count, where a refresh brings a new one."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One value of a filter: a link that leads to the list narrowed by it."""

    word: Word
    address: str
    current: bool = False
    count: int | None = None
    kind: str = ""
    """A state's shape and colour; blank is ink."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar list."""

    word: Word
    value: float
    kind: str = ""
    note: Word = ""
    """Beside the number, such as its share."""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One place of the strip of figures. Values arrive as text; their place and width never change."""

    label: Word
    value: Word
    unit: Word = ""
    """What it is measured against: "of 20"."""
    note: Word = ""
    kind: str = ""
    """Colours the value, for a figure that is over its limit."""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A series of a chart. ``kind`` is a state (its colour), or blank for the quiet whole behind the second."""

    word: Word
    values: Sequence[float | None]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the two-list picker."""

    value: str
    label: Word
    chosen: bool = False
    note: Word = ""
    kind: str = ""
    """The shape in front, a state's kind."""
    closed: Word = ""
    """Why it can not be chosen; blank when it can."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line of the summary of errors."""

    text: Word
    label: Word = ""
    id: str = ""
    """Of the control the line leads to; blank when it is about the whole form."""


def wrongs_of(given: forms.BaseForm | Iterable[Wrong] | Iterable[dict[str, Any]]) -> list[Wrong]:
    """Of a bound form, of fields drawn by hand, or as given; in the order of the page."""
    if isinstance(given, forms.BaseForm):
        whole = [Wrong(str(text)) for text in given.non_field_errors()]
        fields = [
            Wrong(" ".join(map(str, bound.errors)), bound.label, _control_of(bound)) for bound in given if bound.errors
        ]
        return whole + fields
    found = []
    for each in given:
        if isinstance(each, Wrong):
            found.append(each)
        elif each["errors"]:
            found.append(Wrong(" ".join(map(str, each["errors"])), each["label"], each["id"]))
    return found


def _control_of(bound: forms.BoundField) -> str:
    """The first control of a set of ticks or radio buttons; their common id belongs to no element."""
    several = isinstance(bound.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
    return f"{bound.auto_id}_0" if several else str(bound.id_for_label)

"""Typed fields a condition may ask about, given by the caller as a registry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.expressions import Combinable


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    """A calendar day, kept as text ``2030-01-31``."""
    INSTANT = "instant"
    """A moment; conditions name days of it in the organisation's time zone."""
    CHOICE = "choice"
    YES_NO = "yes_no"
    MANY = "many"
    """A set, such as the groups of a contact: ``is`` means "is among them"."""


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"
    LESS = "less"
    MORE = "more"
    BEFORE = "before"
    AFTER = "after"
    IN_LAST_DAYS = "in_last_days"
    IN = "in"
    NOT_IN = "not_in"


_EQUALITY = frozenset({Operator.IS, Operator.IS_NOT})
_SETS = frozenset({Operator.IN, Operator.NOT_IN})
_EMPTY = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})
_DAYS = frozenset({Operator.IS, Operator.BEFORE, Operator.AFTER, Operator.IN_LAST_DAYS})

OPERATORS: Mapping[Kind, frozenset[Operator]] = {
    Kind.TEXT: _EQUALITY | _SETS | _EMPTY | {Operator.CONTAINS, Operator.STARTS_WITH},
    Kind.NUMBER: _EQUALITY | _SETS | _EMPTY | {Operator.LESS, Operator.MORE},
    Kind.DATE: _DAYS | _EMPTY | {Operator.IS_NOT},
    Kind.INSTANT: _DAYS | _EMPTY | {Operator.IS_NOT},
    Kind.CHOICE: _EQUALITY | _SETS | _EMPTY,
    Kind.YES_NO: _EQUALITY | _EMPTY,
    Kind.MANY: _EQUALITY | _SETS | _EMPTY,
}

HasAny: TypeAlias = Callable[[Sequence[str] | None], Q]
"""For a MANY field: the rows with at least one of the given members; None asks for any member at all."""


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    kind: Kind
    expression: Combinable | None = None
    """Yields the value in SQL (NULL when absent). Not for MANY."""
    has_any: HasAny | None = None
    label: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Value and label, for CHOICE and MANY where they can be listed."""

    @property
    def operators(self) -> frozenset[Operator]:
        return OPERATORS[self.kind]


class Registry(Mapping[str, Field]):
    """Fields by key, in the order given."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._fields = {field.key: field for field in fields}

    def __getitem__(self, key: str) -> Field:
        return self._fields[key]

    def __iter__(self) -> Any:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


@dataclass(frozen=True, slots=True)
class Moment:
    """When, and on whose calendar, a condition is asked."""

    now: datetime
    zone: str = "UTC"

    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def start_of(self, day: date) -> datetime:
        """The first instant of ``day`` in the zone."""
        return datetime.combine(day, time(), ZoneInfo(self.zone))

    def first_of_last(self, days: int) -> date:
        """The day ``days`` days ago: "in the last 7 days" begins there."""
        return self.today() - timedelta(days=days)

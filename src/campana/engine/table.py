"""State machines as tables: what may follow what is data, tested for every state against every event."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class Table(Generic[State, Event]):
    """``(state, event) -> next state``. A pair that is not in the table is not possible."""

    def __init__(self, rows: Mapping[tuple[State, Event], State]) -> None:
        self._rows = dict(rows)

    def next(self, state: State, event: Event) -> State | None:
        """The next state, or None when the event does not fit the state."""
        return self._rows.get((state, event))

    @property
    def rows(self) -> Mapping[tuple[State, Event], State]:
        return self._rows

"""Deadlines by name. Setting a name again replaces it; what is due comes out in order of time."""

from __future__ import annotations

import heapq
from typing import TypeAlias

from campana.kernel.clock import Instant

Key: TypeAlias = tuple[str, int]
"""What the timer is for, and of which object: ``("wrap_up", agent id)``."""


class Timers:
    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int, Key]] = []
        self._set: dict[Key, tuple[Instant, int]] = {}
        self._serial = 0

    def set(self, kind: str, subject: int, at: Instant | None) -> None:
        """Arm (or with None disarm) the timer ``kind`` of ``subject``."""
        key = (kind, subject)
        if at is None:
            self._set.pop(key, None)
            return
        present = self._set.get(key)
        if present and present[0] == at:
            return
        self._serial += 1
        self._set[key] = (at, self._serial)
        heapq.heappush(self._heap, (at, self._serial, key))

    def next(self) -> Instant | None:
        """The earliest armed instant."""
        self._drop_replaced()
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: Instant) -> Key | None:
        """Disarm and return the earliest timer that is due at ``now``."""
        self._drop_replaced()
        if not self._heap or self._heap[0][0] > now:
            return None
        _, _, key = heapq.heappop(self._heap)
        del self._set[key]
        return key

    def armed(self, kind: str, subject: int) -> Instant | None:
        present = self._set.get((kind, subject))
        return present[0] if present else None

    def _drop_replaced(self) -> None:
        while self._heap:
            _, serial, key = self._heap[0]
            present = self._set.get(key)
            if present and present[1] == serial:
                return
            heapq.heappop(self._heap)

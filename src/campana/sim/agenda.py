"""What is going to happen, in order of time. Two things at one instant happen in the order they were planned."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from campana.kernel.clock import Instant


class Agenda:
    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int, Callable[..., None], tuple[Any, ...]]] = []
        self._planned = 0

    def at(self, instant: Instant, action: Callable[..., None], *args: Any) -> None:
        """``action(*args, instant)`` will be called at ``instant``."""
        self._planned += 1
        heapq.heappush(self._heap, (instant, self._planned, action, args))

    def after(self, now: Instant, seconds: float, action: Callable[..., None], *args: Any) -> None:
        self.at(now + timedelta(seconds=seconds), action, *args)

    @property
    def next_at(self) -> Instant | None:
        return self._heap[0][0] if self._heap else None

    def step(self) -> Instant:
        """Lets the earliest thing happen and says when that was."""
        instant, _, action, args = heapq.heappop(self._heap)
        action(*args, instant)
        return instant

    def run(self, until: Instant) -> None:
        """Lets everything happen that is due at ``until``, including what this causes meanwhile."""
        while self._heap and self._heap[0][0] <= until:
            self.step()

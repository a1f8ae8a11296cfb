"""Who answers a number, when, and what callers hear: a part of the hotline's configuration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId
from campana.kernel.windows import Schedule

SHORTEST = 6
"""Digits a number must have to be found by its end; fewer would be an extension."""


@dataclass(frozen=True, slots=True)
class InboundRoute:
    agents: frozenset[AgentId] = frozenset()
    ring: timedelta = timedelta(seconds=30)
    """How long one agent's telephone rings before the next one is tried (CRM-237)."""
    max_wait: timedelta = timedelta(seconds=120)
    schedule: Schedule = Schedule()
    """When calls are taken, on the organisation's clock; without periods always."""
    music: str = ""
    """The sound that plays while somebody waits; blank is the switch's own."""
    message: str = ""
    """The sound for whoever can not be served; blank hangs up without a word."""
    recording: bool = False

    def open(self, at: Instant, zone: str) -> bool:
        return self.schedule.is_open(at, zone)


def matching(called: str, numbers: Iterable[str]) -> str | None:
    """Which of our numbers a carrier means: it writes them in full, with 00 in front, or as they are dialled here."""
    known = list(numbers)
    digits = "".join(each for each in called if each.isascii() and each.isdigit())
    for form in (digits, digits.removeprefix("00")):
        if form and form in known:
            return form
    home = digits.lstrip("0")
    ends = [number for number in known if len(home) >= SHORTEST and number.endswith(home)]
    return ends[0] if len(ends) == 1 else None

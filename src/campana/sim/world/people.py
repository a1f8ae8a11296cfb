"""What the world needs to be told about agents and trunks, and who may look on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from campana.engine.outputs import Originate, RingAgent
from campana.engine.words import Cause
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId


@dataclass(frozen=True, slots=True)
class RingReaction:
    """What an agent's telephone does: answers ``after`` seconds, or rings on (None), or refuses at once."""

    after: float | None
    refuses: Cause | None = None


class Telephones(Protocol):
    """The agents' side, kept by ``sim.floor``."""

    def ring(self, endpoint: str, leg: LegId, now: Instant) -> RingReaction: ...

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: Instant) -> None: ...

    def talk_over(self, endpoint: str, leg: LegId, now: Instant) -> bool:
        """The agent ends the talk: True when by the telephone, False when by the desk."""


class PatientTelephones:
    """Telephones that answer every ring ``after`` so many seconds."""

    def __init__(self, after: float = 2.0) -> None:
        self._after = after

    def ring(self, endpoint: str, leg: LegId, now: Instant) -> RingReaction:
        return RingReaction(after=self._after)

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: Instant) -> None:
        return None

    def talk_over(self, endpoint: str, leg: LegId, now: Instant) -> bool:
        return True


class TrunkHealth(StrEnum):
    WELL = "well"
    DEAD = "dead"
    REFUSING = "refusing"


class Watch:
    """A bystander; ``sim.invariants`` has one with opinions."""

    def dialled(self, command: Originate, live_on_trunk: int, live_to_number: int, now: Instant) -> None: ...

    def rang_agent(self, command: RingAgent, legs_of_agent: int, now: Instant) -> None: ...

    def we_hung_up(self, leg: LegId, talking: bool, now: Instant) -> None: ...

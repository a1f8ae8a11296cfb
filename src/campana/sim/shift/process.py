"""One engine process: its engine, what it has not read yet, and what it has not written or sent yet.

There can be more than one at a time: a process that was stopped for longer than its lease lives wakes up as the
rival of the one that took over, and learns of that only when it tries to write.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from campana.engine.config import CampaignConfig, OrganisationConfig
from campana.engine.engine import Engine
from campana.engine.inputs import CampaignConfigured, CampaignRemoved, Input
from campana.engine.outputs import Command, Output, Request
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, CampaignId

LEASE_LIFE: Final = 6.0
"""Seconds without a heartbeat after which another process may take over."""
LEASE_MARGIN: Final = 1.5
"""Commands stop leaving this long before."""
HEARTBEAT: Final = 1.5


class Dialler(Protocol):
    """What a shift needs of an engine."""

    def handle(self, given: Input, /, *, now: Instant) -> list[Output]: ...

    def deadline(self) -> Instant | None: ...

    def knows(self, attempt_id: AttemptId) -> bool: ...


Builder = Callable[[OrganisationConfig, int, Instant], Dialler]


def build_engine(organisation: OrganisationConfig, fencing: int, now: Instant) -> Dialler:
    return Engine(organisation, fencing=fencing, now=now)


@dataclass(slots=True, eq=False)
class Process:
    engine: Dialler
    fencing: int
    renewed: Instant | None = None
    """The last heartbeat; None while it beats."""
    inbox: deque[Input] = field(default_factory=deque)
    pending: list[Output] = field(default_factory=list)
    read: int = 0
    """How many wishes of the mailbox the engine has seen but the journal not yet confirmed."""
    flush_planned: bool = False
    asleep: bool = False
    """Stopped, or waiting for the end of a slow commit: it reads nothing and does nothing."""
    naps: int = 0
    unsent: tuple[list[Command], list[Request]] | None = None
    """Of a batch that is on disk, when sleep came between."""
    alive: bool = True
    campaigns: set[CampaignId] = field(default_factory=set)
    """Those that the engine knows."""
    newborn: bool = True
    """Nothing is on disk of it yet."""

    def meets(self, given: Input) -> CampaignConfig | None:
        """A campaign that is new to the engine with this."""
        if isinstance(given, CampaignRemoved):
            self.campaigns.discard(given.campaign_id)
        if not isinstance(given, CampaignConfigured) or given.campaign.id in self.campaigns:
            return None
        self.campaigns.add(given.campaign.id)
        return given.campaign

    def fresh(self, now: Instant) -> bool:
        """Whether its last heartbeat is young enough for commands to leave."""
        return self.renewed is None or (now - self.renewed).total_seconds() < LEASE_LIFE - LEASE_MARGIN

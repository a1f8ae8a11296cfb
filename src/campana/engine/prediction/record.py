"""One predictive campaign's memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from campana.engine.config import CampaignConfig
from campana.engine.inputs import PacingHistory
from campana.engine.outputs import PaceDecided
from campana.engine.pacing.adaptive import Adaptive, Happening, Kind, Limits
from campana.engine.pacing.governor import PROMPTLY, Governor
from campana.kernel.clock import Instant

MOST_KEPT: Final = 20_000
"""Happenings kept while nobody looks."""


@dataclass(slots=True)
class Prediction:
    began: Instant
    """Zero of the pacer's clock."""
    pacer: Adaptive
    governor: Governor = field(default_factory=Governor)
    happened: list[Happening] = field(default_factory=list)
    answers: int = 0
    """Live answers seen by this engine: what Adaptive has learnt from."""
    remembers: bool = False
    """Answers of an earlier engine are in the governor."""
    allowed: int = 0
    """Calls that may still start by the last decision."""
    silent: float = 0.0
    """People taken for machines, as estimated, of whom the pacer has not heard yet: less than one."""
    reserving: bool = True
    """One call per free agent, the agent reserved before it leaves."""
    guarantees: int = 0
    """Calls to contacts that were abandoned before which may still begin by the last decision."""
    decided_at: Instant | None = None
    decided_for: int = 0
    """Free agents there were at the last decision."""
    pace: PaceDecided | None = None
    """The last decision, in figures."""
    said: PaceDecided | None = None

    def seconds(self, at: Instant) -> float:
        return (at - self.began).total_seconds()

    def note(self, at: Instant, kind: Kind, seconds: float = 0.0, ring: float = 0.0) -> None:
        if len(self.happened) < MOST_KEPT:
            self.happened.append(Happening(self.seconds(at), kind, seconds, ring))

    def note_silent(self, at: Instant, share: float) -> None:
        """Of ``share`` of the calls taken for machines the pacer hears as of abandoned ones."""
        self.silent += share
        if self.silent >= 1.0:
            self.silent -= 1.0
            self.note(at, Kind.ABANDON)

    def remember(self, history: PacingHistory, config: CampaignConfig) -> None:
        """Answers of an earlier engine: the governor counts on, and the pacer's price of a risk stays what it was."""
        self.governor.remember(history.recent, history.counted, history.machines)
        self.remembers = self.remembers or bool(history.recent)
        for answer in history.recent:
            self.note(self.began, Kind.ABANDON if answer.lost(config.governed) else Kind.CONNECT)
        for _ in history.machines:
            self.note_silent(self.began, config.false_machines)

    def take(self) -> list[Happening]:
        happened, self.happened = self.happened, []
        return happened


def begin(config: CampaignConfig, now: Instant) -> Prediction:
    return Prediction(now, Adaptive(limits(config, cap=1), careful=False))


def limits(config: CampaignConfig, *, cap: int) -> Limits:
    """The pace aims at an agent within two seconds, however long the campaign lets customers wait."""
    return Limits(
        max_abandon=config.max_abandon or 0.0,
        cap=cap,
        max_wait=min(PROMPTLY.total_seconds(), config.max_wait.total_seconds()),
        ring_timeout=config.answer_wait.total_seconds(),
    )

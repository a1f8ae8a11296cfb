"""What carries the calls: trunks with a channel cap and a pace, hotlines that may be put to rest, the licence.

A trunk's pace is a token bucket filled at ``calls_per_second`` and never holding more than one second's worth
(at least one call). Three failures in a row put a hotline to rest for ten minutes; the first call after the
rest is the probe, and one more failure rests it again (CAM-413).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from campana.engine.config import HotlineConfig, TrunkConfig
from campana.kernel.clock import Instant, seconds

FAILURES_TO_REST: Final = 3
CONGESTIONS_TO_REST: Final = 10
"""A single "congestion" may be the callee's own network; ten with nothing else between are ours."""
REST: Final = timedelta(minutes=10)


@dataclass(slots=True)
class Trunk:
    config: TrunkConfig
    busy: int = 0
    """Channels in use: customer legs from dialling to hang-up."""
    tokens: float = 1.0
    filled_at: Instant | None = None

    @property
    def full(self) -> bool:
        return self.busy >= self.config.channels

    def paced_until(self, now: Instant) -> Instant | None:
        """None when a call may leave now, else the instant at which the next one may."""
        self._fill(now)
        if self.tokens >= 1.0:
            return None
        return now + seconds((1.0 - self.tokens) / self.config.calls_per_second + 0.001)

    def take(self, now: Instant) -> None:
        """A call leaves: a channel and a token."""
        self.hold()
        self.spend(now)

    def hold(self) -> None:
        """A channel is kept for a call that leaves later."""
        self.busy += 1

    def spend(self, now: Instant) -> None:
        self._fill(now)
        self.tokens -= 1.0

    def give_back(self) -> None:
        self.busy = max(0, self.busy - 1)

    def _fill(self, now: Instant) -> None:
        rate = self.config.calls_per_second
        size = max(1.0, rate)
        if self.filled_at is None:
            self.tokens = size
        else:
            self.tokens = min(size, self.tokens + rate * (now - self.filled_at).total_seconds())
        self.filled_at = now


@dataclass(slots=True)
class Hotline:
    config: HotlineConfig
    failures: int = 0
    congestions: int = 0
    resting_until: Instant | None = None

    def works(self, now: Instant) -> bool:
        resting = self.resting_until is not None and self.resting_until > now
        return self.config.enabled and not resting

    def fail(self, now: Instant) -> Instant | None:
        """Count a failure; the end of the rest when this one begins it."""
        self.failures += 1
        if self.failures < FAILURES_TO_REST:
            return None
        self.failures = FAILURES_TO_REST - 1  # after the rest one failed probe is enough
        self.resting_until = now + REST
        return self.resting_until

    def congest(self, now: Instant) -> Instant | None:
        """Count a congestion; the end of the rest when this one begins it."""
        self.congestions += 1
        if self.congestions < CONGESTIONS_TO_REST:
            return None
        self.congestions = CONGESTIONS_TO_REST - 1
        self.resting_until = now + REST
        return self.resting_until

    def succeed(self) -> None:
        self.failures = self.congestions = 0

"""How long things take: a law draws seconds from a stream of randomness."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Protocol

_MIX = 0x9E3779B97F4A7C15


def stream(seed: int, *names: int) -> Random:
    """A stream of its own for whatever ``names`` name, so that no draw depends on the order of events."""
    mixed = seed
    for name in names:
        mixed = (mixed * _MIX + name + 1) & ((1 << 128) - 1)
    return Random(mixed)


class Law(Protocol):
    def draw(self, of: Random) -> float:
        """Seconds, never negative."""


@dataclass(frozen=True, slots=True)
class Fixed:
    seconds: float

    def draw(self, of: Random) -> float:
        return self.seconds


@dataclass(frozen=True, slots=True)
class Between:
    low: float
    high: float

    def draw(self, of: Random) -> float:
        return self.low + (self.high - self.low) * of.random()


@dataclass(frozen=True, slots=True)
class Memoryless:
    """Exponential with ``mean`` seconds over a floor: waits of people who do not watch the clock."""

    mean: float
    floor: float = 0.0

    def draw(self, of: Random) -> float:
        return self.floor + of.expovariate(1.0 / self.mean)


@dataclass(frozen=True, slots=True)
class Talk:
    """Log-normal around a median: most talks are short, a few are long."""

    median: float
    spread: float = 0.6
    longest: float = 1800.0

    def draw(self, of: Random) -> float:
        return min(self.longest, self.median * of.lognormvariate(0.0, self.spread))

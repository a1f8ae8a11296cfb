"""The chance that one more answer finds nobody free.

At every second s ahead the demand that is left is what was answered by then, less the agents free by then. It is a sum
of independent yes-or-no events (a Poisson binomial law): exact convolution while they are few, a normal law with
continuity correction and skewness beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from campana.engine.pacing.adaptive.hazards import Array

EXACT_UP_TO: Final = 70


@dataclass(frozen=True, slots=True)
class Alike:
    """Things with one chance each: row ``n`` of ``chances`` (rows x horizon) holds for ``counts[n]`` of them."""

    chances: Array
    counts: Array

    def __len__(self) -> int:
        return int(self.counts.sum())


class Demand:
    """Demand ahead from the calls that are out; calls to launch are added one by one.

    ``answered``: P(answered by s) of the calls that are out. ``free``: P(free by s) of the busy agents. ``spare``: idle
    agents less people who wait already. ``fresh``: P(answered in second s) of a call launched now. ``deaf``: P(an agent
    who is rung does not pick up); counted with few, among many the next one does. ``doubt``: variance of the answers
    that is due to not knowing their rate, relative to their number's square; counted with many.
    """

    def __init__(
        self, *, answered: Alike, free: Alike, spare: int, fresh: Array, deaf: float = 0.0, doubt: float = 0.0
    ) -> None:
        self._fresh_by = _middle(np.cumsum(fresh))
        self._weights = fresh / max(fresh.sum(), 1e-12)
        self._supply = len(free) + spare
        self._law: _Exact | _Normal
        parts = Alike(
            np.concatenate((answered.chances, 1.0 - free.chances)), np.concatenate((answered.counts, free.counts))
        )
        few = len(parts) <= EXACT_UP_TO
        if few:
            self._law = _Exact(parts, self._supply, deaf)
        else:
            self._law = _Normal(parts, self._supply, answered.counts @ answered.chances, doubt)

    def risk(self, launched: int) -> float:
        """rho: P(the next call's answer, or one it displaces, finds nobody) with ``launched`` new calls before it."""
        short = self._law.short(self._fresh_by, launched)
        worst = np.maximum.accumulate(short[::-1])[::-1]
        return float(self._weights @ worst)


class _Exact:
    def __init__(self, alike: Alike, supply: int, deaf: float = 0.0) -> None:
        self._deaf = deaf
        parts = np.repeat(alike.chances, alike.counts.astype(int), axis=0)
        self._supply = supply
        law = np.zeros((len(parts) + 1, parts.shape[1]))
        law[0] = 1.0
        for number, part in enumerate(parts):
            moved = law[: number + 1] * part
            law[: number + 1] -= moved
            law[1 : number + 2] += moved
        self._laws = [law]
        """The law with 0, 1, 2 … launches."""

    def short(self, fresh_by: Array, launched: int) -> Array:
        while len(self._laws) <= launched:
            law = self._laws[-1]
            grown = np.zeros((len(law) + 1, law.shape[1]))
            grown[:-1] = law * (1 - fresh_by)
            grown[1:] += law * fresh_by
            self._laws.append(grown)
        if self._supply <= 0:
            return np.ones(len(fresh_by))
        law = self._laws[launched]
        tail: Array = law[self._supply :].sum(axis=0)
        if self._deaf and self._supply <= len(law):
            tail += self._deaf * law[self._supply - 1]  # one agent would be left, and does not pick up
        return tail


class _Normal:
    def __init__(self, alike: Alike, supply: int, answers: Array, doubt: float) -> None:
        self._answers, self._doubt = answers, doubt
        parts, counts = alike.chances, alike.counts
        spread = parts * (1 - parts)
        self._mean = counts @ parts
        self._variance = counts @ spread
        self._third = self._variance - 2 * (counts @ (spread * parts))
        self._supply = supply

    def short(self, fresh_by: Array, launched: int) -> Array:
        spread = fresh_by * (1 - fresh_by) * launched
        mean = self._mean + fresh_by * launched
        unsure = self._doubt * (self._answers + fresh_by * launched) ** 2
        sigma = np.sqrt(np.maximum(self._variance + spread + unsure, 1e-9))
        skew = (self._third + spread * (1 - 2 * fresh_by)) / sigma**3
        x = (self._supply - 0.5 - mean) / sigma
        tail = 0.5 * _erfc(x / np.sqrt(2.0)) + skew * (x**2 - 1) * np.exp(-(x**2) / 2) / (6 * np.sqrt(2 * np.pi))
        share: Array = np.clip(tail, 0.0, 1.0)
        return share


def _middle(by: Array) -> Array:
    """The value in the middle of each second, from the values at their ends."""
    return (by + np.concatenate(([0.0], by[:-1]))) / 2


def _erfc(x: Array) -> Array:
    """Complementary error function, absolute error below 1.5e-7 (Abramowitz and Stegun 7.1.26)."""
    t = 1.0 / (1.0 + 0.3275911 * np.abs(x))
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    positive = poly * np.exp(-(x**2))
    return np.where(x >= 0, positive, 2.0 - positive)

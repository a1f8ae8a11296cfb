"""How long things last, learnt from what ended and from what still goes on.

A hazard is the rate (1/s) at which something ends at a given age. It is counted as events over exposure, so whatever is
still going on counts with the time it has lasted (Kaplan and Meier's censoring): a pick-up rate taken from finished
calls alone is too high after every start, because answers come sooner than no-answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RELEARN_SECONDS: Final = 4.0
"""The tables made from the record are renewed so often; the record itself is kept at every look."""


class Ages:
    """Ends by cause and exposure, on a grid of one second, forgetting slowly.

    ``span``: seconds on the grid; what lasts longer is counted in the last second.
    ``causes``: in how many ways it may end.
    """

    def __init__(self, *, span: int, causes: int = 1) -> None:
        self.span = span
        self.exposure: Array = np.zeros(span)
        self.ends: Array = np.zeros((causes, span))

    def forget(self, factor: float) -> None:
        self.exposure *= factor
        self.ends *= factor

    def live(self, ages: Array, dt: float) -> None:
        """Things that were going on all through the last ``dt`` seconds, or since they began."""
        if len(ages):
            lasted = np.minimum(ages, dt)
            bins = np.minimum((ages - lasted / 2).astype(int), self.span - 1)
            self.exposure += np.bincount(bins, weights=lasted, minlength=self.span)

    def end(self, age: float, cause: int, *, unseen: float) -> None:
        """Something ended at ``age``; its last ``unseen`` seconds were not counted by ``live`` yet.

        What is told late ended before the last look, so ``unseen`` may be negative; that time was counted already.
        """
        age = max(0.0, age)
        self.ends[cause, min(int(age), self.span - 1)] += 1.0
        unseen = min(age, max(0.0, unseen))
        self.exposure[min(int(age - unseen / 2), self.span - 1)] += unseen

    def hazards(
        self, *, width: float, prior_seconds: float, prior_events: float = 1.0, overall_events: float = 1.0
    ) -> Array:
        """Rates by cause (causes x span, 1/s), smoothed over a window that is ``width`` times the age to either side.

        Where little was seen the rate leans on the overall one, with the weight of ``prior_events`` ends; the overall
        one leans on ``overall_events`` ends of ``prior_seconds`` a piece.
        """
        exposed = _windowed(self.exposure, width)
        total = self.exposure.sum()
        rates = np.empty_like(self.ends)
        for cause, ends in enumerate(self.ends):
            overall = (ends.sum() + overall_events) / (total + overall_events * prior_seconds)
            rates[cause] = (_windowed(ends, width) + prior_events) / (exposed + prior_events / overall)
        return rates


def _windowed(counts: Array, width: float) -> Array:
    """Sums over a window around each second that grows with the age; one second wide at the start."""
    span = len(counts)
    ages = np.arange(span)
    reach = np.floor(ages * width).astype(int)
    sums = np.concatenate(([0.0], np.cumsum(counts)))
    low = np.maximum(ages - reach, 0)
    high = np.minimum(ages + reach + 1, span)
    windowed: Array = sums[high] - sums[low]
    return windowed


def survival(rates: Array) -> Array:
    """P(lasts to the beginning of each second), from total rates; one entry longer than the grid."""
    alive: Array = np.exp(-np.concatenate(([0.0], np.cumsum(rates))))
    return alive


def as_ages(ages: Sequence[float]) -> Array:
    """Within a day: no table is longer, and ages are counted by the second."""
    return np.clip(np.asarray(ages, dtype=np.float64), 0.0, 86_400.0)


def alike(ages: NDArray[np.int_]) -> tuple[NDArray[np.int_], Array]:
    """The different whole ages, and how many have each."""
    counts = np.bincount(ages)
    which = np.flatnonzero(counts)
    return which, counts[which].astype(np.float64)

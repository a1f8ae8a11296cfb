"""Laws of durations, seeded, with the truth an oracle may read."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """A duration in seconds: ``kind`` fixed, lognormal, gamma, or a mixture of two lognormals."""

    kind: str
    mean: float
    variation: float = 0.0
    """Coefficient of variation."""
    other_share: float = 0.0
    other_mean: float = 0.0
    other_variation: float = 0.5

    def draw(self, dice: random.Random) -> float:
        if self.kind == "fixed" or self.mean <= 0:
            return self.mean
        if self.kind == "gamma":
            shape = 1 / self.variation**2
            return dice.gammavariate(shape, self.mean / shape)
        if self.other_share and dice.random() < self.other_share:
            return _lognormal(dice, self.other_mean, self.other_variation)
        return _lognormal(dice, self.mean, self.variation)


def _lognormal(dice: random.Random, mean: float, variation: float) -> float:
    sigma = math.sqrt(math.log1p(variation**2))
    return dice.lognormvariate(math.log(mean) - sigma**2 / 2, sigma)

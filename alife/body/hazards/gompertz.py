"""Gompertz: the older, the more dangerous."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.hazard import Hazard
from alife.core.types import NonNegative

_CERTAIN = 700.0  # exponents above it leave the numbers, and have long been certain death


@dataclass(frozen=True)
class Gompertz(Hazard):
    """A probability that grows exponentially with age t.

        h(t) = min(1, start exp(growth t)),   P(alive after n ticks) = prod (1 - h(t)) over t = 1 ... n
                                              about exp(-start / growth (exp(growth n) - 1)) while h is small

    Source: Gompertz, On the nature of the function expressive of the law of human mortality (1825).

    Args:
        start: probability of dying at birth, per tick.
        growth: how fast it grows, per tick; it doubles every ln 2 / growth ticks.
    """

    start: NonNegative = 1e-5
    growth: NonNegative = 1e-3

    def death_probability(self, ages: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return start exp(growth age), 1 at most."""
        return np.asarray(np.minimum(self.start * np.exp(np.minimum(self.growth * ages, _CERTAIN)), 1.0))

"""Constant: every tick is as dangerous as any other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.hazard import Hazard
from alife.core.types import Fraction


@dataclass(frozen=True)
class Constant(Hazard):
    """The same probability at every age.

        P(alive after n ticks) = (1 - rate)^n,   so a lifespan is geometric, with mean 1 / rate

    Args:
        rate: probability of dying, per tick.
    """

    rate: Fraction = 0.0

    def death_probability(self, ages: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the rate for every age."""
        return np.full(ages.shape, self.rate)

"""Hazard, the contract of a probability of death by age, besides starvation."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray


class Hazard(ABC):
    """A probability of death by age. A frozen dataclass of its own parameters, which keeps nothing between ticks."""

    @abstractmethod
    def death_probability(self, ages: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probability from 0 to 1 with which each creature dies in the tick in which it comes to its age.

        Args:
            ages: of any shape, in ticks since birth; 1 in the first tick after it.
        """

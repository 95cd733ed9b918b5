"""Trigger, the contract of which ticks make a creature learn."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray


class Trigger(ABC):
    """Decides at which ticks an event starts a backward pass. A frozen dataclass of its parameters."""

    @abstractmethod
    def fires(self, rewarded: NDArray[np.bool_], errors: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return which rows learn now.

        Args:
            rewarded: (rows,) a world event worth more or less than nothing, or the end of an episode.
            errors: (rows,) the TD error of the decision before, in units of reward.
        """

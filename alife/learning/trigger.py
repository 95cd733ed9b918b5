"""Trigger, the contract of which ticks make a creature learn."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray


class Trigger(ABC):
    """Decides at which ticks an event starts a backward pass. A frozen dataclass of its parameters."""

    is_event: ClassVar[bool] = True
    """Whether firing without a reward is something that happened, to be logged; not if it fires all the time."""

    @abstractmethod
    def fires(self, rewarded: NDArray[np.bool_], errors: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return which rows learn now.

        Args:
            rewarded: (rows,) a world event worth more or less than nothing, or the end of an episode.
            errors: (rows,) the TD error of the decision before, in units of reward.
        """

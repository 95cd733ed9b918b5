"""Reward: learn when something happens in the world."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.learning.trigger import Trigger


@dataclass(frozen=True)
class Reward(Trigger):
    """Learn at world events whose value is not zero and at the end of an episode."""

    def fires(self, rewarded: NDArray[np.bool_], errors: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return `rewarded`."""
        return rewarded

"""Reward: learn when something happens in the world."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.core.brain import Floats, Trigger


@dataclass(frozen=True)
class Reward(Trigger):
    """Learn at world events whose value is not zero and at the end of an episode."""

    def fires(self, rewarded: NDArray[np.bool_], errors: Floats) -> NDArray[np.bool_]:
        """Return `rewarded`."""
        return rewarded

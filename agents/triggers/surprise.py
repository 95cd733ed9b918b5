"""Surprise: learn when something happens, or when things go otherwise than expected."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.core.brain import Floats, Trigger
from alife.core.types import NonNegative


@dataclass(frozen=True)
class Surprise(Trigger):
    """Learn at rewards, and wherever the TD error is larger than a threshold.

    Where every tick brings a reward, rewards are no news: without them what is as expected teaches nothing.

    Args:
        threshold: of the size of the TD error, in units of reward; in those of a ReturnScale where rewards are scaled.
        rewards: whether a reward is an event even if it was expected.
    """

    threshold: NonNegative = 0.1
    rewards: bool = True

    def fires(self, rewarded: NDArray[np.bool_], errors: Floats, quiet: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return |error| > threshold, or `rewarded` where rewards are events."""
        surprised: NDArray[np.bool_] = np.abs(errors) > self.threshold
        return surprised | rewarded if self.rewards else surprised

"""Surprise: learn when something happens, or when things go otherwise than expected."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.learning.trigger import Trigger
from alife.types import NonNegative


@dataclass(frozen=True)
class Surprise(Trigger):
    """Learn at rewards, and wherever the TD error is larger than a threshold.

    Args:
        threshold: of the size of the TD error, in units of reward.
    """

    threshold: NonNegative = 0.1

    def fires(self, rewarded: NDArray[np.bool_], errors: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return `rewarded` or |error| > threshold."""
        return rewarded | (np.abs(errors) > self.threshold)

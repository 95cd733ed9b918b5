"""Reward: learn when something happens in the world, and now and then where nothing does."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from alife.core.brain import Floats, Trigger
from alife.core.types import Count


@dataclass(frozen=True)
class Reward(Trigger):
    """Learn at world events whose value is not zero, at the end of an episode, and after a long silence.

    A creature that has come to do the same at every tick may meet nothing any more. What its choices have gathered
    meanwhile, the push of the entropy above all, is taken after so many ticks, so that it tries something else.

    Args:
        silence: ticks without a backward pass, after which there is one.
    """

    is_event: ClassVar[bool] = False

    silence: Count = 50

    def fires(self, rewarded: NDArray[np.bool_], errors: Floats, quiet: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return `rewarded or quiet >= silence`."""
        return rewarded | (quiet >= self.silence)

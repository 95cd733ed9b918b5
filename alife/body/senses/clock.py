"""Clock: the time of day."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.types import Amount, Count


@dataclass(frozen=True)
class Clock(Sense):
    """The time of a day that is `period` ticks long, the same for all creatures.

    Without phases these are two numbers, (1 + sine) / 2 and (1 + cosine) / 2 of a hand that goes around once a day, the
    cosine at its highest as the day begins. With phases the day has so many equal parts, and of as many numbers that
    of the present part is 1 and all others 0.

    Args:
        period: ticks in a day.
        phases: parts of a day; none for sine and cosine.
    """

    period: Count = 100
    phases: Amount = 0

    range = 0.0

    def observation_size(self, roles: int) -> int:
        """Return the number of phases, or two."""
        return self.phases or 2

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, size) values in [0, 1]."""
        time = surroundings.tick % self.period
        if self.phases:
            out[:] = 0.0
            out[:, time * self.phases // self.period] = 1.0
        else:
            angle = math.tau * time / self.period
            out[:] = (0.5 + 0.5 * math.sin(angle), 0.5 + 0.5 * math.cos(angle))

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the phases by number, or sine and cosine."""
        if self.phases:
            return tuple(Channel(f"phase {phase + 1} of {self.phases}") for phase in range(self.phases))
        return (Channel("sine of the time"), Channel("cosine of the time"))

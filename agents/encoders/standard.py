"""Standard: inputs around 0 and about as large as each other, whatever another encoder makes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from agents.encoders.current import Current
from agents.encoders.encoder import Coding, Encoder
from alife.core.channel import Channel
from alife.core.random import Stream
from alife.core.types import Positive


@dataclass(frozen=True)
class Standard(Encoder):
    """Each input of another encoder, less its mean so far, in units of its standard deviation so far.

        z     = (x - mean) / sd         cut off at -farthest and farthest; 0 while x has never changed
        input = z sqrt(n / m)           m of the n inputs have ever changed

    What never changes says nothing, yet as a current it would drown what does, and every step of learning would go
    along it first. With the second line a brain is driven about as strongly when few of many inputs ever change.

    Each creature has its own means, over all that it has sensed in its life (Welford 1962).

    State per creature: two numbers for each input.

    Source: the normalisation of observations of Elsayed, Vasan and Mahmood, Streaming deep reinforcement learning
    finally works (2024); the second line is ours.

    Args:
        of: the other encoder.
        farthest: standard deviations from the mean, beyond which an input does not go.
    """

    of: Encoder = Current()
    farthest: Positive = 5.0

    def start_coding(self, space: Box, rows: int, random: Stream) -> "Standardised":
        """Start the coding of a species."""
        return Standardised(self.of.start_coding(space, rows, random), rows, self.farthest)


class Standardised(Coding):
    """What remembers how each input has been."""

    def __init__(self, coding: Coding, rows: int, farthest: float) -> None:
        self.coding, self.width, self._farthest = coding, coding.width, farthest
        self.seen = np.zeros((rows, 1))  # ticks
        self.means = np.zeros((rows, self.width))
        self.squares = np.zeros((rows, self.width))  # sum of (x - mean)^2
        self._made = np.zeros((rows, self.width), np.float32)

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Encode by the other encoder, and standardise its inputs by their means and deviations so far."""
        seen, means, squares = self.seen, self.means, self.squares
        self.coding.encode(observations, self._made, tick)
        seen += 1.0
        off = self._made - means
        means += off / seen
        left = self._made - means
        squares += off * left
        spread = np.sqrt(squares / seen)
        moving = np.count_nonzero(spread, axis=1)[:, None]
        np.divide(left, spread, out=left, where=spread > 0.0)
        left[spread == 0.0] = 0.0
        np.clip(left, -self._farthest, self._farthest, out=left)
        out[:] = left * np.sqrt(self.width / np.maximum(moving, 1))

    def begin_lives(self, rows: NDArray[np.int64]) -> None:
        """Forget how the inputs have been."""
        self.coding.begin_lives(rows)
        for array in (self.seen, self.means, self.squares):
            array[rows] = 0.0

    def name_inputs(self, channels: Sequence[Channel]) -> list[Channel]:
        """Return the names that the other encoder gives."""
        return self.coding.name_inputs(channels)

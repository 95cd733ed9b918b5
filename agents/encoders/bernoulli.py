"""Bernoulli: each number is the probability of a spike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from agents.encoders.encoder import Coding, Encoder
from agents.encoders.span import Span
from alife.core.channel import Channel
from alife.core.random import Stream
from alife.core.types import Fraction


@dataclass(frozen=True)
class Bernoulli(Encoder):
    """Each number x becomes a spike, 1 or else 0, drawn anew at each tick.

        P(spike) = peak * (x - low) / (high - low)     low and high the ends of its span, as for `population`

    Args:
        peak: the probability at the upper end.
    """

    peak: Fraction = 1.0

    def start_coding(self, space: Box, rows: int, random: Stream) -> "Spikes":
        """Start the coding of a species."""
        return Spikes(space, rows, self.peak, random)


class Spikes(Coding):
    """What draws a spike for each number."""

    def __init__(self, space: Box, rows: int, peak: float, random: Stream) -> None:
        self.width, self._peak, self._random = space.shape[0], peak, random
        self.span = Span(space, rows)

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Draw all spikes of the tick at once, in the order of the rows."""
        low, high = self.span.update_span(observations)
        width = high - low
        inside = np.clip(observations, low, high) - low
        share = np.divide(inside, width, out=np.zeros_like(observations), where=width > 0.0)
        out[:] = self._random.at(tick).random(out.shape) < self._peak * share

    def begin_lives(self, rows: NDArray[np.int64]) -> None:
        """Forget how far the numbers have reached."""
        self.span.begin_lives(rows)

    def name_inputs(self, channels: Sequence[Channel]) -> list[Channel]:
        """Return the channels as they are."""
        return list(channels)

"""Current: each number is a current."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from agents.encoders.encoder import Coding, Encoder
from agents.encoders.span import Span
from alife.core.channel import Channel
from alife.core.random import Stream

_STRONGEST = 1e9  # current that enters a brain as it is


@dataclass(frozen=True)
class Current(Encoder):
    """Each number enters as a current, divided by the farther of its two bounds, so that it lies within -1 and 1.

    Of a number without bounds the largest size that the creature has met stands for them.

    Args:
        scale: whether numbers are divided; without it they enter as they are, those beyond 1e9 as 1e9.
    """

    scale: bool = True

    def start_coding(self, space: Box, rows: int, random: Stream) -> "Coding":
        """Start the coding of a species."""
        return Scaled(space, rows) if self.scale else AsTheyAre(space)


class AsTheyAre(Coding):
    """Numbers enter as they are; no current is stronger than 1e9, where a space allows more."""

    def __init__(self, space: Box) -> None:
        self.width = space.shape[0]
        self._wide = bool((np.maximum(np.abs(space.low), np.abs(space.high)) > _STRONGEST).any())

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Copy the observations."""
        if self._wide:
            np.clip(observations, -_STRONGEST, _STRONGEST, out=out)
        else:
            out[:] = observations

    def name_inputs(self, channels: Sequence[Channel]) -> list[Channel]:
        """Return the channels as they are."""
        return list(channels)


class Scaled(AsTheyAre):
    """Numbers enter in units of the farther of their bounds."""

    def __init__(self, space: Box, rows: int) -> None:
        super().__init__(space)
        self.span = Span(space, rows)

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Divide the observations by their bounds."""
        low, high = self.span.update_span(observations)
        size = np.maximum(np.abs(low), np.abs(high))
        inside = np.clip(observations, -size, size)
        size[size == 0.0] = 1.0  # of what is always 0
        np.divide(inside, size, out=out)

    def begin_lives(self, rows: NDArray[np.int64]) -> None:
        """Forget how far the numbers have reached."""
        self.span.begin_lives(rows)

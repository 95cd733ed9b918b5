"""Current: each number is a current."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from agents.encoders.encoder import Coding, Encoder
from agents.encoders.span import Span
from alife.core.channel import Channel
from alife.core.kernel import kernel
from alife.core.random import Stream
from alife.core.types import Positive

_STRONGEST = 1e9  # current


@dataclass(frozen=True)
class Current(Encoder):
    """Each number enters as a current, divided by the farther of its two bounds, so that it lies within -1 and 1.

    Of a number without bounds the largest size that the creature has met stands for them.

    Args:
        scale: whether numbers are divided; without it they enter as they are.
        gain: times which they enter; no current is stronger than 1e9.
    """

    scale: bool = True
    gain: Positive = 1.0

    def start_coding(self, space: Box, rows: int, random: Stream) -> "Coding":
        """Start the coding of a species."""
        return Scaled(space, rows, self.gain) if self.scale else AsTheyAre(space, self.gain)


class AsTheyAre(Coding):
    """Numbers enter as they are, times a gain; no current is stronger than 1e9."""

    def __init__(self, space: Box, gain: float) -> None:
        self.width, self._gain = space.shape[0], float(gain)

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Multiply the observations by the gain."""
        _amplify(observations, self._gain, _STRONGEST, out)

    def name_inputs(self, channels: Sequence[Channel]) -> list[Channel]:
        """Return the channels as they are."""
        return list(channels)


class Scaled(AsTheyAre):
    """Numbers enter in units of the farther of their bounds."""

    def __init__(self, space: Box, rows: int, gain: float) -> None:
        super().__init__(space, gain)
        self.span = Span(space, rows)

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Divide the observations by their bounds, and multiply them by the gain."""
        low, high = self.span.update_span(observations)
        size = np.maximum(np.abs(low), np.abs(high))
        inside = np.clip(observations, -size, size)
        size[size == 0.0] = 1.0  # of what is always 0
        np.divide(inside, size, out=out)
        _amplify(out, self._gain, _STRONGEST, out)

    def begin_lives(self, rows: NDArray[np.int64]) -> None:
        """Forget how far the numbers have reached."""
        self.span.begin_lives(rows)


@kernel
def _amplify(numbers: NDArray[np.float32], gain: float, strongest: float, out: NDArray[np.float32]) -> None:
    for r in range(numbers.shape[0]):
        for i in range(numbers.shape[1]):
            out[r, i] = min(max(gain * numbers[r, i], -strongest), strongest)

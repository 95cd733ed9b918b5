"""OneHot: each value of a whole number has an input of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from agents.encoders.encoder import Coding, Encoder
from alife.core.channel import Channel
from alife.core.errors import ConfigError
from alife.core.random import Stream
from alife.core.types import Count


@dataclass(frozen=True)
class OneHot(Encoder):
    """Each number is taken for a whole one; the input of its value is 1 and those of all other values are 0.

    Values are counted from the lower bound of the number; those beyond the last have the input of the last.

    Args:
        values: how many inputs each number has at most; a number that can have fewer values has fewer.
    """

    values: Count = 16

    def start_coding(self, space: Box, rows: int, random: Stream) -> "Values":
        """Start the coding of a species."""
        low, high = space.low.astype(np.float64), space.high.astype(np.float64)
        if not np.isfinite(low).all():
            raise ConfigError("brain.encoder: one_hot counts values from a lower bound; a number here has none")
        return Values(low, np.minimum(np.floor(high - low) + 1.0, self.values).astype(np.int64), rows)


class Values(Coding):
    """What has an input for each value of each number."""

    def __init__(self, low: NDArray[np.float64], counts: NDArray[np.int64], rows: int) -> None:
        self._low, self._last, self._counts = low, counts - 1, counts
        self._starts = np.cumsum(counts) - counts
        self.width = int(counts.sum())
        self._rows = np.arange(rows)[:, None]

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Set the input of each number's value to 1 and all others to 0."""
        offsets = np.clip(np.rint(observations - self._low), 0.0, self._last).astype(np.int64)
        out[:] = 0.0
        out[self._rows, self._starts + offsets] = 1.0

    def name_inputs(self, channels: Sequence[Channel]) -> list[Channel]:
        """Return the number and its value."""
        pairs = zip(channels, self._counts.tolist(), self._low.tolist(), strict=True)
        return [Channel(f"{one.name} = {low + k:g}") for one, count, low in pairs for k in range(count)]

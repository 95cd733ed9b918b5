"""Encoder, the contract of how observations become the input of a brain, and Coding, its state."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from alife.core.channel import Channel
from alife.core.random import Stream
from alife.core.row_state import RowState


class Encoder(ABC):
    """How what is sensed becomes the input of a brain. A frozen dataclass of its own parameters."""

    @abstractmethod
    def start_coding(self, space: Box, rows: int, random: Stream) -> "Coding":
        """Start the coding of a species.

        Args:
            space: of one creature's observation, a Box of one axis; a `Flattened` where it had another shape before.
            rows: how many creatures.
            random: for encoders that draw.

        Raises:
            ConfigError: this encoder does not fit the space.
        """


class Coding(RowState, ABC):
    """An encoder at work for all creatures of a species. What it remembers is in arrays with rows first."""

    width: int
    """How many inputs it makes of one observation."""

    @abstractmethod
    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Encode `observations` (rows, numbers) of a tick, all finite, into `out` (rows, width), finite as well."""

    def begin_lives(self, rows: NDArray[np.int64]) -> None:
        """Let other creatures begin in these rows: what was remembered of what was sensed there is forgotten."""

    def name_inputs(self, channels: Sequence[Channel]) -> list[Channel]:
        """Return what each input means, given what each number of an observation means."""
        return [Channel(f"input {k}") for k in range(self.width)]

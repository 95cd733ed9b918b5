"""Coding: what is sensed becomes the input of a brain."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.encoders.encoder import Coding
from alife.core.channel import Channel


class Inputs:
    """What a coding makes of an observation, with one more input that is always 1.

    Args:
        rows: how many creatures.
        coding: of what they sense.
    """

    def __init__(self, rows: int, coding: Coding) -> None:
        self.coding, self.width = coding, coding.width + 1
        self._input = np.ones((rows, self.width), np.float32)
        self._coded = self._input[:, :-1]

    def encode_inputs(self, observations: NDArray[np.float32], tick: int) -> NDArray[np.float32]:
        """Return the input of a brain, (rows, width), in a buffer that the next call fills again."""
        self.coding.encode(observations, self._coded, tick)
        return self._input

    def mend(self) -> None:
        """Let the last input be 1 again where a brain has set it to 0."""
        self._input[:, -1] = 1.0

    def input_channels(self, channels: Sequence[Channel]) -> tuple[Channel, ...]:
        """Return what each input but the last means, given what each number of an observation means."""
        return tuple(self.coding.name_inputs(channels))

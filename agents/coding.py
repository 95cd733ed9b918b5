"""Coding: what is sensed becomes currents."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Currents:
    """What is sensed enters as currents, with one more input that is always 1.

    Args:
        rows: how many creatures.
        width: of one creature's observation.
    """

    def __init__(self, rows: int, width: int) -> None:
        self.width = width + 1
        self._input = np.ones((rows, self.width), np.float32)

    def encode(self, observations: NDArray[np.float32]) -> Tensor:
        """Return the input of a brain, (rows, width), in a buffer that the next call fills again."""
        self._input[:, :-1] = observations
        return torch.from_numpy(self._input)

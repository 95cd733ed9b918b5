"""Coding: what is sensed becomes currents, and what a brain puts out becomes an action."""

from typing import NamedTuple

import gymnasium
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.errors import ConfigError


class Choice(NamedTuple):
    """One decision of every row."""

    actions: NDArray[np.int64]  # (rows,)
    score: Tensor  # (rows, actions): onehot(action) - probabilities


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


def choices(space: gymnasium.Space[object]) -> int:
    """Return how many actions there are to choose from.

    Raises:
        ConfigError: the space is not one of separate choices.
    """
    if not isinstance(space, gymnasium.spaces.Discrete):
        raise ConfigError(f"a brain with a lis readout needs a Discrete action space, this world has {space}")
    if space.start != 0:
        raise ConfigError(f"a brain with a lis readout needs actions that are counted from 0, this world has {space}")
    return int(space.n)


def choose(probabilities: Tensor, uniform: NDArray[np.float64]) -> Choice:
    """Draw one action for every row by inverting the cumulative distribution.

    Args:
        probabilities: (rows, actions), each row adding up to 1.
        uniform: (rows,) in [0, 1).
    """
    seen = probabilities.numpy()
    below = seen[:, :-1].cumsum(1) <= uniform[:, None]  # the last action has whatever the others leave
    actions = np.add.reduce(below, 1, np.int64)
    score = (actions[:, None] == np.arange(seen.shape[1])) - seen
    return Choice(actions, torch.from_numpy(score))

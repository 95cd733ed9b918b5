"""Acting: what a readout draws becomes an action in the space of a body, and a decision in a probe."""

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete, MultiBinary, MultiDiscrete
from numpy.typing import NDArray

from agents.readouts.lig import LIG
from agents.readouts.lis import LIS
from alife.core.brain import Neuron, Readout
from alife.core.errors import ConfigError
from alife.core.frame import Choice, Motion

_MOST = 4096  # combinations of choices
_MOST_ACTIONS = 2**16
_LARGEST = float(np.finfo(np.float32).max)

SPACES = (
    "a brain acts in a Discrete space, in a MultiDiscrete or MultiBinary of up to 4,096 combinations, and in a Box of "
    "floats with finite bounds"
)
"""Where creatures can act, in one sentence; whatever else says so says the same."""


class Acting(ABC):
    """How the creatures of a species act: `count` actions, or numbers of an action, and a readout of `membranes`."""

    readout: ClassVar[type[Readout]]
    """The readout that fits, with nothing but its size to be said."""

    count: int
    membranes: int

    @abstractmethod
    def fits_neuron(self, neuron: Neuron) -> bool:
        """Return whether a kind of neurons is such a readout."""

    @abstractmethod
    def enact(self, drawn: NDArray[Any]) -> NDArray[Any]:
        """Return as actions of the space what a readout drew for all rows."""

    @abstractmethod
    def describe_decision(self, output: NDArray[np.float32], drawn: Any) -> Choice | Motion:
        """Return the decision of one row for a probe, from what the readout put out and what it drew."""


def acting(space: gymnasium.Space[Any]) -> Acting:
    """Return how to act in a space.

    Raises:
        ConfigError: there is no readout for it.
    """
    if isinstance(space, Discrete):
        return Choosing(space)
    if isinstance(space, MultiDiscrete | MultiBinary):
        return ChoosingTogether(space)
    if isinstance(space, Box):
        return Moving(space)
    raise _refusal(space)


def _refusal(space: gymnasium.Space[Any]) -> ConfigError:
    text = " ".join(str(space).split())
    return ConfigError(f"{SPACES}; this world has {text if len(text) <= 200 else f'{text[:197]}...'}")


class Choosing(Acting):
    """One of several actions."""

    readout = LIS

    def __init__(self, space: Discrete) -> None:
        if space.n > _MOST_ACTIONS:
            raise ConfigError(f"a brain chooses among {_MOST_ACTIONS:,} actions at most, {space} has {space.n:,}")
        self.count = self.membranes = int(space.n)
        self._first = int(space.start)

    def fits_neuron(self, neuron: Neuron) -> bool:
        """Return whether its output is the probability of each action."""
        return isinstance(neuron, Readout) and neuron.chooses

    def enact(self, drawn: NDArray[Any]) -> NDArray[Any]:
        """Return the choices, counted as the space counts them."""
        return drawn + self._first if self._first else drawn

    def describe_decision(self, output: NDArray[np.float32], drawn: Any) -> Choice:
        """Return the probabilities and the action."""
        return Choice(output.copy(), int(drawn))


class ChoosingTogether(Choosing):
    """Several choices at once, as one choice among all their combinations.

    So what suits together can be learned together, at the price of one membrane for each combination.
    """

    def __init__(self, space: MultiDiscrete | MultiBinary) -> None:
        options = (space.nvec if isinstance(space, MultiDiscrete) else np.full(space.shape, 2)).ravel()
        if not options.size:
            raise _refusal(space)
        if (doublings := float(np.log2(options).sum())) > 60.0:  # the product itself may be a number of any length
            raise ConfigError(f"a brain chooses among {_MOST:,} combinations at most, {space} has 2^{doublings:.0f}")
        self._options = options.tolist()
        if (count := math.prod(self._options)) > _MOST:
            raise ConfigError(f"a brain chooses among {_MOST:,} combinations at most, {space} has {count:,}")
        starts = space.start if isinstance(space, MultiDiscrete) else np.zeros(space.shape, np.int64)
        self._starts, self._shape, self._type = starts.ravel(), space.shape, space.dtype
        self.count = self.membranes = count

    def enact(self, drawn: NDArray[Any]) -> NDArray[Any]:
        """Return the options of each combination, (rows, *shape)."""
        options = np.stack(np.unravel_index(drawn, self._options), -1) + self._starts
        actions: NDArray[Any] = options.reshape(len(drawn), *self._shape).astype(self._type)
        return actions


class Moving(Acting):
    """Several numbers at once, each between bounds.

    The readout speaks in units in which every number goes from -1 to 1, so that one start, with means of 0, is the
    middle of every space, and one spread is as wide in all. What it draws beyond is cut off at the bound.
    """

    readout = LIG

    def __init__(self, space: Box) -> None:
        self._low, self._high = space.low.ravel().astype(float), space.high.ravel().astype(float)
        largest = np.maximum(np.abs(self._low), np.abs(self._high)).max(initial=0.0)
        if not np.issubdtype(space.dtype, np.floating) or not largest < _LARGEST or not self._low.size:
            raise _refusal(space)  # a bound that is the largest number there is bounds nothing
        self._shape, self._type = space.shape, space.dtype
        self._middle, self._reach = (self._high + self._low) / 2.0, (self._high - self._low) / 2.0
        self.count, self.membranes = len(self._low), 2 * len(self._low)

    def fits_neuron(self, neuron: Neuron) -> bool:
        """Return whether its output is a mean and a spread for each number."""
        return isinstance(neuron, Readout) and neuron.moves

    def enact(self, drawn: NDArray[Any]) -> NDArray[Any]:
        """Return what was drawn, (rows, count), in the units of the space and within its bounds."""
        scaled = self._middle + self._reach * drawn
        actions: NDArray[Any] = np.clip(scaled, self._low, self._high).astype(self._type)
        return actions.reshape(len(drawn), *self._shape)

    def describe_decision(self, output: NDArray[np.float32], drawn: Any) -> Motion:
        """Return the means, the spreads and what was drawn."""
        return Motion(output[: self.count].copy(), output[self.count :].copy(), np.array(drawn))

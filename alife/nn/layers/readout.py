"""Readout, the last layer of a network that acts."""

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from alife.nn.layers.layer import Layer

Values = NDArray[np.float32]
"""Of float32, or of float64 where the layer is in double precision."""


class Readout(Layer):
    """The last layer of a network that acts: its output are the parameters of a distribution over actions.

    It alone knows which distribution. `draw_action` draws from an output; `grad_log_prob` and `entropy_gradient` give
    the gradients of the log-probability of what was drawn and of the entropy. All three take the output of one tick as
    an array (rows, size), keep nothing, and return a new array. Both gradients are those at the membranes of that tick,
    (rows, size): what lies below follows by the chain rule, v <- d v + W x.
    """

    chooses: ClassVar[bool] = True
    """Whether the output is the probability of each of several choices, of which one is drawn."""

    moves: ClassVar[bool] = False
    """Whether the output is the mean, then the standard deviation, of each of the numbers that are drawn."""

    @abstractmethod
    def draw_action(self, output: Values, random: np.random.Generator) -> NDArray[Any]:
        """Return an action for each row, all drawn at once and in the order of the rows."""

    @abstractmethod
    def grad_log_prob(self, output: Values, action: NDArray[Any]) -> Values:
        """Return d log pi(action) / d membranes, for actions that `draw_action` may return."""

    @abstractmethod
    def entropy_gradient(self, output: Values) -> Values:
        """Return d H / d membranes, the way towards less certainty, for the entropy H in nats."""

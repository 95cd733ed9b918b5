"""LIS: a leaky integrator whose membrane becomes a choice."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.nn.layers._leaky import Leaky
from alife.nn.layers.readout import Readout, Values

_TINIEST = 1e-12  # probability whose logarithm is taken


class LIS(Leaky, Readout):
    """A leaky integrator with a softmax, the readout of a network that chooses.

        v <- d v + W x
        p  = softmax(v)

    The weights start at zero, so that every choice is equally likely before anything is learned.
    Parameters: see Leaky.

    Source: the readout of traceTorch's networks (its documentation, lesson 4).
    """

    def read_out(self, membrane: Tensor) -> Tensor:
        """Return the probability of each choice, adding up to 1."""
        return torch.softmax(membrane, -1)

    def draw_action(self, output: Values, random: np.random.Generator) -> NDArray[np.int64]:
        """Return one choice for each row, (rows,), by inverting the cumulative distribution at a uniform number."""
        uniform = random.random(len(output))
        below = output[:, :-1].cumsum(1) <= uniform[:, None]  # the last choice has whatever the others leave
        choice: NDArray[np.int64] = np.add.reduce(below, 1, np.int64)
        return choice

    def grad_log_prob(self, output: Values, action: NDArray[np.int64]) -> Values:
        """Return onehot(action) - p, for one choice in each row, (rows,)."""
        gradient: Values = (action[:, None] == np.arange(output.shape[1])) - output
        return gradient

    def entropy_gradient(self, output: Values) -> Values:
        """Return -p (log p + H), where H = -sum p log p."""
        logarithms = np.log(np.maximum(output, _TINIEST))
        surplus = logarithms - np.vecdot(output, logarithms)[:, None]  # log p + H
        gradient: Values = -(surplus * output)
        return gradient

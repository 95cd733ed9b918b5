"""LIB: a leaky integrator whose membrane becomes probabilities of yes."""

from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.nn.layers._leaky import Leaky
from alife.nn.layers.readout import Readout, Values

_TINIEST = 1e-12  # probability whose logarithm is taken


class LIB(Leaky, Readout):
    """A leaky integrator with a sigmoid, the readout of separate decisions of yes or no (Bernoulli).

        v <- d v + W x
        p  = sigmoid(v)

    The weights start at zero: every probability is one half. Parameters: see Leaky.

    Source: the sigmoid readout beside the softmax one of traceTorch's networks.
    """

    chooses: ClassVar[bool] = False

    def read_out(self, membrane: Tensor) -> Tensor:
        """Return the probability of each yes, in (0, 1)."""
        return torch.sigmoid(membrane)

    def draw_action(self, output: Values, random: np.random.Generator) -> NDArray[np.bool_]:
        """Return a yes or no for each probability, (rows, size)."""
        decided: NDArray[np.bool_] = random.random(output.shape) < output
        return decided

    def grad_log_prob(self, output: Values, action: NDArray[np.bool_]) -> Values:
        """Return action - p, for a yes (1) or no (0) in each place, (rows, size)."""
        gradient: Values = action - output
        return gradient

    def entropy_gradient(self, output: Values) -> Values:
        """Return p (1 - p) log((1 - p) / p), the sum of the entropies differentiated."""
        no = 1.0 - output
        gradient: Values = output * no * (np.log(np.maximum(no, _TINIEST)) - np.log(np.maximum(output, _TINIEST)))
        return gradient

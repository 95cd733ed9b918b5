"""LIB: a leaky integrator whose membrane becomes probabilities of yes."""

from typing import ClassVar

import torch
from torch import Tensor

from alife.nn.layer import Readout
from alife.nn.leaky import Leaky


class LIB(Leaky, Readout):
    """A leaky integrator with a sigmoid, the readout of separate decisions of yes or no (Bernoulli).

        v <- d v + W x
        p  = sigmoid(v)

    The weights start at zero: every probability is one half. Parameters: see Leaky.

    Source: the sigmoid readout beside the softmax one of traceTorch's networks.
    """

    chooses: ClassVar[bool] = False

    def output(self, membrane: Tensor) -> Tensor:
        """Return the probability of each yes, in (0, 1)."""
        return torch.sigmoid(membrane)

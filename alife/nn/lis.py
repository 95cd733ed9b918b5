"""LIS: a leaky integrator whose membrane becomes a choice."""

import torch
from torch import Tensor

from alife.nn.layer import Readout
from alife.nn.leaky import Leaky


class LIS(Leaky, Readout):
    """A leaky integrator with a softmax, the readout of a network that chooses.

        v <- d v + W x
        p  = softmax(v)

    The weights start at zero, so that every choice is equally likely before anything is learned.
    Parameters: see Leaky.

    Source: the readout of traceTorch's networks (its documentation, lesson 4).
    """

    def output(self, membrane: Tensor) -> Tensor:
        """Return the probability of each choice, adding up to 1."""
        return torch.softmax(membrane, -1)

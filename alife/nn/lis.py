"""LIS: a leaky integrator whose membrane becomes a choice."""

import torch
from torch import Tensor

from alife.nn.free import UnitInterval
from alife.nn.layer import Readout, Tick
from alife.types import Decay


class LIS(Readout):
    """A leaky integrator with a softmax, the readout of a brain that chooses.

    Each tick, for membranes v, decay d and input x:

        v <- d v + W x
        p  = softmax(v)

    The weights start at zero, so that every choice is equally likely before anything is learned.

    Source: the readout of traceTorch's networks (its documentation, lesson 4).

    Args:
        inputs: width of the input.
        size: choices.
        decay: of the membrane per tick, in (0, 1).
        rows: leading axes, one brain each.
    """

    def __init__(self, inputs: int, size: int, decay: Decay = 0.2, *, rows: tuple[int, ...] = ()) -> None:
        super().__init__(inputs, size, rows)
        self._decay = UnitInterval(decay, rows)
        self.free_decay = self._decay.parameter

    @property
    def decay(self) -> Tensor:
        """The membrane decay, shape (*rows, 1)."""
        return self._decay.read()

    @torch.no_grad()
    def forward(self, input: Tensor) -> Tensor:
        """Take one tick: input (*rows, inputs) to probabilities (*rows, size)."""
        membrane = self.membrane
        torch.addcmul(self.current(input), membrane, self._decay.read(), out=membrane)
        probabilities = torch.softmax(membrane, -1)
        self.tick = Tick(input, membrane, probabilities)
        return probabilities

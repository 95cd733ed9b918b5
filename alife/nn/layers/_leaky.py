"""Leaky: what integrators without spikes share."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Unpack

import torch
from torch import Tensor

from alife.core.types import Decay
from alife.nn.layers._membrane import Membrane
from alife.nn.layers.layer import LayerOptions


class Leaky(Membrane):
    """Membranes that leak and never spike.

        v <- d v + W x        settles at c / (1 - d) under a mean current c

    The weights start at zero. That suits a last layer, which then begins without a preference. One that puts out its
    membrane passes nothing on then: below another such layer neither would learn, so draw its weights (`draw_weights`).

    Args:
        inputs: width of the input.
        size: membranes.
        decay: d per tick, in (0, 1); or several, each for an equal share of the membranes.
        options: see Layer.
    """

    def __init__(
        self, inputs: int, size: int, decay: Decay | Sequence[Decay] = 0.2, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(inputs, size, decay, **options)

    @abstractmethod
    def output(self, membrane: Tensor) -> Tensor:
        """Return what a membrane (*rows, size) puts out; a tensor of its own."""

    def step(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Integrate."""
        torch.addcmul(current, self.membrane, self._decay.read(), out=self.membrane)
        return self.membrane, self.output(self.membrane)

    def mean(self, current: Tensor) -> Tensor:
        """Return the output of the membrane at which a mean current settles."""
        return self.output(current / self._decay.complement())

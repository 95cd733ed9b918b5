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
    def read_out(self, membrane: Tensor) -> Tensor:
        """Return the output of a membrane (*rows, size); a tensor of its own."""

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Leak and integrate, without a spike."""
        torch.addcmul(current, self.membrane, self._decay.detached_value(), out=self.membrane)
        return self.membrane, self.read_out(self.membrane)

    def steady_output(self, current: Tensor) -> Tensor:
        """Return the output of the membrane at which a mean current settles."""
        return self.read_out(current / self._decay.complement())

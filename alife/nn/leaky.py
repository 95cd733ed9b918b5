"""Leaky: what integrators without spikes share."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Unpack

import torch
from torch import Tensor

from alife.nn.free import UnitInterval
from alife.nn.layer import Layer, LayerOptions
from alife.types import Decay


class Leaky(Layer):
    """Membranes that leak and never spike.

        v <- d v + W x        settles at c / (1 - d) under a mean current c

    The weights start at zero. That suits a last layer, which then begins without a preference. Two such layers in a
    row would never learn, neither passing anything on; draw the weights of the lower one (`draw_weights`).

    Args:
        inputs: width of the input.
        size: membranes.
        decay: d per tick, in (0, 1); or several, each for an equal share of the membranes.
        options: see Layer.
    """

    learnable: ClassVar[tuple[str, ...]] = (*Layer.learnable, "decay")

    def __init__(
        self, inputs: int, size: int, decay: Decay | Sequence[Decay] = 0.2, **options: Unpack[LayerOptions]
    ) -> None:
        super().__init__(inputs, size, **options)
        self._decay: UnitInterval = self.add_free("decay", UnitInterval, decay)

    @property
    def decays(self) -> tuple[Tensor, ...]:
        """The membrane decay alone."""
        return (self._decay.read(),)

    @property
    def decay(self) -> Tensor:
        """The membrane decay, shape (*rows, 1), or (*rows, size) where there are several."""
        return self._decay.read()

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

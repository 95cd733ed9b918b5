"""Layers as another package would write them on top of those of the house."""

from typing import Unpack

import torch
from torch import Tensor

from alife.core.types import Count, Fraction
from alife.nn import LIF, Spiking
from alife.nn.layers.spiking import SpikingOptions


class Noisy(LIF):
    """Has one option of its own and passes on the others."""

    def __init__(
        self, inputs: int, size: Count = 8, *, dropped: Fraction = 0.25, **options: Unpack[SpikingOptions]
    ) -> None:
        super().__init__(inputs, size, **options)
        self.dropped = dropped


class Fixed(Spiking):
    """Takes no options: what it does not take cannot be written."""

    def __init__(self, inputs: int, size: Count = 8, gain: Fraction = 0.5, rows: tuple[int, ...] = ()) -> None:
        super().__init__(inputs, size, rows=rows)
        self.gain = gain

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Fire at a part of the current."""
        return self.fire(current * self.gain, self.threshold)

    def steady_output(self, current: Tensor) -> Tensor:
        """Return spikes per tick."""
        return self.mean_firing_rate(torch.mul(current, self.gain))

"""Tanh: units of an artificial neural network, to compare spiking neurons with."""

from typing import Unpack

import torch
from torch import Tensor

from alife.core.types import Count
from alife.nn.layers.layer import Layer, LayerOptions


class Tanh(Layer):
    """Units without spikes and without memory.

    Each tick:

        v = W x        seen in `tick.membrane`
        y = tanh(v)

    The weights start as N(0, 1/inputs). What a rule keeps for spiking neurons it keeps for these too, with the slope
    1 - y^2 in the place of a surrogate.

    Args:
        inputs: width of the input.
        size: units.
        options: see Layer.
    """

    _forgetting: Tensor

    def __init__(self, inputs: int, size: Count = 64, **options: Unpack[LayerOptions]) -> None:
        super().__init__(inputs, size, **options)
        self.draw_weights(0.0, 1.0, options.get("generator"))
        self.register_buffer("_forgetting", torch.zeros(*self.rows, 1), persistent=False)

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Set the membrane to the current and return its tanh."""
        self.membrane.copy_(current)
        return self.membrane, torch.tanh(current)

    def steady_output(self, current: Tensor) -> Tensor:
        """Return the output under a mean current."""
        return torch.tanh(current)

    @property
    def decays(self) -> tuple[Tensor, ...]:
        """One pass that forgets at once."""
        return (self._forgetting,)

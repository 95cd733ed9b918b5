"""Membrane: what all layers with one leaky membrane a neuron share, its decay."""

from collections.abc import Sequence
from typing import ClassVar, Unpack

from torch import Tensor

from alife.core.types import Decay
from alife.nn._free import UnitInterval
from alife.nn.layers.layer import Layer, LayerOptions


class Membrane(Layer):
    """Neurons that keep d of their membrane from one tick to the next.

    Args:
        inputs: width of the input.
        size: neurons.
        decay: d of the membrane per tick, in (0, 1); or several, each for an equal share of the neurons.
        options: see Layer.
    """

    learnable: ClassVar[tuple[str, ...]] = (*Layer.learnable, "decay")

    def __init__(self, inputs: int, size: int, decay: Decay | Sequence[Decay], **options: Unpack[LayerOptions]) -> None:
        super().__init__(inputs, size, **options)
        self._decay: UnitInterval = self.add_free("decay", UnitInterval, decay)

    @property
    def decays(self) -> tuple[Tensor, ...]:
        """The membrane decay alone."""
        return (self._decay.detached_value(),)

    @property
    def decay(self) -> Tensor:
        """The membrane decay, shape (*rows, 1), or (*rows, size) where there are several."""
        return self._decay.detached_value()

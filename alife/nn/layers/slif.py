"""SLIF: neurons whose synapses have a memory of their own."""

from typing import ClassVar, Unpack

import torch
from torch import Tensor

from alife.core.types import Count, Decay
from alife.nn._check import one_number
from alife.nn._free import UnitInterval
from alife.nn.layers.spiking import Spiking, SpikingOptions


class SLIF(Spiking):
    """Leaky integrate-and-fire neurons with a synaptic current as a second state.

    Each tick, with the synaptic current i and its decay p:

        i <- p i + W x
        v <- d v + i
        z  = 1 if v >= th else 0
        v <- v - th z

    The mean output is that of LIF under the current W x / (1 - p). The weights start as LIF's times (1 - p).
    Other parameters: see Spiking.

    Source: Gerstner et al., Neuronal Dynamics (2014), chapter 3, in discrete time.

    Args:
        inputs: width of the input.
        size: neurons.
        synaptic_decay: p per tick, in (0, 1).
        options: see Spiking and Layer.
    """

    learnable: ClassVar[tuple[str, ...]] = (*Spiking.learnable, "synaptic_decay")
    synaptic: Tensor

    def __init__(
        self, inputs: int, size: Count = 64, *, synaptic_decay: Decay = 0.5, **options: Unpack[SpikingOptions]
    ) -> None:
        synaptic_decay = one_number(synaptic_decay, "synaptic_decay")
        super().__init__(inputs, size, **options)
        self._synaptic_decay: UnitInterval = self.add_free("synaptic_decay", UnitInterval, synaptic_decay)
        self.add_state("synaptic", size)
        with torch.no_grad():
            self.weight.mul_(1.0 - synaptic_decay)

    @property
    def synaptic_decay(self) -> Tensor:
        """p, shape (*rows, 1)."""
        return self._synaptic_decay.detached_value()

    @property
    def decays(self) -> tuple[Tensor, ...]:
        """The synaptic decay, then the membrane's."""
        return (self._synaptic_decay.detached_value(), self._decay.detached_value())

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Update the synaptic current, then the membrane, and fire."""
        torch.addcmul(current, self.synaptic, self._synaptic_decay.detached_value(), out=self.synaptic)
        return self.fire(self.synaptic.clone(), self._threshold.detached_value())

    def steady_output(self, current: Tensor) -> Tensor:
        """Return spikes per tick under a mean current."""
        return self.mean_firing_rate(current / self._synaptic_decay.complement())

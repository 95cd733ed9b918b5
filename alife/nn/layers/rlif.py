"""RLIF: neurons that hear each other."""

from typing import ClassVar, Unpack

import torch
from torch import Tensor, nn

from alife.core.types import Count
from alife.nn.layers.layer import product
from alife.nn.layers.spiking import Spiking, SpikingOptions


class RLIF(Spiking):
    """Leaky integrate-and-fire neurons with recurrent synapses.

    Each tick, z' the spikes of the tick before:

        v <- d v + W x + R z'
        z  = 1 if v >= th else 0
        v <- v - th z

    The mean output is that of LIF under the current W x + R m, m the mean of the own spikes, from a trace of them
    with the trace decay of the inputs. In a backward pass m is taken as given: the gradient of R goes one
    tick deep. No neuron hears itself. R starts at zero. Other parameters: see Spiking.

    Source: Bellec et al. (2020), e-prop, for the model; the mean is ours.
    """

    learnable: ClassVar[tuple[str, ...]] = (*Spiking.learnable, "recurrent_weight")
    recurrent: ClassVar[bool] = True
    spikes: Tensor
    _others: Tensor

    def __init__(self, inputs: int, size: Count = 64, **options: Unpack[SpikingOptions]) -> None:
        super().__init__(inputs, size, **options)
        recurrent = torch.zeros(*self.rows, size, size)
        self.recurrent_weight = nn.Parameter(recurrent, requires_grad="recurrent_weight" in self.learn)
        self.register_buffer("_others", 1.0 - torch.eye(size), persistent=False)
        self.add_state("spikes", size)
        self.own_trace = None if self.trace is None else self.trace.with_same_decay(size)

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Add the recurrent current, then integrate and fire."""
        membrane, spikes = self.fire(current.add_(self._heard(self.spikes)), self._threshold.detached_value())
        if self.own_trace is not None:
            self.own_trace.add_input(self.spikes)
        self.spikes.copy_(spikes)
        return membrane, spikes

    def steady_output(self, current: Tensor) -> Tensor:
        """Return spikes per tick under a mean current and the mean of the own spikes."""
        assert self.own_trace is not None
        return self.mean_firing_rate(
            current + self._heard(self.own_trace.with_decay_gradient(self.own_trace.mean_input()))
        )

    def _heard(self, spikes: Tensor) -> Tensor:
        return product(spikes, self.recurrent_weight * self._others)

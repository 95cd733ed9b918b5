"""ALIF: neurons whose threshold adapts."""

from typing import ClassVar, Unpack

import torch
from torch import Tensor

from alife.core.types import Count, Decay, Positive
from alife.nn._free import PositiveLine, UnitInterval
from alife.nn.layers.spiking import Spiking, SpikingOptions

_HALVINGS = 30  # of the interval in which the mean spikes lie
_WITHIN = 0.5**_HALVINGS  # to which it is found then, 1e-9


class ALIF(Spiking):
    """Leaky integrate-and-fire neurons with an adaptive threshold.

    Each tick, with the adaptation a, its decay q and its strength b:

        a <- q a + z          z of the tick before
        v <- d v + W x
        z  = 1 if v >= th + b a else 0
        v <- v - th z

    Under a steady current a settles at f / (1 - q), and the membrane wanders b a higher, which leaks (1 - d) b a
    more: the mean output solves f = F(c - (1 - d) b f / (1 - q)), F the mean spikes of LIF. It is found by
    halving and differentiated as an implicit function. Other parameters: see Spiking.

    Source: the adaptive neurons of Bellec et al. (2020), e-prop.

    Args:
        inputs: width of the input.
        size: neurons.
        adaptation_decay: q per tick, in (0, 1).
        adaptation: b, what one spike adds to the threshold.
        options: see Spiking and Layer.
    """

    learnable: ClassVar[tuple[str, ...]] = (*Spiking.learnable, "adaptation_decay", "adaptation")
    fatigue: Tensor
    spikes: Tensor

    def __init__(
        self,
        inputs: int,
        size: Count = 64,
        *,
        adaptation_decay: Decay = 0.99,
        adaptation: Positive = 0.1,
        **options: Unpack[SpikingOptions],
    ) -> None:
        super().__init__(inputs, size, **options)
        self._adaptation_decay: UnitInterval = self.add_free("adaptation_decay", UnitInterval, adaptation_decay)
        self._adaptation: PositiveLine = self.add_free("adaptation", PositiveLine, adaptation)
        self.add_state("fatigue", size)
        self.add_state("spikes", size)

    @property
    def adaptation_decay(self) -> Tensor:
        """q, shape (*rows, 1)."""
        return self._adaptation_decay.detached_value()

    @property
    def adaptation(self) -> Tensor:
        """b, shape (*rows, 1)."""
        return self._adaptation.detached_value()

    @property
    def threshold_now(self) -> Tensor:
        """What the membrane has to reach at this tick, th + b a, shape (*rows, size); `threshold` is th."""
        return torch.addcmul(self._threshold.detached_value(), self.fatigue, self._adaptation.detached_value())

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Update the adaptation by the last spikes, then integrate and fire."""
        torch.addcmul(self.spikes, self.fatigue, self._adaptation_decay.detached_value(), out=self.fatigue)
        membrane, spikes = self.fire(current, self.threshold_now)
        self.spikes.copy_(spikes)
        return membrane, spikes

    def steady_output(self, current: Tensor) -> Tensor:
        """Return the spikes per tick at which current and adaptation balance."""
        leak = self._decay.complement() * self._adaptation.differentiable_value() / self._adaptation_decay.complement()
        with torch.no_grad():
            found = self._balance(current, leak)
            step = (self.mean_firing_rate(current - leak * found) - found) / self._steepness(current, leak, found)
            found += step.clamp(-_WITHIN, _WITHIN)  # further away where F jumps
        residue = self.mean_firing_rate(current - leak * found) / self._steepness(current, leak, found)
        return found + (residue - residue.detach())  # zero, with the gradient of an implicit function

    @torch.enable_grad()
    def _steepness(self, current: Tensor, leak: Tensor, spikes: Tensor) -> Tensor:
        """Return how fast f - F(c - leak f) rises with f."""
        varied = spikes.detach().requires_grad_()
        mean = self.mean_firing_rate(current.detach() - leak.detach() * varied)
        (slope,) = torch.autograd.grad(mean.sum(), varied)
        return 1.0 - slope

    def _balance(self, current: Tensor, leak: Tensor) -> Tensor:
        low, high = torch.zeros_like(current), torch.ones_like(current)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            more = self.mean_firing_rate(current - leak * middle) > middle
            low, high = torch.where(more, middle, low), torch.where(more, high, middle)
        return (low + high) / 2.0

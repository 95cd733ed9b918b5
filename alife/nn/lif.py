"""LIF: leaky integrate-and-fire neurons."""

import torch
from torch import Tensor

from alife.nn.free import PositiveLine, UnitInterval
from alife.nn.layer import Layer, Tick
from alife.types import Count, Decay, Positive


class LIF(Layer):
    """Leaky integrate-and-fire neurons with a subtractive reset.

    Each tick, for every neuron with membrane v, decay d, threshold th and input x:

        v <- d v + W x        membrane before the reset, seen in `tick.membrane`
        z  = 1 if v >= th else 0
        v <- v - th z

    The weights start as N(0, 1/inputs) + 0.5/inputs, in units of the threshold: from an input of ones a
    neuron of decay 0.5 is held at its threshold by the mean and moved across it by the spread.

    Source: Gerstner et al., Neuronal Dynamics (2014), chapter 1, in discrete time.

    Args:
        inputs: width of the input.
        size: neurons.
        decay: of the membrane per tick, in (0, 1).
        threshold: of the membrane, above 0.
        rows: leading axes, one brain each.
        generator: draws the weights; torch's own when omitted.
    """

    def __init__(
        self,
        inputs: int,
        size: Count = 64,
        decay: Decay = 0.9,
        threshold: Positive = 1.0,
        *,
        rows: tuple[int, ...] = (),
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(inputs, size, rows)
        self._decay, self._threshold = UnitInterval(decay, rows), PositiveLine(threshold, rows)
        self.free_decay, self.free_threshold = self._decay.parameter, self._threshold.parameter
        with torch.no_grad():
            self.weight.normal_(0.5 / inputs, inputs**-0.5, generator=generator).mul_(threshold)

    @property
    def decay(self) -> Tensor:
        """The membrane decay, shape (*rows, 1)."""
        return self._decay.read()

    @property
    def threshold(self) -> Tensor:
        """The membrane at which a neuron spikes, shape (*rows, 1)."""
        return self._threshold.read()

    @torch.no_grad()
    def forward(self, input: Tensor) -> Tensor:
        """Take one tick: input (*rows, inputs) to spikes (*rows, size), each 0 or 1."""
        membrane, threshold = self.membrane, self._threshold.read()
        before = self.current(input).addcmul_(membrane, self._decay.read())
        spikes = (before >= threshold).to(before.dtype)
        torch.addcmul(before, spikes, threshold, value=-1.0, out=membrane)
        self.tick = Tick(input, before, spikes)
        return spikes

"""Spiking: what integrate-and-fire layers share, a threshold, a rest after each spike and a mean number of spikes."""

from collections.abc import Sequence
from typing import ClassVar, Unpack

import torch
from torch import Tensor

from alife.core.types import Amount, Count, Decay, Positive
from alife.nn._check import one_number, whole_number
from alife.nn._free import PositiveLine
from alife.nn.layers._membrane import Membrane
from alife.nn.layers.layer import LayerOptions
from alife.nn.mean_spikes import MEAN_SPIKES


class SpikingOptions(LayerOptions, total=False):
    """What every spiking layer takes beside its own parameters; see Spiking and Layer."""

    decay: Decay | Sequence[Decay]
    threshold: Positive
    refractory: Amount
    mean_spikes: str


class Spiking(Membrane):
    """Neurons that leak, spike at a threshold, and lose the threshold by it.

        v <- d v + current      the membrane before the reset
        z  = 1 if v >= th else 0
        v <- v - th z

    With a refractory time of n ticks a neuron that spiked neither leaks, nor takes in current, nor spikes for
    the n ticks that follow; of f spikes per tick that leaves f / (1 + n f).

    Args:
        inputs: width of the input.
        size: neurons.
        decay: d of the membrane per tick, in (0, 1); or several, each for an equal share of the neurons.
        threshold: th of the membrane, above 0.
        refractory: n, ticks.
        mean_spikes: how the mean output is estimated: `smoothed`, `clipped` or `sigmoid` (alife.nn.mean_spikes).
        options: see Layer.
    """

    learnable: ClassVar[tuple[str, ...]] = (*Membrane.learnable, "threshold")
    resting: Tensor

    def __init__(
        self,
        inputs: int,
        size: Count = 64,
        decay: Decay | Sequence[Decay] = 0.9,
        threshold: Positive = 1.0,
        refractory: Amount = 0,
        mean_spikes: str = "smoothed",
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(inputs, size, decay, **options)
        if mean_spikes not in MEAN_SPIKES:
            raise ValueError(f"mean_spikes must be one of {', '.join(MEAN_SPIKES)}, got {mean_spikes!r}")
        refractory, threshold = whole_number(refractory, "refractory", 0, " ticks"), one_number(threshold, "threshold")
        self._threshold: PositiveLine = self.add_free("threshold", PositiveLine, threshold)
        self.refractory, self._mean_spikes = refractory, MEAN_SPIKES[mean_spikes]
        if refractory:
            self.add_state("resting", size)  # ticks that are left
        # From an input of ones a neuron of decay 0.5 is held at its threshold and moved across it.
        self.draw_weights(0.5 * threshold, threshold, options.get("generator"))

    @property
    def threshold(self) -> Tensor:
        """The membrane at which a neuron spikes, shape (*rows, 1)."""
        return self._threshold.detached_value()

    def fire(self, current: Tensor, threshold: Tensor) -> tuple[Tensor, Tensor]:
        """Integrate, spike and reset: current (*rows, size) to (membrane before the reset, spikes)."""
        membrane = self.membrane
        before = current.addcmul_(membrane, self._decay.detached_value())
        if self.refractory:
            before = torch.where(self.resting > 0, membrane, before)
        spikes = (before >= threshold).to(before.dtype)
        if self.refractory:
            spikes *= self.resting == 0
            self.resting.sub_(1.0).clamp_min_(0.0).add_(spikes, alpha=self.refractory)
        torch.addcmul(before, spikes, self._threshold.detached_value(), value=-1.0, out=membrane)
        return before, spikes

    def mean_firing_rate(self, current: Tensor) -> Tensor:
        """Return spikes per tick under a mean current, (*rows, size)."""
        spikes = self._mean_spikes(
            current,
            self._decay.differentiable_value(),
            self._decay.complement(),
            self._threshold.differentiable_value(),
        )
        return spikes / (1.0 + self.refractory * spikes) if self.refractory else spikes

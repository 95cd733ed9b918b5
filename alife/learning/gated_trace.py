"""Gated traces: for each action, a trace of the inputs that is written in proportion to how the action was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.core.random import Stream
from alife.learning.eligibility import Eligible
from alife.learning.feedback import Feedback, WithFeedback
from alife.learning.filter import Filter, check_decays
from alife.learning.rule import Traces
from alife.learning.surrogate import bends, slope
from alife.nn import Layer, Tick

_SLOPE_DECAY = 0.9  # of the mean surrogate slope, per tick


@dataclass(frozen=True, kw_only=True)
class GatedTrace(WithFeedback):
    """Keep, for every layer and every action, one trace per input; rebuild the gradient from them at an event.

    For a layer with input x, membrane decay d, membrane v before the reset and threshold th, actions a,
    score s = onehot(action) - probabilities, discount g and trace decay l:

        F  = x filtered by d, then by the decay of every layer above up to the readout; u <- d u + x each time
        G_a <- g l G_a + s_a F                                   at each decision
        slope = 1 / (1 + 4 |v - th|)^2,   mean slope <- 0.9 mean slope + 0.1 slope
        dW = advantage * sum_a (B_a * mean slope) (x) G_a        at an event

    B_a is row a of the readout's weights for the last hidden layer; below it, what comes down through the
    mean slopes and the current weights of the layers between (weight transport). With random feedback it is a row of
    fixed random numbers for every hidden layer, and no weight is transported. In the readout itself
    dW_a = advantage * G_a, which is exact.

    A layer with several leaky passes to its membrane, such as a synaptic current, filters by each in turn. Where the
    lowest layer has D groups of neurons with decays of their own, it keeps D of F and of G_a.
    Decays and thresholds are not learned: the traces do not hold what their gradients need.

    State per creature: D * (actions + filters) * inputs + size numbers for each layer, none per synapse.

    Source: the input trace of traceTorch, gated by the score function of Williams, REINFORCE (1992); the
    surrogate slope of Zenke and Ganguli, SuperSpike (2018).

    Args:
        feedback: where B_a comes from, see WithFeedback; all others, see ActorCritic.
    """

    def traces(self, layers: Sequence[Layer]) -> "GatedTraces":
        """Return empty traces for these layers.

        Raises:
            ConfigError: a layer above the lowest has several decays.
        """
        check_decays(layers)
        return GatedTraces(layers, self.discount * self.trace_decay, self.feedback_to(layers))


class GatedTraces(Traces):
    """The gated traces of a whole brain, layer by layer.

    The buffers are torch's, the arithmetic is numpy's: on the few numbers of one creature an operation of
    numpy takes half the time of one of torch, and on those of a thousand about the same.

    Args:
        layers: from the senses up; the last is the readout.
        keep: what a trace keeps of itself from one decision to the next.
        feedback: what comes down to the hidden layers; through the current weights when omitted.
    """

    def __init__(self, layers: Sequence[Layer], keep: float, feedback: Feedback | None = None) -> None:
        super().__init__()
        self._layers, self._keep, self._feedback = tuple(layers), keep, feedback or Feedback(layers)
        actions = layers[-1].size
        traces = [LayerTraces(layers[k:], actions) for k in range(len(layers))]
        self.traces = nn.ModuleList(traces)
        self.of_layers = tuple(traces)  # the same, typed

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers from now on."""
        self._feedback.draw_from(random)

    @property
    def features(self) -> Tensor:
        """The readout's input filtered by the readout's membrane, (rows, inputs)."""
        return self.of_layers[-1].filtered[-1]

    def perceive(self, ticks: Sequence[Tick]) -> None:
        """Filter each layer's input through every membrane above it, and follow the slopes."""
        decays = [decay.numpy() for layer in self._layers for decay in layer.decays]
        for traces, tick in zip(self.of_layers, ticks, strict=True):
            traces.perceive(tick, decays[-len(traces.filtered) :])

    def write(self, gate: Tensor) -> None:
        """Add the filtered inputs to the trace of each action, as much as its gate says."""
        for traces in self.of_layers:
            traces.write(gate.numpy(), self._keep)

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        """Return (len(rows), size, inputs) for each layer, from the senses up."""
        chosen = rows if isinstance(rows, slice) else rows.numpy()
        gradients = [self.of_layers[-1].gated.of(chosen, due)]
        down: NDArray[Any] | None = None
        for k in range(len(self._layers) - 2, -1, -1):
            traces = self.of_layers[k]
            down = traces.steepen(self._feedback.down(k, None, down, chosen), chosen)  # (n, actions, size)
            gradients.append(traces.own(down.transpose(0, 2, 1) @ traces.gated.of(chosen, due)))
        return [torch.from_numpy(gradient) for gradient in reversed(gradients)]

    def steepen(self, layer: int, down: NDArray[Any], chosen: slice | NDArray[Any]) -> NDArray[Any]:
        """Return what comes down to the neurons of a layer, (n, any, size), times their mean slopes."""
        return self.of_layers[layer].steepen(down, chosen)

    def zero_states(self, rows: Tensor) -> None:
        """Forget the filters and traces of these rows; the mean slopes belong to the neurons and stay."""
        for traces in self.of_layers:
            traces.filtered[:, rows] = 0.0
            traces.gated.zero_states(rows)


class LayerTraces(Filter):
    """What is kept of one layer: its input filtered by it and by each layer above it, gated, and its mean slope."""

    lifelong = ("slope",)

    slope: Tensor | None  # (rows, size), the mean; None where the layer does not bend
    steep: NDArray[Any] | None  # (rows, size), of this tick

    def __init__(self, layers: Sequence[Layer], actions: int) -> None:
        super().__init__(layers)
        layer, (_, rows, width) = layers[0], self.filtered.shape
        empty = layer.weight.new_zeros
        self.gated = Eligible(empty(rows, actions, width))
        self.register_buffer("slope", empty(rows, layer.size) if bends(layer) else None)
        self._layer, self.steep = (layer,), None  # in a tuple, which is no submodule

    def perceive(self, tick: Tick, decays: Sequence[NDArray[Any]]) -> None:
        """Filter the input of one tick, given the decay of every pass, and follow the slopes."""
        self.take(tick.input, decays)
        self.steep = slope(self._layer[0], tick.membrane)
        if self.slope is not None and self.steep is not None:
            mean = self.slope.numpy()
            mean *= _SLOPE_DECAY
            mean += (1.0 - _SLOPE_DECAY) * self.steep

    def write(self, gate: NDArray[Any], keep: float) -> None:
        """Keep a share of what there is, and add the filtered input for each action, (rows, actions) its gate."""
        self.gated.fade(keep)
        gated = self.gated.now.numpy()
        gated += gate[:, :, None] * self.filtered.numpy()[-1, :, None]

    def steepen(self, down: NDArray[Any], chosen: slice | NDArray[Any]) -> NDArray[Any]:
        """Return what comes down to the neurons, (n, any, size), times their mean slopes."""
        return down if self.slope is None else down * self.slope.numpy()[chosen][:, None]

"""BPTT: the last ticks kept whole and gone back through; a reference, and no rule for a creature."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from alife.core.errors import ConfigError
from alife.core.types import Count
from alife.learning.eligibility import Eligible
from alife.learning.filter import Filter
from alife.learning.rule import ActorCritic, Traces
from alife.learning.surrogate import slope
from alife.nn import ALIF, Layer, Tick
from alife.nn.layers.layer import product


@dataclass(frozen=True, kw_only=True)
class BPTT(ActorCritic):
    """Differentiate what was decided in the last T ticks by every weight, through all layers and ticks in between.

    For the score s of a decision, n decisions ago, discount g and trace decay l, with the spikes z and slopes psi of
    every hidden neuron as they were (see EProp for psi) and the weights as they are now:

        v <- d v + W x                                    the membrane of a layer, from 0 at the first tick kept
        output = z + psi (v - v as it is)                 which is z, with the slope psi
        dW = advantage * d/dW sum_n (g l)^n sum_a s_a v_a    at an event, v_a of the readout

    Resets are not differentiated; thresholds that adapt are, a <- q a + z, in psi (v - b a). Nothing older than T ticks
    counts. With one hidden layer, unchanged weights and a long enough window this is e-prop; in deeper brains it is
    the exact gradient, which e-prop is not.

    State per creature: (T + 1) * (inputs + actions + 2 * size of each hidden layer) numbers, and a graph through T + 1
    ticks while an event lasts. Weight transport through all layers. Decays in groups may stand in any hidden layer.

    Source: Werbos, backpropagation through time (1990), truncated; the surrogate slope of Zenke and Ganguli,
    SuperSpike (2018).

    Args:
        ticks: T.
        learning_rate, trace_decay, discount, entropy, trigger, optimizer: see ActorCritic.
    """

    ticks: Count = 32

    def traces(self, layers: Sequence[Layer]) -> "BPTTTraces":
        """Return an empty window for these layers.

        Raises:
            ConfigError: a layer above the lowest has delays.
        """
        for k, layer in enumerate(layers[1:], 1):
            if layer.delays is not None:
                raise ConfigError(f"bptt goes back through delays in the lowest layer only; layer {k} has them")
        return BPTTTraces(layers, self.discount * self.trace_decay, self.ticks + 1)


class BPTTTraces(Traces):
    """The last ticks of a whole brain, in a ring."""

    inputs: Tensor  # (rows, ticks, inputs) of the lowest layer
    now: Tensor  # the place in the ring of the present tick

    def __init__(self, layers: Sequence[Layer], keep: float, ticks: int) -> None:
        super().__init__()
        self._layers, self._keep, self._ticks = tuple(layers), keep, ticks
        (rows,), empty = layers[-1].rows, layers[-1].weight.new_zeros
        self.register_buffer("inputs", empty(rows, ticks, layers[0].inputs))
        self.scores = Eligible(empty(rows, ticks, layers[-1].size))  # faded; zero where nothing was decided
        self.register_buffer("now", torch.zeros((), dtype=torch.int64))
        hidden = [_Window(layer, ticks) for layer in layers[:-1]]
        self._hidden, self.hidden = tuple(hidden), nn.ModuleList(hidden)
        self.seen = Filter(layers[-1:])

    @property
    def features(self) -> Tensor:
        """The readout's input filtered by the readout's membrane, (rows, inputs)."""
        return self.seen.filtered[-1]

    def perceive(self, ticks: Sequence[Tick]) -> None:
        """Let the present tick take the place of the oldest."""
        self.now += 1
        self.now %= self._ticks
        place = int(self.now)
        self.inputs[:, place] = ticks[0].input
        self.scores.zero_at(place)
        for window, layer, tick in zip(self._hidden, self._layers, ticks, strict=False):
            window.perceive(layer, tick, place)
        self.seen.take(ticks[-1].input, [decay.numpy() for decay in self._layers[-1].decays])

    def write(self, gate: Tensor) -> None:
        """Let the scores fade, and keep that of the present tick."""
        self.scores.now *= self._keep
        self.scores.now[:, int(self.now)] = gate

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        """Return (len(rows), size, inputs) for each layer, from the senses up."""
        with torch.inference_mode(False), torch.enable_grad():
            weights = [layer.synapses.detach().clone()[rows].requires_grad_() for layer in self._layers]
            gradients = torch.autograd.grad(self._decided(weights, rows, due), weights)
        return list(gradients)

    def _decided(self, weights: Sequence[Tensor], rows: Tensor | slice, due: bool) -> Tensor:
        """Return the faded sum of scores times the readout's membranes as a function of the weights."""
        chosen = rows if isinstance(rows, slice) else rows.numpy()
        inputs, scores = self.inputs[rows], torch.from_numpy(self.scores.of(chosen, due))
        hidden = [(window.outputs[rows], window.slopes[rows]) for window in self._hidden]
        unrolled = [_Unrolled(layer, rows) for layer in self._layers]
        decided = sum((weight.sum() * 0.0 for weight in weights), start=inputs.new_zeros(()))  # all take part
        for place in torch.arange(1, self._ticks + 1).add(int(self.now)).remainder(self._ticks).tolist():
            signal = inputs[:, place]
            for layer, weight, (outputs, slopes) in zip(unrolled, weights, hidden, strict=False):
                reach = layer.step(product(signal, weight))
                signal = outputs[:, place] + slopes[:, place] * (reach - reach.detach())
                layer.adapt(signal)
            decided = decided + (scores[:, place] * unrolled[-1].step(product(signal, weights[-1]))).sum()
        return decided

    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
        self.scores.zero_states(rows)
        for kept in (self.inputs, *(part for window in self._hidden for part in window.buffers())):
            kept[rows] = 0.0
        self.seen.filtered[:, rows] = 0.0


class _Window(nn.Module):
    """What one hidden layer put out in the last ticks, and its slopes; a layer that does not spike has slopes of 1."""

    outputs: Tensor  # (rows, ticks, size)
    slopes: Tensor

    def __init__(self, layer: Layer, ticks: int) -> None:
        super().__init__()
        for name in ("outputs", "slopes"):
            self.register_buffer(name, layer.weight.new_zeros(*layer.rows, ticks, layer.size))

    def perceive(self, layer: Layer, tick: Tick, place: int) -> None:
        steep = slope(layer, tick.membrane)
        self.outputs[:, place] = tick.output
        self.slopes[:, place] = 1.0 if steep is None else torch.from_numpy(steep)


class _Unrolled:
    """The neurons of a layer, from one tick of a graph to the next."""

    def __init__(self, layer: Layer, rows: Tensor | slice) -> None:
        # Copies made here, outside of inference mode, may be part of a graph.
        self._decays = [decay.clone()[rows] for decay in layer.decays]
        self._states: list[Any] = [0.0 for _ in self._decays]
        self._adapting: tuple[Tensor, Tensor] | None = None
        if isinstance(layer, ALIF):
            self._adapting = layer.adaptation_decay.clone()[rows], layer.adaptation.clone()[rows]
        self._fatigue: Any = 0.0

    def step(self, current: Tensor) -> Tensor:
        """Return the membrane, less what the threshold has adapted."""
        for k, decay in enumerate(self._decays):
            current = self._states[k] = decay * self._states[k] + current
        return current if self._adapting is None else current - self._adapting[1] * self._fatigue

    def adapt(self, output: Tensor) -> None:
        """Let thresholds follow the spikes."""
        if self._adapting is not None:
            self._fatigue = self._adapting[0] * self._fatigue + output

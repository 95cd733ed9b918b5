"""BPTT: the last ticks kept whole and gone back through by torch; a reference, and no rule for a creature."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from agents.actor_critic import ActorCritic
from agents.eligibility import Accumulator, Eligibility
from agents.filters import Filter
from agents.layer import Layer
from alife.core.brain import Floats, Rows, Traces
from alife.core.errors import ConfigError
from alife.core.row_state import RowState
from alife.core.types import Count


@dataclass(frozen=True, kw_only=True)
class BPTT(ActorCritic):
    """Differentiate what was decided in the last T ticks by every weight, through all layers and ticks in between.

    For s = d log pi / d membrane of the readout at the decision n decisions ago, discount g and trace decay l, with the
    outputs z and surrogate derivatives psi of every hidden neuron as they were (see EProp for psi) and the weights as
    they are now:

        v <- d v + x W                                    the membrane of a layer, from 0 at the first tick kept
        output = z + psi (v - v as it is)                 which is z, with the derivative psi
        dW = advantage * d/dW sum_n (g l)^n sum_a s_a v_a    at an event, v_a of the readout

    Resets are not differentiated; thresholds that adapt are, a <- q a + z, in psi (v - b a). Nothing older than T ticks
    counts. With one hidden layer, unchanged weights and a long enough window this is e-prop; in deeper brains it is
    the exact gradient, which e-prop is not.

    State per creature: (T + 1) * (inputs + actions + 2 * size of each hidden layer) numbers, and a graph through T + 1
    ticks while an event lasts. Weight transport through all layers. Decays in groups may stand in any hidden layer.

    Source: Werbos, backpropagation through time (1990), truncated; the surrogate derivative of Zenke and Ganguli,
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
            if layer.wiring[2] is not None:
                raise ConfigError(f"bptt goes back through delays in the lowest layer only; layer {k} has them")
        return BPTTTraces(layers, self.keep, self.ticks + 1, self.accumulate)


class BPTTTraces(Traces):
    """The last ticks of all brains, in rings over the ticks that the layers count.

    Args:
        layers: from the senses up; the last is the readout.
        keep: what a decision keeps of its weight at the next one.
        ticks: places in a ring.
        accumulates: whether credit is accumulated between events.
    """

    def __init__(self, layers: Sequence[Layer], keep: float, ticks: int, accumulates: bool) -> None:
        lowest, readout = layers[0], layers[-1]
        self._layers, self._keep, self._places = tuple(layers), keep, ticks
        self.inputs = np.zeros((lowest.rows, ticks, lowest.inputs), lowest.weight.dtype)
        # s of each tick times (g l)^n; zero where nothing was decided
        self.grads = Eligibility((readout.rows, ticks, readout.size), readout.weight.dtype, accumulates)
        self._accumulator = Accumulator([self.grads])
        self.hidden = tuple(Window(layer, ticks) for layer in layers[:-1])
        self.seen = Filter(layers[-1:])
        self.features = self.seen.filtered[:, -1]

    @property
    def _place(self) -> int:
        """The place in the rings of the present tick."""
        return self._layers[0].ticks % self._places

    def perceive(self, rows: Rows) -> None:
        """Put the present tick in the place of the oldest."""
        place = self._place
        self.inputs[rows, place] = self._layers[0].input[rows]
        self.grads.trace[rows, place] = 0.0
        if len(self.grads.accumulated):
            self.grads.accumulated[rows, place] = 0.0
        for window in self.hidden:
            window.perceive(rows, place)
        self.seen.perceive(rows)

    def accumulate(self, rows: Rows, errors: Floats) -> None:
        """Weigh the decisions in the window by the TD errors of this tick."""
        self._accumulator.accumulate(rows, errors)

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        """Fade the decisions in the window, and put the present one beside them."""
        self.grads.trace[rows] *= self._keep
        self.grads.trace[rows, self._place] = grad_log_prob[rows]

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        """Return the gradient of each layer, (len(rows), inputs, size), by torch.autograd."""
        with torch.inference_mode(False), torch.enable_grad():
            weights = [torch.from_numpy(layer.synapses[rows]).requires_grad_() for layer in self._layers]
            found = torch.autograd.grad(self._decided(weights, rows, accumulated), weights)
        return [np.ascontiguousarray(each.numpy()) for each in found]

    def _decided(self, weights: Sequence[Tensor], rows: Rows, accumulated: bool) -> Tensor:
        """Return the weighted sum of s times the readout's membranes as a function of the weights."""
        inputs, grads = (torch.from_numpy(kept[rows]) for kept in (self.inputs, self.grads.now(accumulated)))
        hidden = [window.as_tensors(rows) for window in self.hidden]
        unrolled = [_Unrolled(layer, rows) for layer in self._layers]
        decided = torch.stack([weight.sum() * 0.0 for weight in weights]).sum()  # so that all take part
        for n in range(1, self._places + 1):
            place = (self._place + n) % self._places
            signal = inputs[:, place]
            for layer, weight, (outputs, surrogates) in zip(unrolled, weights, hidden, strict=False):
                reach = layer.step(_currents(signal, weight))
                signal = outputs[:, place] + surrogates[:, place] * (reach - reach.detach())
                layer.adapt(signal)
            decided = decided + (grads[:, place] * unrolled[-1].step(_currents(signal, weights[-1]))).sum()
        return decided

    def clear(self, rows: Rows) -> None:
        """Set what was accumulated to zero."""
        self.grads.clear(rows)

    def reset(self, rows: Rows) -> None:
        """Forget everything in these rows."""
        self.inputs[rows] = 0.0
        self.grads.reset(rows)
        for window in self.hidden:
            window.reset(rows)
        self.seen.reset(rows)


class Window(RowState):
    """What one hidden layer put out in the last ticks, and its surrogate derivatives, 1 where it has none."""

    def __init__(self, layer: Layer, ticks: int) -> None:
        self._neurons = layer.neurons
        self.outputs = np.zeros((layer.rows, ticks, layer.size), layer.weight.dtype)
        self.surrogates = np.zeros_like(self.outputs)

    def perceive(self, rows: Rows, place: int) -> None:
        """Put the present tick in its place."""
        surrogate = self._neurons.surrogate
        self.outputs[rows, place] = self._neurons.output[rows]
        self.surrogates[rows, place] = 1.0 if surrogate is None else surrogate[rows]

    def as_tensors(self, rows: Rows) -> tuple[Tensor, Tensor]:
        """Return copies of the outputs and surrogates of these rows, (len(rows), ticks, size)."""
        return torch.from_numpy(self.outputs[rows]), torch.from_numpy(self.surrogates[rows])

    def reset(self, rows: Rows) -> None:
        """Forget everything in these rows."""
        self.outputs[rows] = 0.0
        self.surrogates[rows] = 0.0


class _Unrolled:
    """The neurons of a layer, from one tick of a graph to the next."""

    def __init__(self, layer: Layer, rows: Rows) -> None:
        neurons = layer.neurons
        self._decays = [torch.from_numpy(decay[rows]) for decay in neurons.decays]
        self._states: list[Any] = [0.0 for _ in self._decays]
        adapting = [getattr(neurons, name, None) for name in ("adaptation_decay", "adaptation")]
        self._adapting = [torch.from_numpy(each[rows]) for each in adapting if each is not None]
        self._fatigue: Any = 0.0

    def step(self, current: Tensor) -> Tensor:
        """Return the membrane, less what the threshold has adapted."""
        for k, decay in enumerate(self._decays):
            current = self._states[k] = decay * self._states[k] + current
        return current - self._adapting[1] * self._fatigue if self._adapting else current

    def adapt(self, output: Tensor) -> None:
        """Let thresholds follow the spikes."""
        if self._adapting:
            self._fatigue = self._adapting[0] * self._fatigue + output


def _currents(signal: Tensor, weight: Tensor) -> Tensor:
    """Return x W, (rows, size)."""
    return torch.einsum("ri,rio->ro", signal, weight)

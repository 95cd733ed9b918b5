"""Reflect: REINFORCE from means, as published; right for one decision per reward, a reference for creatures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.learning.rule import ActorCritic, Traces
from alife.learning.trigger import Trigger
from alife.learning.triggers.reward import Reward
from alife.loss import TINIEST
from alife.nn import Layer, Tick
from alife.nn.input_trace import InputTrace
from alife.nn.layer import product
from alife.types import Decay

_REWARD = Reward()


@dataclass(frozen=True, kw_only=True)
class Reflect(ActorCritic):
    """Keep the mean input of every layer and the mean of what was chosen; rebuild one mean decision at a reward.

    For decisions with one-hot actions o, rewards r at events, decay d for all means (bias-corrected):

        x, O  = means of a layer's inputs and of o
        c = W x,  y = the layer's mean output under c (alife.nn), q = y of the readout
        advantage = r - mean of the rewards at the events before
        dW = advantage * the gradient of sum_a O_a log q_a, one graph per layer, the signal handed down

    It takes the product of means for the mean of products: after several decisions it does not know which action went
    with which input. The critic still judges, for the trigger; the advantage is not its error.

    State per creature: inputs + 1 numbers for each layer, actions + 3 for the brain, none per synapse.

    Source: REFLECT of traceTorch (its documentation); alife.loss.Reflect is the same as a loss.

    Args:
        decay: d, per tick, and per event for the rewards.
        learning_rate, discount, trace_decay, entropy, trigger, step: see ActorCritic; discount and trace_decay are the
            critic's alone.
    """

    decay: Decay = 0.9
    trigger: Trigger = _REWARD

    def traces(self, layers: Sequence[Layer]) -> "ReflectTraces":
        """Return empty traces for these layers."""
        return ReflectTraces(layers, self.decay)


class ReflectTraces(Traces):
    """The means of a whole brain."""

    filtered: Tensor  # (rows, inputs of the readout), what the critic judges by
    reward_total: Tensor  # (rows,)
    reward_weight: Tensor  # (rows,)

    def __init__(self, layers: Sequence[Layer], decay: float) -> None:
        super().__init__()
        self._layers, self._decay = tuple(layers), decay
        readout, rows = layers[-1], layers[-1].rows
        inputs = [InputTrace(layer.inputs, decay, rows) for layer in layers]
        self._inputs, self.inputs = tuple(inputs), nn.ModuleList(inputs)
        self.chosen = InputTrace(readout.size, decay, rows)
        empty = readout.weight.new_zeros
        self.register_buffer("filtered", empty(*rows, readout.inputs))
        self.register_buffer("reward_total", empty(rows))
        self.register_buffer("reward_weight", empty(rows))
        self._probabilities = empty(*rows, readout.size)  # of this tick

    @property
    def features(self) -> Tensor:
        """The readout's input filtered by the readout's membrane, (rows, inputs)."""
        return self.filtered

    def perceive(self, ticks: Sequence[Tick]) -> None:
        """Take in the input of every layer."""
        for trace, tick in zip(self._inputs, ticks, strict=True):
            trace.perceive(tick.input)
        torch.addcmul(ticks[-1].input, self.filtered, self._layers[-1].decays[-1], out=self.filtered)
        self._probabilities = ticks[-1].output

    def write(self, gate: Tensor) -> None:
        """Take in the action, (rows, actions): the score and the probabilities make it up."""
        self.chosen.perceive(gate + self._probabilities)

    def advantages(
        self, errors: NDArray[np.float32], rewards: NDArray[np.float32], learned: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Return reward - baseline; then the rewards of the rows that learn join the baseline."""
        total, weight = self.reward_total.numpy(), self.reward_weight.numpy()
        surplus: NDArray[np.float32] = rewards - total / np.maximum(weight, 1.0)
        total[learned] = self._decay * total[learned] + rewards[learned]
        weight[learned] = self._decay * weight[learned] + 1.0
        return surplus

    def gradients(self, rows: Tensor | slice) -> list[Tensor]:
        """Return (len(rows), size, inputs) for each layer, from the senses up."""
        found: list[Tensor] = []
        signal: Tensor | None = None
        with torch.inference_mode(False), torch.enable_grad():
            for layer, trace in zip(self._layers[::-1], self._inputs[::-1], strict=True):
                input, synapses = trace.mean().requires_grad_(), layer.synapses.detach().clone().requires_grad_()
                output = layer.mean(product(input, synapses))
                if signal is None:
                    signal = self.chosen.mean() / output.detach().clamp_min(TINIEST)  # of sum_a O_a log q_a
                signal, gradient = torch.autograd.grad(output, [input, synapses], signal)
                found.append(gradient[rows])
        return found[::-1]

    def zero_states(self, rows: Tensor) -> None:
        """Forget what was decided in these rows; the baseline stays."""
        for trace in (*self._inputs, self.chosen):
            trace.zero_states(rows)
        self.filtered[rows] = 0.0

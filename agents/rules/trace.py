"""Trace: the source method in the loop; one mean decision, rebuilt from mean inputs by torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from agents.actor_critic import ActorCritic
from agents.filters import Filter
from agents.layer import Layer
from alife.core.brain import Floats, Neuron, Rows, Traces
from alife.core.errors import ConfigError
from alife.core.row_state import RowState

if TYPE_CHECKING:
    from agents.torch_layer import TorchLayer


@dataclass(frozen=True, kw_only=True)
class Trace(ActorCritic):
    """Keep the mean input of every layer and the mean of what was chosen; rebuild one mean decision at an event.

    The layers are those of `alife.nn`, and each one's local backward pass is torch's. For decisions with one-hot
    actions o, discount g, trace decay l, and all means by the decay g l (bias-corrected):

        x, O  = means of a layer's inputs and of o
        c = x W,  y = the layer's mean output under c (alife.nn), q = y of the readout
        dW = TD error * the gradient of sum_a O_a log q_a, one graph per layer, the signal handed down

    At the logits of a softmax that signal is O - q, the mean of grad log pi. The rule takes the product of means for
    the mean of products: after several decisions it does not know which action went with which input, nor when.

    State per creature: inputs + 1 numbers for each layer, inputs of the readout + actions + 1 for the brain, none per
    synapse; the signal comes down through the current weights (weight transport).

    Source: traceTorch (its README), with the score function of Williams, REINFORCE (1992).
    """

    accumulate: bool = False

    @property
    def mean_decay(self) -> float:
        """What all means keep of themselves, per tick.

        Raises:
            ConfigError: the means would hold only the last tick, or all ticks for ever.
        """
        if not 0.0 < self.keep < 1.0:
            raise ConfigError(
                f"trace forgets by discount * trace_decay, which must lie between 0 and 1, not {self.keep:g}"
            )
        return self.keep

    def build_layer(self, neuron: Neuron, inputs: int, rows: int, random: np.random.Generator, dtype: Any) -> Layer:
        """Return a layer of `alife.nn` with an input trace."""
        from agents.torch_layer import TorchLayer

        return TorchLayer(neuron, inputs, rows, random, dtype, self.mean_decay)

    def traces(self, layers: Sequence[Layer]) -> "MeanTraces":
        """Return empty traces for these layers.

        Raises:
            ConfigError: the readout chooses nothing.
        """
        return MeanTraces(layers, self.mean_decay)


class DecayingMean(RowState):
    """T <- d T + x, N <- d N + 1, mean = T / N: a mean from the first value on, of the decay d.

    Args:
        rows: how many creatures.
        width: of each value.
        decay: d.
        dtype: of the numbers.
    """

    def __init__(self, rows: int, width: int, decay: float, dtype: Any) -> None:
        self.total, self.weight, self._decay = np.zeros((rows, width), dtype), np.zeros((rows, 1), dtype), decay

    def add(self, rows: Rows, values: Floats) -> None:
        """Take in a value in each of these rows, (len(rows), width)."""
        self.total[rows] = self._decay * self.total[rows] + values
        self.weight[rows] = self._decay * self.weight[rows] + 1.0

    def mean(self) -> Floats:
        """Return the mean of all rows, (rows, width); zero before the first value."""
        mean: Floats = self.total / np.maximum(self.weight, 1.0)
        return mean

    def reset(self, rows: Rows) -> None:
        """Forget all values in these rows."""
        self.total[rows] = 0.0
        self.weight[rows] = 0.0


class MeanTraces(Traces):
    """The means of all brains; those of the inputs are the layers' own input traces."""

    accumulates: ClassVar[bool] = False

    def __init__(self, layers: "Sequence[Layer]", decay: float) -> None:
        readout = layers[-1]
        if not getattr(readout.neuron, "chooses", False):
            raise ConfigError(
                "trace and reflect rebuild a mean choice; their readout must be one of choices, such as lis"
            )
        self._layers: Sequence[TorchLayer] = layers  # type: ignore[assignment]
        self.chosen = DecayingMean(readout.rows, readout.size, decay, readout.weight.dtype)
        self.seen = Filter(layers[-1:])
        self.features = self.seen.filtered[:, -1]

    def perceive(self, rows: Rows) -> None:
        """Filter the readout's input; each layer has taken in its own."""
        self.seen.perceive(rows)

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        """Take in the action, (rows, actions), which grad log pi = onehot - p and the probabilities p make up."""
        self.chosen.add(rows, grad_log_prob[rows] + self._layers[-1].neurons.output[rows])

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        """Return the gradient of each layer, (len(rows), inputs, size), by one local backward pass of torch in each."""
        import torch

        from alife.loss import TINIEST

        found: list[Floats] = []
        readout = self._layers[-1].network_layer
        signal = torch.from_numpy(self.chosen.mean()) / readout.mean_output().clamp_min(TINIEST)
        for layer in reversed(self._layers):
            weight = layer.network_layer.weight
            weight.grad = None
            signal = layer.network_layer.backward(signal)
            assert weight.grad is not None
            found.append(np.ascontiguousarray(weight.grad.numpy()[rows].transpose(0, 2, 1)))
            weight.grad = None
        return found[::-1]

    def reset(self, rows: Rows) -> None:
        """Forget what was decided in these rows; layers forget their inputs themselves."""
        self.chosen.reset(rows)
        self.seen.reset(rows)

"""Trace: the source method in the loop; one mean decision, rebuilt from mean inputs."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from alife.core.errors import ConfigError
from alife.learning.filter import Filter
from alife.learning.rule import ActorCritic, Traces
from alife.loss import TINIEST
from alife.nn import Layer, Readout, Tick
from alife.nn.input_trace import InputTrace
from alife.nn.layers.layer import product


@dataclass(frozen=True, kw_only=True)
class Trace(ActorCritic):
    """Keep the mean input of every layer and the mean of what was chosen; rebuild one mean decision at an event.

    For decisions with one-hot actions o, discount g, trace decay l, and all means by the decay g l (bias-corrected):

        x, O  = means of a layer's inputs and of o
        c = W x,  y = the layer's mean output under c (alife.nn), q = y of the readout
        dW = TD error * the gradient of sum_a O_a log q_a, one graph per layer, the signal handed down

    At the logits of a softmax that signal is O - q, the mean score. The rule takes the product of means for the mean
    of products: after several decisions it does not know which action went with which input, nor when.

    State per creature: inputs + 1 numbers for each layer, inputs of the readout + actions + 1 for the brain, none per
    synapse; the signal comes down through the current weights (weight transport).

    Source: traceTorch (its README), with the score function of Williams, REINFORCE (1992).
    """

    accumulate: bool = False

    def traces(self, layers: Sequence[Layer]) -> "MeanTraces":
        """Return empty traces for these layers.

        Raises:
            ConfigError: the means would hold only the last tick, or all ticks for ever.
        """
        keep = self.discount * self.trace_decay
        if not 0.0 < keep < 1.0:
            raise ConfigError(f"trace forgets by discount * trace_decay, which must lie between 0 and 1, not {keep:g}")
        return MeanTraces(layers, keep)


class MeanTraces(Traces):
    """The means of a whole brain."""

    def __init__(self, layers: Sequence[Layer], decay: float) -> None:
        super().__init__()
        self._layers = tuple(layers)
        readout, rows = layers[-1], layers[-1].rows
        if not (isinstance(readout, Readout) and readout.chooses):
            raise ConfigError(
                "trace and reflect rebuild a mean choice; their readout must be one of choices, such as lis"
            )
        inputs = [InputTrace(layer.inputs, decay, rows) for layer in layers]
        self._inputs, self.inputs = tuple(inputs), nn.ModuleList(inputs)
        self.chosen = InputTrace(readout.size, decay, rows)
        self.seen = Filter([readout])
        self._probabilities = readout.weight.new_zeros(*rows, readout.size)  # of this tick

    @property
    def features(self) -> Tensor:
        """The readout's input filtered by the readout's membrane, (rows, inputs)."""
        return self.seen.filtered[-1]

    def perceive(self, ticks: Sequence[Tick]) -> None:
        """Take in the input of every layer."""
        for trace, tick in zip(self._inputs, ticks, strict=True):
            trace.add_input(tick.input)
        self.seen.take(ticks[-1].input, [decay.numpy() for decay in self._layers[-1].decays])
        self._probabilities = ticks[-1].output

    def write(self, gate: Tensor) -> None:
        """Take in the action, (rows, actions): the score and the probabilities make it up."""
        self.chosen.add_input(gate + self._probabilities)

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        """Return (len(rows), size, inputs) for each layer, from the senses up."""
        found: list[Tensor] = []
        signal: Tensor | None = None
        with torch.inference_mode(False), torch.enable_grad():
            for layer, trace in zip(self._layers[::-1], self._inputs[::-1], strict=True):
                input, synapses = trace.mean_input().requires_grad_(), layer.synapses.detach().clone().requires_grad_()
                output = layer.steady_output(product(input, synapses))
                if signal is None:
                    signal = self.chosen.mean_input() / output.detach().clamp_min(TINIEST)  # of sum_a O_a log q_a
                signal, gradient = torch.autograd.grad(output, [input, synapses], signal)
                found.append(gradient[rows])
        return found[::-1]

    def zero_states(self, rows: Tensor) -> None:
        """Forget what was decided in these rows."""
        for trace in (*self._inputs, self.chosen):
            trace.zero_states(rows)
        self.seen.filtered[:, rows] = 0.0

"""Gated traces: for each action, a trace of the inputs that is written in proportion to how the action was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from alife.learning.rule import ActorCritic, Traces
from alife.nn import Layer, Tick

_SLOPE_DECAY = 0.9  # of the mean surrogate slope, per tick


@dataclass(frozen=True, kw_only=True)
class GatedTrace(ActorCritic):
    """Keep, for every layer and every action, one trace per input; rebuild the gradient from them at an event.

    For a layer with input x, membrane decay d, membrane v before the reset and threshold th, actions a,
    score s = onehot(action) - probabilities, discount g and trace decay l:

        F  = x filtered by d, then by the decay of every layer above up to the readout; u <- d u + x each time
        G_a <- g l G_a + s_a F                                   at each decision
        slope = 1 / (1 + 4 |v - th|)^2,   mean slope <- 0.9 mean slope + 0.1 slope
        dW = advantage * sum_a (B_a * mean slope) (x) G_a        at an event

    B_a is row a of the readout's weights for the last hidden layer; below it, what comes down through the
    mean slopes and the current weights of the layers between (weight transport). In the readout itself
    dW_a = advantage * G_a, which is exact.

    State per creature: actions * inputs + filters * inputs + size numbers for each layer, none per synapse.

    Source: the input trace of traceTorch, gated by the score function of Williams, REINFORCE (1992); the
    surrogate slope of Zenke and Ganguli, SuperSpike (2018).
    """

    def traces(self, layers: Sequence[Layer]) -> "GatedTraces":
        """Return empty traces for these layers."""
        return GatedTraces(layers, self.discount * self.trace_decay)


class GatedTraces(Traces):
    """The gated traces of a whole brain, layer by layer."""

    def __init__(self, layers: Sequence[Layer], keep: float) -> None:
        super().__init__()
        self._layers, self._keep = tuple(layers), keep
        actions = layers[-1].size
        traces = [_LayerTraces(layers[k:], actions) for k in range(len(layers))]
        self.traces = nn.ModuleList(traces)
        self._traces = tuple(traces)  # the same, typed

    @property
    def features(self) -> Tensor:
        """The readout's input filtered by the readout's membrane, (rows, inputs)."""
        return self._traces[-1].passed

    def perceive(self, ticks: Sequence[Tick]) -> None:
        """Filter each layer's input through every membrane above it, and follow the slopes."""
        for traces, tick in zip(self._traces, ticks, strict=True):
            traces.perceive(tick)

    def write(self, gate: Tensor) -> None:
        """Add the filtered inputs to the trace of each action, as much as its gate says."""
        gate = gate.unsqueeze(-1)
        for traces in self._traces:
            traces.gated.mul_(self._keep).addcmul_(gate, traces.passed.unsqueeze(1))

    def gradients(self, rows: Tensor | slice) -> list[Tensor]:
        """Return (len(rows), size, inputs) for each layer, from the senses up."""
        gradients = [self._traces[-1].gated[rows].clone()]
        down = self._layers[-1].weight[rows]  # (n, actions, inputs of the readout)
        for layer, traces in zip(self._layers[-2::-1], self._traces[-2::-1], strict=True):
            if traces.slope is not None:
                down = down * traces.slope[rows].unsqueeze(1)  # (n, actions, size)
            gradients.append(torch.bmm(down.transpose(1, 2), traces.gated[rows]))
            down = torch.bmm(down, layer.weight[rows])  # (n, actions, inputs)
        return gradients[::-1]

    def zero_states(self, rows: Tensor) -> None:
        """Forget the filters and traces of these rows; the mean slopes belong to the neurons and stay."""
        for traces in self._traces:
            traces.filtered[:, rows] = 0.0
            traces.gated[rows] = 0.0


class _LayerTraces(nn.Module):
    """What is kept of one layer: its input filtered by it and by each layer above it, gated, and its mean slope."""

    filtered: Tensor  # (filters, rows, inputs)
    gated: Tensor  # (rows, actions, inputs)
    slope: Tensor | None  # (rows, size), None where the layer does not spike

    def __init__(self, layers: Sequence[Layer], actions: int) -> None:
        super().__init__()
        layer, (rows,) = layers[0], layers[0].rows
        empty = layer.weight.new_zeros
        self.register_buffer("filtered", empty(len(layers), rows, layer.inputs))
        self.register_buffer("gated", empty(rows, actions, layer.inputs))
        self.register_buffer("slope", None if layer.threshold is None else empty(rows, layer.size))
        self._layers = tuple(layers)

    @property
    def passed(self) -> Tensor:
        """The input as it arrives through all these membranes, (rows, inputs)."""
        return self.filtered[-1]

    def perceive(self, tick: Tick) -> None:
        passed, filters = tick.input, self.filtered
        for k, layer in enumerate(self._layers):
            passed = torch.addcmul(passed, filters[k], layer.decay, out=filters[k])
        threshold = self._layers[0].threshold
        if self.slope is not None and threshold is not None:
            slope = (tick.membrane - threshold).abs_().mul_(4.0).add_(1.0).pow_(-2)
            self.slope.lerp_(slope, 1.0 - _SLOPE_DECAY)

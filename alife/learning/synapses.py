"""Traces with a number for every synapse of a hidden layer."""

from abc import abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from alife.learning.eligible import Eligible
from alife.learning.gated_trace import GatedTraces
from alife.learning.rule import Traces
from alife.nn import Layer, Tick


class Synapses(nn.Module):
    """What is eligible in every synapse of one hidden layer; how it comes about is for others to say.

    Args:
        layer: whose synapses these are.
    """

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.eligible = Eligible(torch.zeros_like(layer.weight, requires_grad=False))  # (rows, size, inputs)

    @abstractmethod
    def perceive(self, tick: Tick) -> None:
        """Take in one tick of the layer."""

    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
        self.eligible.zero_states(rows)


class SynapseTraces(Traces):
    """The synapses of all hidden layers, and the gated trace of the readout, which is exact.

    Args:
        layers: from the senses up; the last is the readout.
        keep: what a trace keeps of itself from one decision to the next.
        hidden: what is kept of each layer but the readout.
    """

    def __init__(self, layers: Sequence[Layer], keep: float, hidden: Sequence[Synapses]) -> None:
        super().__init__()
        self.readout = GatedTraces(layers[-1:], keep)
        self.hidden = nn.ModuleList(hidden)
        self._hidden = tuple(hidden)  # the same, typed

    @property
    def features(self) -> Tensor:
        """The readout's input filtered by the readout's membrane, (rows, inputs)."""
        return self.readout.features

    def perceive(self, ticks: Sequence[Tick]) -> None:
        """Let every layer take in its tick."""
        self.readout.perceive(ticks[-1:])
        for synapses, tick in zip(self._hidden, ticks[:-1], strict=True):
            synapses.perceive(tick)

    def write(self, gate: Tensor) -> None:
        """Let the readout take in one decision."""
        self.readout.write(gate)

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        """Return (len(rows), size, inputs) for each layer, from the senses up."""
        chosen = rows if isinstance(rows, slice) else rows.numpy()
        hidden = [torch.from_numpy(synapses.eligible.of(chosen, due)) for synapses in self._hidden]
        return [*hidden, *self.readout.gradients(rows, due)]

    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
        self.readout.zero_states(rows)
        for synapses in self._hidden:
            synapses.zero_states(rows)

"""Traces with a number for every synapse of a hidden layer."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.core.random import Stream
from alife.learning.eligibility import Eligible
from alife.learning.feedback import Feedback
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

    def write(self, scores: NDArray[Any]) -> None:
        """Take in one decision, by what of its score came down to each neuron, (rows, size)."""

    def steepen(self, scores: NDArray[Any]) -> NDArray[Any]:
        """Return what of the scores at these neurons, (rows, size), goes on to the layer below."""
        return scores

    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
        self.eligible.zero_states(rows)


class SynapseTraces(Traces):
    """The synapses of all hidden layers, and the gated trace of the readout, which is exact.

    Args:
        layers: from the senses up; the last is the readout.
        keep: what a trace keeps of itself from one decision to the next.
        hidden: what is kept of each layer but the readout.
        feedback: what tells the hidden layers of a decision; None where they do not hear of it.
    """

    def __init__(
        self, layers: Sequence[Layer], keep: float, hidden: Sequence[Synapses], feedback: Feedback | None = None
    ) -> None:
        super().__init__()
        self._feedback = feedback
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

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers from now on."""
        if self._feedback is not None:
            self._feedback.draw_from(random)

    def write(self, gate: Tensor) -> None:
        """Let every layer take in one decision, from the readout down."""
        self.readout.write(gate)
        if self._feedback is None:
            return
        down = scores = gate.numpy()[:, None]  # (rows, 1, size)
        for k in range(len(self._hidden) - 1, -1, -1):
            arrived = self._feedback.down(k, scores, down)[:, 0]
            self._hidden[k].write(arrived)
            down = self._hidden[k].steepen(arrived)[:, None]

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

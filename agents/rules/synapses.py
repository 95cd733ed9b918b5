"""Traces with a number for every synapse of a hidden layer."""

from abc import abstractmethod
from collections.abc import Sequence

from agents.eligibility import Accumulator, Eligibility
from agents.feedback import Feedback
from agents.rules.gated_trace import Keep, ReadoutTraces, shared_keep
from agents.rules.membranes import MembraneTraces
from alife.core.brain import Floats, Layer, Rows, Traces
from alife.core.random import Stream
from alife.core.row_state import RowState


class Synapses(RowState):
    """The eligibility of every synapse of one hidden layer; how it comes about is for others to say.

    Args:
        layer: whose synapses these are.
        accumulates: whether credit is accumulated between events.
    """

    def __init__(self, layer: Layer, accumulates: bool) -> None:
        self._layer = layer
        self.eligible = Eligibility((layer.rows, layer.inputs, layer.size), layer.weight.dtype, accumulates)

    @abstractmethod
    def perceive(self, rows: Rows) -> None:
        """Take in one tick of the layer."""

    def record(self, rows: Rows, down: Floats) -> None:
        """Take in one decision, by what of it came down to each neuron, (n, 1, size)."""

    def bend(self, rows: Rows, down: Floats) -> None:
        """Turn what came down to the neurons, (n, 1, size), into what goes on to the layer below, in place."""

    def gradient(self, rows: Rows, accumulated: bool) -> Floats:
        """Return the gradient, (n, inputs, size)."""
        found: Floats = self.eligible.now(accumulated)[rows]
        return found

    def reset(self, rows: Rows) -> None:
        """Forget everything in these rows."""
        self.eligible.reset(rows)


class SynapseTraces(Traces):
    """The synapses of all hidden layers, and the gated trace of the readout, which is exact.

    Args:
        layers: from the senses up; the last is the readout.
        keep: what a trace keeps of itself from one decision to the next.
        hidden: the traces of each layer but the readout.
        accumulates: whether credit is accumulated between events.
        feedback: what comes down to the hidden layers; None where they do not hear of decisions.
        membranes: what each layer learns besides weights; nothing where that stays.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        keep: Keep,
        hidden: Sequence[Synapses],
        accumulates: bool,
        feedback: Feedback | None = None,
        membranes: Sequence[MembraneTraces] = (),
    ) -> None:
        self._feedback, self.membranes, self._keep = feedback, tuple(membranes), shared_keep(keep)
        self.hidden = tuple(hidden)
        self.readout = ReadoutTraces(layers[-1:], keep, accumulates)
        self.features = self.readout.features
        eligible = [*(synapses.eligible for synapses in self.hidden), self.readout.gated]
        self._accumulator = Accumulator([*eligible, *(each.eligible for each in self.membranes)])

    @property
    def keep_by_row(self) -> Floats | None:
        """What all traces keep of themselves from one decision to the next, (rows,)."""
        return self._keep

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers from now on."""
        if self._feedback is not None:
            self._feedback.draw_from(random)

    def perceive(self, rows: Rows) -> None:
        """Let every layer take in its tick."""
        for synapses in self.hidden:
            synapses.perceive(rows)
        self.readout.perceive(rows)
        for membranes in self.membranes:
            membranes.perceive(rows)

    def accumulate(self, rows: Rows, errors: Floats) -> None:
        """Weigh every synapse by the TD errors."""
        self._accumulator.accumulate(rows, errors)

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        """Let every layer take in one decision, from the readout down."""
        self.readout.record(rows, grad_log_prob)
        if self._feedback is None:
            return
        decided = down = grad_log_prob[rows][:, None]  # (n, 1, actions)
        if self.membranes:
            self.membranes[-1].record(rows, decided)
        for k in range(len(self.hidden) - 1, -1, -1):
            down = self._feedback.down(k, rows, decided, down)
            self.hidden[k].record(rows, down)
            if self.membranes:
                self.membranes[k].record(rows, down)
            self.hidden[k].bend(rows, down)

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        """Return the gradient of each layer, (len(rows), inputs, size), and of what it learns besides weights."""
        hidden = [synapses.gradient(rows, accumulated) for synapses in self.hidden]
        besides = [gradient for each in self.membranes for gradient in each.gradients(rows, accumulated)]
        return [*hidden, self.readout.gradient(rows, accumulated), *besides]

    def clear(self, rows: Rows) -> None:
        """Set the accumulated gradient to zero."""
        self._accumulator.clear(rows)

    def reset(self, rows: Rows) -> None:
        """Forget everything in these rows."""
        for synapses in self.hidden:
            synapses.reset(rows)
        self.readout.reset(rows)
        for membranes in self.membranes:
            membranes.reset(rows)

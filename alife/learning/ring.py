"""Ring: the last decisions kept whole, the older ones in gated traces."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from alife.core.random import Stream
from alife.core.types import Count
from alife.learning.eligibility import Eligible
from alife.learning.feedback import Feedback, WithFeedback
from alife.learning.filter import check_decays
from alife.learning.gated_trace import GatedTraces
from alife.learning.kept_decisions import KeptDecisions
from alife.learning.rule import Traces
from alife.nn import Layer, Tick


@dataclass(frozen=True, kw_only=True)
class Ring(WithFeedback):
    """Keep the last K decisions as they were; what falls out of the ring fades on in gated traces.

    For a layer with filtered input F, filtered slope psi (see Slots), mean slope (see GatedTrace), score s, discount
    g and trace decay l, the decision n ago weighs (g l)^n:

        each hidden layer   slot k holds F_k, psi_k, the brain s_k and its weight m_k <- g l m_k
        at each decision    the oldest slot o leaves:  G_a <- g l G_a + m_o s_o,a F_o     and holds the new one, m = 1
        at an event         dW = advantage * (sum_k m_k (B s_k psi_k) (x) F_k + sum_a (B_a * mean slope) (x) G_a)

    B s is the readout's weights times the score for the last hidden layer; below it, what comes down through the
    slopes kept and the current weights of the layers between (weight transport). With random feedback B are fixed
    random numbers for every hidden layer, and no weight is transported. The readout has its gated trace, which is
    exact. So what matters most is exact as in `eprop`, but for the filter of the slope, and no decision is drawn.

    State per creature: K * (inputs + size) numbers and what gated_trace keeps for each hidden layer, K * (actions + 1)
    for the brain, none per synapse of a hidden layer.

    Source: ours; the eligibility of Bellec et al., e-prop (2020), cut into a recent part and the rest.

    Args:
        slots: K.
        feedback: where B comes from, see WithFeedback.
        learning_rate, trace_decay, discount, entropy, trigger, accumulate, optimizer: see ActorCritic.
    """

    slots: Count = 16

    def traces(self, layers: Sequence[Layer]) -> "RingTraces":
        """Return an empty ring for these layers.

        Raises:
            ConfigError: a layer above the lowest has several decays.
        """
        check_decays(layers)
        return RingTraces(layers, self.discount * self.trace_decay, self.slots, self.feedback_to(layers))


class RingTraces(Traces):
    """The ring of a whole brain."""

    scores: Tensor  # (rows, slots, actions)
    decisions: Tensor  # how many there were; the same for all rows, an unused slot weighs nothing

    def __init__(self, layers: Sequence[Layer], keep: float, slots: int, feedback: Feedback) -> None:
        super().__init__()
        self._keep, self._slots, self._feedback = keep, slots, feedback
        self.older = GatedTraces(layers, keep, feedback)
        hidden = [KeptDecisions(layers[k:], slots, self.older.of_layers[k]) for k in range(len(layers) - 1)]
        self._hidden, self.hidden = tuple(hidden), nn.ModuleList(hidden)
        (rows,), empty = layers[-1].rows, layers[-1].weight.new_zeros
        self.weights = Eligible(empty(rows, slots))
        self.register_buffer("scores", empty(rows, slots, layers[-1].size))
        self.register_buffer("decisions", torch.zeros((), dtype=torch.int64))

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers from now on."""
        self._feedback.draw_from(random)

    @property
    def features(self) -> Tensor:
        """The readout's input filtered by the readout's membrane, (rows, inputs)."""
        return self.older.features

    def perceive(self, ticks: Sequence[Tick]) -> None:
        """Filter each layer's input through every membrane above it, and see the slopes."""
        self.older.perceive(ticks)
        for kept, older in zip(self._hidden, self.older.of_layers, strict=False):
            kept.perceive(older.steep)

    def write(self, gate: Tensor) -> None:
        """Put the decision in the place of the oldest, which goes on in the gated traces."""
        decisions, scores = self.decisions.numpy(), self.scores.numpy()
        place = int(decisions) % self._slots
        self.weights.fade(self._keep)
        for kept, older in zip(self._hidden, self.older.of_layers, strict=False):
            older.gated.fade(self._keep)
            leaving = scores[:, place, :, None] * kept.inputs.numpy()[:, place, None]
            older.gated.take(self.weights, place, leaving)
            kept.write_at(place)
        self.older.of_layers[-1].write(gate.numpy(), self._keep)
        self.weights.zero_at(place)
        self.weights.now.numpy()[:, place] = 1.0
        scores[:, place] = gate.numpy()
        decisions += 1

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        """Return (len(rows), size, inputs) for each layer, from the senses up."""
        chosen = rows if isinstance(rows, slice) else rows.numpy()
        gradients = self.older.gradients(rows, due)
        down = scores = self.scores.numpy()[chosen] * self.weights.of(chosen, due)[:, :, None]  # (n, slots, size)
        for k in range(len(self._hidden) - 1, -1, -1):
            down = self._hidden[k].steepen(self._feedback.down(k, scores, down, chosen), chosen)
            gradients[k] += torch.from_numpy(self._hidden[k].spread(down, chosen))
        return gradients

    def zero_states(self, rows: Tensor) -> None:
        """Forget all decisions of these rows, and what is on its way."""
        self.older.zero_states(rows)
        self.weights.zero_states(rows)
        for kept in self._hidden:
            kept.zero_states(rows)

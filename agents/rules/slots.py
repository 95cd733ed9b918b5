"""Slots: a few decisions kept whole, drawn so that they stand for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from agents.feedback import Feedback, WithFeedback
from agents.filters import Filter, check_decays, decays_above
from agents.rules.gated_trace import GatedTraces, add_outer_products, bend
from agents.rules.ring import keep_decision, pass_surrogates
from agents.triggers.surprise import Surprise
from alife.core.brain import Floats, Layer, Rows, Traces, Trigger
from alife.core.errors import ConfigError
from alife.core.kernel import kernel
from alife.core.random import Stream
from alife.core.row_state import RowState
from alife.core.types import Count, Fraction


@dataclass(frozen=True, kw_only=True)
class Slots(WithFeedback):
    """Keep K decisions; at an event, take the mean of their gradients for the sum over all decisions so far.

    For a layer with input x filtered by its membrane and those above it, F (see GatedTrace), surrogate derivative psi
    filtered by those above it and divided by what a surrogate of 1 would be then, s = d log pi / d membrane of the
    readout, discount g and trace decay l:

        p = 1 - g l
        at each decision, each slot k by itself, with probability p:   (F_k, psi_k, s_k) <- (F, psi, s)
        dW = advantage / (K p) * sum_k F_k (x) (B s_k psi_k)           at an event; an empty slot counts as zero

    A slot holds the decision n ago with probability p (g l)^n, so the sum is right on average, for any K: an unbiased
    sample of sum_n (g l)^n F (x) (B s psi). Its variance falls with K.

    With a control variate c above 0 the gated traces hold the part that a mean surrogate explains, and the slots the
    rest:

        dW = advantage * (gated form + c / (K p) * sum_k F_k (x) ((B s_k psi_k) - (B s_k mean psi)))

    A c between 0 and 1 trades bias for variance: the sum is right on average at c = 0, by the slots alone, and at c = 1
    only.

    B s is the readout's weights times s for the last hidden layer; below it, what comes down through the surrogates
    kept and the current weights of the layers between (weight transport). With random feedback B are fixed random
    numbers for every hidden layer, and no weight is transported. The readout has its gated trace, which is exact. Where
    e-prop filters psi x, a slot has a mean of psi times the filtered x: the same where the membranes above forget at
    once. What adapting thresholds remember is left out.

    State per creature: K * (inputs + size) numbers for each hidden layer and a few filters of both, inputs once for
    each group of decays; (K + inputs) * actions for the readout, none per synapse of a hidden layer; with a control
    variate also what gated_trace keeps.

    Source: ours; it samples the eligibility of Bellec et al., e-prop (2020), by geometric slots.

    Args:
        slots: K.
        control_variate: c; 0 leaves out the gated form.
        feedback: where B comes from, see WithFeedback.
        accumulate: never; what was accumulated would go with the slot that is overwritten.
        learning_rate, trace_decay, discount, entropy, trigger, optimizer: see ActorCritic.
    """

    slots: Count = 16
    control_variate: Fraction = 0.0
    trigger: Trigger = Surprise()
    accumulate: bool = False

    def traces(self, layers: Sequence[Layer]) -> "SlotTraces":
        """Return empty slots for these layers.

        Raises:
            ConfigError: credit is to be accumulated, nothing would ever be forgotten, or a layer above the lowest has
                several decays.
        """
        check_decays(layers)
        if self.accumulate:
            raise ConfigError("slots cannot accumulate credit from tick to tick; take ring, or set accumulate: false")
        if self.keep >= 1.0:
            raise ConfigError("slots forget by discount * trace_decay, which must be less than 1")
        return SlotTraces(layers, self.keep, self.slots, self.control_variate, self.feedback_to(layers))


class SlotTraces(Traces):
    """The slots of all brains, and gated traces: of the readout alone, or of all layers with a control variate."""

    accumulates: ClassVar[bool] = False
    counters = ("decisions",)

    def __init__(
        self, layers: Sequence[Layer], keep: float, slots: int, control_variate: float, feedback: Feedback
    ) -> None:
        rows, dtype = layers[-1].rows, layers[-1].weight.dtype
        self._control, self._feedback, self._replaced = control_variate, feedback, 1.0 - keep
        self.gated = GatedTraces(layers if control_variate else layers[-1:], keep, False, feedback)
        self.own = () if control_variate else tuple(Filter(layers[k:]) for k in range(len(layers) - 1))
        arriving: Sequence[Filter] = self.own or self.gated.hidden
        self.kept = tuple(DrawnDecisions(layers[k:], slots, each) for k, each in enumerate(arriving))
        self.features = self.gated.features
        self.grads = np.zeros((rows, slots, layers[-1].size), dtype)  # s_k, zero in an empty slot
        self.decisions = 0  # the same for all rows; by it the draws are counted
        self._drawn = np.zeros((rows, slots))
        self._random = Stream(0, "slots")
        self._draw()

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers from now on."""
        self._feedback.draw_from(random)
        self._random = random
        self._draw()

    def _draw(self) -> None:
        """Draw what decides which slots of all rows the next decision enters."""
        self._random.at(self.decisions).random(out=self._drawn)

    def perceive(self, rows: Rows) -> None:
        """Filter each layer's input through every membrane above it, and see the surrogates."""
        self.gated.perceive(rows)
        for own in self.own:
            own.perceive(rows)
        for kept in self.kept:
            kept.perceive(rows)

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        """Put the decision into each slot with probability p."""
        self.gated.record(rows, grad_log_prob)
        _enter_drawn(rows, self._drawn, self._replaced, grad_log_prob, self.grads)
        for kept in self.kept:
            kept.record(rows, self._drawn, self._replaced)

    def count_decision(self) -> None:
        """Count one decision, once all rows have recorded theirs, and draw for the next."""
        self.decisions += 1
        self._draw()

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        """Return the gradient of each layer, (len(rows), inputs, size)."""
        gradients, sampled = self.gated.gradients(rows, False), self._sampled(rows)
        if not self._control:
            return [*sampled, *gradients]
        for gradient, correction in zip(gradients, sampled, strict=False):
            gradient += self._control * correction
        return gradients

    def _sampled(self, rows: Rows) -> list[Floats]:
        """Return the mean over the slots for each hidden layer, less what the mean surrogates, if kept, say of it."""
        shares = self.grads[rows]
        shares *= 1.0 / (shares.shape[1] * self._replaced)  # (n, slots, actions)
        down = explained = shares
        found: list[Floats] = []
        for k in range(len(self.kept) - 1, -1, -1):
            down = self._feedback.down(k, rows, shares, down)
            self.kept[k].bend(rows, down)
            rest = down
            if self._control:
                explained = self._feedback.down(k, rows, shares, explained)
                self.gated.hidden[k].bend(rows, explained)
                rest = down - explained
            found.append(self.kept[k].gradient(rows, rest))
        return found[::-1]

    def reset(self, rows: Rows) -> None:
        """Empty the slots and filters of these rows."""
        self.gated.reset(rows)
        self.grads[rows] = 0.0
        for own in self.own:
            own.reset(rows)
        for kept in self.kept:
            kept.passing[rows] = 0.0

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows."""
        self.reset(rows)
        self.gated.begin_lives(rows)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take on a state that `state_dict` returned."""
        super().load_state_dict(state)
        self._draw()


class DrawnDecisions(RowState):
    """What the decisions in the slots knew of one hidden layer: its filtered input and its surrogates.

    Args:
        layers: from this one up to the readout.
        slots: how many decisions there is room for.
        arriving: the input filtered by these layers.
    """

    def __init__(self, layers: Sequence[Layer], slots: int, arriving: Filter) -> None:
        layer, dtype = layers[0], layers[0].weight.dtype
        bends = layer.neurons.surrogate is not None
        self.inputs = np.zeros((layer.rows, slots, arriving.width), dtype)  # F_k
        self.surrogates = np.zeros((layer.rows, slots, layer.size if bends else 0), dtype)  # psi_k
        self._decays = decays_above(layers)
        self.passing = np.zeros((layer.rows, self._decays.shape[1], layer.size + 1), dtype)  # psi on its way, and a 1
        self._layer, self._arriving = layer, arriving

    def perceive(self, rows: Rows) -> None:
        """Let the surrogates of this tick go through the membranes above."""
        if self._layer.neurons.surrogate is not None:
            pass_surrogates(rows, self._layer.neurons.surrogate, self._decays, self.passing)

    def record(self, rows: Rows, drawn: Floats, replaced: float) -> None:
        """Put the present into the slots whose number, drawn from (rows, slots), is less than p."""
        _keep_drawn(rows, drawn, replaced, self._arriving.filtered, self.passing, self.inputs, self.surrogates)

    def bend(self, rows: Rows, down: Floats) -> None:
        """Multiply what comes down to the neurons, (n, slots, size), by the surrogates in the slots, in place."""
        if self.surrogates.shape[2]:
            bend(rows, self.surrogates, down)

    def gradient(self, rows: Rows, down: Floats) -> Floats:
        """Return sum_k F_k (x) down_k, (n, inputs, size)."""
        gradient = np.zeros((len(rows), self._layer.inputs, self._layer.size), down.dtype)
        add_outer_products(rows, self.inputs, down, self._arriving.groups, gradient)
        return gradient


@kernel
def _enter_drawn(rows: Rows, drawn: Floats, replaced: float, grad_log_prob: Floats, grads: Floats) -> None:
    """s_k <- s with probability p."""
    for r in rows:
        for k in range(drawn.shape[1]):
            if drawn[r, k] < replaced:
                for a in range(grads.shape[2]):
                    grads[r, k, a] = grad_log_prob[r, a]


@kernel
def _keep_drawn(
    rows: Rows,
    drawn: Floats,
    replaced: float,
    filtered: Floats,
    passing: Floats,
    inputs: Floats,
    surrogates: Floats,
) -> None:
    """F_k <- F and psi_k <- psi with probability p."""
    for n in range(rows.size):
        for k in range(drawn.shape[1]):
            if drawn[rows[n], k] < replaced:
                keep_decision(rows[n], k, filtered, passing, inputs, surrogates)

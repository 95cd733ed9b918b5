"""Slots: a few decisions kept whole, drawn so that they stand for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.core.errors import ConfigError
from alife.core.random import Stream
from alife.core.types import Count, Fraction
from alife.learning.feedback import Feedback, WithFeedback
from alife.learning.filter import Filter, check_decays
from alife.learning.gated_trace import GatedTraces
from alife.learning.kept_decisions import KeptDecisions
from alife.learning.rule import Traces
from alife.learning.surrogate import slope
from alife.learning.trigger import Trigger
from alife.learning.triggers.surprise import Surprise
from alife.nn import Layer, Tick


@dataclass(frozen=True, kw_only=True)
class Slots(WithFeedback):
    """Keep K decisions; at an event, take the mean of their gradients for the sum over all decisions so far.

    For a layer with input x filtered by its membrane and those above it, F (see GatedTrace), surrogate slope psi
    filtered by those above it and divided by what a slope of 1 would be then, score s, discount g and trace decay l:

        p = 1 - g l
        at each decision, each slot k by itself, with probability p:   (F_k, psi_k, s_k) <- (F, psi, s)
        dW = advantage / (K p) * sum_k (B s_k psi_k) (x) F_k           at an event; an empty slot counts as zero

    A slot holds the decision n ago with probability p (g l)^n, so the sum is right on average, for any K: an unbiased
    sample of sum_n (g l)^n (B s psi) (x) F. Its variance falls with K.

    With a control variate c above 0 the gated traces hold the part that a mean slope explains, and the slots the rest:

        dW = advantage * (gated form + c / (K p) * sum_k ((B s_k psi_k) - (B s_k mean psi)) (x) F_k)

    which is unbiased at c = 1 and trades a bias for less variance below it.

    B s is the readout's weights times the score for the last hidden layer; below it, what comes down through the
    slopes kept and the current weights of the layers between (weight transport). With random feedback B are fixed
    random numbers for every hidden layer, and no weight is transported. The readout has its gated trace, which is
    exact. Where e-prop filters psi x, a slot has a mean of psi times the filtered x: the same where the
    membranes above forget at once. What adapting thresholds remember is left out.

    State per creature: K * (inputs + size) numbers for each hidden layer and a few filters of both, inputs once for
    each group of decays; (K + inputs) * actions for the readout, none per synapse of a hidden layer; with a control
    variate also what gated_trace keeps.

    Source: ours; it samples the eligibility of Bellec et al., e-prop (2020), by geometric slots.

    Args:
        slots: K.
        control_variate: c; 0 leaves out the gated form.
        feedback: where B comes from, see WithFeedback.
        carry: never; what is due would go with the slot that is overwritten.
        learning_rate, trace_decay, discount, entropy, trigger, optimizer: see ActorCritic.
    """

    slots: Count = 16
    control_variate: Fraction = 0.0
    trigger: Trigger = Surprise()
    accumulate: bool = False

    def traces(self, layers: Sequence[Layer]) -> "SlotTraces":
        """Return empty slots for these layers.

        Raises:
            ConfigError: nothing would ever be forgotten, or a layer above the lowest has several decays.
        """
        check_decays(layers)
        keep = self.discount * self.trace_decay
        if keep >= 1.0:
            raise ConfigError("slots forget by discount * trace_decay, which must be less than 1")
        return SlotTraces(layers, keep, self.slots, self.control_variate, self.feedback_to(layers))


class SlotTraces(Traces):
    """The slots of a whole brain."""

    scores: Tensor  # (rows, slots, actions), zero in an empty slot
    decisions: Tensor  # how many there were, by which the draws are counted

    def __init__(
        self, layers: Sequence[Layer], keep: float, slots: int, control_variate: float, feedback: Feedback
    ) -> None:
        super().__init__()
        self._layers, self._replaced, self._control, self._feedback = layers, 1.0 - keep, control_variate, feedback
        self.gated = GatedTraces(layers if control_variate else layers[-1:], keep, feedback)
        own = [] if control_variate else [Filter(layers[k:]) for k in range(len(layers) - 1)]
        self._own, self.own = tuple(own), nn.ModuleList(own)
        arriving: Sequence[Filter] = self._own or self.gated.of_layers[:-1]
        hidden = [KeptDecisions(layers[k:], slots, each) for k, each in enumerate(arriving)]
        self._hidden, self.hidden = tuple(hidden), nn.ModuleList(hidden)
        (rows,), actions = layers[-1].rows, layers[-1].size
        self.register_buffer("scores", layers[-1].weight.new_zeros(rows, slots, actions))
        self.register_buffer("decisions", torch.zeros((), dtype=torch.int64))
        self._random = Stream(0, "slots")

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers from now on."""
        self._random = random
        self._feedback.draw_from(random)

    def start_carrying(self) -> None:
        """Refuse: what is due would go with the slot that is overwritten.

        Raises:
            ConfigError: always.
        """
        raise ConfigError("slots cannot carry credit from tick to tick; take ring, or set accumulate: false")

    @property
    def features(self) -> Tensor:
        """The readout's input filtered by the readout's membrane, (rows, inputs)."""
        return self.gated.features

    def perceive(self, ticks: Sequence[Tick]) -> None:
        """Filter each layer's input through every membrane above it, and see the slopes."""
        if self._control:
            self.gated.perceive(ticks)
            for slots, gated in zip(self._hidden, self.gated.of_layers, strict=False):
                slots.perceive(gated.steep)
            return
        self.gated.perceive(ticks[-1:])
        for k, (slots, own, tick) in enumerate(zip(self._hidden, self._own, ticks, strict=False)):
            own.take(tick.input, [decay.numpy() for layer in self._layers[k:] for decay in layer.decays])
            slots.perceive(slope(self._layers[k], tick.membrane))

    def write(self, gate: Tensor) -> None:
        """Put the decision into each slot with probability p."""
        self.gated.write(gate)
        scores = self.scores.numpy()
        drawn = self._random.at(int(self.decisions)).random(scores.shape[:2]) < self._replaced
        np.copyto(scores, gate.numpy()[:, None], where=drawn[:, :, None])
        for slots in self._hidden:
            slots.write_where(drawn[:, :, None])
        self.decisions += 1

    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        """Return (len(rows), size, inputs) for each layer, from the senses up."""
        chosen = rows if isinstance(rows, slice) else rows.numpy()
        gradients = self.gated.gradients(rows)
        sampled = self._sampled(chosen)
        if not self._control:
            return [*map(torch.from_numpy, sampled), *gradients]
        for gradient, correction in zip(gradients, sampled, strict=False):
            gradient += torch.from_numpy(self._control * correction)
        return gradients

    def _sampled(self, chosen: slice | NDArray[Any]) -> list[NDArray[Any]]:
        """Return the mean over the slots for each hidden layer, less what the mean slopes, if kept, say of it."""
        scores = self.scores.numpy()[chosen]
        down = explained = shares = scores / (scores.shape[1] * self._replaced)  # (n, slots, size)
        found: list[NDArray[Any]] = []
        for k in range(len(self._hidden) - 1, -1, -1):
            down = self._hidden[k].steepen(self._feedback.down(k, shares, down, chosen), chosen)
            residue = down
            if self._control:
                explained = self.gated.steepen(k, self._feedback.down(k, shares, explained, chosen), chosen)
                residue = down - explained
            found.append(self._hidden[k].spread(residue, chosen))
        return found[::-1]

    def zero_states(self, rows: Tensor) -> None:
        """Empty the slots and filters of these rows."""
        self.gated.zero_states(rows)
        self.scores[rows] = 0.0
        for slots in self._hidden:
            slots.zero_states(rows)
        for each in self._own:
            each.filtered[:, rows] = 0.0

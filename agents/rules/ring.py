"""Ring: the last decisions kept whole, the older ones in gated traces."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.eligibility import Eligibility
from agents.feedback import Feedback
from agents.filters import check_decays, decays_above
from agents.rules.gated_trace import GatedTraces, HiddenTraces, Keep, add_outer_product, keep_of_rows
from agents.rules.membranes import MembraneTraces, WithMembranes, membrane_traces
from alife.core.brain import Floats, Layer, Rows
from alife.core.kernel import kernel
from alife.core.row_state import RowState
from alife.core.types import Count

_TICKS = 1.25, 1000.0  # 1 / (1 - d) of the fastest and the slowest fixed filter


@dataclass(frozen=True, kw_only=True)
class Ring(WithMembranes):
    """Keep the last K decisions as they were; what falls out of the ring fades on in gated traces.

    For a layer with filtered input F, filtered surrogate psi (see Slots), mean surrogate (see GatedTrace), decisions
    with s = d log pi / d membrane of the readout, discount g and trace decay l, the decision n ago weighs (g l)^n.
    Slot k of the ring keeps one decision: s_k and its weight m_k, and of each hidden layer F_k and psi_k.

        at each decision    m_k <- g l m_k of all slots; the oldest, o, leaves:  G_a <- g l G_a + m_o s_o,a F_o;
                            the new one takes its place with m = 1
        at an event         dW = sum_k m_k F_k (x) (B s_k * psi_k) + sum_a G_a (x) (B_a * mean psi), times the advantage
        with accumulated    m and G in dW are the sums over the ticks since the last event of
        credit              TD error * m and TD error * G, see Eligibility

    B s is the readout's weights times s for the last hidden layer; below it, what comes down through the surrogates
    kept and the current weights of the layers between (weight transport). With random feedback B are fixed random
    numbers for every hidden layer, and no weight is transported. The readout has its gated trace, which is exact. So
    what matters most is exact as in `eprop`, but for the filter of the surrogate, and no decision is drawn.

    Where decays are learned, the lowest hidden layer filters its input by a few fixed decays, of 1.25 to 1,000 ticks in
    equal ratios, and each neuron takes the F of the nearest to its own; what the decays themselves learn from is exact.

    State per creature: K * (inputs + size) numbers and what gated_trace keeps for each hidden layer, K * (actions + 1)
    for the brain, none per synapse of a hidden layer.

    Source: ours; the eligibility of Bellec et al., e-prop (2020), cut into a recent part and the rest.

    Args:
        slots: K.
        filters: how many fixed decays there are where decays are learned.
        decay_pace, threshold_pace, reach: what is learned besides weights, see WithMembranes.
        feedback: where B comes from, see WithFeedback.
        learning_rate, trace_decay, discount, entropy, trigger, accumulate, optimizer: see ActorCritic.
    """

    slots: Count = 16
    filters: Count = 6

    def traces(self, layers: Sequence[Layer]) -> "RingTraces":
        """Return an empty ring for these layers.

        Raises:
            ConfigError: a layer above the lowest has several decays.
        """
        check_decays(layers)
        self.learn_membranes(layers)
        keep = keep_of_rows(layers[-1], self.keep)
        membranes = membrane_traces(layers, keep, self.accumulate, layers[-1].size)
        grid = tuple(1.0 - 1.0 / np.geomspace(*_TICKS, self.filters))
        return RingTraces(layers, keep, self.slots, self.accumulate, self.feedback_to(layers), membranes, grid)


class RingTraces(GatedTraces):
    """The ring of all brains, and the gated traces of what fell out of it."""

    counters = ("decisions",)

    def __init__(
        self,
        layers: Sequence[Layer],
        keep: Keep,
        slots: int,
        accumulates: bool,
        feedback: Feedback,
        membranes: Sequence[MembraneTraces],
        grid: Sequence[float],
    ) -> None:
        rows, dtype = layers[-1].rows, layers[-1].weight.dtype
        self.decisions = 0  # the same for all rows; an unused slot weighs nothing
        self.weights = Eligibility((rows, slots), dtype, accumulates)  # m; first, for super asks for `eligibilities`
        self.membranes = tuple(membranes)
        super().__init__(layers, keep, accumulates, feedback, grid)
        self.grads = np.zeros((rows, slots, layers[-1].size), dtype)  # s
        self.kept = tuple(KeptDecisions(layers[k:], slots, older) for k, older in enumerate(self.hidden))
        self._slots, self._keeps = slots, keep_of_rows(layers[-1], keep)

    def perceive(self, rows: Rows) -> None:
        """Filter each layer's input through every membrane above it, and see the surrogates."""
        super().perceive(rows)
        for kept in self.kept:
            kept.perceive(rows)
        for membranes in self.membranes:
            membranes.perceive(rows)

    def eligibilities(self) -> list[Eligibility]:
        """Return all that a gradient is linear in; of the decisions kept, how much each weighs."""
        return [*super().eligibilities(), self.weights, *(each.eligible for each in self.membranes)]

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        """Put the decision in the place of the oldest, which goes on in the gated traces."""
        place, weights = self.decisions % self._slots, self.weights
        for kept in self.kept:
            kept.record(rows, place, self._keeps, weights, self.grads)
        _enter(rows, place, self._keeps, grad_log_prob, self.grads, weights.trace, weights.accumulated)
        self.readout.record(rows, grad_log_prob)
        if self.membranes:
            *hidden, readout = self.membranes
            for membranes in hidden:
                membranes.record(rows, grad_log_prob[rows][:, :, None])
            readout.record(rows, grad_log_prob[rows][:, None])

    def count_decision(self) -> None:
        """Count one decision, once all rows have recorded theirs."""
        self.decisions += 1

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        """Return the gradient of each layer, (len(rows), inputs, size), and of what it learns besides weights."""
        found = [self.readout.gradient(rows, accumulated)]
        besides = [list(self.membranes[-1].gradients(rows, accumulated))] if self.membranes else []
        slots, actions = self.grads.shape[1:]
        decided = down = np.empty((len(rows), slots + actions, actions), self.grads.dtype)
        _weigh(rows, self.weights.now(accumulated), self.grads, decided)
        for k in range(len(self.kept) - 1, -1, -1):
            down = self._feedback.down(k, rows, decided, down)
            if self.membranes:
                besides.append(list(self.membranes[k].gradients(rows, accumulated, down[:, slots:])))
            found.append(self.kept[k].gradient(rows, down, accumulated))
        return [*found[::-1], *(gradient for each in besides[::-1] for gradient in each)]

    def reset(self, rows: Rows) -> None:
        """Forget all decisions of these rows, and what is on its way."""
        super().reset(rows)
        self.weights.reset(rows)
        for kept in self.kept:
            kept.passing[rows] = 0.0
        for membranes in self.membranes:
            membranes.reset(rows)


class KeptDecisions(RowState):
    """What the last decisions knew of one hidden layer: its filtered input and its surrogates, in slots.

    The surrogates are filtered by the layers above as the input is, and divided by what a surrogate of 1 would be then.

    Args:
        layers: from this one up to the readout.
        slots: how many decisions there is room for.
        older: the gated traces of the same layer.
    """

    def __init__(self, layers: Sequence[Layer], slots: int, older: HiddenTraces) -> None:
        layer, dtype = layers[0], layers[0].weight.dtype
        self.inputs = np.zeros((layer.rows, slots, older.width), dtype)  # F_k
        self.surrogates = np.zeros((layer.rows, slots, layer.size if older.bends else 0), dtype)  # psi_k
        self._decays = decays_above(layers)
        self.passing = np.zeros((layer.rows, self._decays.shape[1], layer.size + 1), dtype)  # psi on its way, and a 1
        self._layer, self._older = layer, older

    def perceive(self, rows: Rows) -> None:
        """Let the surrogates of this tick go through the membranes above."""
        if self._layer.neurons.surrogate is not None:
            pass_surrogates(rows, self._layer.neurons.surrogate, self._decays, self.passing)

    def record(self, rows: Rows, place: int, keep: Floats, weights: Eligibility, grads: Floats) -> None:
        """Let the oldest decision go on in the gated traces, and put the present in its place."""
        gated = self._older.gated
        _replace(
            rows,
            place,
            keep,
            weights.trace,
            weights.accumulated,
            grads,
            self._older.filtered,
            self.passing,
            self.inputs,
            self.surrogates,
            gated.trace,
            gated.accumulated,
        )

    def gradient(self, rows: Rows, down: Floats, accumulated: bool) -> Floats:
        """Bend the top-down signal, (n, slots + actions, size), in place, and return dW, (n, inputs, size)."""
        older = self._older
        gradient = np.zeros((len(rows), self._layer.inputs, self._layer.size), down.dtype)
        gated = older.gated.now(accumulated)
        _rebuild(rows, down, self.surrogates, older.mean_surrogate, self.inputs, gated, older.groups, gradient)
        return gradient


@kernel
def _weigh(rows: Rows, weights: Floats, grads: Floats, decided: Floats) -> None:
    """Write m_k s_k for each decision that is kept, and then each action alone, for what is older."""
    slots, actions = grads.shape[1], grads.shape[2]
    for n in range(rows.size):
        r = rows[n]
        for k in range(slots):
            for a in range(actions):
                decided[n, k, a] = weights[r, k] * grads[r, k, a]
        for k in range(actions):
            for a in range(actions):
                decided[n, slots + k, a] = 1.0 if a == k else 0.0


@kernel
def _rebuild(
    rows: Rows,
    down: Floats,
    surrogates: Floats,
    mean_surrogate: Floats,
    inputs: Floats,
    gated: Floats,
    groups: NDArray[np.int64],
    gradient: Floats,
) -> None:
    """dW = sum_k F_k (x) (down_k psi_k) + sum_a G_a (x) (down_a mean psi)."""
    slots = inputs.shape[1]
    bends = surrogates.shape[2] > 0
    for n in range(rows.size):
        r = rows[n]
        for k in range(down.shape[1]):
            signal = down[n, k]
            filtered = inputs[r, k] if k < slots else gated[r, k - slots]
            if bends:
                psi = surrogates[r, k] if k < slots else mean_surrogate[r]
                for j in range(signal.size):
                    signal[j] *= psi[j]
            add_outer_product(filtered, signal, groups[r], gradient[n])


@kernel
def pass_surrogates(rows: Rows, surrogate: Floats, decays: Floats, passing: Floats) -> None:
    """Filter psi, and a 1 beside it, by the membranes above: u <- d u + psi, pass by pass."""
    size = surrogate.shape[1]
    for r in rows:
        for p in range(passing.shape[1]):
            decay, into = decays[r, p, 0], passing[r, p]
            passed = passing[r, p - 1] if p else surrogate[r]
            for j in range(size):
                into[j] = decay * into[j] + passed[j]
            into[size] = decay * into[size] + (passed[size] if p else 1.0)


@kernel
def _replace(
    rows: Rows,
    place: int,
    keep: Floats,
    weights: Floats,
    accumulated: Floats,
    grads: Floats,
    filtered: Floats,
    passing: Floats,
    inputs: Floats,
    surrogates: Floats,
    gated: Floats,
    gated_accumulated: Floats,
) -> None:
    """G_a <- g l G_a + m_o s_o,a F_o for the decision o at a place, g l older by now; then the present is kept there.

    What was accumulated of the decision goes on in what is accumulated of G.
    """
    for r in rows:
        oldest, weight = inputs[r, place], keep[r] * weights[r, place]
        for a in range(grads.shape[2]):
            gate = weight * grads[r, place, a]
            for i in range(oldest.size):
                gated[r, a, i] = keep[r] * gated[r, a, i] + gate * oldest[i]
            if accumulated.shape[0]:
                gate = accumulated[r, place] * grads[r, place, a]
                if gate != 0.0:
                    for i in range(oldest.size):
                        gated_accumulated[r, a, i] += gate * oldest[i]
        keep_decision(r, place, filtered, passing, inputs, surrogates)


@kernel
def keep_decision(r: int, place: int, filtered: Floats, passing: Floats, inputs: Floats, surrogates: Floats) -> None:
    """F_k <- F and psi_k <- filtered psi / filtered 1, in the slot at a place of one row."""
    last, through = filtered.shape[1] - 1, passing.shape[1] - 1
    size = surrogates.shape[2]
    for i in range(inputs.shape[2]):
        inputs[r, place, i] = filtered[r, last, i]
    if size:
        whole = max(passing[r, through, size], 1.0)
        for j in range(size):
            surrogates[r, place, j] = passing[r, through, j] / whole


@kernel
def _enter(
    rows: Rows, place: int, keep: Floats, grad_log_prob: Floats, grads: Floats, weights: Floats, accumulated: Floats
) -> None:
    """m_k <- g l m_k, then s_k <- s, m_k <- 1, and nothing accumulated, in the slot at a place."""
    for r in rows:
        for k in range(weights.shape[1]):
            weights[r, k] *= keep[r]
        for a in range(grads.shape[2]):
            grads[r, place, a] = grad_log_prob[r, a]
        weights[r, place] = 1.0
        if accumulated.shape[0]:
            accumulated[r, place] = 0.0

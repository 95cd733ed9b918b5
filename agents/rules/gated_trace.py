"""Gated traces: for each action, a trace of the inputs that is written in proportion to how the action was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.eligibility import Accumulator, Eligibility
from agents.feedback import Feedback, WithFeedback
from agents.filters import Filter, check_decays
from agents.kernels import add_outer, pass_through
from alife.core.brain import Floats, Layer, Rows, Traces
from alife.core.kernel import kernel
from alife.core.random import Stream

_SURROGATE_DECAY = 0.9  # of the mean surrogate derivative, per tick


Keep = float | Floats
"""What a trace keeps of itself from one decision to the next: one number, or an array (rows,) that all traces share."""


@dataclass(frozen=True, kw_only=True)
class GatedTrace(WithFeedback):
    """Keep, for every layer and every action, one trace per input; rebuild the gradient from them at an event.

    For a layer with input x, membrane decay d, surrogate derivative psi, actions a, s = d log pi / d membrane of the
    readout (onehot(action) - probabilities for a choice), discount g and trace decay l:

        F  = x filtered by d, then by the decay of every layer above up to the readout; u <- d u + x each time
        G_a <- g l G_a + s_a F                                   at each decision
        mean psi <- 0.9 mean psi + 0.1 psi
        dW = advantage * sum_a G_a (x) (B_a * mean psi)          at an event

    B_a is column a of the readout's weights for the last hidden layer; below it, what comes down through the
    mean psi and the current weights of the layers between (weight transport). With random feedback it is a row of
    fixed random numbers for every hidden layer, and no weight is transported. In the readout itself
    dW_a = advantage * G_a, which is exact.

    A layer with several leaky passes to its membrane, such as a synaptic current, filters by each in turn. Where the
    lowest layer has D groups of neurons with decays of their own, it keeps D of F and of G_a.
    Decays and thresholds are not learned; by `ring` and `eprop` they are.

    State per creature: D * (actions + filters) * inputs + size numbers for each layer, none per synapse.

    Source: the input trace of traceTorch, gated by the score function of Williams, REINFORCE (1992); the
    surrogate of Zenke and Ganguli, SuperSpike (2018).

    Args:
        feedback: where B_a comes from, see WithFeedback; all others, see ActorCritic.
    """

    def traces(self, layers: Sequence[Layer]) -> "GatedTraces":
        """Return empty traces for these layers.

        Raises:
            ConfigError: a layer above the lowest has several decays.
        """
        check_decays(layers)
        return GatedTraces(layers, keep_of_rows(layers[-1], self.keep), self.accumulate, self.feedback_to(layers))


class GatedTraces(Traces):
    """The gated traces of all brains.

    Args:
        layers: from the senses up; the last is the readout.
        keep: what a trace keeps of itself from one decision to the next, see `keep_of_rows`.
        accumulates: whether credit is accumulated between events.
        feedback: what comes down to the hidden layers.
        grid: see Filter.
    """

    def __init__(
        self, layers: Sequence[Layer], keep: Keep, accumulates: bool, feedback: Feedback, grid: Sequence[float] = ()
    ) -> None:
        self._layers, self._feedback, self._keep = tuple(layers), feedback, shared_keep(keep)
        self.hidden = tuple(HiddenTraces(layers[k:], keep, accumulates, grid) for k in range(len(layers) - 1))
        self.readout = ReadoutTraces(layers[-1:], keep, accumulates)
        self.features = self.readout.features
        self._accumulator = Accumulator(self.eligibilities())

    @property
    def keep_by_row(self) -> Floats | None:
        """What all traces keep of themselves from one decision to the next, (rows,)."""
        return self._keep

    def eligibilities(self) -> list[Eligibility]:
        """Return all that a gradient is linear in."""
        return [*(traces.gated for traces in self.hidden), self.readout.gated]

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers from now on."""
        self._feedback.draw_from(random)

    def perceive(self, rows: Rows) -> None:
        """Filter each layer's input through every membrane above it, and follow the surrogates."""
        for traces in self.hidden:
            traces.perceive(rows)
        self.readout.perceive(rows)

    def accumulate(self, rows: Rows, errors: Floats) -> None:
        """Weigh every trace by the TD errors."""
        self._accumulator.accumulate(rows, errors)

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        """Add the filtered inputs to the trace of each action, as much as its gradient says."""
        for traces in self.hidden:
            traces.record(rows, grad_log_prob)
        self.readout.record(rows, grad_log_prob)

    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        """Return the gradient of each layer, (len(rows), inputs, size)."""
        found = [self.readout.gradient(rows, accumulated)]
        each = down = each_action_alone(len(rows), self._layers[-1])
        for k in range(len(self.hidden) - 1, -1, -1):
            down = self._feedback.down(k, rows, each, down)
            self.hidden[k].bend(rows, down)
            found.append(self.hidden[k].gradient(rows, down, self.hidden[k].gated.now(accumulated)))
        return found[::-1]

    def clear(self, rows: Rows) -> None:
        """Set the accumulated gradient to zero."""
        self._accumulator.clear(rows)

    def reset(self, rows: Rows) -> None:
        """Forget the filters and traces of these rows; the mean surrogates belong to the neurons and stay."""
        for part in (*self.hidden, self.readout):
            part.reset(rows)

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows."""
        self.reset(rows)
        for traces in self.hidden:
            traces.mean_surrogate[rows] = 0.0 if traces.bends else 1.0


class LayerTraces(Filter):
    """What is kept of one layer: its input filtered by it and by each layer above it, gated by every action."""

    def __init__(self, layers: Sequence[Layer], keep: Keep, accumulates: bool, grid: Sequence[float] = ()) -> None:
        super().__init__(layers, grid)
        rows, dtype = layers[0].rows, layers[0].weight.dtype
        self._keep = keep_of_rows(layers[0], keep)
        self.gated = Eligibility((rows, layers[-1].size, self.width), dtype, accumulates)

    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        """Add the filtered input to the trace of each action."""
        record_gated(rows, self._keep, grad_log_prob, self.filtered, self.gated.trace)

    def reset(self, rows: Rows) -> None:
        """Forget the filters and traces of these rows."""
        super().reset(rows)
        self.gated.reset(rows)


class ReadoutTraces(LayerTraces):
    """What is kept of the readout, whose gated trace is its exact eligibility."""

    @property
    def features(self) -> Floats:
        """The readout's input filtered by its membrane, (rows, inputs)."""
        return self.filtered[:, -1]

    def gradient(self, rows: Rows, accumulated: bool) -> Floats:
        """Return the gradient, (n, inputs, actions)."""
        gated = self.gated.now(accumulated)
        gradient = np.empty((len(rows), gated.shape[2], gated.shape[1]), gated.dtype)
        _turn(rows, gated, gradient)
        return gradient


class HiddenTraces(LayerTraces):
    """What is kept of a hidden layer; the mean of its surrogates, too."""

    def __init__(self, layers: Sequence[Layer], keep: Keep, accumulates: bool, grid: Sequence[float] = ()) -> None:
        super().__init__(layers, keep, accumulates, grid)
        layer = layers[0]
        self.bends = layer.neurons.surrogate is not None
        self.mean_surrogate = np.full((layer.rows, layer.size), 0.0 if self.bends else 1.0, layer.weight.dtype)

    def perceive(self, rows: Rows) -> None:
        """Filter the input of one tick, and follow the surrogates."""
        surrogate = self._layer.neurons.surrogate
        if surrogate is None:
            super().perceive(rows)
        else:
            _perceive(
                rows, self._layer.input, self._decays, self.filtered, _SURROGATE_DECAY, surrogate, self.mean_surrogate
            )

    def bend(self, rows: Rows, down: Floats) -> None:
        """Multiply what comes down to the neurons, (n, any, size), by their mean surrogates, in place."""
        bend(rows, self.mean_surrogate[:, None], down)

    def gradient(self, rows: Rows, down: Floats, kept: Floats) -> Floats:
        """Return sum_k kept_k (x) down_k, (n, inputs, size); kept (all rows, any, groups * inputs)."""
        gradient = np.zeros((len(rows), self._layer.inputs, self._layer.size), down.dtype)
        add_outer_products(rows, kept, down, self.groups, gradient)
        return gradient


def keep_of_rows(layer: Layer, keep: Keep) -> Floats:
    """Return what a trace keeps of itself from one decision to the next, for each brain, (rows,); an array as it is."""
    return keep if isinstance(keep, np.ndarray) else np.full(layer.rows, keep, layer.weight.dtype)


def shared_keep(keep: Keep) -> Floats | None:
    """Return the array that all traces share; None where each has its own."""
    return keep if isinstance(keep, np.ndarray) else None


def each_action_alone(n: int, readout: Layer) -> Floats:
    """Return a gradient at the readout for each action by itself, (n, actions, actions)."""
    return np.tile(np.eye(readout.size, dtype=readout.weight.dtype), (n, 1, 1))


@kernel
def _perceive(
    rows: Rows, signal: Floats, decays: Floats, filtered: Floats, keep: float, surrogate: Floats, mean: Floats
) -> None:
    """F <- x filtered, and mean psi <- 0.9 mean psi + 0.1 psi."""
    for r in rows:
        pass_through(signal[r], decays[r], filtered[r])
        for j in range(mean.shape[1]):
            mean[r, j] = keep * mean[r, j] + (1.0 - keep) * surrogate[r, j]


@kernel
def bend(rows: Rows, surrogates: Floats, down: Floats) -> None:
    """down_kj *= psi_kj, with surrogates (all rows, any, size), or the same for all k, (all rows, 1, size)."""
    for n in range(rows.size):
        for k in range(down.shape[1]):
            psi = surrogates[rows[n], k if surrogates.shape[1] > 1 else 0]
            for j in range(down.shape[2]):
                down[n, k, j] *= psi[j]


@kernel
def record_gated(rows: Rows, keep: Floats, grad_log_prob: Floats, filtered: Floats, gated: Floats) -> None:
    """G_a <- g l G_a + s_a F."""
    for r in rows:
        add_outer(keep[r], grad_log_prob[r], filtered[r, filtered.shape[1] - 1], gated[r])


@kernel
def _turn(rows: Rows, gated: Floats, gradient: Floats) -> None:
    """dW_ia = G_ai."""
    for n in range(rows.size):
        for a in range(gated.shape[1]):
            for i in range(gated.shape[2]):
                gradient[n, i, a] = gated[rows[n], a, i]


@kernel
def add_outer_products(rows: Rows, kept: Floats, down: Floats, groups: NDArray[np.int64], gradient: Floats) -> None:
    """dW += sum_k F_k (x) down_k."""
    for n in range(rows.size):
        for k in range(down.shape[1]):
            add_outer_product(kept[rows[n], k], down[n, k], groups[rows[n]], gradient[n])


@kernel
def add_outer_product(filtered: Floats, down: Floats, groups: NDArray[np.int64], gradient: Floats) -> None:
    """dW_ij += F_i down_j, with the F of the group of neuron j, (groups * inputs,)."""
    inputs = gradient.shape[0]
    one_group = filtered.size == inputs
    for i in range(inputs):
        into = gradient[i]
        if one_group:
            x = filtered[i]
            if x != 0.0:
                for j in range(into.size):
                    into[j] += x * down[j]
        else:
            for j in range(into.size):
                into[j] += filtered[groups[j] * inputs + i] * down[j]

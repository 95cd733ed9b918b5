"""e-prop: a trace for every synapse, the reference for what the others save."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.filters import Filter, check_decays, decays_above
from agents.rules.gated_trace import Keep, keep_of_rows
from agents.rules.membranes import WithMembranes, membrane_traces
from agents.rules.synapses import Synapses, SynapseTraces
from alife.core.brain import Floats, Layer, Rows
from alife.core.kernel import kernel


@dataclass(frozen=True, kw_only=True)
class EProp(WithMembranes):
    """Keep the eligibility of every synapse, each factor at its own tick.

    For a layer with input x, decay d and surrogate derivative psi, actions a, s = d log pi / d membrane of the readout,
    discount g, trace decay l, and F the filter through the membranes of every layer above, up to the readout:

        xb  <- d xb + x
        e    = xb (x) psi                                 for each synapse
        Z   <- g l Z + F[e] * (sum_a s_a B_a)             at each decision, B_a for each neuron
        dW   = advantage * Z                              at an event

    Neurons whose threshold th + b a adapts by a <- q a + z, z the spike of the tick before, have one more:

        eps <- q eps + e',  e' of the tick before         how the synapse moved a
        e    = (xb - b eps) psi

    B_a is column a of the readout's weights for the last hidden layer; below it, what comes down through the surrogates
    and the weights of the layers between as they are at the decision (weight transport). With random feedback it is a
    row of fixed random numbers for every hidden layer, and no weight is transported. In the readout itself
    dW_a = advantage * G_a, its gated trace, which is exact. With one hidden layer and its weights all is exact, but for
    resets and the ticks of a refractory time, through which nothing is differentiated.

    State per creature: size * inputs * (1 + passes of the layers above) numbers for each hidden layer, once more where
    thresholds adapt, and D * inputs for D groups of decays in the lowest, which are as many as neurons where decays are
    learned; all of it moves at every tick.

    Source: Bellec et al., e-prop (2020), with grad log pi in place of their broadcast error; the surrogate of Zenke and
    Ganguli, SuperSpike (2018).

    Args:
        feedback: where B_a comes from, see WithFeedback.
        decay_pace, threshold_pace, reach: what is learned besides weights, see WithMembranes.
        all others: see ActorCritic.
    """

    def traces(self, layers: Sequence[Layer]) -> SynapseTraces:
        """Return empty traces for these layers.

        Raises:
            ConfigError: a layer above the lowest has several decays.
        """
        check_decays(layers)
        self.learn_membranes(layers)
        keep = keep_of_rows(layers[-1], self.keep)
        hidden = [MovedSynapses(layers[k:], keep, self.accumulate) for k in range(len(layers) - 1)]
        membranes = membrane_traces(layers, keep, self.accumulate)
        return SynapseTraces(layers, keep, hidden, self.accumulate, self.feedback_to(layers), membranes)


class MovedSynapses(Synapses):
    """What the synapses of one hidden layer moved in the readout, and what of it was decided upon.

    Neurons with an adapting threshold have the arrays `adaptation`, b, and `adaptation_decay`, q, (rows, size).

    Args:
        layers: from this one up to the readout.
        keep: what a trace keeps of itself from one decision to the next.
        accumulates: whether credit is accumulated between events.
    """

    def __init__(self, layers: Sequence[Layer], keep: Keep, accumulates: bool) -> None:
        layer, dtype = layers[0], layers[0].weight.dtype
        super().__init__(layer, accumulates)
        self.input = Filter([layer])  # xb
        self._decays = decays_above(layers)
        self.arriving = np.zeros((layer.rows, self._decays.shape[1], layer.inputs, layer.size), dtype)  # F[e], by pass
        nothing = np.zeros((layer.rows, 0), dtype)
        self._adaptation = getattr(layer.neurons, "adaptation", nothing)
        self._adaptation_decay = getattr(layer.neurons, "adaptation_decay", nothing)
        adapting = layer.inputs if self._adaptation.shape[1] else 0
        self.adapting = np.zeros((layer.rows, adapting, layer.size), dtype)  # eps of the next tick
        self._moved = np.zeros((layer.rows, layer.size), dtype)  # e of one input
        self._one = np.ones((layer.rows, layer.size), dtype)
        self._keep = keep_of_rows(layer, keep)

    def perceive(self, rows: Rows) -> None:
        """Let what the synapses did at this tick go through the membranes above."""
        self.input.perceive(rows)
        surrogate = self._layer.neurons.surrogate
        _move(
            rows,
            self.input.filtered,
            self.input.groups,
            self._one if surrogate is None else surrogate,
            self._adaptation,
            self._adaptation_decay,
            self._decays,
            self._moved,
            self.adapting,
            self.arriving,
        )

    def record(self, rows: Rows, down: Floats) -> None:
        """Add what arrives, as much as what came down to each neuron says."""
        _record(rows, self._keep, down, self.arriving, self.eligible.trace)

    def bend(self, rows: Rows, down: Floats) -> None:
        """Multiply what came down to the neurons, (n, 1, size), by the surrogates of this tick, in place."""
        if self._layer.neurons.surrogate is not None:
            down *= self._layer.neurons.surrogate[rows][:, None]

    def reset(self, rows: Rows) -> None:
        """Forget everything in these rows."""
        super().reset(rows)
        self.input.reset(rows)
        self.arriving[rows] = 0.0
        self.adapting[rows] = 0.0


@kernel
def _move(
    rows: Rows,
    filtered: Floats,
    groups: NDArray[np.int64],
    surrogate: Floats,
    adaptation: Floats,
    adaptation_decay: Floats,
    decays: Floats,
    moved: Floats,
    adapting: Floats,
    arriving: Floats,
) -> None:
    """Move F[e] by e = (xb - b eps) psi, pass by pass u <- d u + e; eps <- q eps + e."""
    passes, inputs, size = arriving.shape[1:]
    last = filtered.shape[1] - 1
    for r in rows:
        xb, e = filtered[r, last], moved[r]
        for i in range(inputs):
            for j in range(size):
                e[j] = xb[groups[r, j] * inputs + i]
            if adapting.shape[1]:
                for j in range(size):
                    e[j] = (e[j] - adaptation[r, j] * adapting[r, i, j]) * surrogate[r, j]
                    adapting[r, i, j] = adaptation_decay[r, j] * adapting[r, i, j] + e[j]
            else:
                for j in range(size):
                    e[j] *= surrogate[r, j]
            for p in range(passes):
                for j in range(size):
                    arriving[r, p, i, j] = decays[r, p, 0] * arriving[r, p, i, j] + e[j]
                    e[j] = arriving[r, p, i, j]


@kernel
def _record(rows: Rows, keep: Floats, down: Floats, arriving: Floats, eligible: Floats) -> None:
    """Z <- g l Z + F[e] * down."""
    last = arriving.shape[1] - 1
    for n in range(rows.size):
        r = rows[n]
        for i in range(eligible.shape[1]):
            for j in range(eligible.shape[2]):
                eligible[r, i, j] = keep[r] * eligible[r, i, j] + down[n, 0, j] * arriving[r, last, i, j]

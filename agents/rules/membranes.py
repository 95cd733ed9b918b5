"""Traces of how decays and thresholds move what a neuron puts out; a few numbers for each neuron, none per synapse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from agents.eligibility import Eligibility
from agents.feedback import WithFeedback
from agents.filters import decays_above, learning_decays
from agents.rules.gated_trace import Keep, keep_of_rows
from alife.core.brain import Floats, Layer, Rows
from alife.core.errors import ConfigError
from alife.core.kernel import kernel
from alife.core.row_state import RowState

Pace = Annotated[float, Ge(0), Le(1e4)]


@dataclass(frozen=True, kw_only=True)
class WithMembranes(WithFeedback):
    """Rules that can learn decays and thresholds beside weights.

    For a membrane v before and v+ after the reset, spikes z, surrogate psi, and F the filter through the membranes of
    every layer above (see EProp), of each neuron:

        eps_d  <- d eps_d + v+                  e_d  = psi eps_d
        eps_th <- d (eps_th - z)                e_th = psi (eps_th - 1)
        dd      = advantage * sum over decisions of (g l)^age F[e_d] (B s),  and so for th

    with what adapting thresholds add as in EProp: the derivatives of v by d and by th, spikes held as they were.

    A readout that has forgotten has no derivative by which it could learn to remember: its weights do not see what is
    gone, and its decay is of no use to weights that mean nothing. So learning takes its decay to be d', which is some
    times slower, 1 - d' = (1 - d) / reach, in every filter F and in the critic; and with eps_d <- d' eps_d + v+ its e_d
    is a difference quotient, (v' - v) / (d' - d) for the membrane v' of decay d'. At a reach of 1 all is exact.

    A decay is learned as u of 1 / (1 + exp(-u)), up to .9999, a threshold as u of exp(u), from .001 to 1000. In the
    lowest hidden layer each neuron learns its own decay, in all above and in the readout all have one; thresholds are
    each neuron's own. Entropy moves weights only.

    State per creature, for each parameter that is learned: size * (2 + passes of the layers above) numbers, and size
    for each gate, see MembraneTraces, twice where credit is accumulated.

    Source: forward sensitivities, Williams and Zipser (1989), cut off as in Bellec et al., e-prop (2020); learned
    membrane decays as in Fang et al. (2021). The reach is ours.

    Args:
        decay_pace: how many times faster than weights decays are learned; 0 where they stay.
        threshold_pace: the same for thresholds.
        reach: how many times slower a readout is taken to forget, where its decay is learned.
        feedback and all others: see WithFeedback.
    """

    decay_pace: Pace = 0.0
    threshold_pace: Pace = 0.0
    reach: Annotated[float, Ge(1), Le(1e4)] = 4.0

    def learn_membranes(self, layers: Sequence[Layer]) -> None:
        """Let these layers, the last the readout, learn decays and thresholds as this rule says.

        Raises:
            ConfigError: no layer has any that could be learned, or one is out of bounds.
        """
        if self.decay_pace or self.threshold_pace:
            for k, layer in enumerate(layers):
                last = layer is layers[-1]
                reach = self.reach if last else 1.0
                layer.learn_parameters(self.decay_pace, self.threshold_pace, shared=k > 0 or last, reach=reach)
            if not any(layer.parameters for layer in layers):
                raise ConfigError("decay_pace and threshold_pace are for neurons that have them; none of these has")


class MembraneTraces(RowState):
    """The eligibility of what one layer learns besides weights.

        Z_g <- g l Z_g + gate_g F[e]        at each decision

    Args:
        layers: from this one up to the readout.
        keep: what a trace keeps of itself from one decision to the next.
        accumulates: whether credit is accumulated between events.
        gates: how many there are: one where the top-down signal of each decision is the gate, or one for each action.
    """

    def __init__(self, layers: Sequence[Layer], keep: Keep, accumulates: bool, gates: int = 1) -> None:
        layer, dtype = layers[0], layers[0].weight.dtype
        rows, size, learned = layer.rows, layer.size, len(layer.parameters)
        neurons = self._neurons = layer.neurons
        self._parameters, self._keep = layer.parameters, keep_of_rows(layer, keep)
        self._decays = neurons.decays[-1], learning_decays(layer)[-1]
        self._is_decay = np.array([parameter.name == "decay" for parameter in layer.parameters])
        self._above = decays_above(layers)
        nothing = np.zeros((rows, 0), dtype)
        self._adaptation = getattr(neurons, "adaptation", nothing)
        self._adaptation_decay = getattr(neurons, "adaptation_decay", nothing)
        self._one = np.ones((rows, size), dtype)
        self.moving = np.zeros((rows, learned, size), dtype)  # eps of the next tick
        self.adapting = np.zeros((rows, learned, size if self._adaptation.shape[1] else 0), dtype)
        self.arriving = np.zeros((rows, 1 + self._above.shape[1], learned, size), dtype)  # e, and F[e] pass by pass
        self.eligible = Eligibility((rows, gates, learned, size), dtype, accumulates)

    def perceive(self, rows: Rows) -> None:
        """Take in one tick of the layer."""
        neurons = self._neurons
        _move(
            rows,
            self._is_decay,
            *self._decays,
            getattr(neurons, "membrane", neurons.before),
            neurons.output,
            self._one if neurons.surrogate is None else neurons.surrogate,
            self._adaptation,
            self._adaptation_decay,
            self._above,
            self.moving,
            self.adapting,
            self.arriving,
        )

    def record(self, rows: Rows, gate: Floats) -> None:
        """Take in one decision by its gates, (n, gates, size), or (n, gates, 1) where they are those of all neurons."""
        _record(rows, self._keep, gate, self.arriving, self.eligible.trace)

    def gradients(self, rows: Rows, accumulated: bool, down: Floats | None = None) -> Iterator[Floats]:
        """Give the gradient of each parameter, (n, 1, 1 or size).

        Args:
            rows: of which creatures.
            accumulated: as in Traces.
            down: the top-down signal of each gate, (n, gates, size); None where it was in the gate.
        """
        eligible = self.eligible.now(accumulated)[rows]
        each = eligible[:, 0] if down is None else (eligible * down[:, :, None]).sum(1)  # (n, learned, size)
        for p, parameter in enumerate(self._parameters):
            gradient = each[:, p : p + 1]
            yield gradient.sum(2, keepdims=True) if parameter.shared else gradient.copy()

    def reset(self, rows: Rows) -> None:
        """Forget everything in these rows."""
        self.eligible.reset(rows)
        for array in (self.moving, self.adapting, self.arriving):
            array[rows] = 0.0


def membrane_traces(
    layers: Sequence[Layer], keep: Keep, accumulates: bool, gates: int = 1
) -> tuple[MembraneTraces, ...]:
    """Return traces for each layer up to the readout, which has one gate; none where only weights are learned."""
    if not any(layer.parameters for layer in layers):
        return ()
    last = len(layers) - 1
    return tuple(MembraneTraces(layers[k:], keep, accumulates, gates if k < last else 1) for k in range(len(layers)))


@kernel
def _move(
    rows: Rows,
    is_decay: NDArray[np.bool_],
    decay: Floats,
    slower: Floats,
    membrane: Floats,
    spikes: Floats,
    surrogate: Floats,
    adaptation: Floats,
    adaptation_decay: Floats,
    above: Floats,
    moving: Floats,
    adapting: Floats,
    arriving: Floats,
) -> None:
    """Write e, and F[e] by u <- d u + e, pass by pass; then move eps on to the next tick."""
    passes = above.shape[1]
    for r in rows:
        for p in range(is_decay.size):
            for j in range(membrane.shape[1]):
                moved = moving[r, p, j] if is_decay[p] else moving[r, p, j] - 1.0
                if adapting.shape[2]:
                    moved = (moved - adaptation[r, j] * adapting[r, p, j]) * surrogate[r, j]
                    adapting[r, p, j] = adaptation_decay[r, j] * adapting[r, p, j] + moved
                else:
                    moved *= surrogate[r, j]
                arriving[r, 0, p, j] = moved
                for q in range(passes):
                    arriving[r, q + 1, p, j] = above[r, q, 0] * arriving[r, q + 1, p, j] + arriving[r, q, p, j]
                if is_decay[p]:
                    moving[r, p, j] = slower[r, j] * moving[r, p, j] + membrane[r, j]
                else:
                    moving[r, p, j] = decay[r, j] * (moving[r, p, j] - spikes[r, j])


@kernel
def _record(rows: Rows, keep: Floats, gate: Floats, arriving: Floats, eligible: Floats) -> None:
    """Z_g <- g l Z_g + gate_g F[e]."""
    last, each = arriving.shape[1] - 1, gate.shape[2] > 1
    for n in range(rows.size):
        r = rows[n]
        for g in range(gate.shape[1]):
            for p in range(eligible.shape[2]):
                for j in range(eligible.shape[3]):
                    share = gate[n, g, j if each else 0]
                    eligible[r, g, p, j] = keep[r] * eligible[r, g, p, j] + share * arriving[r, last, p, j]

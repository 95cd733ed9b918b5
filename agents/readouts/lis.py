"""LIS: a leaky integrator whose membrane becomes a choice."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from agents.neurons.leaky import Leaky, LeakyMembranes, integrate, leak_of
from alife.core.brain import Floats, Readout, ReadoutNeurons, Rows
from alife.core.kernel import kernel


@dataclass(frozen=True, kw_only=True)
class LIS(Leaky, Readout):
    """A leaky integrator with a softmax, the readout of a brain that chooses.

        v <- d v + x W
        p  = softmax(v)

    With the action a drawn and the entropy H = -sum p log p:

        d log p_a / d v = onehot(a) - p
        d H / d v       = -p (log p + H)

    The weights start at zero, so that every choice is equally likely before anything is learned. Parameters: see Leaky.

    Source: the readout of traceTorch's networks (its documentation, lesson 4); Williams, REINFORCE (1992).
    """

    chooses: ClassVar[bool] = True

    def start(self, rows: int, dtype: Any) -> "LISMembranes":
        """Return membranes at zero."""
        return LISMembranes(self, rows, dtype)


class LISMembranes(LeakyMembranes, ReadoutNeurons):
    """The state of choices in all brains; `output` holds the probabilities, `action` what was chosen, (rows,)."""

    def __init__(self, kind: LIS, rows: int, dtype: Any) -> None:
        super().__init__(rows, kind.size, dtype, bends=False)
        self.decay = leak_of(kind, rows, dtype)
        self.action = np.zeros(rows, np.int64)
        self._gradient, self._entropy_gradient = np.zeros((rows, kind.size), dtype), np.zeros((rows, kind.size), dtype)

    def step(self, rows: Rows, current: Floats) -> None:
        """Integrate, and turn the membranes into probabilities."""
        _step(rows, current, self.decay, self.before, self.output)

    def random_numbers(self, random: np.random.Generator, ticks: int) -> Floats:
        """Return a uniform number for each row of each tick."""
        return random.random((ticks, len(self.action)))

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take on a state that `state_dict` returned.

        Raises:
            ValueError: an action is none of the choices; or as any RowState.
        """
        super().load_state_dict(state)
        if ((self.action < 0) | (self.action >= self.output.shape[1])).any():
            raise ValueError(f"action must be from 0 to {self.output.shape[1] - 1}")

    def sample(self, rows: Rows, random: Floats) -> None:
        """Choose by inverting the cumulative distribution at a uniform number; the last choice has what is left."""
        _sample(rows, self.output, random, self.action)

    def grad_log_prob(self, rows: Rows) -> Floats:
        """Return onehot(action) - p."""
        _grad_log_prob(rows, self.output, self.action, self._gradient)
        return self._gradient

    def entropy_gradient(self, rows: Rows) -> Floats:
        """Return -p (log p + H)."""
        _grad_entropy(rows, self.output, self._entropy_gradient)
        return self._entropy_gradient


@kernel
def softmax(membrane: Floats, probabilities: Floats) -> None:
    """p = exp(v - max v) / sum."""
    highest = membrane[0]
    for a in range(membrane.size):
        highest = max(highest, membrane[a])
    total = 0.0
    for a in range(membrane.size):
        probabilities[a] = math.exp(membrane[a] - highest)
        total += probabilities[a]
    for a in range(membrane.size):
        probabilities[a] /= total


@kernel
def _step(rows: Rows, current: Floats, decay: Floats, membrane: Floats, probabilities: Floats) -> None:
    for r in rows:
        integrate(current[r], decay[r], membrane[r])
        softmax(membrane[r], probabilities[r])


@kernel
def _sample(rows: Rows, probabilities: Floats, uniform: Floats, action: Any) -> None:
    for r in rows:
        below, chosen = 0.0, 0
        for a in range(probabilities.shape[1] - 1):
            below += probabilities[r, a]
            if below <= uniform[r]:
                chosen += 1
        action[r] = chosen


@kernel
def _grad_log_prob(rows: Rows, probabilities: Floats, action: Any, gradient: Floats) -> None:
    for r in rows:
        for a in range(probabilities.shape[1]):
            gradient[r, a] = -probabilities[r, a]
        gradient[r, action[r]] += 1.0


@kernel
def _grad_entropy(rows: Rows, probabilities: Floats, gradient: Floats) -> None:
    for r in rows:
        p = probabilities[r]
        negative_entropy = 0.0
        for a in range(p.size):
            negative_entropy += p[a] * math.log(max(p[a], 1e-12))
        for a in range(p.size):
            gradient[r, a] = -p[a] * (math.log(max(p[a], 1e-12)) - negative_entropy)

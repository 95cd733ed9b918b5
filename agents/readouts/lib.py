"""LIB: a leaky integrator whose membrane becomes probabilities of yes."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.neurons.leaky import Leaky, LeakyMembranes, integrate, leak_of
from alife.core.brain import Floats, Readout, ReadoutNeurons, Rows
from alife.core.kernel import kernel


@dataclass(frozen=True, kw_only=True)
class LIB(Leaky, Readout):
    """A leaky integrator with a sigmoid, the readout of separate decisions of yes or no (Bernoulli).

        v <- d v + x W
        p  = sigmoid(v)

    With the actions a drawn, 1 for yes and 0 for no, and the entropy H, the sum of those of all decisions:

        d log p(a) / d v = a - p
        d H / d v        = p (1 - p) (log(1 - p) - log p)

    The weights start at zero, so that every probability is one half before anything is learned. Parameters: see Leaky.

    State per creature: size numbers, v.

    Source: the sigmoid readout beside the softmax one of traceTorch's networks; Williams, REINFORCE (1992).
    """

    def start(self, rows: int, dtype: Any) -> "LIBMembranes":
        """Return membranes at zero."""
        return LIBMembranes(self, rows, dtype)


class LIBMembranes(LeakyMembranes, ReadoutNeurons):
    """The state of decisions in all brains; `output` holds the probabilities, `action` the decisions, (rows, size)."""

    def __init__(self, kind: LIB, rows: int, dtype: Any) -> None:
        super().__init__(rows, kind.size, dtype, bends=False)
        self.decay = leak_of(kind, rows, dtype)
        self.action = np.zeros((rows, kind.size), bool)
        self._gradient, self._entropy_gradient = np.zeros((rows, kind.size), dtype), np.zeros((rows, kind.size), dtype)

    def step(self, rows: Rows, current: Floats) -> None:
        """Integrate, and turn the membranes into probabilities."""
        _step(rows, current, self.decay, self.before, self.output)

    def random_numbers(self, random: np.random.Generator, ticks: int) -> Floats:
        """Return a uniform number for each decision of each row of each tick."""
        return random.random((ticks, *self.action.shape))

    def sample(self, rows: Rows, random: Floats) -> None:
        """Decide for yes where a uniform number is below the probability."""
        _sample(rows, self.output, random, self.action)

    def grad_log_prob(self, rows: Rows) -> Floats:
        """Return a - p."""
        _grad_log_prob(rows, self.output, self.action, self._gradient)
        return self._gradient

    def entropy_gradient(self, rows: Rows) -> Floats:
        """Return p (1 - p) (log(1 - p) - log p)."""
        _grad_entropy(rows, self.output, self._entropy_gradient)
        return self._entropy_gradient


@kernel
def sigmoid(membrane: float) -> float:
    """Return 1 / (1 + exp(-v)), by an exponential that cannot overflow."""
    shrunk = math.exp(-abs(membrane))
    return (1.0 if membrane >= 0.0 else shrunk) / (1.0 + shrunk)


@kernel
def _step(rows: Rows, current: Floats, decay: Floats, membrane: Floats, probabilities: Floats) -> None:
    for r in rows:
        integrate(current[r], decay[r], membrane[r])
        for a in range(membrane.shape[1]):
            probabilities[r, a] = sigmoid(membrane[r, a])


@kernel
def _sample(rows: Rows, probabilities: Floats, uniform: Floats, action: Any) -> None:
    for r in rows:
        for a in range(probabilities.shape[1]):
            action[r, a] = uniform[r, a] < probabilities[r, a]


@kernel
def _grad_log_prob(rows: Rows, probabilities: Floats, action: Any, gradient: Floats) -> None:
    for r in rows:
        for a in range(probabilities.shape[1]):
            gradient[r, a] = (1.0 if action[r, a] else 0.0) - probabilities[r, a]


@kernel
def _grad_entropy(rows: Rows, probabilities: Floats, gradient: Floats) -> None:
    for r in rows:
        for a in range(probabilities.shape[1]):
            yes = probabilities[r, a]
            no = 1.0 - yes
            gradient[r, a] = yes * no * (math.log(max(no, 1e-12)) - math.log(max(yes, 1e-12)))

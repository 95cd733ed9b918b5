"""LIG: a leaky integrator whose membranes are the mean and the spread of Gaussian actions."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from agents.neurons.leaky import Leaky, LeakyMembranes, integrate, leak_of
from alife.core.brain import Floats, Readout, ReadoutNeurons, Rows
from alife.core.errors import ConfigError
from alife.core.kernel import kernel
from alife.core.types import Positive


@dataclass(frozen=True, kw_only=True)
class LIG(Leaky, Readout):
    """A leaky integrator with Gaussian actions, the readout of a brain that moves by numbers.

        v <- d v + x W                          two membranes for each action
        mean = v                                of the first half
        spread = softplus(v + start)            of the second half; `spread` where v is zero

    The output holds the means, then the standard deviations. The weights start at zero.

    With the action u drawn, mean m, spread s and the entropy H, both gradients are those at the membranes of one tick.
    Softplus has the derivative sigmoid(v + start) = 1 - exp(-s), so that nothing but the output is needed:

        d log N(u; m, s) / d v = (u - m) / s^2                               in the first half
                                 ((u - m)^2 / s^2 - 1) (1 - exp(-s)) / s     in the second
        d H / d v              = 0,   (1 - exp(-s)) / s

    State per creature: size numbers, v.

    Source: the Gaussian policy of Williams, REINFORCE (1992), section 6.

    Args:
        size: membranes, twice the number of actions.
        spread: the standard deviation before anything is learned.
        decay: see Leaky.
        connections, dale, delay: see Neuron.
    """

    moves: ClassVar[bool] = True

    spread: Positive = 1.0

    def start(self, rows: int, dtype: Any) -> "LIGMembranes":
        """Return membranes at zero.

        Raises:
            ConfigError: the size is odd, or the spread no finite number above 0.
        """
        if self.size % 2:
            raise ConfigError(f"size must be even, a mean and a spread for each action, got {self.size}")
        if not 0.0 < self.spread < math.inf:
            raise ConfigError(f"spread must be a finite number greater than 0, got {self.spread:g}")
        return LIGMembranes(self, rows, dtype)


class LIGMembranes(LeakyMembranes, ReadoutNeurons):
    """The state of movements in all brains; `output` holds means and spreads, `action` what was drawn, (rows, size/2).

    An action is bounded by nothing.
    """

    def __init__(self, kind: LIG, rows: int, dtype: Any) -> None:
        super().__init__(rows, kind.size, dtype, bends=False)
        self.decay = leak_of(kind, rows, dtype)
        self.action = np.zeros((rows, kind.size // 2), dtype)
        self._start = kind.spread + math.log(-math.expm1(-kind.spread))  # softplus(start) = spread
        self._gradient, self._entropy_gradient = np.zeros((rows, kind.size), dtype), np.zeros((rows, kind.size), dtype)

    def step(self, rows: Rows, current: Floats) -> None:
        """Integrate, and turn the membranes into means and standard deviations."""
        _step(rows, current, self.decay, self._start, self.before, self.output)

    def random_numbers(self, random: np.random.Generator, ticks: int) -> Floats:
        """Return a standard normal number for each action of each row of each tick."""
        return random.standard_normal((ticks, *self.action.shape)).astype(self.action.dtype)

    def sample(self, rows: Rows, random: Floats) -> None:
        """Draw mean + spread times a standard normal number."""
        _sample(rows, self.output, random, self.action)

    def grad_log_prob(self, rows: Rows) -> Floats:
        """Return (u - m) / s^2, then ((u - m)^2 / s^2 - 1) (1 - exp(-s)) / s."""
        _grad_log_prob(rows, self.output, self.action, self._gradient)
        return self._gradient

    def entropy_gradient(self, rows: Rows) -> Floats:
        """Return 0, then (1 - exp(-s)) / s."""
        _grad_entropy(rows, self.output, self._entropy_gradient)
        return self._entropy_gradient


@kernel
def softplus(x: float) -> float:
    """Return log(1 + exp(x)), by an exponential that cannot overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@kernel
def not_too_small(spread: float) -> float:
    """Return the spread that a gradient divides by; the square of the least is a number of 32 bits."""
    return max(spread, 1e-6)


@kernel
def slope_of_log(spread: float) -> float:
    """Return d log s / d v = (1 - exp(-s)) / s, precise where s is small."""
    return -math.expm1(-spread) / spread


@kernel
def _step(rows: Rows, current: Floats, decay: Floats, start: float, membrane: Floats, output: Floats) -> None:
    actions = output.shape[1] // 2
    for r in rows:
        integrate(current[r], decay[r], membrane[r])
        for a in range(actions):
            output[r, a] = membrane[r, a]
            output[r, actions + a] = softplus(membrane[r, actions + a] + start)


@kernel
def _sample(rows: Rows, output: Floats, normal: Floats, action: Floats) -> None:
    actions = action.shape[1]
    for r in rows:
        for a in range(actions):
            action[r, a] = output[r, a] + output[r, actions + a] * normal[r, a]


@kernel
def _grad_log_prob(rows: Rows, output: Floats, action: Floats, gradient: Floats) -> None:
    actions = action.shape[1]
    for r in rows:
        for a in range(actions):
            spread = not_too_small(output[r, actions + a])
            z = (action[r, a] - output[r, a]) / spread
            gradient[r, a] = z / spread
            gradient[r, actions + a] = (z * z - 1.0) * slope_of_log(spread)


@kernel
def _grad_entropy(rows: Rows, output: Floats, gradient: Floats) -> None:
    actions = output.shape[1] // 2
    for r in rows:
        for a in range(actions):
            gradient[r, a] = 0.0
            gradient[r, actions + a] = slope_of_log(not_too_small(output[r, actions + a]))

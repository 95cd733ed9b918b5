"""LIG: a leaky integrator whose membranes are the mean and the spread of Gaussian actions."""

import math
from collections.abc import Sequence
from typing import ClassVar, Unpack

import numpy as np
import torch
from torch import Tensor

from alife.core.types import Decay, Positive
from alife.nn._check import one_number
from alife.nn.layers._leaky import Leaky
from alife.nn.layers.layer import LayerOptions, NoTick
from alife.nn.layers.readout import Readout, Values

_LEAST_SPREAD = 1e-6  # that grad log pi divides by; its square is a number of 32 bits


class LIG(Leaky, Readout):
    """A leaky integrator with Gaussian actions, the readout of a network that moves by numbers.

        v <- d v + W x                          two membranes for each action
        mean = v of the first half
        spread = softplus(v + start) of the second half, `spread` where v is zero

    The output holds the means, then the standard deviations. The weights start at zero.
    Other parameters: see Leaky.

    For an action u, mean m and spread s, both gradients are those at the membranes v of one tick. Softplus has the
    slope sigmoid(v + start) = 1 - exp(-s), so that nothing but the output is needed:

        d log N(u; m, s) / d v = (u - m) / s^2                               in the first half
                                 ((u - m)^2 / s^2 - 1) (1 - exp(-s)) / s     in the second
        d entropy / d v        = 0,   (1 - exp(-s)) / s

    Source: the Gaussian policy of Williams, REINFORCE (1992), section 6.

    Args:
        inputs: width of the input.
        size: membranes, twice the number of actions.
        decay: of the membrane per tick, in (0, 1).
        spread: the standard deviation at the start.
        options: see Layer.
    """

    chooses: ClassVar[bool] = False
    moves: ClassVar[bool] = True

    def __init__(
        self,
        inputs: int,
        size: int,
        decay: Decay | Sequence[Decay] = 0.2,
        *,
        spread: Positive = 1.0,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(inputs, size, decay, **options)
        if size % 2:
            raise ValueError(f"size must be even, a mean and a spread for each action, got {size}")
        spread = one_number(spread, "spread")
        if not 0.0 < spread < math.inf:
            raise ValueError(f"spread must be a finite number greater than 0, got {spread:g}")
        self._start = spread + math.log(-math.expm1(-spread))

    def read_out(self, membrane: Tensor) -> Tensor:
        """Return means and standard deviations, (*rows, size)."""
        mean, spread = membrane.chunk(2, -1)
        return torch.cat([mean, torch.nn.functional.softplus(spread + self._start)], -1)

    def draw_action(self, output: Values, random: np.random.Generator) -> Values:
        """Return an action for each row, (rows, size / 2), bounded by nothing."""
        mean, spread = _halves(output)
        return mean + spread * random.standard_normal(mean.shape).astype(output.dtype)

    def grad_log_prob(self, output: Values, action: Values) -> Values:
        """Return d log density / d membranes, for actions (rows, size / 2) as they were drawn."""
        mean, spread = _halves(output)
        spread = np.maximum(spread, _LEAST_SPREAD)
        z = (action - mean) / spread
        return np.concatenate([z / spread, (z * z - 1.0) * _slope_of_log(spread)], 1)

    def entropy_gradient(self, output: Values) -> Values:
        """Return 0 for the means, and d log spread / d membrane for the spreads."""
        mean, spread = _halves(output)
        return np.concatenate([np.zeros_like(mean), _slope_of_log(np.maximum(spread, _LEAST_SPREAD))], 1)

    @torch.no_grad()
    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """Draw an action for each row from the last output, (*rows, size / 2).

        Raises:
            RuntimeError: there was no tick yet.
        """
        if isinstance(self.tick, NoTick):
            raise RuntimeError("LIG has no action to draw before its first tick; call it first")
        mean, spread = self.tick.output.chunk(2, -1)
        return mean + spread * torch.randn(mean.shape, generator=generator, dtype=mean.dtype, device=mean.device)


def _halves(output: Values) -> tuple[Values, Values]:
    """Return the means and the standard deviations, (rows, size / 2) each."""
    middle = output.shape[1] // 2
    return output[:, :middle], output[:, middle:]


def _slope_of_log(spread: Values) -> Values:
    """Return d log spread / d membrane of spread = softplus(membrane + start)."""
    shrunk: Values = np.expm1(-spread)  # precise where the spread is small
    return -shrunk / spread

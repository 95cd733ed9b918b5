"""LIG: a leaky integrator whose membranes are the mean and the spread of Gaussian actions."""

import math
from collections.abc import Sequence
from typing import ClassVar, Unpack

import torch
from torch import Tensor

from alife.nn.check import one_number
from alife.nn.layer import LayerOptions, NoTick, Readout
from alife.nn.leaky import Leaky
from alife.types import Decay, Positive


class LIG(Leaky, Readout):
    """A leaky integrator with Gaussian actions, the readout of a network that moves by numbers.

        v <- d v + W x                          two membranes for each action
        mean = v of the first half
        spread = softplus(v + start) of the second half, `spread` where v is zero

    The output holds the means, then the standard deviations. The weights start at zero.
    Other parameters: see Leaky.

    Source: the Gaussian policy of Williams, REINFORCE (1992).

    Args:
        inputs: width of the input.
        size: membranes, twice the number of actions.
        decay: of the membrane per tick, in (0, 1).
        spread: the standard deviation at the start.
        options: see Layer.
    """

    chooses: ClassVar[bool] = False

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

    def output(self, membrane: Tensor) -> Tensor:
        """Return means and standard deviations, (*rows, size)."""
        mean, spread = membrane.chunk(2, -1)
        return torch.cat([mean, torch.nn.functional.softplus(spread + self._start)], -1)

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

"""InputTrace: a decaying average of what came in, all that a backward pass needs to know of the past."""

from typing import Any

import torch
from torch import Tensor, nn

from alife.nn._free import UnitInterval


class InputTrace(nn.Module):
    """The average of the inputs so far, recent ones first.

    With the trace decay l, after n ticks of inputs x(1) ... x(n):

        T <- l T + x        N <- l N + 1
        mean = T / N        = sum_k l^k x(n - k) / sum_k l^k

    Dividing by N instead of 1 / (1 - l) makes it a mean from the first tick on. Where the decay is to be
    learned, two more sums give the exact derivative of that mean, which is zero for a steady input:

        T' <- l T' + T      N' <- l N' + N      (with T and N of the tick before)
        d mean / d l = (T' N - T N') / N^2

    Source: the input trace of traceTorch (its README), with the bias correction of Adam (Kingma and Ba, 2015).

    Args:
        inputs: width of the input.
        decay: l, per tick, in (0, 1); or that of another trace, to share it.
        rows: leading axes.
        learn: whether the decay is to have a gradient.
    """

    total: Tensor  # (*rows, inputs), T
    weight: Tensor  # (*rows, 1), N
    total_slope: Tensor | None  # T', where the decay is learned
    weight_slope: Tensor | None  # N'

    def __init__(
        self, inputs: int, decay: float | UnitInterval = 0.9, rows: tuple[int, ...] = (), learn: bool = False
    ) -> None:
        super().__init__()
        if isinstance(decay, UnitInterval):
            self._decay = decay
        else:
            self._decay = UnitInterval(decay, rows)
            self.free_decay = self._decay.parameter.requires_grad_(learn)
            self._decay.bind_parameter(self._parameters, "free_decay")  # type: ignore[arg-type]
        self.register_buffer("total", torch.zeros(*rows, inputs))
        self.register_buffer("weight", torch.zeros(*rows, 1))
        self.register_buffer("total_slope", torch.zeros(*rows, inputs) if learn else None)
        self.register_buffer("weight_slope", torch.zeros(*rows, 1) if learn else None)

    def with_same_decay(self, inputs: int) -> "InputTrace":
        """Return a trace of something else, of this width, with the same decay."""
        return InputTrace(inputs, self._decay, tuple(self.weight.shape[:-1]), self.total_slope is not None)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        # A state from a layer whose trace decay was fixed has no slopes: they begin with what comes in from now on.
        for name in ("total_slope", "weight_slope"):
            if (sums := getattr(self, name)) is not None:
                state_dict.setdefault(prefix + name, torch.zeros_like(sums))
        super()._load_from_state_dict(state_dict, prefix, *rest)

    @property
    def decay(self) -> Tensor:
        """The trace decay, shape (*rows, 1)."""
        return self._decay.detached_value()

    @torch.no_grad()
    def add_input(self, input: Tensor) -> None:
        """Add the input of one tick to the trace, (*rows, inputs)."""
        decay = self._decay.detached_value()
        if self.total_slope is not None and self.weight_slope is not None:
            torch.addcmul(self.total, self.total_slope, decay, out=self.total_slope)
            torch.addcmul(self.weight, self.weight_slope, decay, out=self.weight_slope)
        torch.addcmul(input, self.total, decay, out=self.total)
        self.weight.mul_(decay).add_(1.0)

    @torch.no_grad()
    def mean_input(self) -> Tensor:
        """Return the mean input, (*rows, inputs); zero before the first tick."""
        return self.total / self.weight.clamp_min(1.0)

    def is_empty(self) -> bool:
        """Return whether no input has come in yet, in no row, although there are rows."""
        return self.weight.numel() > 0 and not bool(self.weight.any())

    def with_decay_gradient(self, mean: Tensor) -> Tensor:
        """Return a mean as a function of the trace decay too: the same value, with the gradient of a learned decay."""
        if self.total_slope is None or self.weight_slope is None:
            return mean
        weight = self.weight.clamp_min(1.0)
        slope = (self.total_slope * weight - self.total * self.weight_slope) / weight.square()
        decay = self._decay.differentiable_value()
        return mean + (decay - decay.detach()) * slope

    def zero_states(self, rows: object = ...) -> None:
        """Clear the sums: all of them, or those of rows given by an index of the leading axis."""
        for sums in (self.total, self.weight, self.total_slope, self.weight_slope):
            if sums is not None:
                sums[rows] = 0.0  # type: ignore[index]

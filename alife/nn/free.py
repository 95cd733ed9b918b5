"""Numbers with a range that live where every number is allowed, so that a step does not leave the range.

At its ends a range is as fine as the number type: in float32, 1 - 1e-8 is 1.
"""

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn


class Free(ABC):
    """Reads one value per row through a squashing function, from a parameter that has no bounds.

    The layer registers `parameter`; this only reads it, and only anew when it has changed.

    Args:
        value: what `read` gives back at first, to 1e-6.
        rows: the leading axes; the parameter has shape (*rows, 1).
    """

    def __init__(self, value: float, rows: tuple[int, ...]) -> None:
        self.parameter = nn.Parameter(torch.full((*rows, 1), self._inverse(value)), requires_grad=False)
        self._seen = (0, -1)
        self._value = torch.empty(0)

    def read(self) -> Tensor:
        """Return the value, shape (*rows, 1)."""
        now = (self.parameter.data_ptr(), self.parameter._version)
        if now != self._seen:
            self._value, self._seen = self._squash(self.parameter.detach()), now
        return self._value

    @staticmethod
    @abstractmethod
    def _squash(free: Tensor) -> Tensor: ...

    @staticmethod
    @abstractmethod
    def _inverse(value: float) -> float: ...


class UnitInterval(Free):
    """A value between zero and one, behind a sigmoid."""

    @staticmethod
    def _squash(free: Tensor) -> Tensor:
        return torch.sigmoid(free)

    @staticmethod
    def _inverse(value: float) -> float:
        return math.log(value) - math.log1p(-value)


class PositiveLine(Free):
    """A value above zero, behind a softplus."""

    @staticmethod
    def _squash(free: Tensor) -> Tensor:
        return torch.nn.functional.softplus(free)

    @staticmethod
    def _inverse(value: float) -> float:
        return value + math.log(-math.expm1(-value))

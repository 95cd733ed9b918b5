"""Numbers with a range that live where every number is allowed, so that a step does not leave the range.

Its ends are as near as the number type is fine, 1e-7 in float32: nearer, the squashing is flat, and 1 - 1e-8 is 1.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from alife.nn._check import one_number


class Free(ABC):
    """Reads values per row through a squashing function, from a parameter that has no bounds.

    The layer registers the parameter and says where it keeps it (`bind_parameter`); this only reads it there.

    Args:
        value: what `detached_value` gives back at first, to 1e-6; or several, each for an equal share of the neurons.
        rows: the leading axes; the parameter has shape (*rows, values).
        size: how many neurons share several values; one value serves any number.

    Raises:
        ValueError: a value is out of range, or there are more values than neurons.
    """

    wanted: str

    def __init__(self, value: float | Sequence[float], rows: tuple[int, ...], size: int = 1) -> None:
        values = self._parse_values(value)
        if bad := [each for each in values if not self._in_range(each)]:
            raise ValueError(f"must be {self.wanted}, got {bad[0]:g}")
        if not 1 <= len(values) <= max(size, 1):
            raise ValueError(f"must be 1 to {size} values for {size} neurons, got {len(values)}")
        raw = torch.tensor([self._inverse(each) for each in values])
        parameter = nn.Parameter(raw.expand(*rows, len(values)).clone(), requires_grad=False)
        self._home, self._name = {"": parameter}, ""
        # Contiguous shares, so that neighbours are alike; a single value stays one column and broadcasts.
        self._group = None if len(values) == 1 else torch.arange(size) * len(values) // size
        self._seen: tuple[object, ...] = ()
        self._value = torch.empty(0)

    @property
    def parameter(self) -> nn.Parameter:
        """The parameter that has no bounds, (*rows, values)."""
        return self._home[self._name]

    def bind_parameter(self, home: dict[str, nn.Parameter], name: str) -> None:
        """Read the parameter that a module has under a name from now on, whichever it is put there later."""
        self._home, self._name = home, name

    def detached_value(self) -> Tensor:
        """Return the values without a graph, shape (*rows, 1) or (*rows, size); computed anew only after a change.

        A change is what torch counts as one; writes behind its back, through `.data` or numpy, are not seen.
        """
        parameter = self._home[self._name]
        now = (parameter.data_ptr(), parameter._version, parameter.dtype)
        if now != self._seen:
            with torch.no_grad():
                self._value, self._seen = self.differentiable_value(), now
        return self._value

    def differentiable_value(self) -> Tensor:
        """Return the values as a function of the parameter, for gradients; shapes as `detached_value`."""
        return self._squash(self._raw_per_neuron())

    def _parse_values(self, value: Any) -> list[float]:
        plain = value.tolist() if hasattr(value, "tolist") else value
        several = isinstance(plain, Sequence) and not isinstance(plain, str)
        try:
            return [one_number(each, "it") for each in (plain if several else [plain])]
        except ValueError:
            raise ValueError(f"must be {self.wanted}, got {value!r}") from None

    def _raw_per_neuron(self) -> Tensor:
        raw = self.parameter if self._group is None else self.parameter[..., self._group]
        return raw.clamp(*self._raw_limits(-math.log(torch.finfo(raw.dtype).eps)))

    @staticmethod
    def _raw_limits(far: float) -> tuple[float, float | None]:
        """Return between which raw numbers to stay, where so far out the squashing is flat in the number type."""
        return -far, far

    @staticmethod
    @abstractmethod
    def _in_range(value: float) -> bool: ...

    @staticmethod
    @abstractmethod
    def _squash(free: Tensor) -> Tensor: ...

    @staticmethod
    @abstractmethod
    def _inverse(value: float) -> float: ...


class UnitInterval(Free):
    """A value between zero and one, behind a sigmoid."""

    wanted = "greater than 0 and less than 1"

    def complement(self) -> Tensor:
        """Return 1 - value as a function of the parameter, above 0 even where the value itself rounds to 1."""
        return torch.sigmoid(-self._raw_per_neuron())

    @staticmethod
    def _in_range(value: float) -> bool:
        return 0.0 < value < 1.0

    @staticmethod
    def _squash(free: Tensor) -> Tensor:
        return torch.sigmoid(free)

    @staticmethod
    def _inverse(value: float) -> float:
        return math.log(value) - math.log1p(-value)


class PositiveLine(Free):
    """A value above zero, behind a softplus."""

    wanted = "a finite number greater than 0"

    @staticmethod
    def _raw_limits(far: float) -> tuple[float, float | None]:
        return -far, None

    @staticmethod
    def _in_range(value: float) -> bool:
        return 0.0 < value < math.inf

    @staticmethod
    def _squash(free: Tensor) -> Tensor:
        return torch.nn.functional.softplus(free)

    @staticmethod
    def _inverse(value: float) -> float:
        return value + math.log(-math.expm1(-value))

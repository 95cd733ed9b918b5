"""Schedule: a quantity that changes with time in a way that is known from the start."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from alife.core.errors import WorldError
from alife.core.types import Count


@dataclass(frozen=True)
class Schedule:
    """Values, each for so many ticks: in turn and the last for good, around and around, or gliding to the next.

        Schedule((1.0, -1.0), every=10_000)                  1 for 10,000 ticks, then -1 for good
        Schedule((1.0, -1.0), every=10_000, how="cycle")     1, -1, 1, -1, ..., each for 10,000 ticks
        Schedule((10, 30), every=10_000, how="ramp")         from 10 to 30 in 10,000 ticks, then 30 for good

    Args:
        values: all of one shape: numbers, points, boxes.
        every: ticks that each value lasts, or that it takes to glide to the next.
        how: step, cycle or ramp.

    Raises:
        WorldError: there is no value, or the values differ in shape.
    """

    values: Sequence[Any]
    every: Count
    how: Literal["step", "cycle", "ramp"] = "step"

    def __post_init__(self) -> None:
        if len(self.values) == 0 or len({np.shape(value) for value in self.values}) > 1:
            raise WorldError("the values of a schedule must be one or more of the same shape")
        if self.every < 1 or self.how not in ("step", "cycle", "ramp"):
            raise WorldError(
                f"a schedule is one of step, cycle, ramp, every 1 tick or more; got {self.how!r}, {self.every}"
            )

    def value_at(self, tick: int) -> Any:
        """Return the value of a tick."""
        turn, into = divmod(tick, self.every)
        last = len(self.values) - 1
        if self.how == "cycle":
            return self.values[turn % (last + 1)]
        if self.how == "step" or turn >= last:
            return self.values[min(turn, last)]
        share, here, there = into / self.every, *map(np.asarray, self.values[turn : turn + 2])
        return (1.0 - share) * here + share * there

    def changes(self, tick: int) -> bool:
        """Return whether the value of a tick is another than that of the tick before."""
        return tick > 0 and not np.array_equal(self.value_at(tick), self.value_at(tick - 1))


def current_value(quantity: Any, tick: int) -> Any:
    """Return the value of a quantity at a tick, scheduled or not."""
    return quantity.value_at(tick) if isinstance(quantity, Schedule) else quantity

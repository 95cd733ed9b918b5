"""Motor, the contract of how a body moves."""

from abc import ABC, abstractmethod
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.core.errors import WorldError


class Motor(ABC):
    """How actions become motion. A frozen dataclass of its own parameters, which keeps nothing between ticks."""

    @abstractmethod
    def action_space(self) -> gymnasium.Space[Any]:
        """Return the space of one creature's action."""

    @abstractmethod
    def action_names(self) -> tuple[str, ...]:
        """Return the names of the actions, or of the numbers of which an action is made, in order."""

    @abstractmethod
    def turn_and_step(self, headings: NDArray[np.float64], actions: NDArray[Any]) -> NDArray[np.float64]:
        """Turn `headings` (rows,) in place by the actions and return each creature's step (rows, 2)."""


def check_steps(motor: Motor, steps: Any, rows: int) -> NDArray[np.float64]:
    """Return the steps of a motor as numbers in C order.

    Raises:
        WorldError: they are not two numbers for each creature.
    """
    shape = np.shape(steps)
    if shape != (rows, 2):
        kind = f"{type(motor).__module__}.{type(motor).__qualname__}"
        raise WorldError(f"the motor {kind} must return steps of shape ({rows}, 2), it returned {shape}")
    return np.ascontiguousarray(steps, np.float64)


def check_choices(motor: str, actions: NDArray[Any], rows: int) -> NDArray[np.int64]:
    """Return actions that are whole numbers, one for each creature, in C order.

    Raises:
        WorldError: they are something else.
    """
    array = np.asarray(actions)
    if array.dtype == np.int64 and array.shape == (rows,) and array.flags.c_contiguous:
        return array
    if array.shape != (rows,) or array.dtype.kind not in "iub":
        raise WorldError(
            f"the motor {motor} takes a whole number for each creature, an array ({rows},), it got one of "
            f"{array.dtype}, of shape {array.shape}"
        )
    return np.ascontiguousarray(array, np.int64)

"""Motor, the contract of how a body moves."""

from abc import ABC, abstractmethod
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray


class Motor(ABC):
    """How actions become motion: a frozen dataclass of its own parameters, which keeps nothing between ticks."""

    @abstractmethod
    def action_space(self) -> gymnasium.Space[Any]:
        """Return the space of one creature's action."""

    @abstractmethod
    def action_names(self) -> tuple[str, ...]:
        """Return the names of the actions, or of the numbers of which an action is made, in order."""

    @abstractmethod
    def turn_and_step(self, headings: NDArray[np.float64], actions: NDArray[Any]) -> NDArray[np.float64]:
        """Turn `headings` (rows,) in place by the actions and return each creature's step (rows, 2)."""

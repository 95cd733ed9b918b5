"""A world that never comes back from one of its ticks."""

import ctypes
import time
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from alife.core.world import Outcome
from worlds.forage import Forage


class HangingWorld(Forage):
    """Forage that hangs from the tick `at` on: in Python, in a sleep, or in C with all threads of Python held."""

    at: int = 2000
    how: str = "spin"

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        while self._tick + 1 >= self.at:
            if self.how == "sleep":
                time.sleep(1000)
            if self.how == "hold":
                ctypes.PyDLL(None).sleep(1000)
        return super().step(actions)

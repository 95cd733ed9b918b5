"""A world in which chosen seeds fail."""

import os
import signal
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from alife.core.random import derive_seed
from alife.core.world import Outcome
from worlds.forage import Forage


class Fragile(Forage):
    """Forage where the runs of the seeds in FRAGILE, "1:raise,2:die", end at their fiftieth tick."""

    def reset(self, seed: int) -> dict[str, Outcome]:
        ends = dict(entry.split(":") for entry in filter(None, os.environ.get("FRAGILE", "").split(",")))
        self._end = next((how for number, how in ends.items() if seed == derive_seed(int(number), "world")), "")
        return super().reset(seed)

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        if self._end and self._tick == 49:
            if self._end == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            raise RuntimeError("the sky\nfell")
        return super().step(actions)

"""Clearing: berries that grow again where they were, wasps that fly about, and a hedge between."""

import numpy as np
from numpy.typing import NDArray

from alife.core.types import NonNegative
from alife.place import Draws, Place, Things

_LEFT, _STRAIGHT, _RIGHT = 0, 1, 2  # actions of the motor `steps`


class Clearing(Place):
    """Berries feed, wasps sting.

    What has an annotation is a key in YAML, as are `berry` and `wasp`: how many there are.
    """

    size = 12.0
    wraps = False
    speed: NonNegative = 0.1
    walls = (((6.0, 0.0), (6.0, 8.0)),)
    things = (
        Things("berry", 20, reward=1.0, cause="ate", regrows="here", after=100),
        Things("wasp", 4, reward=-1.0, cause="stung"),
    )

    def on_tick(self, random: Draws) -> None:
        """Move the wasps."""
        wasps = self.group_of("wasp").positions  # (copies, wasps, 2)
        wasps += random.normal(self.speed, *wasps.shape[1:])


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play by hand: go to the nearest berry, and turn left off a wasp that is close ahead.

    Args:
        observations: (rows, 16) from eight sectors: of berries, then of wasps, from straight ahead to the left.
        random: for players that need it.
    """
    berries, wasps = observations[:, :8], observations[:, 8:]
    sector = berries.argmax(1)
    towards = np.where(sector == 0, _STRAIGHT, np.where(sector <= 4, _LEFT, _RIGHT))
    return np.where(wasps[:, 0] > 0.8, _LEFT, towards)

"""Orchard: apples that ripen again where they were, wasps that fly about, and a hedge between. All of a world."""

import numpy as np
from numpy.typing import NDArray

from alife.place import Draws, Place, Things


class Orchard(Place):
    """An apple feeds, a wasp stings."""

    wraps = False
    walls = (((6.0, 0.0), (6.0, 8.0)),)
    things = (
        Things("apple", 20, reward=1.0, cause="ate", regrows="here", after=100),
        Things("wasp", 4, reward=-1.0, cause="stung"),
    )

    def on_tick(self, random: Draws) -> None:
        self.group_of("wasp").positions[:] += random.normal(0.1, 1, 2)  # as a swarm


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Go to the nearest apple, whatever else there is."""
    sector = observations[:, :8].argmax(1)  # counter-clockwise from straight ahead
    return np.where(sector == 0, 1, np.where(sector <= 4, 0, 2))

"""Key maze: a red key opens the red door, a blue key the blue one, and the treasure lies behind both."""

import numpy as np
from numpy.typing import NDArray

from alife.core.types import Count
from alife.place import Contacts, Draws, Place, Things

RAYS = 15  # over half a turn, with walls: what the player below, and the creatures of the configuration, see


def _hedge(left: float, bottom: float, right: float, top: float) -> list[tuple[float, float]]:
    return [(left, bottom), (right, bottom), (right, top), (left, top)]


class KeyMaze(Place):
    """Three rooms, left to right. The treasure ends the episode."""

    size = 10.0
    wraps = False
    patience: Count = 600
    start = ((0.5, 0.5), (2.5, 9.5))
    walls = (
        *(_hedge(3.0, 0.0, 3.5, 4.3), _hedge(3.0, 5.7, 3.5, 10.0)),  # between the first room and the second
        *(_hedge(6.5, 0.0, 7.0, 1.8), _hedge(6.5, 3.2, 7.0, 10.0)),  # between the second and the third
        [(4.4, 7.0), (5.6, 7.0), (5.0, 8.2)],
        [(1.2, 2.0), (1.9, 2.2), (1.6, 2.9)],
    )
    signals = {"has red": 0.0, "has blue": 0.0}
    things = (
        Things("red key", 1, reward=0.5, regrows="never", within=((0.4, 0.4), (2.6, 9.6))),
        Things("blue key", 1, reward=0.5, regrows="never", within=((3.9, 0.4), (6.1, 9.6))),
        Things("red door", at=[(3.25, 5.0)], radius=0.7, solid=True, reward=0.5, regrows="never"),
        Things("blue door", at=[(6.75, 2.5)], radius=0.7, solid=True, reward=0.5, regrows="never"),
        Things("gold treasure", 1, reward=1.0, radius=0.3, regrows="never", within=((7.5, 0.5), (9.5, 9.5))),
    )

    def on_touch(self, contacts: Contacts) -> None:
        """Open each door to its own key, and end episodes at the treasure."""
        who = (contacts.copies, contacts.creatures)
        for colour in ("red", "blue"):
            key = self.signal[f"has {colour}"]
            key[who] += contacts.of_role(f"{colour} key")
            shut = contacts.of_role(f"{colour} door") & (key[who] == 0)
            contacts.taken[shut], contacts.reward[shut] = False, 0.0
        self.end_episodes(contacts.copies[contacts.of_role("gold treasure")])

    def on_tick(self, random: Draws) -> None:
        """Truncate episodes that take too long."""
        self.end_episodes(np.flatnonzero(self.age >= self.patience), truncated=True)


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Go for what can be had next where it is in sight, or else straight on until a wall is near, and turn."""
    sight = observations[:, : 6 * RAYS].reshape(-1, 6, RAYS)  # of five roles and of walls, from the right
    red, blue = observations[:, -2:-1] > 0, observations[:, -1:] > 0
    keys = sight[:, 0] * ~red + sight[:, 1] * ~blue + sight[:, 4]
    doors = sight[:, 2] * red + sight[:, 3] * blue
    wanted = np.where(keys.any(axis=1, keepdims=True), keys, doors)
    ray = np.where(wanted.any(1), wanted.argmax(1), RAYS // 2)
    stuck = ~wanted.any(1) & (sight[:, :, 5:10].max((1, 2)) > 0.9)
    turn = stuck | (random.random(len(ray)) < 0.05)
    return np.where(turn | (ray > RAYS // 2 + 1), 0, np.where(ray < RAYS // 2 - 1, 2, 1))

"""Phototaxis: a lamp, and creatures that like to be at it."""

import numpy as np
from numpy.typing import NDArray

from alife.place import Place, Things

_LEFT, _STRAIGHT, _RIGHT = 0, 1, 2  # actions of the motor `steps`


class Phototaxis(Place):
    """A torus with a lamp; whoever gets to it is rewarded, and it shines elsewhere.

    The first world to try: there is one thing, it can be seen from everywhere, and nothing is bad. What has to be
    learned is to turn towards the light.

    Observation: what the body senses of the role light.

    Actions: those of the body's motor.

    Events: `reached`, worth 1.

    Ends: none, life goes on.

    Args:
        species: by name, a body and how many live in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units; the usual body sees 5 far, and so up to a size of 7 all of it.
        wraps: whether its edges are joined.
        radius: of a creature.
        light: how many lamps.

    Version history: 0, the first.
    """

    size = 7.0
    things = (Things("light", 1, reward=1.0, cause="reached"),)


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play by hand, well: turn to the lamp, and go straight on when it is ahead.

    Args:
        observations: (rows, 8) from eight sectors.
        random: not needed here.
    """
    sector = observations.argmax(1)
    return np.where(sector == 0, _STRAIGHT, np.where(sector <= 4, _LEFT, _RIGHT))

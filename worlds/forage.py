"""Forage: food that feeds, poison that stings, on a torus without walls."""

import numpy as np
from numpy.typing import NDArray

from alife.core.types import Amount, Length
from alife.place import Place, Things


class Forage(Place):
    """A torus with food and poison, where each thing that is eaten is at once somewhere else.

    In a tick every creature turns, steps, and eats what is within reach. Where several creatures reach
    one thing, it goes to the one that comes first in an order of the copy's creatures drawn for that
    tick. The meal appears again in a place drawn uniformly. Creatures go through each other.

    Observation: what the body senses of the roles food and poison.

    Actions: those of the body's motor.

    Events: `ate`, worth 1, and `stung`, worth -1, unless the parameters of these names say otherwise.

    Ends: none, life goes on; with a metabolism, a creature that dies is `terminated`.

    Args:
        species: by name, a body and how many live in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        wraps: whether its edges are joined.
        radius: of a creature, in pictures; for touching it is a point.
        food: how many things feed.
        poison: how many things sting.
        reach: how near a thing must be to be eaten.
        ate: reward of food.
        stung: reward of poison.

    Version history: 0, the first.
    """

    radius = 0.35
    ghosts = True
    food: Amount = 10
    poison: Amount = 10
    reach: Length = 0.5
    ate: float = 1.0
    stung: float = -1.0

    @property
    def things(self) -> list[Things]:
        """Food and poison."""
        return [
            Things("food", self.food, reward=self.ate, cause="ate", reach=self.reach),
            Things("poison", self.poison, reward=self.stung, cause="stung", reach=self.reach),
        ]


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play by hand, well: go after the nearest food, and turn left off poison that is close ahead.

    Args:
        observations: (rows, 16) from eight sectors.
        random: not needed here.
    """
    food, poison = observations[:, :8], observations[:, 8:]
    actions = np.where(food.any(1), _towards(food.argmax(1)), _STRAIGHT)
    return np.where((actions == _STRAIGHT) & (poison[:, 0] > 0.85), _LEFT, actions)


def greedy_player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play by hand, simply: turn to the sector where food less 0.8 poison is highest.

    Args:
        observations: (rows, 16) from eight sectors.
        random: not needed here.
    """
    return _towards((observations[:, :8] - 0.8 * observations[:, 8:]).argmax(1))


_LEFT, _STRAIGHT, _RIGHT = 0, 1, 2  # actions of the motor `steps`


def _towards(sectors: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the action that faces one of eight sectors, counter-clockwise from straight ahead."""
    return np.where(sectors == 0, _STRAIGHT, np.where(sectors <= 4, _LEFT, _RIGHT))

"""Hungry pond: food and poison, and creatures that starve unless they learn to tell them apart."""

import numpy as np
from numpy.typing import NDArray

from alife.place import Place, Things

_LEFT, _STRAIGHT, _RIGHT = 0, 1, 2  # actions of the motor `steps`
_CLOSE = 0.75  # of what is sensed of poison that a step straight on would touch


class HungryPond(Place):
    """A pond in which eating is a matter of life and death.

    Food feeds and poison stings, each at once somewhere else when it was touched. By itself that is forage. Here bodies
    are meant to have a metabolism: every tick costs energy, food brings some and poison takes some away. Who eats both
    as they come gains nothing, and starves at about the tick at which its first energy is spent. Who has learned by
    then to go to the one and around the other lives until something else kills it. In its row another begins.

    Observation: what the body senses of the roles food and poison; with `proprioception`, its energy.

    Actions: those of the motor.

    Events: `ate`, worth 1; `stung`, worth -1; with a metabolism also `born`, and `died`, worth what it says.

    Ends: a creature that dies is `terminated`; the place itself never ends.

    Args:
        species: by name, a body and how many live in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        wraps: whether its edges are joined.
        radius: of a creature.
        food: how many things feed.
        poison: how many things sting.

    Version history:
        v0: first.
    """

    things = (Things("food", 10, reward=1.0, cause="ate"), Things("poison", 10, reward=-1.0, cause="stung"))


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play by hand, well: go to the nearest food, turn off poison that is close ahead, else straight on.

    Args:
        observations: (rows, 16 or more) from eight sectors: of food, then of poison; what follows does not matter.
        random: not needed here.
    """
    food, poison = observations[:, :8], observations[:, 8:16]
    sector = food.argmax(1)
    towards = np.where((sector == 0) | ~food.any(1), _STRAIGHT, np.where(sector <= 4, _LEFT, _RIGHT))
    threatened = (poison[:, 0] > _CLOSE) & (poison[:, 0] > food[:, 0])
    around = np.where(poison[:, 1] > poison[:, 7], _RIGHT, _LEFT)
    return np.where(threatened, around, towards)

"""Reversal: forage in which, season by season and unannounced, what fed stings and what stung feeds."""

import numpy as np
from numpy.typing import NDArray

from alife.core.types import Count
from alife.place import Draws
from worlds import forage
from worlds.forage import Forage


class Reversal(Forage):
    """Forage in seasons: in the first things of role A feed and those of role B sting, in the next the other way.

    Nothing that can be sensed tells the season: only the reward of a meal does.
    All copies change at the same ticks.

    Observation: what the body senses of the roles A and B.

    Actions: those of the body's motor.

    Events: `ate`, worth 1, and `stung`, worth -1, by what the thing was when it was eaten.

    Ends: none, life goes on; with a metabolism, a creature that dies is `terminated`.

    Args:
        species: by name, a body and how many live in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        wraps: whether its edges are joined.
        radius: of a creature, in pictures; for touching it is a point.
        food: how many things are of role A.
        poison: how many things are of role B.
        reach: how near a thing must be to be eaten.
        ate: reward of what feeds.
        stung: reward of what stings.
        season: ticks after which the two meanings change places.

    Version history: 0, the first.
    """

    season: Count = 10_000
    sensed_as = ("A", "B")

    def on_tick(self, random: Draws) -> None:
        """Change the season once its last tick is over."""
        if self.age[0] % self.season == 0:  # all copies are of one age
            every = np.arange(self.copies)
            self.swap_roles(every, "food", "poison")
            self.annotate(every, "season")


class Player:
    """Plays by hand, and from what it ate last it knows the season: it errs once after each change.

    It goes after the nearest thing of the role that fed last, as forage's player does. When something is
    eaten it takes it for the nearest thing it saw in the tick before; at first it takes role A to feed.

    Args:
        rows: how many creatures it plays.
    """

    def __init__(self, rows: int) -> None:
        self._swapped = np.zeros(rows, bool)
        self._nearest = np.zeros(rows, np.int64)
        self._random = np.random.default_rng(0)  # asked for by every player, of no use to this one

    def __call__(self, observations: NDArray[np.float32], rewards: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return an action for each row.

        Args:
            observations: (rows, 16) from eight sectors.
            rewards: (rows,), what the tick brought that led to these observations.
        """
        b_fed = (rewards > 0) == (self._nearest == 1)
        self._swapped = np.where(rewards == 0, self._swapped, b_fed)
        self._nearest = observations.reshape(-1, 2, 8).max(2).argmax(1)
        by_meaning = np.where(self._swapped[:, None], np.roll(observations, 8, axis=1), observations)
        return forage.player(by_meaning, self._random)

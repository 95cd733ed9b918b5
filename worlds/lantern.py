"""Lantern: forage by a light that decides what feeds and what stings."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from alife.core.channel import Channel
from alife.core.scene import Circles, Scene
from alife.core.types import Fraction
from alife.place import Draws
from worlds import forage
from worlds.forage import Forage

_LAMP_RADIUS = 0.5  # in pictures


class Lantern(Forage):
    """Forage with a light: while it is lit things of role A feed and those of role B sting, in the dark the other way.

    No creature can tell from a thing alone what it is: senses know the roles A and B and the light, and
    both must be read together. Each copy has a light of its own, lit at first, which flips at the end of
    a tick with one probability. A meal counts by the light that was seen before it.

    Observation: what the body senses of the roles A and B, then two numbers that are 1 or 0: lit, dark.

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
        flip: probability per tick that a light goes on or off.

    Version history: 0, the first.
    """

    flip: Fraction = 0.005
    signals = {"lit": 1.0, "dark": 0.0}  # noqa: RUF012 - a declaration of Place
    memories = {"dark": 0}  # noqa: RUF012
    sensed_as = ("A", "B")

    def on_tick(self, random: Draws) -> None:
        """Flip lights at random."""
        flips = np.flatnonzero(random.chance(self.flip))
        if len(flips):
            self.flip_lights(flips)

    def flip_lights(self, copies: NDArray[np.int64]) -> None:
        """Flip the lights of these copies."""
        self.swap_roles(copies, "food", "poison")
        self.memory["dark"][copies] ^= 1
        dark = self.memory["dark"]
        self.signal["lit"][:], self.signal["dark"][:] = 1 - dark[:, None], dark[:, None]
        for copy in copies.tolist():
            self.annotate(copy, "dark" if dark[copy] else "lit")

    def channels(self, name: str) -> tuple[Channel, ...]:
        """Return what the body senses of A and B, and the light, by the roles of the lamp."""
        return (*super().channels(name)[:-2], Channel("lit", "light"), Channel("dark", "dark"))

    def scene(self, copy: int) -> Scene:
        """Return the arena with every thing as what it is in the present light, and the lamp in a corner below all."""
        scene = super().scene(copy)
        centre = np.array([[1.5 * _LAMP_RADIUS, scene.height - 1.5 * _LAMP_RADIUS]])
        lamp = Circles("dark" if self.memory["dark"][copy] else "light", centre, _LAMP_RADIUS)
        return replace(scene, shapes=(lamp, *scene.shapes))


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play by hand, well: as forage's player does, by the meaning that the light gives to what it sees.

    Args:
        observations: (rows, 18) from eight sectors and the light.
        random: not needed here.
    """
    return forage.player(_by_meaning(observations), random)


def greedy_player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play by hand, simply: as forage's greedy player does, by the meaning that the light gives to what it sees.

    Args:
        observations: (rows, 18) from eight sectors and the light.
        random: not needed here.
    """
    return forage.greedy_player(_by_meaning(observations), random)


def _by_meaning(observations: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what is seen of that which feeds now, then of that which stings now, (rows, 16)."""
    roles = observations[:, :16]
    return np.where(observations[:, 16:17] > 0.5, roles, np.roll(roles, 8, axis=1))

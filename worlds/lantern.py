"""Lantern: forage by a light that decides what feeds and what stings."""

from collections.abc import Sequence
from dataclasses import replace

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.core.channel import Channel
from alife.core.random import Stream
from alife.core.scene import Circles, Scene
from alife.core.types import Amount, Count, Fraction, Positive
from alife.core.world import Species, State
from worlds import forage
from worlds.forage import Forage

_BLOCK = 1000  # ticks whose flips are drawn at once
_LAMP_RADIUS = 0.5  # in pictures


class Lantern(Forage):
    """Forage with a light: while it is lit things of role A feed and those of role B sting, in the dark the other way.

    No creature can tell from a thing alone what it is: senses know the roles A and B and the light, and
    both must be read together. Each copy has a light of its own, lit at first, which flips at the end of
    a tick with one probability. A meal counts by the light that was seen before it.

    Observation: what the body senses of the roles A and B, then two numbers that are 1 or 0: lit, dark.

    Actions: those of the body's motor.

    Events: `ate`, worth 1, and `stung`, worth -1, by what the thing was when it was eaten.

    Ends: none, life goes on.

    Args:
        species: by name, a body and how many live in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        food: how many things are of role A.
        poison: how many things are of role B.
        reach: how near a thing must be to be eaten.
        ate: reward of what feeds.
        stung: reward of what stings.
        flip: probability per tick that a light goes on or off.

    Version history: 0, the first.
    """

    def __init__(
        self,
        species: Species,
        copies: Count = 1,
        size: Positive = 12.0,
        food: Amount = 10,
        poison: Amount = 10,
        reach: Positive = 0.5,
        ate: float = 1.0,
        stung: float = -1.0,
        flip: Fraction = 0.005,
    ) -> None:
        self._flip = flip
        super().__init__(species, copies, size, food, poison, reach, ate, stung)
        self._observation_spaces = {name: _with_light(space) for name, space in self._observation_spaces.items()}

    def _seed_streams(self, seed: int) -> None:
        super()._seed_streams(seed)
        self._lights = [Stream(seed + copy, "light") for copy in range(self.copies)]
        self._drawn = -1
        self._flipped = np.empty(0, np.int64)  # copies whose light the last tick has changed

    def _change_world(self) -> None:
        """Flip lights at random."""
        block, tick = divmod(self._tick, _BLOCK)
        if block != self._drawn:
            self._flips = np.stack([light.at(block).random(_BLOCK) for light in self._lights]) < self._flip
            self._drawn = block
        flips = self._flips[:, tick]
        self._swapped ^= flips
        self._flipped = np.flatnonzero(flips)

    def annotations(self) -> Sequence[tuple[int, str]]:
        """Return the lights that the last tick has flipped: (copy, "lit" or "dark")."""
        return [(copy, "dark" if self._swapped[copy] else "lit") for copy in self._flipped.tolist()]

    def channels(self, name: str) -> tuple[Channel, ...]:
        """Return what the body senses of A and B, which are no roles of the scene, and the light."""
        things = self.species[name][0].channels(("A", "B"))
        return (*(replace(channel, role="") for channel in things), Channel("lit", "light"), Channel("dark", "dark"))

    def _sense(self, name: str, offsets: NDArray[np.float64]) -> NDArray[np.float32]:
        dark = np.repeat(self._swapped, self.species[name][1])[:, None]
        return np.hstack([super()._sense(name, offsets), ~dark, dark])

    def scene(self, copy: int) -> Scene:
        """Return the arena with every thing as what it is in the present light, and the lamp in a corner below all."""
        scene = super().scene(copy)
        centre = np.array([[1.5 * _LAMP_RADIUS, scene.height - 1.5 * _LAMP_RADIUS]])
        lamp = Circles("dark" if self._swapped[copy] else "light", centre, _LAMP_RADIUS)
        return Scene(scene.width, scene.height, (lamp, *scene.shapes), scene.wraps)

    def state_dict(self) -> State:
        """Return the state of the foraging and which copies are dark."""
        return {**super().state_dict(), "dark": self._swapped.copy()}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        super().load_state_dict(state)
        self._swapped = np.array(state["dark"])


def _with_light(space: gymnasium.spaces.Box) -> gymnasium.spaces.Box:
    return gymnasium.spaces.Box(0.0, 1.0, (space.shape[0] + 2,), np.float32)


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

"""Crowd: the creatures of every copy of a place, where they are and how they move."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import wrap
from alife.core.random import Stream
from alife.core.scene import Circles
from alife.core.world import Species, State
from alife.place._motion import moved
from alife.place._obstacles import Obstacles
from alife.place.things import Box


class Bodies:
    """Creatures side by side, species after species, the same number in each copy.

    Args:
        species: by name, a body and how many live in each copy.
        parts: which of a copy's creatures are of a species.
        copies: arenas side by side.
        size: of the arena.
        wraps: whether its edges are joined.
        radius: of each creature.
        walls: that nobody crosses, (segments, 2, 2).
        obstacles: into which nobody is put.
        ghosts: whether creatures go through each other.
    """

    def __init__(
        self,
        species: Species,
        parts: Mapping[str, slice],
        copies: int,
        size: float,
        wraps: bool,
        radius: float,
        walls: NDArray[np.float64],
        obstacles: Obstacles,
        ghosts: bool = False,
    ) -> None:
        self.species, self.parts, self._obstacles = species, parts, obstacles
        self._size, self._wraps, self._radius, self._walls = size, wraps, radius, walls
        self.count = sum(count for _, count in species.values())
        self._crowded = self.count > 1 and not ghosts
        self.spots, self.headings = np.zeros((copies, self.count, 2)), np.zeros((copies, self.count))
        self.seed(0)
        self.still()

    def seed(self, seed: int) -> None:
        """Let copy i draw as seed + i."""
        self._starts = [Stream(seed + copy, "starts") for copy in range(len(self.spots))]

    def still(self) -> None:
        """Let nobody have moved at this tick yet."""
        self.steps, self.turns = np.zeros_like(self.spots), np.zeros_like(self.headings)

    def put(self, copies: NDArray[np.int64], creatures: NDArray[np.int64], start: Box | None, tick: int) -> None:
        """Put creatures into a box, or anywhere."""
        low, high = np.array(start if start is not None else ((0.0, 0.0), (self._size, self._size)), np.float64)
        for copy in np.unique(copies):
            own = creatures[copies == copy]
            drawn = self._draw(self._starts[copy].at(tick), own, low, high)
            self.spots[copy, own] = drawn[:, :2]
            self.headings[copy, own] = drawn[:, 2] * math.tau
        self.stay_inside()

    def _draw(
        self,
        generator: np.random.Generator,
        own: NDArray[np.int64],
        low: NDArray[np.float64],
        high: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return a spot in the box and a share of a full turn for each of these creatures, (creatures, 3)."""

        def draw() -> NDArray[np.float64]:
            drawn = generator.random((self.count, 3))[own]
            drawn[:, :2] = low + drawn[:, :2] * (high - low)
            self._keep_inside(drawn[:, :2])
            return drawn

        return self._obstacles.draw(draw, self._radius, ["creatures"] * len(own))

    def stay_inside(self) -> None:
        """Bring back whoever is beyond the border, across it or to it, or in an obstacle."""
        self._keep_inside(self.spots)
        self._obstacles.bring_out(self.spots)

    def _keep_inside(self, spots: NDArray[np.float64]) -> None:
        if self._wraps:
            wrap(spots, self._size)
        else:
            edge = min(self._radius, self._size / 2)
            np.clip(spots, edge, self._size - edge, out=spots)

    def move(
        self,
        actions: Mapping[str, NDArray[Any]],
        idle: NDArray[np.bool_],
        there: NDArray[np.bool_],
        stones: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    ) -> None:
        """Let all act but the idle; who is not there is in nobody's way, and `stones` are as `moved` takes them."""
        before = self.headings.copy()
        steps = np.empty_like(self.spots)
        for name, (body, count) in self.species.items():
            part = self.parts[name]
            headings = before[:, part].ravel()
            steps[:, part] = body.motor.move(headings, actions[name]).reshape(-1, count, 2)
            self.headings[:, part] = headings.reshape(-1, count)
        steps[idle] = 0.0
        size = self._size if self._wraps else None
        spots = moved(self.spots, steps, self._radius, self._walls, stones, size, there if self._crowded else None)
        self.steps, self.spots = spots - self.spots, spots
        self.stay_inside()
        self.turns = (self.headings - before + math.pi) % math.tau - math.pi
        self.steps[idle], self.turns[idle] = 0.0, 0.0

    def circles(self, name: str, copy: int, there: NDArray[np.bool_]) -> Circles:
        """Return what those creatures of a species look like in a copy who are there, of all in it, (creatures,)."""
        count, part = self.species[name][1], self.parts[name]
        own = np.flatnonzero(there[part])
        spots, headings = self.spots[copy, part][own], self.headings[copy, part][own]
        return Circles("creature", spots, self._radius, headings, name, copy * count + own)

    def state_dict(self) -> State:
        """Return where creatures are and where they look."""
        return {"positions": self.spots.copy(), "headings": self.headings.copy()}

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned."""
        self.spots, self.headings = np.array(state["positions"]), np.array(state["headings"])

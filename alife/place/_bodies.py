"""Bodies: the creatures of every copy of a place, where they are and how they move."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import wrap
from alife.core.random import Stream
from alife.core.scene import Circles
from alife.core.world import Species, State
from alife.place._motion import moved_spots
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
        walls: that no creature crosses, (segments, 2, 2).
        obstacles: into which no creature is put.
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
        self.seed_streams(0)
        self.clear_motion()

    def seed_streams(self, seed: int) -> None:
        """Seed the random streams: copy i draws as seed + i."""
        self._starts = [Stream(seed + copy, "starts") for copy in range(len(self.spots))]

    def clear_motion(self) -> None:
        """Clear the steps and turns of the tick."""
        self.steps, self.turns = np.zeros_like(self.spots), np.zeros_like(self.headings)

    def put_creatures(
        self, copies: NDArray[np.int64], creatures: NDArray[np.int64], start: Box | None, tick: int
    ) -> None:
        """Put creatures at random poses in a box, or anywhere."""
        low, high = np.array(start if start is not None else ((0.0, 0.0), (self._size, self._size)), np.float64)
        for copy in np.unique(copies):
            own = creatures[copies == copy]
            drawn = self._draw_poses(self._starts[copy].at(tick), own, low, high)
            self.spots[copy, own] = drawn[:, :2]
            self.headings[copy, own] = drawn[:, 2] * math.tau
        self.keep_creatures_inside()

    def _draw_poses(
        self,
        generator: np.random.Generator,
        own: NDArray[np.int64],
        low: NDArray[np.float64],
        high: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return a spot in the box and a share of a full turn for each of these creatures, (creatures, 3)."""

        def draw_once() -> NDArray[np.float64]:
            drawn = generator.random((self.count, 3))[own]
            drawn[:, :2] = low + drawn[:, :2] * (high - low)
            self._bring_inside(drawn[:, :2])
            return drawn

        return self._obstacles.draw_outside(draw_once, self._radius, ["creatures"] * len(own))

    def keep_creatures_inside(self) -> None:
        """Bring creatures beyond the border back inside, across it or to it, and out of obstacles."""
        self._bring_inside(self.spots)
        self._obstacles.bring_out(self.spots)

    def _bring_inside(self, spots: NDArray[np.float64]) -> None:
        if self._wraps:
            wrap(spots, self._size)
        else:
            edge = min(self._radius, self._size / 2)
            np.clip(spots, edge, self._size - edge, out=spots)

    def move_bodies(
        self,
        actions: Mapping[str, NDArray[Any]],
        idle: NDArray[np.bool_],
        there: NDArray[np.bool_],
        stones: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    ) -> None:
        """Move all creatures but the idle; empty rows block no creature, and `stones` are those of `moved_spots`."""
        before = self.headings.copy()
        steps = np.empty_like(self.spots)
        for name, (body, count) in self.species.items():
            part = self.parts[name]
            headings = before[:, part].ravel()
            steps[:, part] = body.motor.turn_and_step(headings, actions[name]).reshape(-1, count, 2)
            self.headings[:, part] = headings.reshape(-1, count)
        steps[idle] = 0.0
        size = self._size if self._wraps else None
        spots = moved_spots(
            self.spots, steps, self._radius, self._walls, stones, size, there if self._crowded else None
        )
        self.steps, self.spots = spots - self.spots, spots
        self.keep_creatures_inside()
        self.turns = (self.headings - before + math.pi) % math.tau - math.pi
        self.steps[idle], self.turns[idle] = 0.0, 0.0

    def creature_circles(self, name: str, copy: int, there: NDArray[np.bool_]) -> Circles:
        """Return the circles of the living creatures of a species in a copy; `there` is of all in it, (creatures,)."""
        count, part = self.species[name][1], self.parts[name]
        own = np.flatnonzero(there[part])
        spots, headings = self.spots[copy, part][own], self.headings[copy, part][own]
        return Circles("creature", spots, self._radius, headings, name, copy * count + own)

    def state_dict(self) -> State:
        """Return the positions and headings of creatures."""
        return {"positions": self.spots.copy(), "headings": self.headings.copy()}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self.spots, self.headings = np.array(state["positions"]), np.array(state["headings"])

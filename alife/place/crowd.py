"""Crowd: the creatures of every copy of a place, where they are and how they move."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.geometry import wrap
from alife.place.motion import moved
from alife.place.things import Box
from alife.random import Stream
from alife.scene import Circles
from alife.world import Species, State


class Crowd:
    """Creatures side by side, species after species, the same number in each copy.

    Args:
        species: by name, a body and how many live in each copy.
        parts: which of a copy's creatures are of a species.
        copies: arenas side by side.
        size: of the arena.
        wraps: whether its edges are joined.
        radius: of each creature.
        walls: that nobody crosses, (segments, 2, 2).
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
        ghosts: bool = False,
    ) -> None:
        self.species, self.parts = species, parts
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
            drawn = self._starts[copy].at(tick).random((self.count, 3))[own]
            self.spots[copy, own] = low + drawn[:, :2] * (high - low)
            self.headings[copy, own] = drawn[:, 2] * math.tau
        self.stay_inside()

    def stay_inside(self) -> None:
        """Bring back whoever is beyond the border: across it, or to it."""
        if self._wraps:
            wrap(self.spots, self._size)
        else:
            edge = min(self._radius, self._size / 2)
            np.clip(self.spots, edge, self._size - edge, out=self.spots)

    def move(
        self,
        actions: Mapping[str, NDArray[Any]],
        new: NDArray[np.bool_],
        stones: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    ) -> None:
        """Let all creatures act but those who begin anew; `stones` are as `moved` takes them."""
        before = self.headings.copy()
        steps = np.empty_like(self.spots)
        for name, (body, count) in self.species.items():
            part = self.parts[name]
            headings = before[:, part].ravel()
            steps[:, part] = body.drive.move(headings, actions[name]).reshape(-1, count, 2)
            self.headings[:, part] = headings.reshape(-1, count)
        steps[new] = 0.0
        size = self._size if self._wraps else None
        spots = moved(self.spots, steps, self._radius, self._walls, stones, size, self._crowded)
        self.steps, self.spots = spots - self.spots, spots
        self.stay_inside()
        self.turns = (self.headings - before + math.pi) % math.tau - math.pi
        self.steps[new], self.turns[new] = 0.0, 0.0

    def circles(self, name: str, copy: int) -> Circles:
        """Return what the creatures of a species look like in a copy."""
        count, part = self.species[name][1], self.parts[name]
        rows = np.arange(copy * count, (copy + 1) * count)
        spots, headings = self.spots[copy, part].copy(), self.headings[copy, part].copy()
        return Circles("creature", spots, self._radius, headings, name, rows)

    def state_dict(self) -> State:
        """Return where creatures are and where they look."""
        return {"positions": self.spots.copy(), "headings": self.headings.copy()}

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned."""
        self.spots, self.headings = np.array(state["positions"]), np.array(state["headings"])

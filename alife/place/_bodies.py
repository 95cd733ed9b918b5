"""Bodies: the creatures of every copy of a place, where they are and how they move."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.body.collisions import hit_walls, push_apart, push_out
from alife.body.motor import check_steps
from alife.core.geometry import wrap, wrapped
from alife.core.grid import Grid
from alife.core.kernel import kernel
from alife.core.random import Stream
from alife.core.scene import Circles
from alife.core.world import Species, State
from alife.place._obstacles import Obstacles
from alife.place._rows import Rows, load_array
from alife.place._table import ItemTable
from alife.place.things import Box


class Bodies:
    """Creatures side by side, species after species, the same number in each copy; their arrays are never replaced.

    Args:
        species: by name, a body and how many live in each copy.
        table: of the place.
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
        table: ItemTable,
        copies: int,
        size: float,
        wraps: bool,
        radius: float,
        walls: NDArray[np.float64],
        obstacles: Obstacles,
        ghosts: bool = False,
    ) -> None:
        self._species, self._table, self._obstacles = species, table, obstacles
        self._size, self._wraps, self._radius, self._walls = float(size), wraps, float(radius), walls
        self._edge = min(self._radius, self._size / 2)  # how near to a border that is not joined
        self.count = table.creatures
        self.spots, self.headings = np.zeros((copies, self.count, 2)), np.zeros((copies, self.count))
        self.steps, self.turns = np.zeros_like(self.spots), np.zeros_like(self.headings)
        self._before = np.zeros_like(self.headings)
        self._wanted = np.zeros_like(self.spots)
        self._heading_rows = {name: Rows(self.headings, part) for name, part in table.parts.items()}
        crowded = self.count > 1 and not ghosts
        where, there = np.zeros_like(self.spots), np.ones((copies, self.count), bool)
        self._crowd = Grid(where, there, size, wraps, 2.0 * radius) if crowded else None
        self._stones = table.solid.any()
        self.seed_streams(0)

    def seed_streams(self, seed: int) -> None:
        """Seed the random streams: copy i draws as seed + i."""
        self._starts = [Stream(seed + copy, "starts") for copy in range(len(self.spots))]

    def clear_motion(self) -> None:
        """Clear the steps and turns of the tick."""
        self.steps[...], self.turns[...] = 0.0, 0.0

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
            np.clip(spots, self._edge, self._size - self._edge, out=spots)

    def move_bodies(
        self,
        actions: Mapping[str, NDArray[Any]],
        idle: NDArray[np.bool_],
        alive: NDArray[np.bool_],
        points: NDArray[np.float64],
        present: NDArray[np.bool_],
    ) -> None:
        """Move all creatures but the idle; walls, solid things and each other are in their way.

        Args:
            actions: by species, one for each row.
            idle: who stays, (copies, creatures).
            alive: the others block no creature, (copies, creatures).
            points: where things are, (copies, things, 2), of which some may be solid.
            present: whether they are there.
        """
        np.copyto(self._before, self.headings)
        wanted = self._steps_wanted(actions)
        if len(self._walls):
            wanted = self._beside_walls(self.spots, wanted)
        if self._stones or self._crowd is not None:
            wanted = self._pushed(wanted, idle, alive, points, present)
        shape = (self._size, self._wraps, self._edge)
        _move(self.spots, wanted, self.headings, self._before, idle, *shape, self.steps, self.turns)
        if self._obstacles:
            self._obstacles.bring_out(self.spots)

    def _steps_wanted(self, actions: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """Turn all creatures and return the step that each would take with nothing in its way."""
        for name, (body, count) in self._species.items():
            rows = self._heading_rows[name]
            headings = rows.read()
            steps = check_steps(body.motor, body.motor.turn_and_step(headings, actions[name]), len(headings))
            rows.write()
            if count == self.count:
                return steps.reshape(self.spots.shape)
            self._wanted[:, self._table.parts[name]] = steps.reshape(-1, count, 2)
        return self._wanted

    def _beside_walls(self, spots: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
        taken = hit_walls(spots.reshape(-1, 2), steps.reshape(-1, 2), self._radius, self._walls)
        return taken.reshape(self.spots.shape)

    def _pushed(
        self,
        steps: NDArray[np.float64],
        idle: NDArray[np.bool_],
        alive: NDArray[np.bool_],
        points: NDArray[np.float64],
        present: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        """Return the steps with what pushes creatures apart and out of solid things, which no wall lets through."""
        steps = np.where(idle[..., None], 0.0, steps)
        new = self.spots + steps
        pushes = np.zeros_like(new)
        if self._crowd is not None:
            crowd = self._crowd
            crowd.points[...], crowd.present[...] = new, alive
            self._bring_inside(crowd.points)
            crowd.fill()
            pushes = push_apart(crowd, np.full(self.count, self._radius))
        if self._stones:
            table = self._table
            push_out(points, present, table.solid, table.least, self._size if self._wraps else 0.0, new, pushes)
        return steps + (self._beside_walls(new, pushes) if len(self._walls) else pushes)

    def creature_circles(self, name: str, copy: int, there: NDArray[np.bool_]) -> Circles:
        """Return the circles of the living creatures of a species in a copy; `there` is of all in it, (creatures,)."""
        count, part = self._species[name][1], self._table.parts[name]
        own = np.flatnonzero(there[part])
        spots, headings = self.spots[copy, part][own], self.headings[copy, part][own]
        return Circles("creature", spots, self._radius, headings, name, copy * count + own)

    def state_dict(self) -> State:
        """Return the positions and headings of creatures."""
        return {"positions": self.spots.copy(), "headings": self.headings.copy()}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        load_array(self.spots, state["positions"])
        load_array(self.headings, state["headings"])


@kernel
def _move(
    spots: NDArray[np.float64],
    wanted: NDArray[np.float64],
    headings: NDArray[np.float64],
    before: NDArray[np.float64],
    idle: NDArray[np.bool_],
    size: float,
    wraps: bool,
    edge: float,
    steps: NDArray[np.float64],
    turns: NDArray[np.float64],
) -> None:
    """Move creatures across a border that is joined, or up to one that is not, and keep how they stepped and turned."""
    for c in range(spots.shape[0]):
        for i in range(spots.shape[1]):
            steps[c, i, :] = 0.0
            turns[c, i] = 0.0
            if idle[c, i]:
                continue
            turns[c, i] = wrapped(headings[c, i] - before[c, i] + math.pi, math.tau) - math.pi
            for axis in range(2):
                old, new = spots[c, i, axis], spots[c, i, axis] + wanted[c, i, axis]
                if wraps:
                    spots[c, i, axis] = wrapped(new, size)
                    steps[c, i, axis] = wanted[c, i, axis]
                else:
                    spots[c, i, axis] = min(max(new, edge), size - edge)
                    steps[c, i, axis] = spots[c, i, axis] - old

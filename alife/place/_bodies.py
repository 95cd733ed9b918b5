"""Bodies: the creatures of every copy of a place, where they are and how they move."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alife.body.collisions import hit_walls, push_apart, push_out
from alife.body.motor import Motor, check_steps
from alife.core.geometry import wrap, wrapped
from alife.core.grid import Grid
from alife.core.kernel import exact_kernel, kernel
from alife.core.random import Stream, draw_pair
from alife.core.scene import Circles
from alife.core.world import Species, State
from alife.place._obstacles import Obstacles
from alife.place._rows import Rows, load_array
from alife.place._table import ItemTable
from alife.place._traits import Traits
from alife.place.things import Box


class _Mover(NamedTuple):
    """How a species moves."""

    motor: Motor
    headings: Rows
    wanted: Rows  # steps


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
        alive: which rows are, (copies, creatures), never replaced; the others block no creature.
        traits: of all creatures.
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
        alive: NDArray[np.bool_],
        traits: Traits,
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
        self._movers = {
            name: _Mover(species[name][0].motor, Rows(self.headings, part), Rows(self._wanted, part))
            for name, part in table.parts.items()
        }
        self._taken, self._new, self._inside = (np.zeros_like(self.spots) for _ in range(3))
        crowded = self.count > 1 and not ghosts
        self._crowd = Grid(self._inside, alive, size, wraps, 2.0 * radius) if crowded else None
        self._traits, self._radii = traits, np.full(self.headings.shape, self._radius)
        self._stones = table.solid.any()
        self.seed_streams(0)

    def seed_streams(self, seed: int) -> None:
        """Seed the random streams: copy i draws as seed + i."""
        self._starts = Stream(seed, "starts")
        self._birth_keys = Stream(seed, "births").keys(len(self.spots))

    def clear_motion(self) -> None:
        """Clear the steps and turns of the tick."""
        self.steps[...], self.turns[...] = 0.0, 0.0

    def put_creatures(
        self, copies: NDArray[np.int64], creatures: NDArray[np.int64], start: Box | None, tick: int
    ) -> None:
        """Put creatures at random poses in a box, or anywhere."""
        low, high = np.array(start if start is not None else ((0.0, 0.0), (self._size, self._size)), np.float64)
        order = np.argsort(copies, kind="stable")
        found, firsts = np.unique(copies[order], return_index=True)
        for copy, own in zip(found.tolist(), np.split(creatures[order], firsts)[1:], strict=True):
            drawn = self._draw_poses(self._starts.at(tick, copy), own, low, high)
            self.spots[copy, own] = drawn[:, :2]
            self.headings[copy, own] = drawn[:, 2] * math.tau
        self.keep_creatures_inside()

    def put_beside(
        self, copy: int, children: NDArray[np.int64], parents: NDArray[np.int64], near: float, tick: int
    ) -> None:
        """Put children at random poses on a disc around their parents, or as far on the way as walls let them."""
        spots, steps = self.spots[copy, parents], np.empty((len(children), 2))
        _draw_births(self._birth_keys[copy], tick, children, near, steps, self.headings[copy])
        self.spots[copy, children] = spots + hit_walls(spots, steps, self._radius, self._walls)
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
        points: NDArray[np.float64],
        present: NDArray[np.bool_],
    ) -> None:
        """Move all creatures but the idle; walls, solid things and each other are in their way.

        Args:
            actions: by species, one for each row.
            idle: who stays, (copies, creatures).
            points: where things are, (copies, things, 2), of which some may be solid.
            present: whether they are there.
        """
        np.copyto(self._before, self.headings)
        wanted = self._steps_wanted(actions)
        if self._traits.differ:
            wanted = wanted * self._traits.step[:, :, None]
            np.multiply(self._traits.size, self._radius, out=self._radii)
        if len(self._walls):
            wanted = self._beside_walls(self.spots, wanted)
        if self._stones or self._crowd is not None:
            wanted = self._pushed(wanted, idle, points, present)
        shape = (self._size, self._wraps, self._edge)
        _move(self.spots, wanted, self.headings, self._before, idle, *shape, self.steps, self.turns)
        if self._obstacles:
            self._obstacles.bring_out(self.spots)

    def _steps_wanted(self, actions: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """Turn all creatures and return the step that each would take with nothing in its way."""
        for name, (motor, headings, wanted) in self._movers.items():
            own = headings.read()
            steps = check_steps(motor, motor.turn_and_step(own, actions[name]), len(own))
            headings.write()
            if len(self._movers) == 1:
                return steps.reshape(self.spots.shape)
            wanted.put(steps)
        return self._wanted

    def _beside_walls(self, spots: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
        taken = hit_walls(spots.reshape(-1, 2), steps.reshape(-1, 2), self._radius, self._walls)
        return taken.reshape(self.spots.shape)

    def _pushed(
        self,
        steps: NDArray[np.float64],
        idle: NDArray[np.bool_],
        points: NDArray[np.float64],
        present: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        """Return the steps with what pushes creatures apart and out of solid things, which no wall lets through."""
        taken, new = self._taken, self._new
        _look_ahead(self.spots, steps, idle, self._size, self._wraps, self._edge, taken, new, self._inside)
        if self._crowd is not None:
            self._crowd.fill()
            pushes = push_apart(self._crowd, self._radii, self._radius)
        else:
            pushes = np.zeros_like(new)
        if self._stones:
            table = self._table
            push_out(points, present, table.solid, table.least, self._size if self._wraps else 0.0, new, pushes)
        return taken + (self._beside_walls(new, pushes) if len(self._walls) else pushes)

    def creature_circles(self, name: str, copy: int, there: NDArray[np.bool_]) -> Circles:
        """Return the circles of the living creatures of a species in a copy; `there` is of all in it, (creatures,)."""
        count, part = self._species[name][1], self._table.parts[name]
        own = np.flatnonzero(there[part])
        spots, headings = self.spots[copy, part][own], self.headings[copy, part][own]
        shares = self._traits.size[copy, part][own]
        radii = self._radius * shares if (shares != 1.0).any() else None
        return Circles("creature", spots, self._radius, headings, name, copy * count + own, radii=radii)

    def state_dict(self) -> State:
        """Return the positions and headings of creatures."""
        return {"positions": self.spots.copy(), "headings": self.headings.copy()}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        load_array(self.spots, state["positions"])
        load_array(self.headings, state["headings"])


@exact_kernel
def _draw_births(
    keys: NDArray[np.uint64],
    tick: int,
    children: NDArray[np.int64],
    near: float,
    steps: NDArray[np.float64],
    headings: NDArray[np.float64],
) -> None:
    """Write a point of a disc for each child, (children, 2), and its heading, (creatures,)."""
    for k in range(children.size):
        far, around = draw_pair(keys, tick, 2 * children[k])
        heading, _ = draw_pair(keys, tick, 2 * children[k] + 1)
        far, around = near * math.sqrt(far), around * math.tau
        steps[k, 0], steps[k, 1] = far * math.cos(around), far * math.sin(around)
        headings[children[k]] = heading * math.tau


@exact_kernel
def _look_ahead(
    spots: NDArray[np.float64],
    steps: NDArray[np.float64],
    idle: NDArray[np.bool_],
    size: float,
    wraps: bool,
    edge: float,
    taken: NDArray[np.float64],
    new: NDArray[np.float64],
    inside: NDArray[np.float64],
) -> None:
    """Write the steps of all but the idle, where they lead, and that place brought inside, (copies, creatures, 2)."""
    for c in range(spots.shape[0]):
        for i in range(spots.shape[1]):
            for axis in range(2):
                taken[c, i, axis] = 0.0 if idle[c, i] else steps[c, i, axis]
                place = spots[c, i, axis] + taken[c, i, axis]
                new[c, i, axis] = place
                if wraps:
                    around = place % size
                    inside[c, i, axis] = 0.0 if around >= size else around
                else:
                    inside[c, i, axis] = min(max(place, edge), size - edge)


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

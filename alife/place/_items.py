"""Items: the things of every copy of a place, present or to regrow."""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import wrap
from alife.core.kernel import exact_kernel
from alife.core.random import Stream, draw_pair
from alife.core.world import State
from alife.place._obstacles import Obstacles
from alife.place._rows import load_array
from alife.place.schedule import Schedule, current_value
from alife.place.things import Things

_NEVER = -1


class Items:
    """Things side by side, role after role, the same number in each copy.

    Args:
        kinds: their declarations, in order.
        points: (copies, things or more, 2), whose first places become those of the things.
        present: whether they are there, (copies, things or more).
        size: of the arena.
        obstacles: into which nothing is put.
    """

    def __init__(
        self,
        kinds: Sequence[Things],
        points: NDArray[np.float64],
        present: NDArray[np.bool_],
        size: float,
        obstacles: Obstacles,
    ) -> None:
        self.kinds, self._size, self._obstacles = kinds, size, obstacles
        counts = [kind.most for kind in kinds]
        self.kind = np.repeat(np.arange(len(kinds)), counts)  # (things,)
        ends = np.cumsum([0, *counts]).tolist()
        self.parts = {kind.role: slice(ends[k], ends[k + 1]) for k, kind in enumerate(kinds)}
        self.count = ends[-1]
        self.radii = self._per_thing([kind.radius for kind in kinds])
        self._roles = [kind.role for kind in kinds for _ in range(kind.most)]
        after = [_NEVER if kind.regrows == "never" else kind.after for kind in kinds]
        self.after = self._per_thing(after).astype(np.int64)  # ticks until each regrows
        self._elsewhere = self._per_thing([kind.regrows == "elsewhere" for kind in kinds]).astype(bool)
        self._placed = self._per_thing([len(kind.at) > 0 for kind in kinds]).astype(bool)
        first = [kind.at if kind.at else [(0.0, 0.0)] * kind.most for kind in kinds]
        self._left = self._per_thing([len(kind.left_by) > 0 for kind in kinds]).astype(bool)
        self._at = np.array([point for group in first for point in group], np.float64).reshape(-1, 2)
        self._scheduled = any(isinstance(kind.count, Schedule) for kind in kinds)
        self._moving_boxes = any(isinstance(kind.within, Schedule) for kind in kinds)
        self._set_boxes(0)
        self._points, self._present = points, present
        self.regrow_tick = np.full((len(points), self.count), _NEVER)
        self._next_regrowth = math.inf  # nothing regrows before this tick
        self.rots = np.full((len(points), self.count if self._left.any() else 0), _NEVER)  # the tick of each, or -1
        self.seed_streams(0)

    @property
    def positions(self) -> NDArray[np.float64]:
        """Where things are, (copies, things, 2), a view to change."""
        return self._points[:, : self.count]

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which things are there, (copies, things), a view to change."""
        return self._present[:, : self.count]

    def _per_thing(self, values: Sequence[float]) -> NDArray[np.float64]:
        """Return a value of each kind for each of its things."""
        return np.asarray(values, np.float64)[self.kind]

    def seed_streams(self, seed: int) -> None:
        """Seed the random streams: copy i draws as seed + i."""
        self._places = Stream(seed, "places")
        self._keys = self._places.keys(len(self.positions))

    def _set_boxes(self, tick: int) -> None:
        """Set the lower left corner and the extent of where each thing may appear, (things, 2)."""
        whole = ((0.0, 0.0), (self._size, self._size))
        boxes = [current_value(kind.within, tick) for kind in self.kinds]
        each = np.array([whole if box is None else box for box in boxes], np.float64).reshape(-1, 2, 2)[self.kind]
        self._low, self._extent = each[:, 0].copy(), each[:, 1] - each[:, 0]

    def _draw_places(self, copies: NDArray[np.int64], tick: int) -> NDArray[np.float64]:
        """Return a place for each thing of these copies, drawn uniformly from where it may appear."""
        drawn = np.empty((len(copies), self.count, 2))
        for k, copy in enumerate(copies.tolist()):
            draw = partial(_draw_in_boxes, self._places.at(tick, copy), self._low, self._extent)
            drawn[k] = self._obstacles.draw_outside(draw, self.radii, self._roles)
        return drawn

    def place_things(self, copies: NDArray[np.int64], tick: int) -> None:
        """Put the things of these copies at their first positions."""
        if self._moving_boxes:
            self._set_boxes(tick)
        self.positions[copies] = np.where(self._placed[:, None], self._at, self._draw_places(copies, tick))
        self.present[copies] = self._allowed(tick) & ~self._left
        self.regrow_tick[copies] = _NEVER
        self.rots[copies] = _NEVER

    def _allowed(self, tick: int) -> NDArray[np.bool_]:
        """Return which things are not beyond the number of the tick, (things,)."""
        numbers = [
            round(current_value(kind.count, tick)) if isinstance(kind.count, Schedule) else kind.most
            for kind in self.kinds
        ]
        indices = [np.arange(kind.most) < number for kind, number in zip(self.kinds, numbers, strict=True)]
        return np.concatenate([np.empty(0, bool), *indices])

    def keep_things_inside(self, wraps: bool) -> None:
        """Bring things beyond the border back inside, across it or to it, and out of obstacles."""
        if wraps:
            wrap(self.positions, self._size)
        else:
            np.clip(self.positions, 0.0, self._size, out=self.positions)
        self._obstacles.bring_out(self.positions)

    def expect_regrowth(self, tick: float) -> None:
        """Note that something regrows at a tick."""
        self._next_regrowth = min(self._next_regrowth, tick)

    def regrow(self, tick: int) -> bool:
        """Put back the things that regrow at this tick, and return whether anything has changed."""
        changed = self._apply_counts(tick) if self._scheduled else False
        changed = self._rot(tick) or changed if self.rots.size else changed
        if tick < self._next_regrowth:
            return changed
        if self._moving_boxes:
            self._set_boxes(tick)
        moved = (self.regrow_tick == tick) & self._elsewhere if self._obstacles else None
        boxes = (self._low, self._extent)
        due, later = _regrow(tick, self._elsewhere, self._keys, *boxes, self._points, self._present, self.regrow_tick)
        self._next_regrowth = later if later > 0 else math.inf
        if moved is not None:
            copies = np.flatnonzero(moved.any(1))
            self.positions[moved] = self._draw_places(copies, tick)[moved[copies]]
        return changed or due > 0

    def _rot(self, tick: int) -> bool:
        """Take away what was left long ago, and return whether there was any."""
        gone = self.rots == tick
        self.present[gone], self.rots[gone] = False, _NEVER
        return bool(gone.any())

    def leave_remains(self, name: str, copy: int, spots: NDArray[np.float64], tick: int) -> bool:
        """Leave what a species leaves at these spots, as far as there is any left to leave; return whether there was.

        Args:
            name: of the species.
            copy: in which they have died.
            spots: where, (creatures, 2).
            tick: this one.
        """
        left = False
        for kind in self.kinds:
            if name in kind.left_by:
                part = self.parts[kind.role]
                free = part.start + np.flatnonzero(~self.present[copy, part])[: len(spots)]
                self.positions[copy, free], self.present[copy, free] = spots[: len(free)], True
                self.rots[copy, free] = tick + kind.lasts if kind.lasts else _NEVER
                left |= len(free) > 0
        return left

    def _apply_counts(self, tick: int) -> bool:
        """Apply the scheduled counts of this tick, and return whether things were withdrawn."""
        allowed = self._allowed(tick)
        grown = allowed & ~self._allowed(tick - 1)
        withdrawn = self.present & ~allowed
        self.present[...] &= allowed
        self.regrow_tick[:, ~allowed] = _NEVER
        self.regrow_tick[:, grown] = tick
        if grown.any():
            self.expect_regrowth(tick)
        return bool(withdrawn.any())

    def drop_thing(
        self, copy: int, part: slice, place: NDArray[np.float64], offsets: NDArray[np.float64], tick: int
    ) -> None:
        """Put one of these things at a place: an absent one, or else the farthest; `offsets` are those of all."""
        away = (~self.present[copy] & self._allowed(tick))[part]
        far = np.where(away, np.inf, np.square(offsets[part]).sum(1))
        thing = part.start + int(far.argmax())
        self.positions[copy, thing], self.present[copy, thing], self.regrow_tick[copy, thing] = place, True, _NEVER

    def state_dict(self) -> State:
        """Return the positions of things, whether they are present, and when they regrow."""
        remains = {"rots": self.rots.copy()} if self.rots.size else {}
        return {
            "things": self.positions.copy(),
            "present": self.present.copy(),
            "due": self.regrow_tick.copy(),
            **remains,
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        load_array(self.positions, state["things"])
        load_array(self.present, state["present"])
        load_array(self.regrow_tick, state["due"])
        if self.rots.size:
            load_array(self.rots, state["rots"])
        waiting = self.regrow_tick[self.regrow_tick != _NEVER]
        self._next_regrowth = waiting.min() if len(waiting) else math.inf


def _draw_in_boxes(
    generator: np.random.Generator, low: NDArray[np.float64], extent: NDArray[np.float64]
) -> NDArray[np.float64]:
    return low + generator.random(low.shape) * extent


@exact_kernel
def _regrow(
    tick: int,
    elsewhere: NDArray[np.bool_],
    keys: NDArray[np.uint64],
    low: NDArray[np.float64],
    extent: NDArray[np.float64],
    points: NDArray[np.float64],
    present: NDArray[np.bool_],
    regrow_tick: NDArray[np.int64],
) -> tuple[int, int]:
    """Put back what regrows at a tick, where it was or anywhere in its box; return how much, and the next such tick.

    Args:
        tick: this one.
        elsewhere: which things are put elsewhere, (things,).
        keys: of the stream of each copy, of which thing t draws the numbers 2 t and 2 t + 1.
        low: the lower left corner of each thing's box, (things, 2).
        extent: of each box, (things, 2).
        points: (copies, things or more, 2), written.
        present: (copies, things or more), written.
        regrow_tick: when each regrows, (copies, things), written. There is no next tick if it is -1.
    """
    count, later = 0, _NEVER
    for c in range(regrow_tick.shape[0]):
        for t in range(regrow_tick.shape[1]):
            then = regrow_tick[c, t]
            if then > tick and (then < later or later < 0):
                later = then
            if then != tick:
                continue
            if elsewhere[t]:
                x, y = draw_pair(keys[c], tick, t)
                points[c, t, 0], points[c, t, 1] = low[t, 0] + x * extent[t, 0], low[t, 1] + y * extent[t, 1]
            present[c, t] = True
            regrow_tick[c, t] = _NEVER
            count += 1
    return count, later

"""Items: the things of every copy of a place, present or to regrow."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import wrap
from alife.core.random import Stream
from alife.core.world import State
from alife.place._obstacles import Obstacles
from alife.place.schedule import Schedule, current_value
from alife.place.things import Things

_NEVER = -1


class Items:
    """Things side by side, role after role, the same number in each copy.

    Args:
        kinds: their declarations, in order.
        copies: arenas side by side.
        size: of the arena.
        obstacles: into which nothing is put.
    """

    def __init__(self, kinds: Sequence[Things], copies: int, size: float, obstacles: Obstacles) -> None:
        self.kinds, self._size, self._obstacles = kinds, size, obstacles
        counts = [kind.most for kind in kinds]
        self.kind = np.repeat(np.arange(len(kinds)), counts)  # (things,)
        ends = np.cumsum([0, *counts]).tolist()
        self.parts = {kind.role: slice(ends[k], ends[k + 1]) for k, kind in enumerate(kinds)}
        self.count = ends[-1]
        self.radii = self._per_thing([kind.radius for kind in kinds])
        self._roles = [kind.role for kind in kinds for _ in range(kind.most)]
        self._after = self._per_thing([kind.after for kind in kinds]).astype(np.int64)
        self._never = self._per_thing([kind.regrows == "never" for kind in kinds]).astype(bool)
        self._elsewhere = self._per_thing([kind.regrows == "elsewhere" for kind in kinds]).astype(bool)
        self._placed = self._per_thing([len(kind.at) > 0 for kind in kinds]).astype(bool)
        points = [kind.at if kind.at else [(0.0, 0.0)] * kind.most for kind in kinds]
        self._points = np.array([point for group in points for point in group], np.float64).reshape(-1, 2)
        self._scheduled = any(isinstance(kind.count, Schedule) for kind in kinds)
        self._moving_boxes = any(isinstance(kind.within, Schedule) for kind in kinds)
        self._boxes = self._boxes_of(0)
        self.positions = np.zeros((copies, self.count, 2))
        self.present = np.ones((copies, self.count), bool)
        self._regrow_tick = np.full((copies, self.count), _NEVER)
        self.seed_streams(0)

    def _per_thing(self, values: Sequence[float]) -> NDArray[np.float64]:
        """Return a value of each kind for each of its things."""
        return np.asarray(values, np.float64)[self.kind]

    def seed_streams(self, seed: int) -> None:
        """Seed the random streams: copy i draws as seed + i."""
        self._places = [Stream(seed + copy, "places") for copy in range(len(self.positions))]

    def _boxes_of(self, tick: int) -> NDArray[np.float64]:
        whole = ((0.0, 0.0), (self._size, self._size))
        boxes = [current_value(kind.within, tick) for kind in self.kinds]
        each = np.array([whole if box is None else box for box in boxes], np.float64).reshape(-1, 2, 2)
        return each[self.kind]

    def _draw_places(self, copies: NDArray[np.int64], tick: int) -> NDArray[np.float64]:
        """Return a place for each thing of these copies, drawn uniformly from where it may appear."""
        if self._moving_boxes:
            self._boxes = self._boxes_of(tick)
        return np.stack([self._draw_spots(self._places[copy].at(tick)) for copy in copies])

    def _draw_spots(self, generator: np.random.Generator) -> NDArray[np.float64]:
        low, extent = self._boxes[:, 0], self._boxes[:, 1] - self._boxes[:, 0]
        return self._obstacles.draw_outside(
            lambda: low + generator.random((self.count, 2)) * extent, self.radii, self._roles
        )

    def place_things(self, copies: NDArray[np.int64], tick: int) -> None:
        """Put the things of these copies at their first positions."""
        self.positions[copies] = np.where(self._placed[:, None], self._points, self._draw_places(copies, tick))
        self.present[copies] = self._allowed(tick)
        self._regrow_tick[copies] = _NEVER

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

    def remove_things(self, copies: NDArray[np.int64], things: NDArray[np.int64], tick: int) -> None:
        """Remove things until they regrow."""
        self.present[copies, things] = False
        self._regrow_tick[copies, things] = np.where(self._never[things], _NEVER, tick + self._after[things])

    def regrow(self, tick: int) -> bool:
        """Put back the things that regrow at this tick, and return whether anything has changed."""
        changed = self._apply_counts(tick) if self._scheduled else False
        copies, things = np.nonzero(self._regrow_tick == tick)
        if len(copies) == 0:
            return changed
        touched = np.unique(copies)
        places = self._draw_places(touched, tick)[np.searchsorted(touched, copies), things]
        moves = self._elsewhere[things]
        self.positions[copies[moves], things[moves]] = places[moves]
        self.present[copies, things] = True
        self._regrow_tick[copies, things] = _NEVER
        return True

    def _apply_counts(self, tick: int) -> bool:
        """Apply the scheduled counts of this tick, and return whether things were withdrawn."""
        allowed = self._allowed(tick)
        grown = allowed & ~self._allowed(tick - 1)
        withdrawn = self.present & ~allowed
        self.present &= allowed
        self._regrow_tick[:, ~allowed] = _NEVER
        self._regrow_tick[:, grown] = tick
        return bool(withdrawn.any())

    def drop_thing(
        self, copy: int, part: slice, place: NDArray[np.float64], offsets: NDArray[np.float64], tick: int
    ) -> None:
        """Put one of these things at a place: an absent one, or else the farthest; `offsets` are those of all."""
        away = (~self.present[copy] & self._allowed(tick))[part]
        far = np.where(away, np.inf, np.square(offsets[part]).sum(1))
        thing = part.start + int(far.argmax())
        self.positions[copy, thing], self.present[copy, thing], self._regrow_tick[copy, thing] = place, True, _NEVER

    def state_dict(self) -> State:
        """Return the positions of things, whether they are present, and when they regrow."""
        return {"things": self.positions.copy(), "present": self.present.copy(), "due": self._regrow_tick.copy()}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self.positions[:], self.present[:], self._regrow_tick[:] = state["things"], state["present"], state["due"]

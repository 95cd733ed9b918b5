"""Ground: the things that lie in every copy of a place, which are there or will be again."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import wrap
from alife.core.random import Stream
from alife.core.world import State
from alife.place._obstacles import Obstacles
from alife.place.schedule import Schedule, now
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
        self.radii = self._each([kind.radius for kind in kinds])
        self._roles = [kind.role for kind in kinds for _ in range(kind.most)]
        self._after = self._each([kind.after for kind in kinds]).astype(np.int64)
        self._never = self._each([kind.regrows == "never" for kind in kinds]).astype(bool)
        self._elsewhere = self._each([kind.regrows == "elsewhere" for kind in kinds]).astype(bool)
        self._placed = self._each([len(kind.at) > 0 for kind in kinds]).astype(bool)
        points = [kind.at if kind.at else [(0.0, 0.0)] * kind.most for kind in kinds]
        self._points = np.array([point for group in points for point in group], np.float64).reshape(-1, 2)
        self._scheduled = any(isinstance(kind.count, Schedule) for kind in kinds)
        self._moving_boxes = any(isinstance(kind.within, Schedule) for kind in kinds)
        self._boxes = self._boxes_of(0)
        self.positions = np.zeros((copies, self.count, 2))
        self.present = np.ones((copies, self.count), bool)
        self._due = np.full((copies, self.count), _NEVER)
        self.seed(0)

    def _each(self, values: Sequence[float]) -> NDArray[np.float64]:
        """Return a value of each kind for each of its things."""
        return np.asarray(values, np.float64)[self.kind]

    def seed(self, seed: int) -> None:
        """Let copy i draw as seed + i."""
        self._places = [Stream(seed + copy, "places") for copy in range(len(self.positions))]

    def _boxes_of(self, tick: int) -> NDArray[np.float64]:
        whole = ((0.0, 0.0), (self._size, self._size))
        boxes = [now(kind.within, tick) for kind in self.kinds]
        each = np.array([whole if box is None else box for box in boxes], np.float64).reshape(-1, 2, 2)
        return each[self.kind]

    def _anywhere(self, copies: NDArray[np.int64], tick: int) -> NDArray[np.float64]:
        """Return a place for each thing of these copies, drawn uniformly from where it may appear."""
        if self._moving_boxes:
            self._boxes = self._boxes_of(tick)
        return np.stack([self._spots(self._places[copy].at(tick)) for copy in copies])

    def _spots(self, generator: np.random.Generator) -> NDArray[np.float64]:
        low, extent = self._boxes[:, 0], self._boxes[:, 1] - self._boxes[:, 0]
        return self._obstacles.draw(lambda: low + generator.random((self.count, 2)) * extent, self.radii, self._roles)

    def begin(self, copies: NDArray[np.int64], tick: int) -> None:
        """Put everything in these copies where it is at first."""
        self.positions[copies] = np.where(self._placed[:, None], self._points, self._anywhere(copies, tick))
        self.present[copies] = self._allowed(tick)
        self._due[copies] = _NEVER

    def _allowed(self, tick: int) -> NDArray[np.bool_]:
        """Return which things are not beyond the number of the tick, (things,)."""
        numbers = [
            round(now(kind.count, tick)) if isinstance(kind.count, Schedule) else kind.most for kind in self.kinds
        ]
        indices = [np.arange(kind.most) < number for kind, number in zip(self.kinds, numbers, strict=True)]
        return np.concatenate([np.empty(0, bool), *indices])

    def stay_inside(self, wraps: bool) -> None:
        """Bring back things that were moved beyond the border, across it or to it, or into an obstacle."""
        if wraps:
            wrap(self.positions, self._size)
        else:
            np.clip(self.positions, 0.0, self._size, out=self.positions)
        self._obstacles.bring_out(self.positions)

    def take(self, copies: NDArray[np.int64], things: NDArray[np.int64], tick: int) -> None:
        """Take things away, until they regrow."""
        self.present[copies, things] = False
        self._due[copies, things] = np.where(self._never[things], _NEVER, tick + self._after[things])

    def regrow(self, tick: int) -> bool:
        """Let everything appear that is due, and return whether anything has changed."""
        changed = self._number(tick) if self._scheduled else False
        copies, things = np.nonzero(self._due == tick)
        if len(copies) == 0:
            return changed
        touched = np.unique(copies)
        places = self._anywhere(touched, tick)[np.searchsorted(touched, copies), things]
        moves = self._elsewhere[things]
        self.positions[copies[moves], things[moves]] = places[moves]
        self.present[copies, things] = True
        self._due[copies, things] = _NEVER
        return True

    def _number(self, tick: int) -> bool:
        """Hold back what is beyond the numbers of this tick, and let come what is not any more."""
        allowed = self._allowed(tick)
        grown = allowed & ~self._allowed(tick - 1)
        held = self.present & ~allowed
        self.present &= allowed
        self._due[:, ~allowed] = _NEVER
        self._due[:, grown] = tick
        return bool(held.any())

    def drop(self, copy: int, part: slice, place: NDArray[np.float64], offsets: NDArray[np.float64], tick: int) -> None:
        """Put at a place what is away of these things, or else the farthest of them; `offsets` are the ways to all."""
        away = (~self.present[copy] & self._allowed(tick))[part]
        far = np.where(away, np.inf, np.square(offsets[part]).sum(1))
        thing = part.start + int(far.argmax())
        self.positions[copy, thing], self.present[copy, thing], self._due[copy, thing] = place, True, _NEVER

    def state_dict(self) -> State:
        """Return where things are, whether they are there, and when they come back."""
        return {"things": self.positions.copy(), "present": self.present.copy(), "due": self._due.copy()}

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned."""
        self.positions[:], self.present[:], self._due[:] = state["things"], state["present"], state["due"]

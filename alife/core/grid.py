"""Grid: the points of every copy of an arena in square cells, so that what is near is found without all pairs."""

import numpy as np
from numpy.typing import NDArray

from alife.core.kernel import kernel

_FEW = 96  # points among which all pairs cost less than cells
_CELLS_A_REACH = 2  # cells along the reach of a search
_SHORT = 0.1  # of the arena: a reach within which few points are
_WIDE = 0.35  # of the arena: a search of a longer reach would visit nearly all cells


class Grid:
    """Points of every copy, to be searched for those within reach of a place.

    Where points are few or the reach is long there is one cell, and a search looks at all points. That follows from
    numbers that are the same in every copy, and so a copy is searched as it would be alone.

    Args:
        points: (copies, n, 2), read at every `fill`.
        present: which of them are there, (copies, n).
        size: of the arena.
        wraps: whether its edges are joined; then points lie in [0, size).
        reach: of most searches.
    """

    def __init__(
        self, points: NDArray[np.float64], present: NDArray[np.bool_], size: float, wraps: bool, reach: float
    ) -> None:
        self.points, self.present = points, present
        self.period = float(size) if wraps else 0.0
        copies, n = present.shape
        few = n < _FEW or not reach < _WIDE * size
        self.cells = 1 if few else max(1, min(int(_CELLS_A_REACH * size / reach), int(2 * np.sqrt(n))))  # a side
        self.scale = self.cells / size
        self.starts = np.zeros((copies, self.cells * self.cells + 1), np.int64)  # of each cell in the order
        self.order = np.zeros((copies, n), np.int64)

    def fill(self) -> None:
        """Sort the points that are there into cells."""
        if self.cells > 1:
            _fill(self.points, self.present, self.scale, self.cells, self.starts, self.order)


@kernel
def _fill(
    points: NDArray[np.float64],
    present: NDArray[np.bool_],
    scale: float,
    cells: int,
    starts: NDArray[np.int64],
    order: NDArray[np.int64],
) -> None:
    """Sort by counting, copy by copy: starts (copies, cells^2 + 1) into order (copies, n)."""
    for c in range(points.shape[0]):
        ends, own = starts[c], order[c]
        ends[:] = 0
        for p in range(points.shape[1]):
            if present[c, p]:
                ends[_cell(points[c, p, 1], scale, cells) * cells + _cell(points[c, p, 0], scale, cells)] += 1
        for k in range(1, ends.size):
            ends[k] += ends[k - 1]
        for p in range(points.shape[1] - 1, -1, -1):  # backwards, so that ends become starts and order ascends
            if present[c, p]:
                k = _cell(points[c, p, 1], scale, cells) * cells + _cell(points[c, p, 0], scale, cells)
                ends[k] -= 1
                own[ends[k]] = p


@kernel
def _cell(place: float, scale: float, cells: int) -> int:
    """Return the cell along one axis; what lies outside, or is no number, is in one at the border."""
    k = place * scale
    if not k >= 1.0:
        return 0
    return int(k) if k < cells else cells - 1


@kernel
def find_near(
    copy: int,
    x: float,
    y: float,
    reach: float,
    points: NDArray[np.float64],
    present: NDArray[np.bool_],
    period: float,
    cells: int,
    scale: float,
    starts: NDArray[np.int64],
    order: NDArray[np.int64],
    found: NDArray[np.int64],
    offsets: NDArray[np.float64],
    n: int,
) -> int:
    """Append the points of a copy within reach of (x, y) behind n others, and return how many there are then.

    With one cell, which needs no `starts` and `order`, they ascend. What is beyond the columns' length is counted and
    not written; what is written behind the last is of no meaning.

    Args:
        copy: in which.
        x: of the place.
        y: of the place.
        reach: how far, the very reach included.
        points: of the grid, as all up to `order`.
        present: of the grid.
        period: of the grid.
        cells: of the grid.
        scale: of the grid.
        starts: of the grid.
        order: of the grid.
        found: (capacity,), which point.
        offsets: (3, capacity), the shortest displacement in x and y, and its length.
        n: how many there are already.
    """
    inverse, square_reach = 1.0 / period if period > 0.0 else 0.0, reach * reach
    if cells == 1:
        short = reach * scale < _SHORT
        return _find_among_all(x, y, reach, short, points[copy], present[copy], period, inverse, found, offsets, n)
    low_x, high_x = _window(x, reach, scale, cells, period > 0.0)
    low_y, high_y = _window(y, reach, scale, cells, period > 0.0)
    first, last = low_x % cells, high_x % cells
    parts = 1 if first <= last else 2  # the cells of a line stand side by side, but for those across an edge
    own_points, own_present, own_starts, own_order = points[copy], present[copy], starts[copy], order[copy]
    for i in range(low_y, high_y + 1):
        line = i % cells * cells
        for part in range(parts):
            begin = own_starts[line if part else line + first]
            end = own_starts[line + (last + 1 if part or parts == 1 else cells)]
            for m in range(begin, end):
                p = own_order[m]
                dx = _gap(own_points[p, 0] - x, period, inverse)
                dy = _gap(own_points[p, 1] - y, period, inverse)
                square = dx * dx + dy * dy
                if square <= square_reach and own_present[p]:
                    if n < found.size:
                        found[n], offsets[0, n], offsets[1, n], offsets[2, n] = p, dx, dy, np.sqrt(square)
                    n += 1
    return n


@kernel
def _find_among_all(
    x: float,
    y: float,
    reach: float,
    short: bool,
    points: NDArray[np.float64],
    present: NDArray[np.bool_],
    period: float,
    inverse: float,
    found: NDArray[np.int64],
    offsets: NDArray[np.float64],
    n: int,
) -> int:
    """Append those near among all points of a copy, without a branch at each that no processor could foresee.

    Where the reach is short, the first axis tells of nearly all that they are far.
    """
    begin, square_reach = n, reach * reach
    for p in range(points.shape[0]):
        dx = _gap(points[p, 0] - x, period, inverse)
        if short and abs(dx) > reach:
            continue
        dy = _gap(points[p, 1] - y, period, inverse)
        if n < found.size:
            found[n] = p  # the next one is written over one that is far
        n += int(dx * dx + dy * dy <= square_reach) & int(present[p])
    for m in range(begin, min(n, found.size)):
        p = found[m]
        dx, dy = _gap(points[p, 0] - x, period, inverse), _gap(points[p, 1] - y, period, inverse)
        offsets[0, m], offsets[1, m], offsets[2, m] = dx, dy, np.sqrt(dx * dx + dy * dy)
    return n


@kernel
def _gap(gap: float, period: float, inverse: float) -> float:
    """Return the shortest gap along one axis, as `shortest` does, for the inverse of the period or 0."""
    return float(gap - period * np.rint(gap * inverse))


@kernel
def _window(place: float, reach: float, scale: float, cells: int, wraps: bool) -> tuple[int, int]:
    """Return the first and the last cell along one axis; on a torus they may lie beyond the border."""
    low, high = int(np.floor((place - reach) * scale)), int(np.floor((place + reach) * scale))
    if not wraps:
        return min(max(low, 0), cells - 1), min(max(high, 0), cells - 1)
    return low, min(high, low + cells - 1)

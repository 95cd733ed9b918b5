"""Nearby: what is near the creatures of a place, for their senses."""

import numpy as np
from numpy.typing import NDArray

from alife.body.neighbours import Neighbours
from alife.core.grid import find_near
from alife.core.kernel import kernel
from alife.place._search import FIRST_CAPACITY, Search

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Nearby:
    """Finds the neighbours of some rows of each species. What it returns lasts until it looks again.

    Args:
        search: knows where everything is.
        rows: of each species, from which row to which.
    """

    def __init__(self, search: Search, rows: dict[str, slice]) -> None:
        self._search = search
        self._rows = np.array([(part.start, part.stop) for part in rows.values()], np.int64)
        self._firsts = np.array([0, *(part.stop for part in search.table.parts.values())], np.int64)
        sizes = np.diff(self._rows).ravel()
        self._starts = np.zeros(int(sizes.sum()) + len(rows), np.int64)
        self._starts_of = dict(zip(rows, np.split(self._starts, np.cumsum(sizes + 1)[:-1]), strict=True))  # views
        self._begins = np.zeros(len(rows) + 1, np.int64)  # where the neighbours of each species begin
        self._make_room(int(sizes.sum()) * min(len(search.table.kind), FIRST_CAPACITY) + 1)

    def _make_room(self, capacity: int) -> None:
        self._whole, self._offsets = np.empty((2, capacity), np.int64), np.empty((3, capacity))
        self._columns = (*self._whole, *self._offsets)

    def look(self) -> dict[str, Neighbours]:
        """Return the neighbours of each species."""
        search, table, grid = self._search, self._search.table, self._search.grid
        while True:
            n = _find_neighbours(
                search.spots, search.alive, search.traits.range, self._firsts, self._rows,
                search.reaches, search.ranges, search.least, table.owner, table.kind,
                search.points, search.present, grid.period, grid.cells, grid.scale, grid.starts, grid.order,
                self._starts, self._begins, self._whole, self._offsets,
            )  # fmt: skip
            if n <= self._whole.shape[1]:
                return self._by_species(self._begins.tolist())
            self._make_room(2 * n)

    def _by_species(self, begins: list[int]) -> dict[str, Neighbours]:
        thing, role, dx, dy, distance = self._columns
        near = {}
        for k, (name, starts) in enumerate(self._starts_of.items()):
            own = slice(begins[k], begins[k + 1])
            near[name] = Neighbours(starts, thing[own], role[own], dx[own], dy[own], distance[own])
        return near


@kernel
def _find_neighbours(
    spots: Floats,
    alive: Mask,
    sight: Floats,
    firsts: Ints,
    rows: Ints,
    reaches: Floats,
    ranges: Floats,
    least: float,
    owner: Ints,
    kind: Ints,
    points: Floats,
    present: Mask,
    period: float,
    cells: int,
    scale: float,
    grid_starts: Ints,
    order: Ints,
    starts: Ints,
    begins: Ints,
    whole: Ints,
    offsets: Floats,
) -> int:
    """Find the things near each creature of some rows of each species, but itself; return how many they are.

    The creatures of species s in a copy begin at firsts[s]; its rows are rows[s, 0] up to rows[s, 1], and empty ones
    have no neighbours. Each looks as far as reaches[s], less the share of ranges[s] that it sees less far, and at least
    as far as least. The owner of a thing is the creature that it is, or -1. Written are begins, where the neighbours of
    each species begin; starts, where those of each of its rows do, counted from there; whole, which thing and its role,
    (2, capacity); and offsets
    as by `find_near`.
    """
    n, at = 0, 0
    for s in range(reaches.size):
        reach, begins[s], count = reaches[s], n, firsts[s + 1] - firsts[s]
        own_cells = cells if reach < np.inf else 1
        for r in range(rows[s, 0], rows[s, 1]):
            c = r // count
            i = firsts[s] + r - c * count
            starts[at] = n - begins[s]
            at += 1
            begin = n
            if reach > 0.0 and alive[c, i]:
                far = sight[c, i] == 1.0 or reach == np.inf  # a share of what has no end has none, too
                own = reach if far else max(reach - ranges[s] * (1.0 - sight[c, i]), least)
                n = find_near(
                    c, spots[c, i, 0], spots[c, i, 1], own, points, present, period, own_cells, scale,
                    grid_starts, order, whole[0], offsets, n,
                )  # fmt: skip
            if n <= whole.shape[1]:
                n = _name_others(i, begin, n, owner, kind, whole, offsets)
        starts[at] = n - begins[s]
        at += 1
    begins[reaches.size] = n
    return n


@kernel
def _name_others(i: int, begin: int, end: int, owner: Ints, kind: Ints, whole: Ints, offsets: Floats) -> int:
    """Write the role of each thing from begin to end, and close the gap of the one that is creature i itself."""
    n = begin
    for m in range(begin, end):
        t = whole[0, m]
        if owner[t] == i:
            continue
        whole[1, n] = kind[t]
        if n < m:
            whole[0, n] = t
            offsets[0, n], offsets[1, n], offsets[2, n] = offsets[0, m], offsets[1, m], offsets[2, m]
        n += 1
    return n

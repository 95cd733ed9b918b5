"""Search: what is near each creature of a place, and what it touches."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.body.neighbours import Neighbours
from alife.core.grid import Grid, find_near
from alife.core.kernel import kernel
from alife.place._table import ItemTable
from alife.place.contacts import COPY, CREATURE, THING, ContactColumns

_FIRST_CAPACITY = 32  # neighbours of a row for which there is room at first; it grows with need

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Search:
    """Finds neighbours and contacts among the things of every copy, and the creatures that a declaration shows.

    Args:
        table: of the place.
        spots: where creatures are, (copies, creatures, 2), never replaced.
        alive: which rows are, (copies, creatures), never replaced.
        size: of the arena.
        wraps: whether its edges are joined.
        ranges: of the senses of each species, by name.
    """

    def __init__(
        self, table: ItemTable, spots: Floats, alive: Mask, size: float, wraps: bool, ranges: Mapping[str, float]
    ) -> None:
        self._table, self._spots, self._alive = table, spots, alive
        copies, items = len(spots), len(table.kind)
        self.points, self.present = np.zeros((copies, items, 2)), np.ones((copies, items), bool)
        self._touch = float(table.contact.max(initial=0.0))
        widest = float(table.radii.max(initial=0.0))
        # A sense that has a range may ask what is touched, too.
        self._reaches = np.array([max(far + widest, self._touch) if far > 0.0 else 0.0 for far in ranges.values()])
        finite = [reach for reach in (self._touch, *self._reaches.tolist()) if 0.0 < reach < math.inf]
        self._grid = Grid(self.points, self.present, size, wraps, max(finite, default=math.inf))
        counts = np.array([table.count(name) for name in ranges], np.int64)
        self._ends = np.cumsum(counts)  # of each species among a copy's creatures
        self._starts = _Starts(ranges, copies * counts)
        self._columns = _Columns(copies * table.creatures, items)
        room = copies * table.creatures * min(items, _FIRST_CAPACITY) + 1
        self.contacts, self._offsets = ContactColumns(room), np.empty((3, room))
        self.claims, self._contested = np.zeros((copies, items), np.int64), np.empty(copies, np.int64)

    def update(self) -> None:
        """Look at where everything is now."""
        table = self._table
        if len(table.seen):
            self.points[:, table.things :] = self._spots[:, table.seen]
            self.present[:, table.things :] = self._alive[:, table.seen]
        self._grid.fill()

    def find_neighbours(self) -> dict[str, Neighbours]:
        """Return the neighbours of each species, which last until they are found again."""
        table, columns, grid, starts = self._table, self._columns, self._grid, self._starts
        while True:
            n = _find_neighbours(
                self._spots, self._ends, self._reaches, table.owner, table.kind, self.points, self.present,
                grid.period, grid.cells, grid.scale, grid.starts, grid.order,
                starts.all, starts.begins, columns.whole, columns.offsets,
            )  # fmt: skip
            if columns.hold(n):
                return self._by_species(starts.begins.tolist())

    def _by_species(self, begins: list[int]) -> dict[str, Neighbours]:
        thing, role, dx, dy, distance = self._columns.each
        near = {}
        for k, (name, starts) in enumerate(self._starts.each.items()):
            own = slice(begins[k], begins[k + 1])
            near[name] = Neighbours(starts, thing[own], role[own], dx[own], dy[own], distance[own])
        return near

    def no_neighbours(self) -> dict[str, Neighbours]:
        """Return those of species that are nowhere yet."""
        return self._by_species([0] * (len(self._starts.each) + 1))

    def find_contacts(self, idle: Mask) -> tuple[int, Ints]:
        """Find contacts, by copy, creature and thing; return how many, and the copies where several claim one thing.

        Args:
            idle: rows that touch nothing and cannot be touched, (copies, creatures).
        """
        table, contacts, grid = self._table, self.contacts, self._grid
        while True:
            n, contested = _find_contacts(
                self._spots, idle, self._touch, table.touched_from, table.owner, table.species_of,
                self.points, self.present, grid.period, grid.cells, grid.scale, grid.starts, grid.order,
                contacts.where, self._offsets, table.leaves, self.claims, self._contested,
            )  # fmt: skip
            if contacts.hold(n):
                return n, self._contested[:contested]
            self._offsets = np.empty((3, contacts.reward.size))


class _Starts:
    """Where the neighbours of each row of a species begin, and where those of each species do, among all.

    Args:
        names: of the species.
        rows: of each.
    """

    def __init__(self, names: Iterable[str], rows: Ints) -> None:
        self._for = (tuple(names), rows)
        self.all, self.begins = np.zeros(int(rows.sum()) + len(rows), np.int64), np.zeros(len(rows) + 1, np.int64)
        self.each = dict(zip(self._for[0], np.split(self.all, np.cumsum(rows + 1)[:-1]), strict=True))  # views

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as room for the same, for the views would be torn from their array."""
        return _Starts, self._for


class _Columns:
    """Room for what is found, which grows with need."""

    def __init__(self, rows: int, items: int) -> None:
        self._for = (rows, items)
        self._make(rows * min(items, _FIRST_CAPACITY) + 1)

    def _make(self, capacity: int) -> None:
        self.whole, self.offsets = np.empty((2, capacity), np.int64), np.empty((3, capacity))
        self.each = (*self.whole, *self.offsets)  # by column

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as empty room: nothing is kept in it between ticks, and columns would be torn from their arrays."""
        return _Columns, self._for

    def hold(self, n: int) -> bool:
        """Return whether there was room for so many; if not, make it."""
        if n <= self.whole.shape[1]:
            return True
        self._make(2 * n)
        return False


@kernel
def _find_neighbours(
    spots: Floats,
    ends: Ints,
    reaches: Floats,
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
    """Find the things near each creature, but itself, species by species; return how many they are.

    Written are begins, where the neighbours of each species begin; starts, where those of each of its rows do, counted
    from there; whole, which thing and its role, (2, capacity); and offsets as by `find_near`. The owner of a thing is
    the creature that it is, or -1.
    """
    n, row, first = 0, 0, 0
    for s in range(ends.size):
        reach, begins[s] = reaches[s], n
        own_cells = cells if reach < np.inf else 1
        for c in range(spots.shape[0]):
            for i in range(first, ends[s]):
                starts[row] = n - begins[s]
                row += 1
                begin = n
                if reach > 0.0:
                    n = find_near(
                        c, spots[c, i, 0], spots[c, i, 1], reach, points, present, period, own_cells, scale,
                        grid_starts, order, whole[0], offsets, n,
                    )  # fmt: skip
                if n <= whole.shape[1]:
                    n = _name_others(i, begin, n, owner, kind, whole, offsets)
        starts[row] = n - begins[s]
        row += 1
        first = ends[s]
    begins[ends.size] = n
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


@kernel
def _find_contacts(
    spots: Floats,
    idle: Mask,
    reach: float,
    touched_from: Floats,
    owner: Ints,
    species_of: Ints,
    points: Floats,
    present: Mask,
    period: float,
    cells: int,
    scale: float,
    grid_starts: Ints,
    order: Ints,
    where: Ints,
    offsets: Floats,
    leaves: Mask,
    claims: Ints,
    contested: Ints,
) -> tuple[int, int]:
    """Find what each creature touches; return how many contacts there are, and in how many copies there are ties.

    Written are where, (4, capacity), but for kinds; and contested, the copies where several claim one thing. Claims are
    zeros (copies, things), and left as such.
    """
    n, things = 0, where[THING]
    for c in range(spots.shape[0]):
        for i in range(spots.shape[1]):
            if idle[c, i]:
                continue
            begin = n
            n = find_near(
                c, spots[c, i, 0], spots[c, i, 1], reach, points, present, period, cells, scale, grid_starts, order,
                things, offsets, n,
            )  # fmt: skip
            if n > things.size:
                continue
            last = n
            n = begin
            for m in range(begin, last):
                t, other = things[m], owner[things[m]]
                touches = offsets[2, m] <= touched_from[species_of[i], t] and other != i
                if touches and (other < 0 or not idle[c, other]):
                    k = n
                    while k > begin and things[k - 1] > t:  # those of a grid do not ascend
                        things[k] = things[k - 1]
                        k -= 1
                    things[k], where[COPY, n], where[CREATURE, n] = t, c, i
                    n += 1
    return n, _find_contested(n, where, leaves, claims, contested) if n <= things.size else 0


@kernel
def _find_contested(n: int, where: Ints, leaves: Mask, claims: Ints, contested: Ints) -> int:
    """Write the copies in which several claim one thing that leaves; return how many they are."""
    count = 0
    for m in range(n):
        c, t = where[COPY, m], where[THING, m]
        claims[c, t] += leaves[t]
        if claims[c, t] > 1 and (count == 0 or contested[count - 1] != c):
            contested[count] = c
            count += 1
    for m in range(n):
        claims[where[COPY, m], where[THING, m]] = 0
    return count

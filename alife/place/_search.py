"""Search: what each creature of a place touches."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from alife.core.grid import Grid, find_near
from alife.core.kernel import kernel
from alife.place._table import ItemTable
from alife.place._traits import Traits
from alife.place.contacts import COPY, CREATURE, THING, ContactColumns

FIRST_CAPACITY = 32  # of what is found near a row, for which there is room at first; it grows with need

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Search:
    """Where the things of every copy are, and the creatures that a declaration shows; finds contacts among them.

    Args:
        table: of the place.
        spots: where creatures are, (copies, creatures, 2), never replaced.
        alive: which rows are, (copies, creatures), never replaced.
        size: of the arena.
        wraps: whether its edges are joined.
        ranges: of the senses of each species, by name.
        radius: of the largest creature.
        traits: of all creatures.
    """

    def __init__(
        self,
        table: ItemTable,
        spots: Floats,
        alive: Mask,
        size: float,
        wraps: bool,
        ranges: Mapping[str, float],
        radius: float,
        traits: Traits,
    ) -> None:
        self.table, self.spots, self.alive, self.traits, self._radius = table, spots, alive, traits, radius
        copies, items = len(spots), len(table.kind)
        self.points, self.present = np.zeros((copies, items, 2)), np.ones((copies, items), bool)
        self._touch = float(table.contact.max(initial=0.0))
        widest = float(table.radii.max(initial=0.0))
        # A sense that has a range may ask what is touched, too.
        reaches = [max(far + widest, self._touch) if far > 0.0 else 0.0 for far in ranges.values()]
        finite = [reach for reach in (self._touch, *reaches) if 0.0 < reach < math.inf]
        self.reaches = np.array(reaches)  # how far each species must look
        self.least, self.ranges = self._touch, np.array([*ranges.values()])  # what each must see, and how far it can
        self.grid = Grid(self.points, self.present, size, wraps, max(finite, default=math.inf))
        room = copies * table.creatures * min(items, FIRST_CAPACITY) + 1
        self.contacts, self._offsets = ContactColumns(room), np.empty((3, room))
        self.claims, self._contested = np.zeros((copies, items), np.int64), np.empty(copies, np.int64)

    def update(self) -> None:
        """Look at where everything is now."""
        table = self.table
        if len(table.seen):
            self.points[:, table.things :] = self.spots[:, table.seen]
            self.present[:, table.things :] = self.alive[:, table.seen]
        self.grid.fill()

    def find_contacts(self, idle: Mask) -> tuple[int, Ints]:
        """Find contacts, by copy, creature and thing; return how many, and the copies where several claim one thing.

        Args:
            idle: rows that touch nothing and cannot be touched, (copies, creatures).
        """
        table, contacts, grid = self.table, self.contacts, self.grid
        while True:
            n, contested = _find_contacts(
                self.spots, idle, self._touch, table.touched_from, table.owner, table.species_of,
                self._radius, self.traits.size,
                self.points, self.present, grid.period, grid.cells, grid.scale, grid.starts, grid.order,
                contacts.where, self._offsets, table.leaves, self.claims, self._contested,
            )  # fmt: skip
            if contacts.hold(n):
                return n, self._contested[:contested]
            self._offsets = np.empty((3, contacts.reward.size))


@kernel
def _find_contacts(
    spots: Floats,
    idle: Mask,
    reach: float,
    touched_from: Floats,
    owner: Ints,
    species_of: Ints,
    radius: float,
    size: Floats,
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

    A creature reaches farther the larger it is: `radius` is that of the largest, `size` of each in units of it. Written
    are where, (4, capacity), but for kinds; and contested, the copies where several claim one thing. Claims are
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
                limit = touched_from[species_of[i], t] - radius * (1.0 - size[c, i])
                if other >= 0:
                    limit -= radius * (1.0 - size[c, other])
                if offsets[2, m] <= limit and other != i and (other < 0 or not idle[c, other]):
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

"""Division: which creatures have children at a tick, with whom, and what it costs them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import shortest
from alife.core.kernel import exact_kernel

_NOBODY = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Division(NamedTuple):
    """The children of a tick in one copy, as columns: places among all its creatures."""

    copy: int
    children: Ints
    parents: Ints
    near: float  # how far from its parent a child may be put


def divide(able: Ints, energy: Floats, spots: Floats, mate: float, period: float, room: int) -> tuple[Ints, Ints]:
    """Return the parents, those with most energy first, and their partners, or -1; at most as many as there is room.

    Args:
        able: creatures of one species in one copy that have enough, ascending.
        energy: of all its creatures there, (creatures,).
        spots: where they are, (creatures, 2).
        mate: how far away a partner may be; 0 for none.
        period: of the torus, 0 where there is none.
        room: empty rows.
    """
    able = able[np.argsort(-energy[able], kind="stable")]
    if mate == 0.0:
        return able[:room], np.full(min(len(able), room), _NOBODY)
    pairs = np.empty((2, len(able)), np.int64)
    found = _pair_up(able, spots, mate, period, np.zeros(len(able), bool), pairs)
    parents, partners = pairs[:, : min(found, room)]
    return parents, partners


def pay_for_children(energy: Floats, parents: Ints, partners: Ints, share: float) -> Floats:
    """Take the energy of children from their parents, (creatures,) in place, and return what each child has."""
    paired = partners != _NOBODY
    part = np.where(paired, share / 2.0, share)
    given = part * energy[parents]
    energy[parents] -= given
    theirs = part[paired] * energy[partners[paired]]
    energy[partners[paired]] -= theirs
    given[paired] += theirs
    return given


@exact_kernel
def _pair_up(able: Ints, spots: Floats, mate: float, period: float, taken: NDArray[np.bool_], pairs: Ints) -> int:
    """Pair each, in turn, with the nearest that is not taken yet; return how many pairs there are."""
    found = 0
    for a in range(able.size):
        if taken[a]:
            continue
        nearest, least = _NOBODY, mate * mate
        for b in range(able.size):
            if b == a or taken[b]:
                continue
            dx = shortest(spots[able[b], 0] - spots[able[a], 0], period)
            dy = shortest(spots[able[b], 1] - spots[able[a], 1], period)
            square = dx * dx + dy * dy
            if square < least or (square == least and nearest == _NOBODY):
                nearest, least = b, square
        if nearest != _NOBODY:
            taken[a] = taken[nearest] = True
            pairs[0, found], pairs[1, found] = able[a], able[nearest]
            found += 1
    return found

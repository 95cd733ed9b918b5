"""Ways: how far, and in which direction, everything in a place is from every creature."""

import numpy as np
from numpy.typing import NDArray

from alife.place._items import Ground
from alife.place._table import Layout

_AWAY = 1e6  # where, as seen from a creature, things are that are not there, and creatures for themselves


def ways_between(
    layout: Layout, ground: Ground, spots: NDArray[np.float64], alive: NDArray[np.bool_], size: float | None
) -> NDArray[np.float64]:
    """Return the shortest way from each creature to each thing of its copy, (copies, creatures, things, 2).

    Args:
        layout: of the place.
        ground: the things in it.
        spots: where creatures are, (copies, creatures, 2).
        alive: which of them are there; the others are far from everything, (copies, creatures).
        size: of the torus, if it is one.
    """
    places = np.hstack([ground.positions, spots[:, layout.seen]]) if len(layout.seen) else ground.positions
    ways: NDArray[np.float64] = places[:, None] - spots[:, :, None]
    if size is not None:
        ways -= size * np.rint(ways / size)
    if not ground.present.all():
        copies, things = np.nonzero(~ground.present)
        ways[copies, :, things] = _AWAY
    if len(layout.seen):
        ways[:, :, ground.count :][:, layout.own] = _AWAY
    if not alive.all():
        ways[~alive] = _AWAY
        copies, seen = np.nonzero(~alive[:, layout.seen])
        ways[copies, :, ground.count + seen] = _AWAY
    return ways

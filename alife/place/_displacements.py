"""Displacements: from every creature to everything in a place."""

import numpy as np
from numpy.typing import NDArray

from alife.place._items import Items
from alife.place._table import ItemTable

_AWAY = 1e6  # displacement to absent things, and of creatures to themselves


def displacements_between(
    table: ItemTable, items: Items, spots: NDArray[np.float64], alive: NDArray[np.bool_], size: float | None
) -> NDArray[np.float64]:
    """Return the shortest displacement from each creature to each thing of its copy, (copies, creatures, things, 2).

    Args:
        table: of the place.
        items: the things in it.
        spots: where creatures are, (copies, creatures, 2).
        alive: which rows are alive; the others are far from everything, (copies, creatures).
        size: of the torus, if it is one.
    """
    places = np.hstack([items.positions, spots[:, table.seen]]) if len(table.seen) else items.positions
    displacements: NDArray[np.float64] = places[:, None] - spots[:, :, None]
    if size is not None:
        displacements -= size * np.rint(displacements / size)
    if not items.present.all():
        copies, things = np.nonzero(~items.present)
        displacements[copies, :, things] = _AWAY
    if len(table.seen):
        displacements[:, :, items.count :][:, table.own] = _AWAY
    if not alive.all():
        displacements[~alive] = _AWAY
        copies, seen = np.nonzero(~alive[:, table.seen])
        displacements[copies, :, items.count + seen] = _AWAY
    return displacements

"""Shown: the circles, names and roles of a place, as people see them."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from alife.core.errors import InterventionError
from alife.core.geometry import wrap
from alife.core.scene import Circles
from alife.place._items import Items
from alife.place._table import ItemTable
from alife.place.schedule import current_value
from alife.place.things import Things


def circles_of(
    table: ItemTable, items: Items, meaning: NDArray[np.int64], copy: int, sensed_as: Sequence[str]
) -> Iterator[Circles]:
    """Yield the present things of each role in a copy, by their meaning there, (kinds,)."""
    for role, kind in zip(table.roles, np.argsort(meaning).tolist(), strict=True):
        if isinstance(shown := table.kinds[kind], Things):
            here = items.present[copy] & (table.kind[: table.things] == kind)
            sensed = sensed_as[kind] if sensed_as else ""
            yield Circles(role, items.positions[copy, here], shown.radius, sensed=sensed)


def part_of(table: ItemTable, items: Items, meaning: NDArray[np.int64], role: str, copy: int) -> slice:
    """Return the slice of things that have a role now.

    Raises:
        InterventionError: there is no such role, or not one of them.
    """
    own = {shown: table.roles[kind] for shown, kind in zip(table.roles, np.argsort(meaning).tolist(), strict=True)}
    parts = {shown: items.parts[name] for shown, name in own.items() if name in items.parts}
    if role not in parts:
        raise InterventionError(f"there is no role {role!r} in this world; there are {', '.join(parts)}")
    if parts[role].start == parts[role].stop:
        raise InterventionError(f"there is no {role} in copy {copy} that could be put elsewhere")
    return parts[role]


def feeding_and_stinging(table: ItemTable, tick: int) -> tuple[int, int]:
    """Return the kind that feeds and the kind that stings.

    Raises:
        InterventionError: there is not one of each.
    """
    reward = [current_value(kind.reward, tick) if isinstance(kind, Things) else 0.0 for kind in table.kinds]
    feeds, stings = ([k for k, value in enumerate(reward) if sign * value > 0] for sign in (1, -1))
    if len(feeds) != 1 or len(stings) != 1:
        raise InterventionError("nothing can be swapped here: that takes one role that feeds and one that stings")
    return feeds[0], stings[0]


def names_of(table: ItemTable, meaning: NDArray[np.int64]) -> Sequence[str]:
    """Return the role by which each kind is sensed."""
    return [table.roles[shown] for shown in meaning]


def spot_at(x: float, y: float, size: float, wraps: bool) -> NDArray[np.float64]:
    """Return a point of the place; on a torus, what lies beyond the border lies across it.

    Raises:
        InterventionError: there is no such point.
    """
    point: NDArray[np.float64] = np.array([x, y], np.float64)
    if not np.isfinite(point).all():
        raise InterventionError(f"the place ({x}, {y}) is nowhere; x and y must be finite numbers")
    if wraps:
        wrap(point, size)
    elif point.min() < 0 or point.max() > size:
        raise InterventionError(f"the place ({x:g}, {y:g}) is outside; x and y must be from 0 to {size:g}")
    return point

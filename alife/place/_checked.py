"""Checks of the declarations of a place, before anything is built from them."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from alife.core.errors import ConfigError, WorldError
from alife.place.things import Creatures, Things, is_box


def check_radius(radius: float, size: float) -> None:
    """Check that a creature is not larger than its arena, where it would always touch everything.

    Raises:
        ConfigError: it is.
    """
    if radius > size:
        raise ConfigError(
            f"world.radius: must be {size:g} or less, the size of the arena, got {radius:g}; lengths are in world units"
        )


def check_declarations(
    name: str, things: Any, start: Any, signals: Any, memories: Any, sensed_as: Any, causes: Any, size: float
) -> list[Things | Creatures]:
    """Check the declarations of a place and return its things as a list.

    Args:
        name: of the place.
        things: as the attribute of a place, as all that follow.
        start: where creatures begin.
        signals: numbers that they sense besides.
        memories: numbers that each copy remembers.
        sensed_as: what senses call each of the things.
        causes: the names of the events of `give_reward`.
        size: of the arena.

    Raises:
        WorldError: one of them is not what it must be.
    """
    kinds: list[Any] = [*things] if isinstance(things, Iterable) else [None]
    faults = {
        'things must be a list, as in things = [Things("food", 10)]': not all(_is_kind(kind) for kind in kinds),
        "start must be a box, as in start = ((0, 0), (4, 4))": start is not None and not is_box(start),
        'signals must be names with numbers from 0 to 1, as in signals = {"key": 0.0}': not _are_numbers(
            signals, 0.0, 1.0
        ),
        'memories must be names with numbers, as in memories = {"open": 0}': not _are_numbers(
            memories, -np.inf, np.inf
        ),
        'sensed_as must be a name for each of things, as in sensed_as = ("A", "B")': isinstance(sensed_as, str)
        or len(sensed_as) not in (0, len(kinds))
        or not all(isinstance(name, str) for name in sensed_as),
        'causes must be a list of names, as in causes = ("won",)': isinstance(causes, str)
        or not all(isinstance(cause, str) for cause in causes),
    }
    for must, broken in faults.items():
        if broken:
            raise WorldError(f"{name}: {must}")
    _check_roles(name, kinds, size)
    return kinds


def _is_kind(kind: Any) -> bool:
    return isinstance(kind, Things | Creatures)


def _are_numbers(values: Any, low: float, high: float) -> bool:
    if not isinstance(values, Mapping):
        return False
    return all(isinstance(value, int | float | np.number) and low <= value <= high for value in values.values())


def _check_roles(name: str, kinds: list[Things | Creatures], size: float) -> None:
    lying = [kind for kind in kinds if isinstance(kind, Things)]
    roles = [kind.role for kind in lying]
    for kind in lying:
        if roles.count(kind.role) > 1:
            raise WorldError(f"{name}: two of its things are called {kind.role!r}; give each a role of its own")
        beyond = [point for point in kind.at if not (np.abs(np.array(point) - size / 2) <= size / 2).all()]
        if beyond:
            x, y = beyond[0]
            raise WorldError(
                f"{name}: a {kind.role!r} at ({x:g}, {y:g}) is outside of the place, whose size is {size:g}"
            )

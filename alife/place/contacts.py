"""Contacts: which creatures touch which things at one tick, and which creature gets each thing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.errors import WorldError
from alife.core.random import Stream
from alife.core.world import Events, no_events


@dataclass(eq=False)
class Contacts:
    """Contacts of creatures and things, as columns of equal length, ordered by copy, creature and thing.

    `reward` and `taken` may be changed in place.
    """

    copies: NDArray[np.int64]
    creatures: NDArray[np.int64]  # places among all creatures of a copy, species after species
    things: NDArray[np.int64]  # places among all things of a copy, role after role
    kinds: NDArray[np.int64]  # of each thing, a place in `roles`
    reward: NDArray[np.float64]  # of each contact
    taken: NDArray[np.bool_]  # whether the thing goes away by it
    roles: Sequence[str]

    def of_role(self, role: str) -> NDArray[np.bool_]:
        """Return which contacts are with things of a role.

        Raises:
            WorldError: there are none of that role.
        """
        if role not in self.roles:
            raise WorldError(f"no creature can touch a {role!r}; there are {', '.join(self.roles)}")
        return np.asarray(self.kinds == list(self.roles).index(role))

    def __len__(self) -> int:
        return len(self.copies)


Columns = tuple[NDArray[np.int64], ...]


def resolve_ties(
    columns: Columns, leaves: NDArray[np.bool_], ties: Sequence[Stream], tick: int, creatures: int
) -> Columns:
    """Give each thing that leaves to one creature: the first in an order of the copy's creatures drawn for the tick.

    Args:
        columns: copies, creatures and things that touch, ordered by copy, creature and thing.
        leaves: of each thing of a copy, whether only one can have it.
        ties: of each copy, where its order is drawn.
        tick: for which it is drawn.
        creatures: how many there are in a copy.
    """
    copies, who, things = columns
    alone = np.flatnonzero(leaves[things])
    meals = (copies * len(leaves) + things)[alone]
    if len(np.unique(meals)) == len(meals):
        return columns
    turns = np.zeros(len(meals), np.int64)
    found, contenders = np.unique(meals, return_counts=True)
    for copy in np.unique(found[contenders > 1] // len(leaves)):
        here = copies[alone] == copy
        turns[here] = ties[copy].at(tick).permutation(creatures)[who[alone][here]]
    ranked = np.lexsort((turns, meals))
    later = alone[ranked[np.append(False, np.diff(meals[ranked]) == 0)]]
    kept = np.delete(np.arange(len(copies)), later)
    return copies[kept], who[kept], things[kept]


EventColumns = tuple[Any, Any, Any, Any]
"""Copies, creatures, causes and values: columns, or a number for all."""


class TickEvents:
    """Collects the events of a tick."""

    def __init__(self) -> None:
        self._parts: list[tuple[NDArray[Any], ...]] = []

    def add_events(self, copies: Any, creatures: Any, causes: Any, values: Any) -> None:
        """Add events as columns, each of them or a number for all."""
        columns = np.broadcast_arrays(copies, creatures, causes, np.asarray(values, np.float64))
        self._parts.append(tuple(np.atleast_1d(column) for column in columns))

    def events_by_species(
        self, idle: NDArray[np.bool_], parts: Mapping[str, slice], certain: Iterable[EventColumns] = ()
    ) -> dict[str, Events]:
        """Return the added events by species, and clear them; the idle have only events that are certain.

        Args:
            idle: rows that begin anew or are empty, (copies, creatures).
            parts: which of a copy's creatures are of a species.
            certain: events of the idle, too, as `add_events` takes them.
        """
        self._parts = [tuple(column[~idle[part[0], part[1]]] for column in part) for part in self._parts]
        for more in certain:
            self.add_events(*more)
        added, self._parts = self._parts, []
        if not added:
            return {name: no_events() for name in parts}
        copies, creatures, causes, values = (np.concatenate(column) for column in zip(*added, strict=True))
        events = {}
        for name, part in parts.items():
            own = np.flatnonzero((creatures >= part.start) & (creatures < part.stop))
            rows = copies[own] * (part.stop - part.start) + creatures[own] - part.start
            order = np.argsort(rows, kind="stable")
            own = own[order]
            events[name] = Events(rows[order].astype(np.int64), causes[own].astype(np.int64), values[own])
        return events

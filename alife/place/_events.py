"""Tick events: what happened to creatures at one tick, collected as columns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.kernel import kernel
from alife.core.world import Events
from alife.place.contacts import COPY, CREATURE, KIND

_FIRST_CAPACITY = 64


class TickEvents:
    """Collects the events of a tick, and sorts them by species."""

    def __init__(self) -> None:
        self._where, self._values = np.empty((3, _FIRST_CAPACITY), np.int64), np.empty(_FIRST_CAPACITY)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def clear(self) -> None:
        """Forget all events."""
        self._count = 0

    def add_events(self, copies: Any, creatures: Any, causes: Any, values: Any) -> None:
        """Add events as columns, each of them or a number for all."""
        columns = np.broadcast_arrays(copies, creatures, causes, np.asarray(values, np.float64))
        first, n = self._count, columns[0].size
        self._make_room(n)
        self._where[:, first : first + n] = np.reshape(columns[:3], (3, n))
        self._values[first : first + n] = columns[3].ravel()
        self._count += n

    def add_contacts(
        self,
        n: int,
        where: NDArray[np.int64],
        reward: NDArray[np.float64],
        taken: NDArray[np.bool_],
        cause: NDArray[np.int64],
    ) -> None:
        """Add an event for each contact that brings something or takes something away; `cause` is that of each kind."""
        self._make_room(n)
        self._count = _add_contacts(n, where, reward, taken, cause, self._where, self._values, self._count)

    def _make_room(self, more: int) -> None:
        if (need := self._count + more) > len(self._values):
            self._where = np.concatenate([self._where, np.empty((3, need), np.int64)], axis=1)
            self._values = np.concatenate([self._values, np.empty(need)])

    def drop_idle(self, idle: NDArray[np.bool_]) -> None:
        """Drop the events of rows that begin anew or are empty, (copies, creatures)."""
        if self._count:
            self._count = _drop(idle, self._where, self._values, self._count)

    def total(self, shape: tuple[int, int]) -> NDArray[np.float64]:
        """Return the rewards of all creatures, (copies, creatures)."""
        rewards, n = np.zeros(shape), self._count
        np.add.at(rewards, (self._where[0, :n], self._where[1, :n]), self._values[:n])
        return rewards

    def of_species(self, part: slice, rewards: NDArray[np.float64]) -> Events:
        """Return the events of a species in ascending order of rows, and add their values to its rewards.

        Args:
            part: which of a copy's creatures are of it.
            rewards: (rows,), added to.
        """
        n = self._count
        rows, causes, values = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n)
        found, sorted_ = _select(n, self._where, self._values, part.start, part.stop, rows, causes, values, rewards)
        if found < n:
            rows, causes, values = rows[:found], causes[:found], values[:found]
        if sorted_:
            return Events(rows, causes, values)
        order = np.argsort(rows, kind="stable")
        return Events(rows[order], causes[order], values[order])


@kernel
def _add_contacts(
    n: int,
    contacts: NDArray[np.int64],
    reward: NDArray[np.float64],
    taken: NDArray[np.bool_],
    cause: NDArray[np.int64],
    where: NDArray[np.int64],
    values: NDArray[np.float64],
    count: int,
) -> int:
    for m in range(n):
        if taken[m] or reward[m] != 0.0:
            where[0, count], where[1, count] = contacts[COPY, m], contacts[CREATURE, m]
            where[2, count], values[count] = cause[contacts[KIND, m]], reward[m]
            count += 1
    return count


@kernel
def _drop(idle: NDArray[np.bool_], where: NDArray[np.int64], values: NDArray[np.float64], count: int) -> int:
    kept = 0
    for n in range(count):
        if not idle[where[0, n], where[1, n]]:
            for k in range(3):
                where[k, kept] = where[k, n]
            values[kept] = values[n]
            kept += 1
    return kept


@kernel
def _select(
    count: int,
    where: NDArray[np.int64],
    given: NDArray[np.float64],
    first: int,
    stop: int,
    rows: NDArray[np.int64],
    causes: NDArray[np.int64],
    values: NDArray[np.float64],
    rewards: NDArray[np.float64],
) -> tuple[int, bool]:
    """Write the events of a species and add up its rewards; return how many there are, and whether rows ascend."""
    found, ascend = 0, True
    for n in range(count):
        i = where[1, n]
        if first <= i < stop:
            row = where[0, n] * (stop - first) + i - first
            ascend &= found == 0 or rows[found - 1] <= row
            rows[found], causes[found], values[found] = row, where[2, n], given[n]
            rewards[row] += given[n]
            found += 1
    return found, ascend

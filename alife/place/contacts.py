"""Contacts: which creatures touch which things at one tick, and which creature gets each thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.errors import WorldError
from alife.core.kernel import kernel


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


def check_contacts(contacts: Contacts, count: int) -> None:
    """Check the columns that `on_touch` may have replaced, and put them into C order.

    Raises:
        WorldError: they are not one number and one truth for each contact.
    """
    for name, dtype in (("reward", np.float64), ("taken", np.bool_)):
        column = np.asarray(getattr(contacts, name))
        if (
            column.shape != (count,)
            or (dtype is np.bool_ and column.dtype != np.bool_)
            or column.dtype.kind not in "biuf"
        ):
            raise WorldError(
                f"on_touch must leave {name} of {count} contacts, of {np.dtype(dtype)}; "
                f"it left {column.dtype}, of shape {column.shape}"
            )
        setattr(contacts, name, np.ascontiguousarray(column, dtype))


COPY, CREATURE, THING, KIND = range(4)  # rows of `where`


class ContactColumns:
    """Room for the contacts of a tick as columns, which grows with need; `where` are (4, capacity) whole numbers."""

    def __init__(self, capacity: int) -> None:
        self._make(capacity)

    def _make(self, capacity: int) -> None:
        self.where, self.reward = np.empty((4, capacity), np.int64), np.empty(capacity)
        self.taken = np.empty(capacity, bool)

    def hold(self, n: int) -> bool:
        """Return whether there was room for so many; if not, make it."""
        if n <= self.reward.size:
            return True
        self._make(2 * n)
        return False

    def first(self, n: int, roles: Sequence[str]) -> Contacts:
        """Return copies of the first n contacts."""
        copies, creatures, things, kinds = self.where[:, :n].copy()
        return Contacts(copies, creatures, things, kinds, self.reward[:n].copy(), self.taken[:n].copy(), roles)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as empty room: nothing is kept in it between ticks."""
        return ContactColumns, (self.reward.size,)


@kernel
def give_to_first(
    n: int, where: NDArray[np.int64], leaves: NDArray[np.bool_], turns: NDArray[np.int64], claims: NDArray[np.int64]
) -> int:
    """Give each thing that leaves to the creature whose turn is first; return how many contacts are left.

    Args:
        n: contacts.
        where: of each; those that are left are moved to the front, in order.
        leaves: whether only one can have it, (things,).
        turns: of each creature, (copies, creatures); of no matter in a copy where nobody competes.
        claims: zeros (copies, things), and left as such.
    """
    for m in range(n):
        c, t = where[COPY, m], where[THING, m]
        turn = turns[c, where[CREATURE, m]] + 1
        if leaves[t] and (claims[c, t] == 0 or turn < claims[c, t]):
            claims[c, t] = turn
    kept = 0
    for m in range(n):
        c, i, t = where[COPY, m], where[CREATURE, m], where[THING, m]
        if not leaves[t] or claims[c, t] == turns[c, i] + 1:
            where[COPY, kept], where[CREATURE, kept], where[THING, kept] = c, i, t
            kept += 1
    for m in range(kept):
        claims[where[COPY, m], where[THING, m]] = 0
    return kept


@kernel
def judge_contacts(
    n: int,
    where: NDArray[np.int64],
    kind: NDArray[np.int64],
    meaning: NDArray[np.int64],
    worth: NDArray[np.float64],
    leaves: NDArray[np.bool_],
    reward: NDArray[np.float64],
    taken: NDArray[np.bool_],
) -> None:
    """Write what each contact is with, what it brings and whether its thing leaves.

    Args:
        n: contacts.
        where: of each, whose kind is written.
        kind: of each thing of a copy.
        meaning: what each kind is taken for in each copy, (copies, kinds).
        worth: the reward of each kind.
        leaves: whether each thing does.
        reward: of the contacts, written.
        taken: of the contacts, written.
    """
    for m in range(n):
        t = where[THING, m]
        where[KIND, m] = meaning[where[COPY, m], kind[t]]
        reward[m] = worth[where[KIND, m]]
        taken[m] = leaves[t]


@kernel
def take_away(
    n: int,
    where: NDArray[np.int64],
    taken: NDArray[np.bool_],
    kind: NDArray[np.int64],
    tick: int,
    after: NDArray[np.int64],
    got: NDArray[np.float64],
    present: NDArray[np.bool_],
    regrow_tick: NDArray[np.int64],
) -> int:
    """Take away what is taken, and count it; return the tick at which the first of it regrows, or -1.

    Args:
        n: contacts.
        where: of each.
        taken: whether the thing goes away.
        kind: of each thing of a copy.
        tick: this one.
        after: ticks until each thing regrows, or -1, (things that lie,).
        got: (copies, creatures, kinds), added to.
        present: (copies, things).
        regrow_tick: (copies, things that lie).
    """
    first = -1
    for m in range(n):
        if not taken[m]:
            continue
        c, t = where[COPY, m], where[THING, m]
        got[c, where[CREATURE, m], kind[t]] += 1.0
        if t < after.size:
            present[c, t] = False
            regrow_tick[c, t] = tick + after[t] if after[t] >= 0 else -1
            if after[t] >= 0 and (first < 0 or regrow_tick[c, t] < first):
                first = regrow_tick[c, t]
    return first

"""Contacts: which creatures touch which things at one tick, and which creature gets each thing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.core.errors import WorldError
from alife.core.kernel import kernel
from alife.core.random import Stream


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


Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


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
    turns = np.zeros(len(meals), np.int64)
    found, contenders = np.unique(meals, return_counts=True)
    for copy in np.unique(found[contenders > 1] // len(leaves)):
        here = copies[alone] == copy
        turns[here] = ties[copy].at(tick).permutation(creatures)[who[alone][here]]
    ranked = np.lexsort((turns, meals))
    later = alone[ranked[np.append(False, np.diff(meals[ranked]) == 0)]]
    kept = np.delete(np.arange(len(copies)), later)
    return copies[kept], who[kept], things[kept]


@kernel
def judge_contacts(
    copies: NDArray[np.int64],
    things: NDArray[np.int64],
    kind: NDArray[np.int64],
    meaning: NDArray[np.int64],
    worth: NDArray[np.float64],
    leaves: NDArray[np.bool_],
    kinds: NDArray[np.int64],
    reward: NDArray[np.float64],
    taken: NDArray[np.bool_],
) -> None:
    """Write what each contact is with, what it brings and whether its thing leaves.

    Args:
        copies: of the contacts, as things.
        things: of the contacts.
        kind: of each thing of a copy.
        meaning: what each kind is taken for in each copy, (copies, kinds).
        worth: the reward of each kind.
        leaves: whether each thing does.
        kinds: of the contacts, written.
        reward: of the contacts, written.
        taken: of the contacts, written.
    """
    for n in range(copies.size):
        kinds[n] = meaning[copies[n], kind[things[n]]]
        reward[n] = worth[kinds[n]]
        taken[n] = leaves[things[n]]


@kernel
def apply_contacts(
    copies: NDArray[np.int64],
    creatures: NDArray[np.int64],
    things: NDArray[np.int64],
    taken: NDArray[np.bool_],
    kind: NDArray[np.int64],
    regrows_at: NDArray[np.int64],
    got: NDArray[np.float64],
    present: NDArray[np.bool_],
    regrow_tick: NDArray[np.int64],
) -> int:
    """Take away what is taken, and count it; return the tick at which the first of it regrows, or -1.

    Args:
        copies: of the contacts, as creatures, things and taken.
        creatures: of the contacts.
        things: of the contacts.
        taken: whether the thing goes away.
        kind: of each thing of a copy.
        regrows_at: when each thing regrows that is taken now, or -1, (things that lie,).
        got: (copies, creatures, kinds), added to.
        present: (copies, things).
        regrow_tick: (copies, things that lie).
    """
    first = -1
    for n in range(copies.size):
        if not taken[n]:
            continue
        c, t = copies[n], things[n]
        got[c, creatures[n], kind[t]] += 1.0
        if t < regrows_at.size:
            present[c, t] = False
            regrow_tick[c, t] = regrows_at[t]
            if regrows_at[t] >= 0 and (first < 0 or regrows_at[t] < first):
                first = regrows_at[t]
    return first

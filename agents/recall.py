"""Recall: what a creature had learned before, taken up again when what it knows brings it nothing any more."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel
from alife.core.row_state import RowState

_TURNED = 0.5  # of `behind`
_TRIED = 4000  # ticks for which a creature goes on with what it has taken up


class Recall(RowState):
    """A second set of all that is learned, which changes places with the first when reward falls behind its past.

    When `behind` of Schedule is above 1/2, for the first time in 4000 ticks, what a creature knows is put away, and
    what it had put away the time before is taken up; the first time there is nothing yet, so it keeps a copy and goes
    on. Where a world turns and turns back, each of its two meanings is learned once and then found again. Nobody tells
    which one holds, or when it changes; an exchange by mistake is undone by the next.

    State per creature: as many numbers as are learned, in weights and critic, and two.

    Source: modules that are told apart by what they bring, Doya, Samejima, Katagiri and Kawato (2002); that there are
    two, and that they change places instead of being mixed, is ours.

    Args:
        learned: all that is learned, (rows, ...) each, changed in place.
    """

    def __init__(self, learned: Sequence[Floats]) -> None:
        rows = len(learned[0])
        self._learned = tuple(learned)
        self.put_away = np.concatenate([each.reshape(rows, -1) for each in learned], axis=1)
        self.known = np.zeros(rows, bool)  # whether anything was put away
        self.since = np.zeros(rows, np.int64)  # ticks since the last exchange
        self._turned = np.zeros(rows, bool)

    def update(self, rows: Rows, behind: Floats, fresh: Any) -> Rows:
        """Exchange where a world has turned, and return these rows.

        Args:
            rows: who is there.
            behind: (all rows,), see Schedule.
            fresh: (all rows,) has decided nothing, so nothing is to be learned.
        """
        if not _note_turned(rows, behind, fresh, self.since, self._turned):
            return rows[:0]
        turned = rows[self._turned[rows]]
        before = np.concatenate([each[turned].reshape(len(turned), -1) for each in self._learned], axis=1)
        again, begin = turned[self.known[turned]], 0
        for each in self._learned:
            end = begin + each[0].size
            each[again] = self.put_away[again, begin:end].reshape(len(again), *each.shape[1:])
            begin = end
        self.put_away[turned], self.known[turned] = before, True
        return turned

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows, who have put nothing away."""
        self.known[rows] = False
        self.since[rows] = 0


@kernel
def _note_turned(rows: Rows, behind: Floats, fresh: Any, since: Any, turned: Any) -> int:
    """Mark the rows in which an exchange is due, and return how many there are."""
    count = 0
    for r in rows:
        since[r] += 1
        turned[r] = behind[r] > _TURNED and since[r] > _TRIED and not fresh[r]
        if turned[r]:
            since[r] = 0
            count += 1
    return count

"""Eligible: what an event would credit now, and what TD errors have credited since the last event."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn


class Eligible(nn.Module):
    """Numbers that a gradient is proportional to; where credit is carried, also their sum weighed by TD errors.

        due <- due + TD error * now        at each tick

    Args:
        empty: zeros, (rows, ...).
    """

    now: Tensor  # (rows, ...)
    due: Tensor | None  # the same shape; None where credit is not carried

    def __init__(self, empty: Tensor) -> None:
        super().__init__()
        self.register_buffer("now", empty)
        self.register_buffer("due", None)

    def start_carrying(self) -> None:
        """Keep what is due from now on."""
        self.due = self.now.new_zeros(self.now.shape)

    def carry(self, errors: NDArray[Any]) -> None:
        """Weigh what is eligible by the TD errors of this tick, (rows,)."""
        if self.due is not None:
            due, now = self.due.numpy(), self.now.numpy()
            due += errors.reshape(-1, *[1] * (now.ndim - 1)) * now

    def take(self, share: "Eligible", place: int, values: NDArray[Any]) -> None:
        """Add values, (rows, ...), each row's as much as its share at a place, (rows, places), is eligible or due."""
        for mine, theirs in ((self.now, share.now), (self.due, share.due)):
            if mine is not None and theirs is not None:
                whole = mine.numpy()
                whole += theirs.numpy()[:, place].reshape(-1, *[1] * (values.ndim - 1)) * values

    def of(self, rows: slice | NDArray[Any], due: bool) -> NDArray[Any]:
        """Return what is eligible in these rows or, if `due`, what is due there; a copy."""
        source = self.due if due else self.now
        if source is None:
            raise RuntimeError("what is due is asked for, and no credit is carried")
        return np.array(source.numpy()[rows])

    def fade(self, keep: float) -> None:
        """Keep a share of what is eligible; what is due is due."""
        now = self.now.numpy()
        now *= keep

    def zero_at(self, place: int) -> None:
        """Forget what is at one place of every row, (rows, places)."""
        for kept in (self.now, self.due):
            if kept is not None:
                kept.numpy()[:, place] = 0.0

    def settle(self, rows: Tensor | slice) -> None:
        """Nothing is due in these rows any more."""
        if self.due is not None:
            self.due[rows] = 0.0

    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
        self.now[rows] = 0.0
        self.settle(rows)

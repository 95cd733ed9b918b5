"""Course: what became of some seeds that learned a task side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.learning.seasons import Season

POINTS = 50  # of a curve


@dataclass(frozen=True)
class Course:
    """One arm on one task; every row is a seed.

    Args:
        scores: (rows,), what the task counts in the end.
        ticks: (points,), when each point of a curve ends.
        curves: (rows, points), the same count on the way.
        backward_shares: (rows,), the share of the decisions at which there was a backward pass.
        decisions: of each row.
        critic_updates: of each row.
        learning_state_bytes: of each row, traces, critic and step sizes, weights apart.
        seasons: whole ones, where a task has any.
    """

    scores: NDArray[np.float64]
    ticks: NDArray[np.int64]
    curves: NDArray[np.float64]
    backward_shares: NDArray[np.float64]
    decisions: int
    critic_updates: int
    learning_state_bytes: int
    seasons: tuple[Season, ...] = ()

"""Course: what became of some seeds that learned a task side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POINTS = 50  # of a curve
BLOCK = 10  # seeds that live side by side; those of another block do not change what they do
STRETCH = 1000  # ticks that are looked at together


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
        scores_after: (rows,) each, the score had the task ended after so many ticks.
        measures: by name, what else is counted, (..., rows); not a number where there was nothing to count.
    """

    scores: Floats
    ticks: NDArray[np.int64]
    curves: Floats
    backward_shares: Floats
    decisions: int
    critic_updates: int
    learning_state_bytes: int
    scores_after: Mapping[int, Floats] = field(default_factory=dict)
    measures: Mapping[str, Floats] = field(default_factory=dict)


def blocks(seeds: Sequence[int]) -> Iterator[range]:
    """Return the seeds in runs of consecutive ones, no longer than a block."""
    start = 0
    for end in range(1, len(seeds) + 1):
        if end == len(seeds) or seeds[end] != seeds[end - 1] + 1 or end - start == BLOCK:
            yield range(seeds[start], seeds[end - 1] + 1)
            start = end


def join(courses: Sequence[Course]) -> Course:
    """Return the courses of several blocks as one."""
    first = courses[0]
    return replace(
        first,
        scores=np.concatenate([each.scores for each in courses]),
        curves=np.concatenate([each.curves for each in courses]),
        backward_shares=np.concatenate([each.backward_shares for each in courses]),
        scores_after={n: np.concatenate([each.scores_after[n] for each in courses]) for n in first.scores_after},
        measures={name: np.concatenate([each.measures[name] for each in courses], axis=-1) for name in first.measures},
    )


def per_100(sums: Floats) -> Floats:
    """Return sums over stretches as rewards per 100 ticks."""
    return sums * (100.0 / STRETCH)


def score_after(sums: Floats, ticks: int) -> Floats:
    """Return the reward per 100 ticks in the last tenth of the first so many ticks, (rows,).

    Args:
        sums: (stretches, rows), the sum over each stretch.
        ticks: a multiple of STRETCH.
    """
    end = ticks // STRETCH
    mean: Floats = per_100(sums[end - max(1, end // 10) : end]).mean(0)
    return mean


def ticks_to_reach(sums: Floats, level: float, span: int) -> Floats:
    """Return when the last `span` stretches first brought so much per 100 ticks, (rows,); NaN where they never did."""
    if len(sums) < span:
        return np.full(sums.shape[1], np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(sums, span, axis=0)  # (stretches - span + 1, rows, span)
    reached = per_100(windows.mean(-1)) >= level
    return np.where(reached.any(0), (reached.argmax(0) + float(span)) * STRETCH, np.nan)

"""The learning curves of several seeds, from the metrics that their runs have left on disk."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alife.runs import Run, Table
from alife.sim.metrics import WINDOW, curve_ticks

Curve = tuple[NDArray[np.int64], NDArray[np.float64]]


def curves_of(runs: Sequence[Run], ticks: int) -> dict[str, Curve]:
    """Return by species ticks (points,) and, at each, the reward per 100 ticks of every seed (seeds, points).

    Args:
        runs: of one configuration, done.
        ticks: that each took.

    Raises:
        DiskError: the metrics of a run cannot be read.
    """
    at = curve_ticks(ticks)
    metrics = [run.metrics for run in runs]
    return {name: (at, np.array([_curve(one[name], at) for one in metrics])) for name in metrics[0]}


def _curve(metrics: Table, at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the reward per 100 ticks before each of these ticks; between two lines of metrics it is taken as even."""
    ticks = np.concatenate([[0], metrics["tick"]])
    sums = np.concatenate([[0.0], np.cumsum(metrics["reward_per_100_ticks"] * np.diff(ticks))])
    starts = np.maximum(at - WINDOW, 0)
    rewards: NDArray[np.float64] = (np.interp(at, ticks, sums) - np.interp(starts, ticks, sums)) / (at - starts)
    return rewards

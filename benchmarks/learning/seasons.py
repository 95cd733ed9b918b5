"""Seasons: what creatures earn in each, and how soon they do well again after the meanings have changed."""

import numpy as np
from numpy.typing import NDArray

STRETCH = 1000  # ticks that are looked at together
WELL = 6.0  # reward per 100 ticks

Season = tuple[float, int, float | None]
"""Reward per 100 ticks, mean over seeds; how many seeds did well in some stretch; after how many ticks, their mean."""


def seasons(rewards: NDArray[np.float64], season: int) -> list[Season]:
    """Return what became of each whole season.

    A seed has done well at the end of the first stretch of a season that brought WELL or more per 100 ticks.

    Args:
        rewards: (stretches, rows), the sum over each stretch.
        season: its length in ticks, a multiple of STRETCH.
    """
    stretches = season // STRETCH
    per_hundred = rewards[: len(rewards) // stretches * stretches].reshape(-1, stretches, rewards.shape[1])
    return [_season(each * 100.0 / STRETCH) for each in per_hundred]


def _season(rewards: NDArray[np.float64]) -> Season:
    well = rewards >= WELL  # (stretches, rows)
    reached = well.any(0)
    ticks = (well.argmax(0)[reached] + 1) * STRETCH
    return float(rewards.mean()), int(reached.sum()), float(ticks.mean()) if len(ticks) else None

"""Seasons: what creatures earn in each, and how they go on after the meanings have changed."""

import numpy as np

from benchmarks.learning.course import STRETCH, Floats, per_100, ticks_to_reach

BEFORE, AFTER = slice(-2, None), slice(1, 3)  # stretches of the season that ends, and of the one that begins


def by_season(sums: Floats, season: int) -> Floats:
    """Return sums over stretches, (stretches, rows), as (seasons, stretches of a season, rows), whole seasons only."""
    stretches = season // STRETCH
    return sums[: len(sums) // stretches * stretches].reshape(-1, stretches, sums.shape[1])


def season_measures(rewards: Floats, straight: Floats, events: Floats, season: int, level: float) -> dict[str, Floats]:
    """Return what became of each whole season, and what was done before and after each swap.

    Args:
        rewards: (stretches, rows), the sum over each stretch.
        straight: the same of steps straight on.
        events: the same of ticks with a reward.
        season: its length in ticks, a multiple of STRETCH.
        level: reward per 100 ticks that is well done, in one stretch.

    Returns:
        season_reward, season_ticks: (seasons, rows), reward per 100 ticks, and ticks until a stretch went well.
        straight_before, straight_after, events_before, events_after: (swaps, rows), the probability to go straight on
        and events per 1,000 ticks: in the last 2,000 ticks before a swap, and in ticks 1,001 to 3,000 after it.
    """
    earned, moved, met = (by_season(sums, season) for sums in (rewards, straight, events))
    return {
        "season_reward": per_100(earned.mean(1)),
        "season_ticks": np.array([ticks_to_reach(each, level, 1) for each in earned]).reshape(-1, rewards.shape[1]),
        "straight_before": moved[:-1, BEFORE].mean(1) / STRETCH,
        "straight_after": moved[1:, AFTER].mean(1) / STRETCH,
        "events_before": met[:-1, BEFORE].mean(1),
        "events_after": met[1:, AFTER].mean(1),
    }

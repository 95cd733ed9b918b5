"""Courses: scores on the way, when a level is reached, seasons and swaps."""

import numpy as np
import pytest

from benchmarks.learning.course import BLOCK, STRETCH, blocks, score_after, ticks_to_reach
from benchmarks.learning.seasons import season_measures


def _rewards(*per_hundred: tuple[float, ...]) -> np.ndarray:
    """Return the sums over stretches, each given per 100 ticks and for each row."""
    return np.array(per_hundred) * STRETCH / 100.0


def test_the_score_after_some_ticks_is_that_of_the_last_tenth_before() -> None:
    """After 20 stretches two count, after five one, whatever comes later."""
    rewards = _rewards(*[(float(k), -1.0) for k in range(30)])

    assert score_after(rewards, 20 * STRETCH).tolist() == pytest.approx([18.5, -1.0])
    assert score_after(rewards, 5 * STRETCH).tolist() == pytest.approx([4.0, -1.0])


def test_a_level_is_reached_at_the_end_of_the_first_stretches_that_bring_it() -> None:
    """On their mean; a row that never does has no time, and neither has a life that is too short."""
    rewards = _rewards((0, 6), (9, 5.9), (3, 5.9), (9, 0))

    assert ticks_to_reach(rewards, 6.0, 1).tolist() == [2 * STRETCH, STRETCH]
    assert ticks_to_reach(rewards, 6.0, 2).tolist() == pytest.approx([3 * STRETCH, np.nan], nan_ok=True)
    assert np.isnan(ticks_to_reach(rewards, 6.0, 5)).all()


def test_a_season_has_its_mean_and_the_first_stretch_that_went_well() -> None:
    """Two rows in two seasons of three stretches, and a part of a third that is left out."""
    rewards = _rewards((0, 6), (3, -9), (9, 9), (0, 0), (5.9, 8), (0, 4), (9, 9))
    found = season_measures(rewards, rewards, rewards, 3 * STRETCH, 6.0)

    assert found["season_reward"].ravel().tolist() == pytest.approx([4.0, 2.0, 5.9 / 3, 4.0])
    assert found["season_ticks"].ravel().tolist() == pytest.approx([3000, 1000, np.nan, 2000], nan_ok=True)


def test_around_a_swap_its_last_ticks_stand_beside_those_soon_after() -> None:
    """Two stretches before it, and the second and third after it."""
    counts = np.array([[0], [100], [300], [900], [10], [30]], float)
    found = season_measures(counts, counts, counts, 3 * STRETCH, 6.0)

    assert found["straight_before"].tolist() == [[0.2]]
    assert found["straight_after"].tolist() == [[0.02]]
    assert found["events_before"].tolist() == [[200.0]]
    assert found["events_after"].tolist() == [[20.0]]


@pytest.mark.parametrize(
    ("seeds", "runs"),
    [
        (range(20), [(0, BLOCK), (BLOCK, 2 * BLOCK)]),
        (range(1000, 1003), [(1000, 1003)]),
        ((7, 3, 4), [(7, 8), (3, 5)]),
    ],
)
def test_seeds_live_in_blocks(seeds: range, runs: list[tuple[int, int]]) -> None:
    """Consecutive ones side by side, ten at most, so that more seeds change nothing of the first ten."""
    assert [(block.start, block.stop) for block in blocks(seeds)] == runs

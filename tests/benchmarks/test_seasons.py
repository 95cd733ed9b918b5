"""Seasons: what each brought, and when it went well."""

import numpy as np
import pytest

from benchmarks.learning.seasons import STRETCH, seasons


def _rewards(*per_hundred: tuple[float, ...]) -> np.ndarray:
    """Return the sums over stretches, each given per 100 ticks and for each row."""
    return np.array(per_hundred) * STRETCH / 100.0


def test_a_season_has_its_mean_and_the_first_stretch_that_went_well() -> None:
    """Two rows in two seasons of three stretches: in the first one both come to 6, in the second only one does."""
    rewards = _rewards((0, 6), (3, -9), (9, 9), (0, 0), (5.9, 8), (0, 4))

    assert seasons(rewards, 3 * STRETCH) == [(3.0, 2, 2.0 * STRETCH), (pytest.approx(17.9 / 6), 1, 2.0 * STRETCH)]


def test_where_no_seed_does_well_there_is_no_time() -> None:
    """It is no number, not the length of the season."""
    assert seasons(_rewards((5.9, -6.0)), STRETCH) == [(pytest.approx(-0.05), 0, None)]


def test_a_season_that_is_cut_short_is_left_out() -> None:
    """Of five stretches, seasons of two make two; of one stretch, none."""
    assert len(seasons(_rewards(*[(1,)] * 5), 2 * STRETCH)) == 2
    assert seasons(_rewards((1,)), 2 * STRETCH) == []

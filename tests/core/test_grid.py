"""The grid finds what all pairs find."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.core.grid import Grid, find_near


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, 10_000),
    st.sampled_from([0, 1, 50, 96, 300]),
    st.booleans(),
    st.floats(0.05, 1.0) | st.just(0.1),
    st.floats(0.0, 1.5),
)
def test_it_finds_all_within_reach_and_nothing_else(
    seed: int, points: int, wraps: bool, cell: float, reach: float
) -> None:
    """On a torus and between walls, at borders, with absent points, for a reach shorter and longer than its own."""
    random, size = np.random.default_rng(seed), 2.0
    places = random.random((2, points, 2)) * size
    places[random.random((2, points)) < 0.1] = 0.0
    present = random.random((2, points)) < 0.8
    grid = Grid(places, present, size, wraps, cell)
    grid.fill()
    x, y = random.random(2) * size
    cells = (grid.period, grid.cells, grid.scale, grid.starts, grid.order)
    found, offsets = np.full(points, -1), np.zeros((3, points))
    n = find_near(1, x, y, reach, places, present, *cells, found, offsets, 0)
    gaps = places[1] - (x, y)
    if wraps:
        gaps -= size * np.rint(gaps / size)
    distances = np.hypot(gaps[:, 0], gaps[:, 1])
    order = np.argsort(found[:n])

    assert found[:n][order].tolist() == np.flatnonzero((distances <= reach) & present[1]).tolist()
    assert offsets[:2, :n].T[order] == pytest.approx(gaps[found[:n]][order])
    assert offsets[2, :n] == pytest.approx(distances[found[:n]])


def test_what_has_no_room_is_counted_and_not_written() -> None:
    """So that the caller can make room and ask again."""
    grid = Grid(np.zeros((1, 5, 2)), np.ones((1, 5), bool), 4.0, True, 1.0)
    found, offsets = np.full(2, -1), np.zeros((3, 2))
    cells = (grid.period, grid.cells, grid.scale, grid.starts, grid.order)

    assert find_near(0, 0.0, 0.0, 1.0, grid.points, grid.present, *cells, found, offsets, 1) == 6
    assert found.tolist() == [-1, 0]


@pytest.mark.parametrize("place", [np.nan, np.inf, -np.inf, 1e300, -1e300])
def test_a_place_that_is_none_is_no_trouble(place: float) -> None:
    """Points and searches beyond all bounds stay within the arrays."""
    points = np.random.default_rng(0).random((1, 200, 2))
    points[0, 0] = place
    grid = Grid(points, np.ones((1, 200), bool), 1.0, True, 0.05)
    grid.fill()
    found, offsets = np.empty(200, np.int64), np.empty((3, 200))
    cells = (grid.period, grid.cells, grid.scale, grid.starts, grid.order)

    assert grid.cells > 1
    assert 0 <= find_near(0, place, 0.5, 0.05, points, grid.present, *cells, found, offsets, 0) <= 200

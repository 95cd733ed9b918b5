"""Geometry that bodies and worlds share: polygons, and displacements to walls."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.core.errors import WorldError
from alife.core.geometry import clearance, displacement_to, inside, outlines

SQUARE = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
_POINT = st.tuples(st.floats(-4.0, 4.0), st.floats(-4.0, 4.0))


def test_a_polygon_is_as_many_walls_as_corners() -> None:
    """From each corner to the next, and from the last to the first; all polygons in one array."""
    walls = outlines([SQUARE, [(5, 5), (6, 5), (5, 6)]])

    assert walls.shape == (7, 2, 2)
    assert walls[:4, 0].tolist() == [list(corner) for corner in SQUARE]
    assert walls[3].tolist() == [[0.0, 2.0], [0.0, 0.0]]
    assert walls[4, 0].tolist() == [5.0, 5.0]


def test_two_corners_are_one_wall_and_no_polygons_none() -> None:
    """A line is not there and back again."""
    assert outlines([[(1, 2), (3, 4)]]).tolist() == [[[1.0, 2.0], [3.0, 4.0]]]
    assert outlines([]).shape == (0, 2, 2)


@pytest.mark.parametrize("polygon", [[], [(1, 2)], [1.0, 2.0], [(1, 2, 3)] * 3, [(0, 0), (math.nan, 1)]])
def test_what_is_no_polygon_is_told_in_one_sentence(polygon: list[object]) -> None:
    """It says which of the polygons it is."""
    with pytest.raises(WorldError, match=r"^polygon 1.*two or more corners"):
        outlines([SQUARE, polygon])


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(_POINT, max_size=20))
def test_inside_a_square(points: list[tuple[float, float]]) -> None:
    """Whichever way around its corners are listed."""
    places = np.array(points, float).reshape(-1, 2)
    expected = [0.0 < x < 2.0 and 0.0 < y < 2.0 for x, y in points]
    off_the_rim = [clearance(place[None], outlines([SQUARE]))[0] > 1e-9 for place in places]

    assert inside(places, SQUARE)[off_the_rim].tolist() == np.array(expected, bool)[off_the_rim].tolist()
    assert inside(places, SQUARE[::-1])[off_the_rim].tolist() == np.array(expected, bool)[off_the_rim].tolist()


def test_inside_a_bay_is_outside() -> None:
    """A polygon may be hollow."""
    horseshoe = [(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)]

    assert inside(np.array([[0.5, 2.0], [1.5, 2.0], [2.5, 2.0], [1.5, 0.5]]), horseshoe).tolist() == [
        True,
        False,
        True,
        True,
    ]


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(_POINT, _POINT, _POINT)
def test_the_displacement_to_a_wall_is_the_shortest(place: tuple[float, float], start: tuple, end: tuple) -> None:
    """It ends on the wall, and no place on the wall is nearer."""
    (displacement,) = displacement_to(np.array([place]), np.array([start, end]))
    on_the_wall = np.linspace(start, end, 101) - place
    reached = np.array(place) + displacement

    assert np.hypot(*displacement) <= np.hypot(*on_the_wall.T).min() + 1e-9
    assert math.dist(reached, start) + math.dist(reached, end) == pytest.approx(math.dist(start, end), abs=1e-6)


def test_ways_are_those_of_all_pairs() -> None:
    """Places along one axis, walls along the other; the clearance is the shortest of them."""
    walls, places = outlines([SQUARE]), np.array([[1.0, 0.5], [3.0, 1.0]])

    assert displacement_to(places[:, None], walls)[0].tolist() == [[0.0, -0.5], [1.0, 0.0], [0.0, 1.5], [-1.0, 0.0]]
    assert clearance(places, walls).tolist() == [0.5, 1.0]
    assert clearance(places, outlines([])).tolist() == [math.inf, math.inf]
    assert clearance(np.empty((0, 2)), walls).shape == (0,)

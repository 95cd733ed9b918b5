"""Collisions with walls and with each other."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body.collisions import hit_walls, push_apart
from alife.core.geometry import clearance, outlines
from alife.core.grid import Grid

_PLACE = st.floats(-5.0, 5.0)
_POINT = st.tuples(_PLACE, _PLACE)
_GRID = st.tuples(st.integers(-3, 3).map(float), st.integers(-3, 3).map(float))  # corners, overlaps, right angles
_WALLS = st.lists(st.tuples(_POINT, _POINT) | st.tuples(_GRID, _GRID), max_size=8).map(
    lambda walls: np.array(walls, float).reshape(-1, 2, 2)
)
_RADIUS = st.sampled_from([0.0, 0.01, 0.35, 1.0]) | st.floats(0.0, 2.0)
_STEP = st.tuples(st.floats(-8.0, 8.0), st.floats(-8.0, 8.0)) | st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
BOX = outlines([[(0, 0), (10, 0), (10, 10), (0, 10)]])
TINY = 1e-10


def _go(
    place: tuple[float, float], step: tuple[float, float], radius: float, walls: NDArray[np.float64]
) -> list[float]:
    return hit_walls(np.array([place], float), np.array([step], float), radius, walls)[0].tolist()


def _crossed(starts: NDArray[np.float64], steps: NDArray[np.float64], walls: NDArray[np.float64]) -> bool:
    """Return whether any step goes through any wall: the ends of either lie on both sides of the other."""

    def sides(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
        one, other = b - a, c - a
        return one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]

    p, q, a, b = starts[:, None], (starts + steps)[:, None], walls[:, 0], walls[:, 1]
    return bool(((sides(a, b, p) * sides(a, b, q) < 0) & (sides(p, q, a) * sides(p, q, b) < 0)).any())


@pytest.mark.slow
@settings(deadline=None, max_examples=400)
@given(_WALLS, st.lists(st.tuples(_POINT, _STEP), min_size=1, max_size=6), _RADIUS)
def test_no_path_crosses_a_wall_and_no_body_comes_nearer_than_its_radius(
    walls: NDArray[np.float64], moves: list[tuple[tuple[float, float], tuple[float, float]]], radius: float
) -> None:
    """Whatever the walls, however long the step, for as many ticks as one likes."""
    places = np.array([place for place, _ in moves])
    steps = np.array([step for _, step in moves])
    free = clearance(places, walls) >= radius
    places, steps = places[free], steps[free]
    for _ in range(4):
        taken = hit_walls(places, steps, radius, walls)
        assert not _crossed(places, taken, walls)
        places = places + taken
        assert (clearance(places, walls) >= radius - TINY).all()


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(_WALLS, _POINT, _STEP, _RADIUS)
def test_no_creature_goes_farther_than_its_step(
    walls: NDArray[np.float64], place: tuple[float, float], step: tuple[float, float], radius: float
) -> None:
    """A wall takes from a step, it adds nothing; and it turns no creature back."""
    taken = _go(place, step, radius, walls)

    assert math.hypot(*taken) <= math.hypot(*step) * (1.0 + 1e-9) + 1e-8
    assert taken[0] * step[0] + taken[1] * step[1] >= -1e-8 * (1.0 + math.hypot(*step))


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(_WALLS.filter(len), _POINT, _STEP, st.floats(1.01, 5.0))
def test_a_creature_already_too_near_comes_no_nearer(
    walls: NDArray[np.float64], place: tuple[float, float], step: tuple[float, float], share: float
) -> None:
    """A body that was put into a wall may leave it, but goes no deeper into the nearest one, and through none."""
    before = clearance(np.array([place]), walls)[0]
    assume(before > 1e-6)
    taken = np.array([_go(place, step, share * before, walls)])

    assert clearance(np.array([place]) + taken, walls)[0] >= before - 1e-8
    assert not _crossed(np.array([place]), taken, walls)


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(_WALLS, st.lists(st.tuples(_POINT, _STEP), min_size=2, max_size=6), _RADIUS)
def test_rows_do_not_meet(
    walls: NDArray[np.float64], moves: list[tuple[tuple[float, float], tuple[float, float]]], radius: float
) -> None:
    """Each row goes as it would alone, to the bit."""
    places, steps = np.array([place for place, _ in moves]), np.array([step for _, step in moves])
    together = hit_walls(places, steps, radius, walls)

    assert together.tolist() == [_go(*move, radius, walls) for move in moves]


def test_a_free_step_is_taken_as_it_is() -> None:
    """What meets no wall keeps its step to the bit, and the array that was given is not written to."""
    steps = np.array([[0.1, 0.7], [3.0, -2.0]])
    taken = hit_walls(np.full((2, 2), 5.0), steps, 0.35, BOX)

    assert np.array_equal(taken, steps)
    assert taken is not steps


@pytest.mark.parametrize(
    ("place", "step", "goes"),
    [
        ((5, 5), (100, 0), (4.5, 0)),  # straight on to the wall, and stops there
        ((5, 5), (100, 2), (4.5, 2)),  # and slides on along it
        ((5, 5), (1e8, 3e8), (4.5, 4.5)),  # as far as the corner
        ((9.5, 5), (1, 0), (0, 0)),  # no nearer
        ((9.5, 5), (0, 1), (0, 1)),  # along
        ((9.5, 5), (-1, 0), (-1, 0)),  # away
        ((9.5, 9.5), (1, 1), (0, 0)),  # stuck in the corner
        ((9.5, 9.5), (1, -1), (0, -1)),  # and out of it
    ],
)
def test_in_a_box(place: tuple[float, float], step: tuple[float, float], goes: tuple[float, float]) -> None:
    """A body of radius 0.5 in a box stops at walls and in corners, and slides along."""
    assert _go(place, step, 0.5, BOX) == pytest.approx(goes, abs=1e-3 if max(step) > 1e6 else 1e-7)


def test_around_the_end_of_a_wall() -> None:
    """A body that meets the end of a wall off its middle slides around it and goes on."""
    wall = np.array([[[0.0, -1.0], [0.0, 0.0]]])
    taken = _go((-2, 0.3), (4, 0), 0.5, wall)

    assert taken[0] > 1.7
    assert 0.15 < taken[1] < 1.5


@pytest.mark.parametrize("degrees", [1, 10, 45, 60, 89, 120])
def test_in_an_acute_corner(degrees: float) -> None:
    """It goes in as far as it fits, stays there however hard it pushes, and comes out again."""
    angle = math.radians(degrees)
    walls = np.array([[(0, 0), (100, 0)], [(0, 0), (100 * math.cos(angle), 100 * math.sin(angle))]])
    middle = np.array([math.cos(angle / 2), math.sin(angle / 2)])
    place, fits = 60 * middle, 0.2 / math.sin(angle / 2)
    for _ in range(40):
        place += _go(place, -9.0 * middle + 0.01, 0.2, walls)
        assert clearance(place[None], walls)[0] >= 0.2 - TINY
    assert np.hypot(*place) == pytest.approx(fits, rel=0.01)

    assert np.hypot(*(place + _go(place, 5 * middle, 0.2, walls))) > fits + 4.9


def test_a_long_walk_along_a_wall_does_not_wear_it_off() -> None:
    """A hundred thousand ticks against a wall leave the body where it was, and it never sticks."""
    place, step = np.array([[-0.36, 0.0]]), np.array([[0.3, 0.01]])
    wall = np.array([[(0.0, -10.0), (1.0, 1e5)]])
    for _ in range(20_000):
        taken = hit_walls(place, step, 0.35, wall)
        assert taken[0, 1] > 0.0099
        place += taken

    assert clearance(place, wall)[0] == pytest.approx(0.35, abs=1e-8)


@pytest.mark.parametrize("gap", [0.69, 0.71])
def test_it_fits_through_a_gap_that_is_wide_enough(gap: float) -> None:
    """A body of radius 0.35 goes through a door of 0.71 and not through one of 0.69."""
    walls = np.array([[(0, -5), (0, -gap / 2)], [(0, gap / 2), (0, 5)]])

    assert (_go((-3, 0), (6, 0), 0.35, walls)[0] > 5.9) == (gap > 0.7)


def test_each_body_has_its_own_radius() -> None:
    """A radius for each row."""
    taken = hit_walls(np.full((2, 2), 5.0), np.array([[9.0, 0.0]] * 2), np.array([0.5, 2.0]), BOX)

    assert taken[:, 0] == pytest.approx([4.5, 3.0])


@pytest.mark.parametrize(("rows", "walls"), [(0, BOX), (3, outlines([])), (0, outlines([]))])
def test_no_creatures_and_no_walls(rows: int, walls: NDArray[np.float64]) -> None:
    """Without rows or without walls there is nothing to hit."""
    steps = np.ones((rows, 2))
    assert np.array_equal(hit_walls(np.ones((rows, 2)), steps, 0.3, walls), steps)


def test_a_wall_that_is_a_point_is_a_post() -> None:
    """A wall without length stops who runs into it."""
    post = np.array([[(0.0, 0.0), (0.0, 0.0)]])

    assert _go((-2, 0), (10, 0), 0.5, post) == pytest.approx([1.5, 0.0], abs=1e-6)


# Each other

_BODIES = st.lists(st.tuples(_PLACE, _PLACE, st.floats(0.0, 1.0), st.integers(0, 2)), min_size=1, max_size=12)
Bodies = list[tuple[float, float, float, int]]


def _push(bodies: Bodies, size: float | None = None) -> NDArray[np.float64]:
    """Return the push of each body among those of its copy."""
    columns = np.array(bodies, float).reshape(-1, 4)
    points, present = np.tile(columns[:, :2], (3, 1, 1)), columns[:, 3] == np.arange(3)[:, None]
    crowd = Grid(points, present, size or 20.0, size is not None, 2.0)
    crowd.fill()
    return push_apart(crowd, np.tile(columns[:, 2], (3, 1)), columns[:, 2].max(initial=0.0)).sum(0)


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(_BODIES)
@example([(0.0, 0.0, 0.5, 0)] * 4)
def test_pushes_are_those_of_every_pair_that_overlaps(bodies: Bodies) -> None:
    """To each half of the overlap, along the line between them, within a copy only."""
    expected = np.zeros((len(bodies), 2))
    for i, (x, y, radius, group) in enumerate(bodies):
        for j, (other_x, other_y, other_radius, other_group) in enumerate(bodies):
            distance = math.hypot(other_x - x, other_y - y)
            overlap = radius + other_radius - distance
            if group == other_group and i != j and overlap > 0 and distance > 1e-100:
                expected[i] -= np.array([other_x - x, other_y - y]) / distance * overlap / 2
    apart = len({body[:2] for body in bodies}) == len(bodies) and all(
        abs(v) > 1e-100 or v == 0 for b in bodies for v in b
    )
    if apart:
        assert _push(bodies) == pytest.approx(expected, abs=1e-9)
    assert np.isfinite(_push(bodies)).all()


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.tuples(_PLACE, _PLACE, st.floats(0.01, 1.0), st.just(0)), min_size=2, max_size=2))
@example([(1.0, 1.0, 0.5, 0)] * 2)
@example([(0.0, 0.0, 1.0, 0), (0.0, 5.2e-160, 1.0, 0)])
def test_two_that_overlap_touch_afterwards(bodies: Bodies) -> None:
    """One push is enough for two, even in the very same place."""
    places = np.array(bodies)[:, :2] + _push(bodies)

    assert np.hypot(*(places[0] - places[1])) >= bodies[0][2] + bodies[1][2] - 1e-9


@pytest.mark.slow
@settings(deadline=None)
@given(_BODIES)
def test_no_creature_is_pushed_from_another_copy(bodies: Bodies) -> None:
    """Each copy goes as it would alone, to the bit, in whatever order the copies stand."""
    together = _push(bodies)
    for copy in range(3):
        own = [body for body in bodies if body[3] == copy]
        assert np.array_equal(together[[body[3] == copy for body in bodies]], _push(own))


@pytest.mark.slow
@settings(deadline=None)
@given(_BODIES, _PLACE, _PLACE)
def test_on_a_torus_the_seam_is_nowhere(bodies: Bodies, x: float, y: float) -> None:
    """Carrying all around the torus together changes no push."""
    size = 12.0
    assume(len({body[:2] for body in bodies}) == len(bodies))
    home = [((a + 5.0), (b + 5.0), radius, group) for a, b, radius, group in bodies]
    carried = [((a + x) % size, (b + y) % size, radius, group) for a, b, radius, group in home]
    close = [math.dist(a[:2], b[:2]) for k, a in enumerate(home) for b in home[:k]]
    assume(all(distance > 1e-3 for distance in close))

    assert _push(carried, size) == pytest.approx(_push(home, size), abs=1e-9)


def test_no_creatures_no_pushes() -> None:
    """With no creature or one there is nothing to push."""
    assert _push([]).shape == (0, 2)
    assert _push([(1.0, 1.0, 0.5, 0)]).tolist() == [[0.0, 0.0]]

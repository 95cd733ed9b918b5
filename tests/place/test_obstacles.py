"""Walls of more than two points are obstacles: no creature crosses their sides, and nothing is ever inside."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body import Body
from alife.core.errors import WorldError
from alife.core.geometry import clearance, inside, outlines
from alife.core.intervention import Drop, Move
from alife.core.scene import Polygon, Segments
from alife.place import Draws, Place, Things
from tests.place.test_place import goes_as_alone, keeps_its_promises
from tests.worlds.lives import CROWD, ONE

SIZE = 10.0
BLOCK = [(4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0)]
HOOK = [(2.0, 1.5), (8.0, 1.5), (8.0, 8.0), (6.8, 8.0), (6.8, 3.0), (2.0, 3.0)]  # not convex
SEAM = [(9.0, 3.0), (11.0, 3.0), (11.0, 7.0), (9.0, 7.0)]  # reaches over the right edge


class Hedged(Place):
    """Things that regrow elsewhere and things that drift, among obstacles."""

    size = SIZE
    things = (
        Things("food", 12, reward=1.0, radius=0.3),
        Things("fly", 5),
    )

    def on_tick(self, random: Draws) -> None:
        self.group_of("fly").positions[:] += random.normal(0.5, 5, 2)


def _place(walls: Any, joined: bool, **more: Any) -> type[Place]:
    return type("Drawn", (Hedged,), {"walls": walls, "wraps": joined, "__annotations__": {}, **more})


def _polygon(drawn: Any) -> list[tuple[float, float]]:
    """Return a polygon that does not cross itself: corners around a middle, in order."""
    middle_x, middle_y, reaches = drawn
    angles = np.arange(len(reaches)) * 2 * np.pi / len(reaches)
    return [(middle_x + r * np.cos(a), middle_y + r * np.sin(a)) for r, a in zip(reaches, angles, strict=True)]


POLYGONS = st.tuples(
    st.floats(2.5, 7.5), st.floats(2.5, 7.5), st.lists(st.floats(0.6, 2.3), min_size=3, max_size=8)
).map(_polygon)


def _all_places(place: Place) -> NDArray[np.float64]:
    groups = [place.group_of(name).positions.reshape(-1, 2) for name in ("food", "fly", *place.species)]
    return np.concatenate(groups)


def _held(points: NDArray[np.float64], polygon: Any) -> NDArray[np.bool_]:
    shifts = [np.array([x, y]) * SIZE for x in (-1, 0, 1) for y in (-1, 0, 1)]
    return np.any([inside(points, np.asarray(polygon) + shift) for shift in shifts], axis=0)


def _crossing(before: NDArray[np.float64], after: NDArray[np.float64], sides: NDArray[np.float64]) -> bool:
    """Return whether a straight step crosses a side, by the areas of the triangles they make."""

    def turn(a: Any, b: Any, c: Any) -> Any:
        return np.sign(
            (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
        )

    a, b, c, d = before[:, None], after[:, None], sides[:, 0], sides[:, 1]
    return bool(((turn(a, b, c) * turn(a, b, d) < 0) & (turn(c, d, a) * turn(c, d, b) < 0)).any())


@pytest.mark.slow
@given(POLYGONS, st.booleans(), st.integers(0, 2**40))
@settings(max_examples=25, deadline=None)
def test_nothing_is_ever_inside_and_no_creature_crosses_a_side(polygon: Any, joined: bool, seed: int) -> None:
    """Whatever grows, drifts or walks, and however lives end."""
    world, random = _place([polygon], joined)({"me": (Body(), 3)}, copies=2), np.random.default_rng(seed)
    world.reset(seed)
    sides = outlines([polygon])
    for tick in range(40):
        before = world.group_of("me").positions.reshape(-1, 2).copy()
        world.step({"me": random.integers(0, 3, 6)})
        after = world.group_of("me").positions.reshape(-1, 2)
        near = np.abs(after - before).max(1) < 1.0  # not who went over a seam, or began anew

        assert not _held(_all_places(world), polygon).any()
        assert not _crossing(before[near], after[near], sides)
        if tick % 10 == 9:
            world.end_episodes([0], [tick % 3])


@pytest.mark.slow
@given(POLYGONS, st.integers(0, 2**40))
@settings(max_examples=25, deadline=None)
def test_at_random_they_keep_clear_and_who_is_clear_at_once_is_where_it_was_without(polygon: Any, seed: int) -> None:
    """Only what a polygon is in the way of is drawn again."""
    with_it = _place([polygon], False)({"me": (Body(), 3)}, copies=2)
    without = _place([], False)({"me": (Body(), 3)}, copies=2)
    with_it.reset(seed)
    without.reset(seed)
    for name, radius in (("food", 0.3), ("fly", 0.2), ("me", 0.3)):
        drawn, plain = (world.group_of(name).positions.reshape(-1, 2) for world in (with_it, without))
        clear = ~inside(plain, polygon) & (clearance(plain, outlines([polygon])) >= radius)

        assert (clearance(drawn, outlines([polygon])) >= radius).all()
        assert np.array_equal(drawn[clear], plain[clear])
        assert (drawn[~clear] != plain[~clear]).any(1).all()


@pytest.mark.slow
@pytest.mark.parametrize("walls", [[HOOK], [BLOCK, ((1.0, 0.0), (1.0, 5.0))], [SEAM]])
@pytest.mark.parametrize("joined", [True, False])
def test_the_contract_is_kept(walls: Any, joined: bool) -> None:
    """Copies go as they would alone, alone and in a crowd."""
    for species in (ONE, CROWD):
        goes_as_alone(_place(walls, joined), species, 30, 3)
        keeps_its_promises(_place(walls, joined), species, 30, 3)


def test_an_obstacle_that_reaches_over_a_joined_edge_goes_on_at_the_other() -> None:
    """To lie in its other half is to lie in it, and both halves are drawn."""
    world = _place([SEAM], True)({"me": (Body(), 3)}, copies=20)

    assert not _held(_all_places(world), SEAM).any()
    shapes = [shape for shape in world.scene(0).shapes if isinstance(shape, Polygon)]
    assert sorted(shape.corners[:, 0].min() for shape in shapes) == [-1.0, 9.0]


def test_a_scene_shows_it_filled_and_a_wall_of_two_points_as_a_line() -> None:
    """Both as walls."""
    shapes = _place([BLOCK, ((1.0, 0.0), (1.0, 5.0))], True)(ONE).scene(0).shapes
    filled = [shape for shape in shapes if isinstance(shape, Polygon)]
    lines = [shape for shape in shapes if isinstance(shape, Segments)]

    assert [shape.role for shape in (*filled, *lines)] == ["wall", "wall"]
    assert filled[0].corners.tolist() == [list(corner) for corner in BLOCK]
    assert lines[0].ends.tolist() == [[[1.0, 0.0], [1.0, 5.0]]]


@given(st.floats(4.01, 5.99), st.floats(4.01, 5.99))
@settings(max_examples=25, deadline=None)
def test_a_hand_that_puts_something_inside_puts_it_beside(x: float, y: float) -> None:
    """A thing and a creature, at the nearest side and at once."""
    assume(abs(x - 5.0) > 1e-3 and abs(y - 5.0) > 1e-3)
    world = _place([BLOCK], False)(ONE)
    world.apply(Drop(0, "food", x, y))
    world.apply(Move("learners", 0, x, y))

    assert not _held(_all_places(world), BLOCK).any()
    for name in ("food", "learners"):
        assert np.hypot(*(world.group_of(name).positions[0] - (x, y)).T).min() < 1.001


@pytest.mark.slow
@pytest.mark.parametrize("within", [((4.5, 4.5), (5.5, 5.5)), ((4.1, 4.1), (4.1, 4.1))])
def test_where_there_is_no_room_an_error_says_for_whom(within: Any) -> None:
    """A box within an obstacle."""
    with pytest.raises(WorldError, match=r"food.*larger box"):
        _place([BLOCK], False, things=[Things("food", 2, within=within)])(ONE)
    with pytest.raises(WorldError, match=r"creatures.*obstacles"):
        _place([BLOCK], False, start=within)(ONE)


@pytest.mark.parametrize(
    "walls", [[(1, 2, 3)], [[(0, 0)]], ["wall"], ((6, 0), (6, 8)), [[(0, 0), (1, np.nan), (2, 2)]], 7]
)
def test_what_is_no_wall_is_refused(walls: Any) -> None:
    """In one sentence."""
    with pytest.raises(WorldError, match=r"walls.*two points"):
        _place(walls, False)(ONE)

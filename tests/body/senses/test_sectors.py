"""The sense `sectors`."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body.senses.sectors import Sectors
from tests.body.senses.around import surroundings

# A thing: role, place in the middle of one of eight sectors and how far off that middle, distance.
things = st.tuples(st.integers(0, 1), st.integers(0, 7), st.floats(-0.45, 0.45), st.floats(0.01, 8.0))
Thing = tuple[int, int, float, float]


def _read(sense: Sectors, offsets: list[list[float]], roles: list[int], heading: float = 0.0) -> NDArray[np.float32]:
    out = np.full((1, sense.observation_size(2)), np.nan, np.float32)
    shaped = np.array(offsets, float).reshape(1, -1, 2)
    sense.fill_observation(surroundings(shaped, np.array(roles, np.int64), np.array([heading])), out)
    return out[0]


def _seen(scene: list[Thing], heading: float = 0.0) -> NDArray[np.float32]:
    """Read things that stand around a creature with this heading, as the scene says relative to it."""
    angles = [heading + (sector + off) * math.tau / 8 for _, sector, off, _ in scene]
    offsets = [[thing[3] * math.cos(a), thing[3] * math.sin(a)] for thing, a in zip(scene, angles, strict=True)]
    return _read(Sectors(), offsets, [thing[0] for thing in scene], heading)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(things, max_size=12))
def test_each_value_is_the_nearness_of_the_nearest_thing_there(scene: list[Thing]) -> None:
    """Per role and sector it is 1 - distance / range of the nearest one within range, else 0."""
    expected = np.zeros((2, 8))
    for role, sector, _, distance in scene:
        expected[role, sector] = max(expected[role, sector], 1.0 - distance / 5.0)

    assert _seen(scene) == pytest.approx(expected.ravel(), abs=1e-6)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(things, min_size=1, max_size=12), st.floats(0.0, math.tau))
def test_turning_everything_together_changes_nothing(scene: list[Thing], turn: float) -> None:
    """A creature cannot tell whether it was turned together with the world around it."""
    assert _seen(scene, turn) == pytest.approx(_seen(scene), abs=1e-6)


def test_sectors_go_counter_clockwise_from_straight_ahead() -> None:
    """Ahead is the first of four, then left, behind and right."""
    seen = [_read(Sectors(4, 2.0), [offset], [0]) for offset in ([1, 0], [0, 1], [-1, 0], [0, -1])]

    assert [values[:4].tolist() for values in seen] == (0.5 * np.eye(4)).tolist()


def test_a_creature_sees_relative_to_its_heading() -> None:
    """What is due north is straight ahead of a creature that faces north."""
    values = _read(Sectors(4, 2.0), [[0, 1]], [0], heading=math.pi / 2)

    assert values[:4].tolist() == [0.5, 0.0, 0.0, 0.0]


def test_only_the_nearest_counts() -> None:
    """A second thing behind the first changes nothing."""
    one = _read(Sectors(), [[2, 0]], [0])
    two = _read(Sectors(), [[4, 0.1], [2, 0]], [0, 0])

    assert np.array_equal(one, two)
    assert one[0] == pytest.approx(0.6)


def test_roles_do_not_mix() -> None:
    """A thing of one role leaves the values of the other at 0; the numbers of a role stand together."""
    values = _read(Sectors(), [[1, 0]], [1]).reshape(2, 8)

    assert not values[0].any()
    assert values[1].tolist() == pytest.approx([0.8] + [0.0] * 7)


@pytest.mark.parametrize(("distance", "value"), [(0.0, 1.0), (2.5, 0.5), (5.0, 0.0), (5.1, 0.0), (1e9, 0.0)])
def test_values_fall_to_zero_at_the_range(distance: float, value: float) -> None:
    """It is 1 at the creature's own place, falls evenly, and is 0 at the range and beyond."""
    assert _read(Sectors(), [[distance, 0.0]], [0])[0] == pytest.approx(value)


def test_with_nothing_around_there_is_nothing_to_see() -> None:
    """Without things every value is 0."""
    assert _read(Sectors(), [], []).tolist() == [0.0] * 16


def test_creatures_do_not_see_for_each_other() -> None:
    """Each row reads its own offsets with its own heading."""
    out = np.full((2, 4), np.nan, np.float32)
    offsets = np.array([[[1.0, 0.0]], [[1.0, 0.0]]])
    Sectors(4, 2.0).fill_observation(surroundings(offsets, np.array([0]), np.array([0.0, math.pi / 2])), out)

    assert out.tolist() == [[0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.5]]


@pytest.mark.parametrize("count", [1, 3, 8, 360])
def test_its_size_is_sectors_times_roles(count: int) -> None:
    """It gives one number for each sector of each role."""
    assert Sectors(count).observation_size(3) == 3 * count

"""The sense `touch`."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from alife.body import Surroundings
from alife.body.senses.touch import Touch
from alife.core.errors import WorldError
from tests.body.senses.around import surroundings

FOUR = Touch(4, 0.5)  # ahead, left, behind, right


def _around(offsets: list[list[float]], heading: float = 0.0) -> Surroundings:
    shaped = np.array(offsets, float).reshape(1, -1, 2)
    return surroundings(shaped, np.zeros(shaped.shape[1], np.int64), np.array([heading]))


def _read(surroundings: Surroundings, sense: Touch = FOUR) -> list[float]:
    out = np.full((1, sense.count), np.nan, np.float32)
    sense.fill_observation(surroundings, out)
    return out[0].tolist()


@pytest.mark.parametrize(
    ("offset", "felt"),
    [
        ([0.4, 0.0], [1, 0, 0, 0]),
        ([0.0, 0.4], [0, 1, 0, 0]),
        ([-0.4, 0.0], [0, 0, 1, 0]),
        ([0.0, -0.4], [0, 0, 0, 1]),
        ([0.5, 0.0], [1, 0, 0, 0]),
        ([0.501, 0.0], [0, 0, 0, 0]),
        ([0.0, 0.0], [1, 1, 1, 1]),
    ],
)
def test_it_feels_where_something_is(offset: list[float], felt: list[float]) -> None:
    """Ahead, left, behind, right; at the very reach, not beyond it; all around at the middle."""
    assert _read(_around([offset])) == felt


def test_it_feels_edges() -> None:
    """A thing is felt when its edge is within reach."""
    things = _around([[0.0, 0.8], [-0.8, 0.0]])
    assert _read(replace(things, radii=np.array([0.35, 0.25]))) == [0, 1, 0, 0]


def test_what_the_world_says_is_touched_is_felt() -> None:
    """However far it is; and what the world says is not touched is not felt."""
    things = _around([[0.1, 0.0], [0.0, 7.0]])
    assert _read(replace(things, contact=np.array([0.05, 8.0]))) == [0, 1, 0, 0]


def test_several_things_are_felt_at_once() -> None:
    """Each in its own sector, relative to the heading; two in one sector are felt as one."""
    assert _read(_around([[0.4, 0.0], [0.4, 0.1], [0.0, -0.3]], math.pi / 2)) == [0, 0, 1, 1]


def _by_a_wall(x: float, y: float) -> Surroundings:
    wall: NDArray[np.float64] = np.array([[(1.0, -1.0), (1.0, 1.0)]])
    return replace(_around([]), positions=np.array([[x, y]]), walls=wall)


@pytest.mark.parametrize(
    ("x", "y", "felt"),
    [
        (0.6, 0.0, [1, 0, 0, 0]),
        (1.4, 0.0, [0, 0, 1, 0]),
        (0.4, 0.0, [0, 0, 0, 0]),
        (1.0, -1.4, [0, 1, 0, 0]),
        (1.0, 0.0, [1, 1, 1, 1]),
    ],
)
def test_it_feels_walls(x: float, y: float, felt: list[float]) -> None:
    """Where they are nearest."""
    assert _read(_by_a_wall(x, y)) == felt


def test_walls_need_positions() -> None:
    """A world with walls must say where creatures are, in one sentence."""
    with pytest.raises(WorldError, match=r"^the sense touch.*positions of creatures.*walls"):
        _read(replace(_by_a_wall(0.0, 0.0), positions=None))


def test_nothing_is_felt_where_nothing_is() -> None:
    """Without things and walls every value is 0, also with an empty list of walls."""
    assert _read(_around([])) == [0, 0, 0, 0]
    assert _read(replace(_by_a_wall(0.0, 0.0), walls=np.empty((0, 2, 2)))) == [0, 0, 0, 0]


def test_its_channels_are_directions() -> None:
    """Ahead, left, behind, right, as far as the reach."""
    channels = FOUR.channels(("food",))
    assert [channel.name for channel in channels] == [
        "touch ahead",
        "touch 90° left",
        "touch behind",
        "touch 90° right",
    ]
    assert all(channel.field is not None and channel.field.reach == 0.5 for channel in channels)

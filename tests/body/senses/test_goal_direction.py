"""The sense `goal_direction`."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body.senses.goal_direction import GoalDirection
from alife.core.errors import WorldError
from tests.body.senses.around import surroundings


def _read(sense: GoalDirection, goals: list[list[float]], headings: list[float]) -> NDArray[np.float32]:
    out = np.full((len(goals), sense.observation_size(3)), np.nan, np.float32)
    places = np.array(goals, np.float64)
    sense.fill_observation(
        surroundings(np.zeros((len(goals), 0, 2)), np.zeros(0, np.int64), np.array(headings, np.float64), goals=places),
        out,
    )
    return out


def test_a_cell_prefers_a_direction() -> None:
    """From the heading, counter-clockwise, or from the east; between two directions both cells are active."""
    north, east = [0.0, 3.0], [2.0, 0.0]

    ahead = _read(GoalDirection(4), [north, east, [1.0, 1.0]], [math.pi / 2] * 3)
    winds = _read(GoalDirection(4, egocentric=False), [north, east], [math.pi / 2] * 2)

    assert ahead == pytest.approx(np.array([[1, 0, 0, 0], [0, 0, 0, 1], [0.5, 0, 0, 0.5]]), abs=1e-6)
    assert winds == pytest.approx(np.array([[0, 1, 0, 0], [1, 0, 0, 0]]), abs=1e-6)


@pytest.mark.parametrize("nowhere", [[math.nan, math.nan], [0.0, 0.0]], ids=["unknown", "here"])
def test_there_is_no_direction_to_nowhere(nowhere: list[float]) -> None:
    """Nor to where the creature is."""
    assert not _read(GoalDirection(), [nowhere], [1.0]).any()


@pytest.mark.slow
@given(
    count=st.integers(1, 12),
    angle=st.floats(-7.0, 7.0),
    heading=st.floats(0.0, math.tau),
    far=st.floats(1e-3, 1e3),
    egocentric=st.booleans(),
)
def test_it_is_the_tuning_of_the_docstring(
    count: int, angle: float, heading: float, far: float, egocentric: bool
) -> None:
    """max(0, 1 - |angle| count / (2 pi)), however far the place is; together 1."""
    sense = GoalDirection(count, egocentric)

    (cells,) = _read(sense, [[far * math.cos(angle), far * math.sin(angle)]], [heading])

    own = angle - egocentric * heading - np.arange(count) * math.tau / count
    apart = np.abs(np.angle(np.exp(1j * own)))
    if count > 1:
        assert cells == pytest.approx(np.maximum(0.0, 1.0 - apart * count / math.tau), abs=1e-5)
    assert cells.sum() == pytest.approx(1.0, abs=1e-6)


def test_a_world_that_remembers_nothing_is_named() -> None:
    """The sense needs what only some worlds give."""
    out = np.zeros((1, 8), np.float32)
    with pytest.raises(WorldError, match="goal_direction"):
        GoalDirection().fill_observation(surroundings(np.zeros((1, 0, 2)), np.zeros(0, np.int64), np.zeros(1)), out)

"""The motor `compass`."""

import math

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.body.motors.compass import Compass

_HEADING = st.floats(0.0, math.tau, exclude_max=True)


def test_there_are_eight_winds_with_names() -> None:
    """The action space is the eight winds, from the east, counter-clockwise."""
    assert Compass().action_space() == gymnasium.spaces.Discrete(8)
    assert Compass().action_names()[:3] == ("east", "north-east", "north")
    assert len(Compass().action_names()) == 8


@pytest.mark.parametrize(("action", "direction"), [(0, (1, 0)), (2, (0, 1)), (4, (-1, 0)), (6, (0, -1))])
@pytest.mark.parametrize("heading", [0.0, 2.0])
def test_without_inertia_it_goes_where_the_action_says(action: int, direction: tuple[int, int], heading: float) -> None:
    """The step has full length along the wind, and the heading is that of the wind, whatever it was before."""
    headings = np.array([heading])
    (step,) = Compass(step=0.5).turn_and_step(headings, np.array([action]))

    assert step == pytest.approx(0.5 * np.array(direction))
    assert headings == pytest.approx([action * math.pi / 4])


def test_with_inertia_it_bends_towards_the_wind() -> None:
    """Half of the old heading and half of the wind give the course between; opposites leave the heading as it was."""
    headings = np.array([0.0, 0.0])
    Compass(inertia=0.5).turn_and_step(headings, np.array([2, 4]))

    assert headings == pytest.approx([math.pi / 4, 0.0])


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.integers(0, 7), max_size=20), _HEADING, st.floats(0.0, 0.99), st.floats(0.01, 10.0))
def test_the_step_points_along_the_heading(actions: list[int], heading: float, inertia: float, step: float) -> None:
    """Whatever it does, each step is as long as it says and points along the heading, which stays in [0, 2 pi)."""
    headings, motor = np.array([heading]), Compass(step, inertia)
    for action in actions:
        (direction,) = motor.turn_and_step(headings, np.array([action]))
        assert 0.0 <= headings[0] < math.tau
        assert direction == pytest.approx([step * math.cos(headings[0]), step * math.sin(headings[0])])

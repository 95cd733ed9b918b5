"""The motor `steps`."""

import math

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.body.motors.steps import Steps

LEFT, STRAIGHT, RIGHT = 0, 1, 2


def test_there_are_three_actions() -> None:
    """The action space is left, straight on, right."""
    assert Steps().action_space() == gymnasium.spaces.Discrete(3)


def test_every_action_has_a_name() -> None:
    """The names stand in the order of the actions."""
    assert Steps().action_names() == ("left", "straight", "right")


def test_the_heading_changes_before_the_step() -> None:
    """A creature that turns steps along its new heading."""
    headings = np.array([0.0])
    steps = Steps(turn=math.pi / 2, turning_step=1.0).turn_and_step(headings, np.array([LEFT]))

    assert headings == pytest.approx([math.pi / 2])
    assert steps == pytest.approx(np.array([[0.0, 1.0]]))


def test_left_is_counter_clockwise() -> None:
    """Left adds to the heading, right takes away, straight on keeps it; headings change in place."""
    headings = np.full(3, 1.0)
    Steps(turn=0.25).turn_and_step(headings, np.array([LEFT, STRAIGHT, RIGHT]))

    assert headings == pytest.approx([1.25, 1.0, 0.75])


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.floats(0.0, math.tau, exclude_max=True),
    st.integers(0, 2),
    st.floats(0.01, math.pi),
    st.floats(0.01, 10.0),
    st.floats(0.0, 10.0),
)
def test_a_step_is_as_long_as_stated(heading: float, action: int, turn: float, step: float, turning: float) -> None:
    """Straight on it is `step`, while turning `turning_step`, and it points along the heading."""
    headings = np.array([heading])
    (moved,) = Steps(turn, step, turning).turn_and_step(headings, np.array([action]))
    length = step if action == STRAIGHT else turning

    assert np.hypot(*moved) == pytest.approx(length)
    assert moved == pytest.approx([length * math.cos(headings[0]), length * math.sin(headings[0])])
    assert math.cos(headings[0]) == pytest.approx(math.cos(heading + turn * (1 - action)), abs=1e-9)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.integers(0, 2), max_size=60), st.floats(0.0, math.tau, exclude_max=True))
def test_headings_stay_in_the_circle(actions: list[int], heading: float) -> None:
    """However a creature turns, its heading is in [0, 2 pi)."""
    headings, motor = np.array([heading]), Steps()
    for action in actions:
        motor.turn_and_step(headings, np.array([action]))

        assert 0.0 <= headings[0] < math.tau


def test_a_heading_just_short_of_a_turn_stays_in_the_circle() -> None:
    """A turn that ends a rounding error below zero gives no heading of 2 pi."""
    headings = np.array([np.nextafter(math.pi / 8, 0.0)])
    Steps().turn_and_step(headings, np.array([RIGHT]))

    assert headings[0] < math.tau

"""The motor `glide`."""

import math

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.body.motors.glide import Glide
from alife.body.motors.steps import Steps
from alife.core.errors import WorldError

_HEADING = st.floats(0.0, math.tau, exclude_max=True)
_NUMBER = st.floats(-1.0, 1.0, width=32)
_TURN, _SPEED = st.floats(0.01, math.pi), st.floats(0.01, 10.0)


def test_there_are_two_numbers_with_names() -> None:
    """The action space is turn and thrust, each from -1 to 1."""
    assert Glide().action_space() == gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32)
    assert Glide().action_names() == ("turn", "thrust")


def test_its_measures_are_those_of_steps() -> None:
    """By default it turns as far and goes as fast as the motor `steps`."""
    assert (Glide().max_turn, Glide().max_speed) == (Steps().turn, Steps().step)


def test_the_heading_changes_before_the_place() -> None:
    """A creature that turns goes along its new heading."""
    headings = np.array([0.0])
    moved = Glide(max_turn=math.pi / 2, max_speed=1.0).turn_and_step(headings, np.array([[1.0, 1.0]]))

    assert headings == pytest.approx([math.pi / 2])
    assert moved == pytest.approx(np.array([[0.0, 1.0]]))


def test_thrust_goes_from_standing_still_to_full_speed() -> None:
    """-1 stands still, 0 goes at half speed, 1 at full speed."""
    moved = Glide(max_speed=0.4).turn_and_step(np.zeros(3), np.array([[0.0, -1.0], [0.0, 0.0], [0.0, 1.0]]))

    assert moved[:, 0] == pytest.approx([0.0, 0.2, 0.4])


@pytest.mark.slow
@settings(deadline=None)
@given(_HEADING, _NUMBER, _NUMBER, _TURN, _SPEED)
def test_the_body_turns_with_its_motion(heading: float, turn: float, thrust: float, most: float, fast: float) -> None:
    """The new heading is the old one and the turn, and the step points along it, as long as the thrust says."""
    headings = np.array([heading])
    (moved,) = Glide(most, fast).turn_and_step(headings, np.array([[turn, thrust]], np.float32))
    length = fast * (thrust + 1.0) / 2.0

    assert math.cos(headings[0] - heading - turn * most) == pytest.approx(1.0)
    assert moved == pytest.approx([length * math.cos(headings[0]), length * math.sin(headings[0])])


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.integers(0, 2), max_size=60), _HEADING, _TURN, _SPEED)
def test_the_path_is_that_of_steps(actions: list[int], heading: float, turn: float, speed: float) -> None:
    """With full turns or none, and the speed of the steps, both motors take the same headings and steps to the bit."""
    gliding, stepping = np.array([heading]), np.array([heading])
    glide, steps = Glide(turn, speed), Steps(turn, speed, speed)
    for action in actions:
        ours = glide.turn_and_step(gliding, np.array([[1.0 - action, 1.0]], np.float32))

        assert np.array_equal(ours, steps.turn_and_step(stepping, np.array([action])))
        assert np.array_equal(gliding, stepping)


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=20), _HEADING, _TURN, _SPEED
)
def test_nothing_is_faster_than_it_may_be(
    actions: list[tuple[float, float]], heading: float, turn: float, speed: float
) -> None:
    """What lies beyond the bounds counts as the bound: no step beyond full speed, headings in [0, 2 pi)."""
    headings, motor = np.full(len(actions), heading), Glide(turn, speed)
    bounded = motor.turn_and_step(headings.copy(), np.clip(np.array(actions), -1.0, 1.0))
    moved = motor.turn_and_step(headings, np.array(actions))

    assert np.array_equal(bounded, moved)
    assert (np.hypot(*moved.T) <= speed * (1.0 + 1e-12)).all()
    assert ((headings >= 0.0) & (headings < math.tau)).all()


def test_rows_move_apart() -> None:
    """Each creature by its own two numbers."""
    random = np.random.default_rng(0)
    headings, actions = random.random(8) * math.tau, random.uniform(-1, 1, (8, 2))
    together = Glide().turn_and_step(headings.copy(), actions)
    alone = [Glide().turn_and_step(headings[k : k + 1].copy(), actions[k : k + 1])[0] for k in range(8)]

    assert np.array_equal(together, alone)


@pytest.mark.parametrize("actions", [np.array([0, 1, 2]), np.zeros((3, 1)), np.zeros((2, 2))], ids=["steps", "1", "2"])
def test_actions_of_another_motor_are_refused(actions: np.ndarray) -> None:
    """What are not two numbers for each creature is an error of one sentence that names the motor; nothing moves."""
    headings = np.ones(3)
    with pytest.raises(WorldError, match=r"glide.*steps") as e:
        Glide().turn_and_step(headings, actions)

    assert "\n" not in str(e.value)
    assert headings.tolist() == [1.0] * 3

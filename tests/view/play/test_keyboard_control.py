"""Keyboard control: what keys mean in the action spaces of bodies."""

import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete

from alife.body.motors.glide import Glide
from alife.body.motors.steps import Steps
from alife.core.errors import ConfigError
from alife.view.play.keyboard_control import keyboard_control
from alife.view.play.pressed_keys import PressedKeys

STEPS = keyboard_control(Steps().action_space(), Steps().action_names())
GLIDE = keyboard_control(Glide().action_space(), Glide().action_names())


@pytest.mark.parametrize(
    ("pressed", "name"),
    [
        (PressedKeys(), "straight"),
        (PressedKeys(up=True), "straight"),
        (PressedKeys(left=True), "left"),
        (PressedKeys(right=True, up=True), "right"),
        (PressedKeys(left=True, right=True), "straight"),
        (PressedKeys(number=2), "right"),
        (PressedKeys(down=True), "straight"),
    ],
)
def test_arrows_take_steps(pressed: PressedKeys, name: str) -> None:
    """Left and right turn, both or none go on, and number keys choose by order."""
    action = STEPS.choose_action(pressed)

    assert action is not None
    assert STEPS.describe_action(action) == name
    assert Steps().action_names()[int(action)] == name


def test_arrows_turn_the_way_they_point() -> None:
    """The left arrow makes headings grow, which is counter-clockwise."""
    for pressed, sign in ((PressedKeys(left=True), 1), (PressedKeys(right=True), -1)):
        for control, motor in ((STEPS, Steps()), (GLIDE, Glide())):
            headings = np.array([1.0])
            motor.turn_and_step(headings, np.array([control.choose_action(pressed)]))
            assert np.sign(headings[0] - 1.0) == sign


@pytest.mark.parametrize(
    ("pressed", "action", "name"),
    [
        (PressedKeys(), [0, 0], "straight"),
        (PressedKeys(left=True, up=True), [1, 1], "left fast"),
        (PressedKeys(right=True, down=True), [-1, -1], "right slow"),
        (PressedKeys(down=True), [0, -1], "straight slow"),
    ],
)
def test_arrows_glide(pressed: PressedKeys, action: list[float], name: str) -> None:
    """Turn and thrust are pushed to their ends or stay in the middle."""
    taken = GLIDE.choose_action(pressed)

    assert taken is not None
    assert taken.dtype == np.float32
    assert taken.tolist() == action
    assert GLIDE.describe_action(taken) == name


def test_a_world_of_unknown_actions_waits_for_number_keys() -> None:
    """Where no action goes on by itself time stands, and counting may begin anywhere."""
    control = keyboard_control(Discrete(3, start=5), ("dig", "jump", "sing"))
    jump = control.choose_action(PressedKeys(number=1))

    assert control.keys == "1 dig   2 jump   3 sing"
    assert jump is not None
    assert int(jump) == 6
    assert control.describe_action(jump) == "jump"
    for pressed in (PressedKeys(), PressedKeys(left=True), PressedKeys(number=3), PressedKeys(number=9)):
        assert control.choose_action(pressed) is None


def test_names_that_do_not_fit_are_not_used() -> None:
    """A world may have another space than the motor of its bodies."""
    control = keyboard_control(Discrete(12), ("left", "straight", "right"))

    assert control.keys.split("   ")[-1] == "0 action 9"
    assert control.choose_action(PressedKeys(left=True)) is None


def test_any_numbers_are_pushed_by_number_keys() -> None:
    """A key pushes its number to the top, with shift to the bottom; the others stay in the middle, within bounds."""
    control = keyboard_control(Box(np.array([0.0, -3.0, 1.0]), np.array([1.0, 3.0, 2.0]), dtype=np.float64), ())
    pushed = [
        control.choose_action(pressed)
        for pressed in (PressedKeys(), PressedKeys(number=1), PressedKeys(number=1, shift=True), PressedKeys(number=8))
    ]

    assert [each.tolist() for each in pushed if each is not None] == [
        [0.5, 0.0, 1.5],
        [0.5, 3.0, 1.5],
        [0.5, -3.0, 1.5],
        [0.5, 0.0, 1.5],
    ]
    assert [control.describe_action(each) for each in pushed[:3] if each is not None] == [
        "nothing",
        "number 1 +3",
        "number 1 -3",
    ]


@pytest.mark.parametrize("space", [Dict(), Box(-1, 1, (2, 2)), Box(-np.inf, np.inf, (2,))])
def test_a_space_that_keys_cannot_steer_is_refused(space: Box | Dict) -> None:
    """One sentence that names it."""
    with pytest.raises(ConfigError, match=r"Discrete.*Box"):
        keyboard_control(space, ())

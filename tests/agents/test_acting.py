"""From what a readout draws to actions of a space."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, MultiBinary, MultiDiscrete
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.acting import acting
from agents.neurons.li import LI
from agents.readouts.lib import LIB
from agents.readouts.lig import LIG
from agents.readouts.lis import LIS
from alife.core.errors import ConfigError
from alife.core.frame import Choice, Motion


def test_a_discrete_space_is_chosen_from() -> None:
    """There are as many membranes as actions, and a choice is the action."""
    how = acting(Discrete(5))

    assert (how.count, how.membranes, how.readout) == (5, 5, LIS)
    assert how.enact(np.array([4, 0])).tolist() == [4, 0]


def test_a_box_takes_two_membranes_for_each_number() -> None:
    """A mean and a spread for each."""
    how = acting(Box(-1.0, 1.0, (3,)))

    assert (how.count, how.membranes, how.readout) == (3, 6, LIG)


@pytest.mark.parametrize(("space", "right"), [(Discrete(2), LIS), (Box(-1.0, 1.0, (2,)), LIG)], ids=["discrete", "box"])
def test_one_readout_fits(space: gymnasium.Space[Any], right: type) -> None:
    """Softmax for choices, Gaussian for numbers; no other readout, and no neurons that do not act."""
    assert [kind for kind in (LIS, LIB, LIG, LI) if acting(space).fits_neuron(kind(size=4))] == [right]


def test_the_middle_of_the_range_is_zero() -> None:
    """-1, 0 and 1 are the lower bound, the middle and the upper bound of every number, whatever its range."""
    how = acting(Box(np.array([-1.0, 0.0, 5.0], np.float32), np.array([1.0, 10.0, 6.0], np.float32)))
    enacted = how.enact(np.array([[-1.0] * 3, [0.0] * 3, [1.0] * 3], np.float32))

    assert enacted.tolist() == [[-1.0, 0.0, 5.0], [0.0, 5.0, 5.5], [1.0, 10.0, 6.0]]


_BOUND = st.floats(-1e6, 1e6, width=32)


@pytest.mark.slow
@settings(deadline=None)
@given(_BOUND, _BOUND, st.lists(st.floats(-1e9, 1e9, width=32), min_size=1, max_size=5))
def test_actions_lie_in_their_space(one: float, other: float, drawn: list[float]) -> None:
    """Whatever was drawn, the action is in the Box to the bit, and what lies within the range keeps its order."""
    space = Box(np.float32(min(one, other)), np.float32(max(one, other)), (1,))
    enacted = acting(space).enact(np.sort(np.array(drawn, np.float32))[:, None])

    assert all(space.contains(action) for action in enacted)
    assert (np.diff(enacted[:, 0]) >= 0.0).all()


def test_a_decision_can_be_looked_at() -> None:
    """Probabilities and a choice, or means, spreads and what was drawn before it is cut off; arrays of their own."""
    output = np.array([0.25, 0.75], np.float32)
    choice = acting(Discrete(2)).describe_decision(output, np.int64(1))
    motion = acting(Box(-1.0, 1.0, (1,))).describe_decision(output, np.array([2.5], np.float32))
    output.fill(9.0)

    assert isinstance(choice, Choice)
    assert (choice.probabilities.tolist(), choice.action) == ([0.25, 0.75], 1)
    assert isinstance(motion, Motion)
    assert (motion.means.tolist(), motion.spreads.tolist(), motion.drawn.tolist()) == ([0.25], [0.75], [2.5])


@pytest.mark.parametrize(
    "space",
    [
        gymnasium.spaces.Text(3),
        gymnasium.spaces.Dict({"a": Discrete(2)}),
        gymnasium.spaces.Tuple((Discrete(2),)),
        Box(-1.0, 1.0, (0,)),
        Box(-np.inf, np.inf, (2,)),
        Box(0.0, np.inf, (2,)),
        Box(-np.finfo(np.float32).max, np.finfo(np.float32).max, (2,)),
        Box(0, 255, (2,), np.uint8),
    ],
    ids=["text", "parts", "tuple", "nothing", "unbounded", "half", "as good as unbounded", "whole"],
)
def test_other_spaces_are_refused(space: gymnasium.Space[Any]) -> None:
    """A space for which there is no readout is an error of one sentence that names it."""
    with pytest.raises(ConfigError, match="a brain acts in") as caught:
        acting(space)

    assert str(space) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_box_of_any_shape_is_acted_in() -> None:
    """An action has the shape of its space; one number has none."""
    assert acting(Box(-1.0, 1.0, (2, 3))).enact(np.zeros((4, 6), np.float32)).shape == (4, 2, 3)
    assert acting(Box(-1.0, 1.0, ())).enact(np.ones((4, 1), np.float32)).tolist() == [1.0] * 4


def test_choices_are_counted_as_the_space_counts_them() -> None:
    """The first choice of a space that starts at 5 is 5."""
    assert acting(Discrete(3, start=5)).enact(np.array([0, 2])).tolist() == [5, 7]


@pytest.mark.parametrize(
    "space",
    [MultiDiscrete([2, 3]), MultiDiscrete([2, 3], start=[1, -1]), MultiDiscrete([[2, 2], [1, 3]]), MultiBinary(3)],
)
def test_several_choices_are_one_among_their_combinations(space: Any) -> None:
    """Every combination is drawn by one number, none by two, and all lie in the space."""
    how = acting(space)
    actions = how.enact(np.arange(how.count))

    assert how.readout is LIS
    assert all(space.contains(action) for action in actions)
    assert len(np.unique(actions.reshape(how.count, -1), axis=0)) == how.count


def test_too_many_combinations_are_refused() -> None:
    """A readout has one membrane for each."""
    with pytest.raises(ConfigError, match=r"4,096 combinations at most, .* has 1,048,576"):
        acting(MultiBinary(20))
    with pytest.raises(ConfigError, match=r"has 2\^1048576"):  # a number of 300,000 digits, which nobody waits for
        acting(MultiBinary(2**20))
    with pytest.raises(ConfigError, match="65,536 actions at most"):
        acting(Discrete(10**9))

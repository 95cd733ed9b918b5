"""From senses to currents, and from probabilities to actions."""

import gymnasium
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from agents.coding import Currents, choices, choose
from alife.errors import ConfigError


def _same_for_all(probabilities: list[float], rows: int) -> Tensor:
    return torch.tensor(probabilities).expand(rows, -1).contiguous()


def test_what_is_sensed_enters_with_a_constant_one() -> None:
    """The input is the observation and, after it, a 1."""
    currents = Currents(2, 3)
    sensed = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], np.float32)

    assert currents.width == 4
    assert torch.equal(torch.tensor([[0.1, 0.2, 0.3, 1.0], [0.4, 0.5, 0.6, 1.0]]), currents.encode(sensed))
    assert torch.equal(torch.tensor([[0.0, 0.0, 0.0, 1.0]] * 2), currents.encode(np.zeros_like(sensed)))


@pytest.mark.parametrize("probabilities", [[0.2, 0.5, 0.3], [1.0, 0.0], [0.01, 0.01, 0.98], [0.0, 1.0, 0.0]])
def test_actions_are_as_frequent_as_they_are_likely(probabilities: list[float]) -> None:
    """Of 20,000 draws each action's share is its probability, within four standard errors."""
    rows = 20_000
    actions = choose(_same_for_all(probabilities, rows), np.random.default_rng(0).random(rows)).actions
    shares = np.bincount(actions, minlength=len(probabilities)) / rows
    p = np.array(probabilities)

    assert (np.abs(shares - p) <= 4 * np.sqrt(p * (1 - p) / rows) + 1e-7).all()


@pytest.mark.parametrize(
    ("uniform", "action"), [(0.0, 0), (0.2499, 0), (0.25, 1), (0.7499, 1), (0.75, 2), (0.999999, 2), (1 - 2**-53, 2)]
)
def test_the_cumulative_distribution_is_inverted(uniform: float, action: int) -> None:
    """The action is the one whose interval holds the uniform number; an interval contains its lower end only."""
    assert choose(torch.tensor([[0.25, 0.5, 0.25]]), np.array([uniform])).actions.tolist() == [action]


@pytest.mark.parametrize("uniform", [0.0, 0.5, 0.999999])
def test_an_impossible_action_is_never_taken(uniform: float) -> None:
    """An action of probability 0 is skipped, first, last or between."""
    certain = torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

    assert choose(certain, np.full(3, uniform)).actions.tolist() == [1, 0, 2]


@pytest.mark.parametrize("total", [0.999999, 1.000001])
def test_a_sum_beside_one_still_gives_an_action(total: float) -> None:
    """Where rounding left the probabilities short of 1, or beyond, the last action takes what is missing."""
    probabilities = torch.full((1, 3), total / 3)

    assert choose(probabilities, np.array([1 - 2**-53])).actions.tolist() == [2]
    assert choose(probabilities, np.array([0.0])).actions.tolist() == [0]


@settings(deadline=None)
@given(st.lists(st.floats(-20.0, 20.0), min_size=1, max_size=6), st.floats(0.0, 1.0, exclude_max=True))
def test_the_score_is_one_at_the_action_less_the_probabilities(logits: list[float], uniform: float) -> None:
    """It is onehot(action) - probabilities, a new array that adds up to 0, and the action exists."""
    probabilities = torch.softmax(torch.tensor([logits]), 1)
    kept = probabilities.clone()
    choice = choose(probabilities, np.array([uniform]))
    expected = -kept
    expected[0, choice.actions[0]] += 1.0

    assert torch.equal(expected, choice.score)
    assert choice.score.sum().item() == pytest.approx(0.0, abs=1e-6)
    assert torch.equal(kept, probabilities)


def test_rows_choose_by_their_own_numbers() -> None:
    """Each row takes its own probabilities and its own uniform number."""
    probabilities = torch.tensor([[0.5, 0.5], [0.5, 0.5], [0.9, 0.1]])

    assert choose(probabilities, np.array([0.2, 0.7, 0.7])).actions.tolist() == [0, 1, 0]


def test_a_discrete_space_has_so_many_choices() -> None:
    """The choices are the elements of the space."""
    assert choices(gymnasium.spaces.Discrete(5)) == 5


@pytest.mark.parametrize(
    "space", [gymnasium.spaces.Box(0.0, 1.0, (2,)), gymnasium.spaces.MultiDiscrete([2, 3])], ids=["box", "multi"]
)
def test_other_spaces_are_refused(space: gymnasium.Space[object]) -> None:
    """A space that is not Discrete is an error of one sentence that names it."""
    with pytest.raises(ConfigError, match="Discrete action space") as caught:
        choices(space)

    assert str(space) in str(caught.value)
    assert "\n" not in str(caught.value)

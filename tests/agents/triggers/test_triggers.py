"""The triggers: which ticks are events."""

import numpy as np
import pytest

from agents.triggers.every import Every
from agents.triggers.reward import Reward
from agents.triggers.surprise import Surprise

_JUST = np.zeros(3, np.int64)  # learned at the tick before


def test_every_fires_always() -> None:
    """Every row learns, whatever happened; it is nothing that happened."""
    assert Every().fires(np.array([False, True]), np.zeros(2, np.float32), _JUST[:2]).tolist() == [True, True]
    assert not Every.is_event


def test_reward_fires_at_rewards() -> None:
    """Rows learn where something happened, however wrong the others were."""
    rewarded, errors = np.array([False, True, False]), np.array([9.0, 0.0, -9.0], np.float32)

    assert Reward().fires(rewarded, errors, _JUST).tolist() == [False, True, False]


def test_reward_fires_after_a_silence() -> None:
    """A row that has learned nothing for so many ticks learns; that is nothing that happened."""
    rewarded, errors = np.array([False, False, True]), np.zeros(3, np.float32)

    assert Reward(silence=7).fires(rewarded, errors, np.array([6, 7, 0])).tolist() == [False, True, True]
    assert not Reward.is_event


@pytest.mark.parametrize(
    ("rewarded", "error", "fires"),
    [(False, 0.0, False), (True, 0.0, True), (False, 0.3, True), (False, -0.3, True), (False, 0.25, False)],
)
def test_surprise_fires_at_rewards_and_large_errors(rewarded: bool, error: float, fires: bool) -> None:
    """A row learns where something happened or its error, of either sign, is beyond the threshold."""
    assert Surprise(0.25).fires(np.array([rewarded]), np.array([error], np.float32), _JUST[:1]).tolist() == [fires]


def test_rewards_may_be_no_event_of_surprise() -> None:
    """Where they are not, only errors are; what it was shown stays what it was."""
    rewarded, errors = np.array([True, True, False]), np.float32([0.0, -0.3, 0.3])

    assert Surprise(0.25, rewards=False).fires(rewarded, errors, _JUST).tolist() == [False, True, True]
    assert rewarded.tolist() == [True, True, False]

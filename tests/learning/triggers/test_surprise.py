"""The trigger `surprise`."""

import numpy as np
import pytest

from alife.learning.triggers.surprise import Surprise


@pytest.mark.parametrize(
    ("rewarded", "error", "fires"),
    [(False, 0.0, False), (True, 0.0, True), (False, 0.3, True), (False, -0.3, True), (False, 0.25, False)],
)
def test_it_fires_at_rewards_and_large_errors(rewarded: bool, error: float, fires: bool) -> None:
    """A row learns where something happened or its error, of either sign, is beyond the threshold."""
    assert Surprise(0.25).fires(np.array([rewarded]), np.array([error], np.float32)).tolist() == [fires]


def test_rewards_may_be_no_event() -> None:
    """Where they are not, only errors are."""
    rewarded, errors = np.array([True, True, False]), np.float32([0.0, -0.3, 0.3])

    assert Surprise(0.25, rewards=False).fires(rewarded, errors).tolist() == [False, True, True]


def test_it_does_not_write_to_what_it_is_shown() -> None:
    """The rewards stay what they were."""
    rewarded = np.zeros(2, bool)
    Surprise(0.1).fires(rewarded, np.ones(2, np.float32))

    assert rewarded.tolist() == [False, False]

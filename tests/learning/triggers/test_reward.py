"""The trigger `reward`."""

import numpy as np

from alife.learning.triggers.reward import Reward


def test_it_fires_at_rewards_only() -> None:
    """Rows learn where something happened, however wrong the others were."""
    rewarded, errors = np.array([False, True, False]), np.array([9.0, 0.0, -9.0], np.float32)

    assert Reward().fires(rewarded, errors).tolist() == [False, True, False]

"""From senses to the input of a brain."""

import numpy as np
from gymnasium.spaces import Box

from agents.coding import Inputs
from agents.encoders.current import AsTheyAre


def test_what_is_sensed_enters_with_a_constant_one() -> None:
    """The input is what the coding makes of the observation and, after it, a 1."""
    inputs = Inputs(2, AsTheyAre(Box(0.0, 1.0, (3,)), 2.0))
    sensed = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], np.float32)

    assert inputs.width == 4
    assert np.array_equal(inputs.encode_inputs(sensed, 0), np.append(2.0 * sensed, [[1.0]] * 2, 1).astype(np.float32))
    assert inputs.encode_inputs(np.zeros_like(sensed), 1).tolist() == [[0.0, 0.0, 0.0, 1.0]] * 2

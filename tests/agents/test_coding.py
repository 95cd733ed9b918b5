"""From senses to the input of a brain."""

import numpy as np
import torch
from gymnasium.spaces import Box

from agents.coding import Inputs
from agents.encoders.current import AsTheyAre


def test_what_is_sensed_enters_with_a_constant_one() -> None:
    """The input is what the coding makes of the observation and, after it, a 1."""
    inputs = Inputs(2, AsTheyAre(Box(0.0, 1.0, (3,))))
    sensed = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], np.float32)

    assert inputs.width == 4
    assert torch.equal(torch.tensor([[0.1, 0.2, 0.3, 1.0], [0.4, 0.5, 0.6, 1.0]]), inputs.encode_inputs(sensed, 0))
    assert torch.equal(torch.tensor([[0.0, 0.0, 0.0, 1.0]] * 2), inputs.encode_inputs(np.zeros_like(sensed), 1))

"""From senses to currents."""

import numpy as np
import torch

from agents.coding import Currents


def test_what_is_sensed_enters_with_a_constant_one() -> None:
    """The input is the observation and, after it, a 1."""
    currents = Currents(2, 3)
    sensed = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], np.float32)

    assert currents.width == 4
    assert torch.equal(torch.tensor([[0.1, 0.2, 0.3, 1.0], [0.4, 0.5, 0.6, 1.0]]), currents.encode(sensed))
    assert torch.equal(torch.tensor([[0.0, 0.0, 0.0, 1.0]] * 2), currents.encode(np.zeros_like(sensed)))

"""The step `plain`."""

import numpy as np
import torch

from alife.learning.optimizers.sgd import SGD


def test_it_goes_along_the_gradient() -> None:
    """The weight moves by h g in the rows that learn, whatever the errors."""
    weight = torch.zeros(3, 1, 2)
    gradient = torch.tensor([[[1.0, -2.0]], [[0.5, 4.0]]])
    SGD().start(weight).apply_to(weight, torch.tensor([2, 0]), gradient, np.array([9.0, -9.0], np.float32), 0.5)

    assert weight.tolist() == [[[0.25, 2.0]], [[0.0, 0.0]], [[0.5, -1.0]]]


def test_it_remembers_nothing() -> None:
    """There is no state."""
    assert SGD().start(torch.zeros(3, 1, 2)).state_dict() == {}

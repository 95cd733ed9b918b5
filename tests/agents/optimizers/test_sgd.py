"""The optimizer `sgd`."""

import numpy as np

from agents.optimizers.sgd import SGD


def test_it_goes_along_the_gradient() -> None:
    """The weight moves by h g in the rows that learn, whatever the errors."""
    weight = np.zeros((3, 1, 2))
    gradient = np.array([[[1.0, -2.0]], [[0.5, 4.0]]])
    SGD().start(weight).update(np.array([0, 2]), weight, gradient, np.array([9.0, -9.0]), np.full(3, 0.5))

    assert weight.tolist() == [[[0.5, -1.0]], [[0.0, 0.0]], [[0.25, 2.0]]]


def test_it_remembers_nothing() -> None:
    """There is no state."""
    assert SGD().start(np.zeros((3, 1, 2))).state_dict() == {}

"""Geometry that bodies and worlds share."""

import numpy as np
from numpy.typing import NDArray


def wrap(values: NDArray[np.float64], length: float) -> None:
    """Bring values into [0, length) in place, going around as on a circle."""
    values %= length
    values[values >= length] = 0.0  # what lies a rounding error below zero would come out as the length itself

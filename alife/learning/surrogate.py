"""The slope of a layer: how much its output moves with its membrane."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.nn import Layer, Tanh


def bends(layer: Layer) -> bool:
    """Return whether a layer has a slope of its own; an integrator puts out its membrane, with a slope of 1."""
    return layer.threshold is not None or isinstance(layer, Tanh)


def slope(layer: Layer, membrane: Tensor) -> NDArray[Any] | None:
    """Return the slope at a membrane before its reset, (rows, size); None where nothing bends.

    Where neurons spike it is a surrogate, 1 / (1 + 4 |v - th|)^2; that of a tanh is 1 - tanh(v)^2.

    Source: Zenke and Ganguli, SuperSpike (2018).
    """
    threshold = layer.threshold_now
    found: NDArray[Any]
    if isinstance(layer, Tanh):
        found = np.tanh(membrane.numpy())
        found *= -found
        found += 1.0
        return found
    if threshold is None:
        return None
    found = np.abs(membrane.numpy() - threshold.numpy())
    found *= 4.0
    found += 1.0
    found *= found
    np.divide(1.0, found, out=found)
    return found

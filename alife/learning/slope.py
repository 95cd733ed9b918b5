"""The surrogate slope: how much a spike would have moved with its membrane."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.nn import Layer


def slope(layer: Layer, membrane: Tensor, height: float = 1.0) -> NDArray[Any] | None:
    """Return height / (1 + 4 |v - th|)^2 of a membrane before its reset, (rows, size); None where nothing spikes.

    Source: Zenke and Ganguli, SuperSpike (2018).
    """
    threshold = layer.threshold_now
    if threshold is None:
        return None
    found: NDArray[Any] = np.abs(membrane.numpy() - threshold.numpy())
    found *= 4.0
    found += 1.0
    found *= found
    np.divide(height, found, out=found)
    return found

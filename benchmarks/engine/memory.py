"""Memory: how fast this machine reads it."""

import numpy as np

from alife.core.brain import Floats
from alife.core.kernel import kernel
from benchmarks.engine.timing import median_seconds

_NUMBERS = 1 << 26  # 256 MiB, more than any cache


def read_bandwidth(seconds: float) -> float:
    """Return the bytes per second that one thread reads of memory, one after the other."""
    numbers = np.ones(_NUMBERS, np.float32)
    taken = median_seconds({"read": lambda: _sum(numbers)}, seconds)["read"]
    return numbers.nbytes / taken


@kernel
def _sum(numbers: Floats) -> float:
    total = 0.0 * numbers[0]
    for k in range(numbers.size):
        total += numbers[k]
    return float(total)

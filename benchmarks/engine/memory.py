"""Memory: how fast this machine reads it, and how much of it a process holds."""

import os
from pathlib import Path

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


def resident_bytes() -> int:
    """Return the bytes of memory that this process holds.

    Raises:
        FileNotFoundError: the system is not Linux.
    """
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@kernel
def _sum(numbers: Floats) -> float:
    total = 0.0 * numbers[0]
    for k in range(numbers.size):
        total += numbers[k]
    return float(total)

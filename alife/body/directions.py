"""Directions around a body, in words and in sectors."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from alife.core.channel import Field


def in_words(angle: float) -> str:
    """Return the name of a direction, given in radians counter-clockwise from the heading."""
    degrees = round(math.degrees(angle), 1) % 360.0
    if degrees in (0.0, 180.0):
        return "behind" if degrees else "ahead"
    return f"{degrees:g}° left" if degrees < 180.0 else f"{round(360.0 - degrees, 1):g}° right"


def sectors(count: int, reach: float) -> Iterator[tuple[str, Field]]:
    """Yield the names and fields of equal sectors, the first centred straight ahead, then counter-clockwise."""
    width = math.tau / count
    for sector in range(count):
        middle = sector * width
        yield in_words(middle), Field(middle - width / 2, middle + width / 2, reach)


def sector_of(
    dx: NDArray[np.float64], dy: NDArray[np.float64], headings: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """Return the sector of each displacement, (rows, displacements)."""
    turns = (np.arctan2(dy, dx) - headings[:, None]) * (count / math.tau)  # in sectors from straight ahead
    return np.asarray(np.floor(turns + 0.5).astype(np.int64) % count)

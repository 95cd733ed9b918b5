"""Directions around a body, in words and in sectors."""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from alife.core.channel import Field
from alife.core.kernel import kernel


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


@kernel
def sector_of(dx: float, dy: float, cosine: float, sine: float, edges: NDArray[np.float64]) -> int:
    """Return the sector of a displacement, for a heading of this cosine and sine and sectors with these edges."""
    count = edges.size
    place = _around(cosine * dx + sine * dy, cosine * dy - sine * dx)
    guess, off = int(place * 0.25 * count + 0.5), 1 + count // 80  # `_around` is even but for a ninetieth of a turn
    first, last = max(guess - off, 0), min(guess + off, count)
    while first < last:
        middle = (first + last) // 2
        if place < edges[middle]:
            last = middle
        else:
            first = middle + 1
    return first % count


@cache
def sector_edges(count: int) -> NDArray[np.float64]:
    """Return where each of so many sectors ends, counter-clockwise, as `_around` measures it."""
    angles = (np.arange(count) + 0.5) * (math.tau / count)
    x, y = np.cos(angles), np.sin(angles)
    x /= np.abs(x) + np.abs(y)
    return np.asarray(np.where(y >= 0.0, 1.0 - x, 3.0 + x))


@kernel
def _around(x: float, y: float) -> float:
    """Return how far around a vector points, from 0 to 4: it grows with the angle, and takes no arc tangent."""
    size = abs(x) + abs(y)
    if size == 0.0:
        return 0.0
    return 1.0 - x / size if y >= 0.0 else 3.0 + x / size

"""Directions around a body."""

import math

import numpy as np
import pytest

from alife.body.directions import in_words, sector_of, sectors


@pytest.mark.parametrize(
    ("degrees", "words"),
    [
        (0, "ahead"),
        (360, "ahead"),
        (-360, "ahead"),
        (0.01, "ahead"),
        (45, "45° left"),
        (-45, "45° right"),
        (22.5, "22.5° left"),
        (180, "behind"),
        (-180, "behind"),
        (179.9, "179.9° left"),
        (180.1, "179.9° right"),
        (359.96, "ahead"),
    ],
)
def test_directions_in_words(degrees: float, words: str) -> None:
    """Left is counter-clockwise; straight ahead and behind have words of their own."""
    assert in_words(math.radians(degrees)) == words


@pytest.mark.parametrize("count", [1, 2, 3, 8, 17])
def test_the_middle_of_each_sector_lies_in_it(count: int) -> None:
    """The fields and names go around as the numbers do, and together the fields are the circle."""
    fields = [field for _, field in sectors(count, 2.0)]
    middles = np.array([[(field.start + field.end) / 2 for field in fields]])

    assert sector_of(np.cos(middles), np.sin(middles), np.zeros(1), count).tolist() == [list(range(count))]
    assert sum(field.end - field.start for field in fields) == pytest.approx(math.tau)
    assert len({name for name, _ in sectors(count, 2.0)}) == count

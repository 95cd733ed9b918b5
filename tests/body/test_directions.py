"""Directions around a body."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alife.body.directions import in_words, sector_edges, sector_of, sectors


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


@settings(deadline=None)
@given(st.integers(1, 400), st.floats(-7.0, 7.0), st.floats(-7.0, 7.0), st.floats(0.01, 9.0))
def test_a_sector_is_that_of_the_angle(count: int, angle: float, heading: float, distance: float) -> None:
    """Whatever the heading; but for angles at the very edge of a sector."""
    turns = (angle - heading) * count / math.tau + 0.5
    assume(1e-6 < turns % 1.0 < 1.0 - 1e-6)
    displacement = (distance * math.cos(angle), distance * math.sin(angle))
    found = sector_of(*displacement, math.cos(heading), math.sin(heading), sector_edges(count))

    assert found == math.floor(turns) % count


@pytest.mark.parametrize("count", [1, 2, 3, 8, 17])
def test_the_middle_of_each_sector_lies_in_it(count: int) -> None:
    """The fields and names go around as the numbers do, and together the fields are the circle."""
    fields = [field for _, field in sectors(count, 2.0)]
    middles = [(field.start + field.end) / 2 for field in fields]
    edges = sector_edges(count)

    assert [sector_of(math.cos(a), math.sin(a), 1.0, 0.0, edges) for a in middles] == list(range(count))
    assert sum(field.end - field.start for field in fields) == pytest.approx(math.tau)
    assert len({name for name, _ in sectors(count, 2.0)}) == count

"""Values that vary: how they are written, combined and named."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.core.errors import ConfigError
from alife.runs.sweep.grid import MAX_POINTS, covering, parse_values, points_of


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4,8,16", [4, 8, 16]),
        (".001, 1e-3", [0.001, 0.001]),
        ("[4, 8],[16]", [[4, 8], [16]]),
        ("{kind: lif, size: 8},lis", [{"kind": "lif", "size": 8}, "lis"]),
        ("'a,b',c.d:E", ["a,b", "c.d:E"]),
        ("true,null,8 # two", [True, None, 8]),
        ("on,off", ["on", "off"]),
        ("", [None]),
    ],
)
def test_each_value_is_yaml_and_a_comma_outside_of_brackets_ends_one(text: str, values: list[Any]) -> None:
    """A list in brackets is one value."""
    assert parse_values(text, "--set a") == values


@pytest.mark.parametrize("text", ["4,,8", "4],[8", "[4,8", "a,!!python/name:os.system"])
def test_what_is_no_yaml_is_one_sentence(text: str) -> None:
    """It names the key and shows what would be right."""
    with pytest.raises(ConfigError, match=r"^--set a=.*4,8,16$") as e:
        parse_values(text, "--set a")

    assert len(e.value.faults) == 1


def test_a_grid_is_all_with_all_and_a_zip_side_by_side() -> None:
    """The last one changes fastest; nothing varies at the one point of nothing."""
    vary = {"world.food": [4, 8], "creatures.learners.learning.rate": [0.001, 0.01]}
    rates = [point.values["creatures.learners.learning.rate"] for point in points_of(vary)]

    assert [point.name for point in points_of(vary)] == [
        "food=4,rate=0.001",
        "food=4,rate=0.01",
        "food=8,rate=0.001",
        "food=8,rate=0.01",
    ]
    assert rates == [0.001, 0.01, 0.001, 0.01]
    assert [point.name for point in points_of(vary, zipped=True)] == ["food=4,rate=0.001", "food=8,rate=0.01"]
    assert points_of({}) == [("", {})]


@pytest.mark.parametrize(
    ("vary", "first"),
    [
        ({"a.size": [1, 2], "b.size": [3]}, "a.size=1,b.size=3"),
        ({"a": ["x/../y", "x y"]}, "a=x-..-y"),
        ({"a": ["b", "B"]}, "a=b-0"),
        ({"a": [[1, 2], {"k": 1}]}, "a=-1-2-"),
        ({"a": ["l" * 200, "m"]}, "point-0000"),
        ({"../..": [1, 2]}, None),
    ],
)
def test_names_are_safe_and_no_two_alike(vary: dict[str, list[Any]], first: str | None) -> None:
    """They are short and tell what varies, whatever stands in it, also to a disk without capitals."""
    names = [point.name for point in points_of(vary)]

    assert first in (None, names[0])
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._+=,-]{0,119}", name) for name in names)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(2, 30), st.booleans())
def test_points_are_spread_over_all_with_each_value_in_one(lengths: list[int], most: int, zipped: bool) -> None:
    """The first and the last are among them, none twice, and no more than it takes."""
    lengths = [lengths[0]] * len(lengths) if zipped else lengths
    points = points_of({f"k{k}": list(range(length)) for k, length in enumerate(lengths)}, zipped)
    chosen = covering(points, most)

    assert len({point.name for point in chosen}) == len(chosen) <= most + sum(lengths)
    assert all(point in points for point in chosen)
    assert {points[0].name, points[-1].name} <= {point.name for point in chosen}
    assert {change for point in chosen for change in point.changes} == {c for point in points for c in point.changes}
    assert len(chosen) >= min(most, len(points))


@pytest.mark.parametrize(
    ("vary", "zipped", "says"),
    [
        ({"a": [1, 2], "b": [1, 2, 3]}, True, "--zip.*a has 2, b has 3"),
        ({"a": [4, 4]}, False, "^a: .*4 twice"),
        ({"a": list(range(101)), "b": list(range(MAX_POINTS // 100))}, False, "10,100 points"),
        ({name: list(range(1000)) for name in "abcdefgh"}, False, "points"),
    ],
)
def test_what_cannot_be_combined_is_one_sentence(vary: dict[str, list[Any]], zipped: bool, says: str) -> None:
    """Nothing is built before it is known how many there are."""
    with pytest.raises(ConfigError, match=says):
        points_of(vary, zipped)

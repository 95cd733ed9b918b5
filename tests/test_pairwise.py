"""The cases that stand for a product."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pairwise import pairwise


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=4))
def test_any_two_values_stand_together(sizes: list[int]) -> None:
    """Each pair of two lists is in a row, and the rows are the same each time."""
    lists = [[f"{k}.{value}" for value in range(size)] for k, size in enumerate(sizes)]
    rows = pairwise(*lists)

    for one, other in combinations(range(len(lists)), 2):
        assert {(row[one], row[other]) for row in rows} == set(product(lists[one], lists[other]))
    assert rows == pairwise(*lists)


@pytest.mark.slow
def test_it_is_far_from_the_product() -> None:
    """Of 2,592 combinations 30 stand for all."""
    assert len(pairwise(*(range(size) for size in (6, 4, 3, 3, 3, 2, 2)))) <= 30

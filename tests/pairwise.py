"""A few cases in place of a full product."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Any


def pairwise(*lists: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return rows with a value of each list, so few that any two values of two lists just stand together in one.

    Greedy: the next row is the one with most pairs that are still missing, the first of equals.
    """
    rows = list(product(*(range(len(each)) for each in lists)))
    missing = {pair for row in rows for pair in _pairs(row)}
    chosen = []
    while missing:
        best = max(rows, key=lambda row: sum(pair in missing for pair in _pairs(row)))
        missing.difference_update(_pairs(best))
        chosen.append(best)
    return [tuple(each[k] for each, k in zip(lists, row, strict=True)) for row in chosen]


def _pairs(row: Iterable[int]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    return combinations(enumerate(row), 2)

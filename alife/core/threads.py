"""Threads: the same done for several slices of rows at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

_Slice = TypeVar("_Slice")

_WORTH_A_THREAD = 250  # rows; below, to wait for each other takes longer than the work


class Threads:
    """Kernels let other threads run meanwhile, so that as many slices of rows as there are threads run at once.

    No row is in two slices, so what comes of it is the same to the bit however many threads there are.

    Args:
        count: how many threads, this one included.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._others = ThreadPoolExecutor(count - 1) if count > 1 else None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as so many threads, which are others in another process."""
        return Threads, (self._count,)

    def split(self, rows: int) -> list[slice]:
        """Return the slices in which so many rows are done: one, where they are not worth more."""
        parts = self._count if rows >= _WORTH_A_THREAD * self._count else 1
        return [slice(rows * k // parts, rows * (k + 1) // parts) for k in range(parts)]

    def run(self, do: Callable[[_Slice], None], slices: Sequence[_Slice]) -> None:
        """Do something for each slice, and raise what the first of them raised once all are done."""
        if self._others is None or len(slices) == 1:
            for each in slices:
                do(each)
            return
        first, *others = slices
        waiting = [self._others.submit(do, each) for each in others]
        try:
            do(first)
        finally:
            faults = [each.exception() for each in waiting]
        for fault in faults:
            if fault is not None:
                raise fault

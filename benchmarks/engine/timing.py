"""Timing on a machine that does other things: alternating rounds, and the median of each work's own."""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import TypeVar

Work = Callable[[], object]
_Name = TypeVar("_Name")

ROUNDS = 7


def median_seconds(works: Mapping[_Name, Work], seconds: float, rounds: int = ROUNDS) -> dict[_Name, float]:
    """Return by name the median seconds of one call.

    Works take turns in each round, so that whatever slows the machine for a while slows them alike.

    Args:
        works: what to time; each is called once before, untimed.
        seconds: about how long each work is timed in all.
        rounds: how many medians are of.
    """
    calls = {name: _calls(work, seconds / rounds) for name, work in works.items()}
    timed: dict[_Name, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            timed[name].append(_seconds(work, calls[name]) / calls[name])
    return {name: median(each) for name, each in timed.items()}


def _calls(work: Work, seconds: float) -> int:
    """Return how many calls take about so long, 1 or more."""
    work()
    calls, spent = 1, _seconds(work, 1)
    while spent < seconds / 8 and calls < 1 << 20:
        calls *= 4
        spent = _seconds(work, calls)
    return max(1, round(calls * seconds / max(spent, 1e-9)))


def _seconds(work: Work, calls: int) -> float:
    begun = time.perf_counter()
    for _ in range(calls):
        work()
    return time.perf_counter() - begun

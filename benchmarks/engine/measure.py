"""What is measured: parts of a tick by rows and threads, others beside them, growth, and memory."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from alife.runs.checkpoints import cpu
from benchmarks.engine.brains import HIDDEN, BrainTicks
from benchmarks.engine.loops import POND, LoopTicks, WorldTicks, arenas, has_threads, pond
from benchmarks.engine.memory import read_bandwidth
from benchmarks.engine.peers import peers_for
from benchmarks.engine.timing import Work, median_seconds

Row = dict[str, Any]
Say = Callable[[Row], None]


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    Args:
        rows: brains, or arenas with one creature.
        threads: that share them.
        crowds: creatures in one arena at the density of the pond.
        neurons: of one hidden layer.
        things: as many times as the pond has.
        active: shares of the inputs that spike.
        growth_rows: brains where neurons and active grow.
        seconds: for which each figure is timed.
        ticks: N, after which resident memory is looked at, and again after 10 N.
    """

    rows: Sequence[int] = (1, 24, 1024, 16_384)
    threads: Sequence[int] = (1, 2)
    crowds: Sequence[int] = (24, 100, 1000, 10_000)
    neurons: Sequence[int] = (16, 32, 64, 128, 256, 512)
    things: Sequence[float] = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
    active: Sequence[float] = (0.0, 0.1, 0.2, 0.4, 0.8, 1.0)
    growth_rows: int = 256
    seconds: float = 2.0
    ticks: int = 30_000


QUICK = Extent(
    rows=(1, 24, 256),
    crowds=(24, 100),
    neurons=(16, 64),
    things=(0.5, 1.0),
    active=(0.2, 1.0),
    growth_rows=24,
    seconds=0.2,
    ticks=200,
)
"""Enough to see that everything runs."""


def measure(extent: Extent, say: Say = lambda row: None) -> list[Row]:
    """Return one row for each figure, each told as soon as it is there."""
    found: list[Row] = []
    torch.set_num_threads(1)
    for row in _rows(extent):
        found.append(row)
        say(row)
    return found


def _rows(extent: Extent) -> Iterator[Row]:
    yield machine()
    bandwidth = read_bandwidth(extent.seconds)
    yield {"part": "bandwidth", "bytes_per_second": bandwidth}
    for rows in extent.rows:
        yield from _brains(rows, extent, bandwidth)
        yield from _peers(rows, extent)
        yield from _loops(rows, extent)
    for creatures in extent.crowds:
        yield from _arena("crowd", creatures, {"creatures": creatures}, pond(creatures), extent)
    for things in extent.things:
        yield from _arena("things", POND, {"things": things}, pond(things=things), extent)
    yield from _growth("neurons", extent, {"neurons": extent.neurons})
    yield from _growth("active", extent, {"active": extent.active})
    yield resident(extent.ticks)


def machine() -> Row:
    """Return what the figures hang on."""
    return {
        "part": "machine",
        "processor": cpu(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__,
    }


def _brains(rows: int, extent: Extent, bandwidth: float) -> Iterator[Row]:
    """Yield forward passes and learning; one thread also says how near it is to the memory's limit."""
    for threads in _useful(extent.threads, rows):
        ticks = {name: BrainTicks(rows, name == "learning", threads) for name in ("forward", "learning")}
        for name, taken in _timed(ticks, extent.seconds).items():
            row = _row(name, rows, threads, taken)
            if threads == 1:
                touched = ticks[name].touched_bytes()
                row |= {"bytes": round(touched / rows), "of_bandwidth": round(touched / bandwidth / taken, 4)}
            yield row


def _peers(rows: int, extent: Extent) -> Iterator[Row]:
    """Yield the forward passes of the same network by all, timed in turns."""
    works, absent = peers_for(rows)
    ours = {
        "forward": BrainTicks(rows, False).run_tick,
        "forward, all spike": BrainTicks(rows, False, active=1.0).run_tick,
    }
    for name, taken in median_seconds({**ours, **works}, extent.seconds).items():
        yield _row("peers", rows, 1, taken, name=name)
    for name, why in absent.items():
        yield {"part": "peers", "rows": rows, "threads": 1, "name": name, "absent": why}


def _loops(rows: int, extent: Extent) -> Iterator[Row]:
    yield _row("world", rows, 1, median_seconds({"": WorldTicks(arenas(rows)).run_tick}, extent.seconds)[""])
    for threads in _useful(extent.threads if has_threads() else (1,), rows):
        yield _row(
            "loop", rows, threads, median_seconds({"": LoopTicks(arenas(rows), threads).run_tick}, extent.seconds)[""]
        )


def _arena(part: str, creatures: int, what: Row, raw: Mapping[str, Any], extent: Extent) -> Iterator[Row]:
    """Yield the world alone and the whole loop of one arena; with more threads where there are creatures enough."""
    threads = {1, *(each for each in extent.threads if creatures >= 1000 and has_threads())}
    works: dict[tuple[str, int], Work] = {("world", 1): WorldTicks(raw).run_tick}
    works |= {("loop", each): LoopTicks(raw, each, warm_up=20).run_tick for each in sorted(threads)}
    for (name, each), seconds in median_seconds(works, extent.seconds).items():
        yield _row(part, creatures, each, seconds, name=name, **what)


def _growth(part: str, extent: Extent, values: Mapping[str, Sequence[float]]) -> Iterator[Row]:
    """Yield forward passes and learning of brains that differ in one thing."""
    for value in values[part]:
        options: dict[str, Any] = {"active": value} if part == "active" else {"hidden": (value,)}
        ticks = {
            name: BrainTicks(extent.growth_rows, name == "learning", **options) for name in ("forward", "learning")
        }
        for name, seconds in _timed(ticks, extent.seconds).items():
            yield _row(part, extent.growth_rows, 1, seconds, name=name, **{part: value})


def resident(ticks: int) -> Row:
    """Return the memory of a process after some ticks of one arena of forage, and after ten times as many."""
    command = [sys.executable, "-m", "benchmarks.engine.resident", str(ticks)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    few, many = map(int, printed.split())
    return {"part": "resident", "ticks": ticks, "bytes": few, "bytes_after_ten_times": many}


def _useful(threads: Sequence[int], rows: int) -> list[int]:
    return [each for each in threads if each <= rows]


def _timed(ticks: Mapping[str, Any], seconds: float) -> dict[str, float]:
    works: dict[str, Work] = {name: each.run_tick for name, each in ticks.items()}
    return median_seconds(works, seconds)


def _row(part: str, rows: int, threads: int, seconds: float, **more: Any) -> Row:
    """Return a figure: microseconds for each row and tick."""
    return {"part": part, "rows": rows, "threads": threads, "microseconds": round(1e6 * seconds / rows, 4), **more}


SHAPE = "-".join(map(str, (32, *HIDDEN, 5)))
"""The network of brains and peers."""

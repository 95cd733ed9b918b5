"""What checks and checkpoints cost: the same run with and without them, in pairs."""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from unittest.mock import patch

from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import load_config
from alife.core.world import Outcome
from alife.sim.checked_world import CheckedWorld
from benchmarks.reliability.attack import Attack, Finding, Setting
from benchmarks.reliability.warm import CONFIGS, warm_up

_TICKS = 200_000  # of the pond, so that a checkpoint falls due every twenty seconds
_MOST = 0.03


def price_of_safety(setting: Setting) -> Finding:
    """Run the pond so many times with and without checks of the world and checkpoints, one after the other."""
    warm_up(["pond"])
    pairs = [_pair(setting.folder, number) for number in range(setting.count)]
    prices = [safe / bare - 1.0 for safe, bare in pairs]
    price = median(prices)
    said = f"{price:+.1%} (median of {len(prices)} pairs, {min(prices):+.1%} to {max(prices):+.1%})"
    return Finding(said, [said] if price > _MOST else [])


def _pair(folder: Path, number: int) -> tuple[float, float]:
    """Return the seconds of a run as by default and of one without safety; who is first takes turns."""
    seconds = {safe: _seconds(folder / f"{number}-{safe}", safe) for safe in (number % 2 == 0, number % 2 == 1)}
    return seconds[True], seconds[False]


def _seconds(out: Path, safe: bool) -> float:
    config = load_config(CONFIGS / "pond.yaml", [f"ticks={_TICKS}", *([] if safe else ["record.checkpoint.keep=0"])])
    unchecked = nullcontext() if safe else patch.object(CheckedWorld, "check_outcomes", _believe)
    with unchecked:
        begun = time.perf_counter()
        launch(config, LaunchOptions(headless=True, out=out, quiet=True))
        return time.perf_counter() - begun


def _believe(world: CheckedWorld, tick: int, outcomes: dict[str, Outcome]) -> Mapping[str, Outcome]:
    """Return outcomes as they are, as a simulation would take them that trusts its world."""
    return outcomes


PRICE = Attack(
    "price",
    "{count} pairs of runs of the pond over 200,000 ticks, with checks and checkpoints as by default and without",
    "under 3 % dearer",
    7,
    1,
    price_of_safety,
)

"""Speed and memory of the whole loop: world, senses, brains, learning, events and metrics, on one torch thread.

python -m benchmarks.speed             ticks per second for one creature and for 1,024 rows
python -m benchmarks.speed --memory    peak memory of 30,000 ticks and of 300,000, in one arena

On a shared machine the first figures move by a factor of two; the reference, an addition of two small numpy
arrays timed in the same run, says how fast the machine was.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from alife.config.simulation_config import parse_config
from alife.sim.build import build_simulation

ROOT = Path(__file__).resolve().parent.parent


def ticks_per_second(copies: int, warm_up: int, ticks: int) -> float:
    """Return the speed of forage with one learner in each copy, once the learners have begun to learn."""
    raw = {"world": {"kind": "forage", "copies": copies}, "creatures": {"learners": None}}
    simulation = build_simulation(parse_config(raw, "speed"))
    for _ in range(warm_up):
        simulation.run_tick()
    begun = time.perf_counter()
    for _ in range(ticks):
        simulation.run_tick()
    return ticks / (time.perf_counter() - begun)


def reference() -> float:
    """Return nanoseconds per addition of two arrays of 64 numbers."""
    array, zeros, count = np.ones(64), np.zeros(64), 1_000_000
    begun = time.perf_counter()
    for _ in range(count):
        np.add(array, zeros, out=array)
    return 1e9 * (time.perf_counter() - begun) / count


def peak_memory(ticks: int) -> dict[str, Any]:
    """Return what a forage run of so many ticks says of itself."""
    config = str(ROOT / "configs" / "forage.yaml")
    command = [
        sys.executable,
        "run.py",
        config,
        "--headless",
        "--json",
        "--ticks",
        str(ticks),
        "--set",
        "world.copies=1",
    ]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    summary: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return summary


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory", action="store_true")
    if parser.parse_args().memory:
        short, long = (peak_memory(ticks)["peak_rss_mb"] for ticks in (30_000, 300_000))
        print(f"peak memory: {short} MiB after 30,000 ticks, {long} MiB after 300,000: ratio {long / short:.3f}")
        return
    torch.set_num_threads(1)
    print(f"reference: {reference():.0f} ns")
    print(f"one creature: {ticks_per_second(1, 20_000, 10_000):,.0f} ticks/s")
    print(f"1,024 rows: {1024 * ticks_per_second(1024, 3_000, 500):,.0f} creature-ticks/s")
    print(f"reference: {reference():.0f} ns")


if __name__ == "__main__":
    main()

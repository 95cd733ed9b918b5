"""The whole loop of another checkout beside this one's, in processes that take turns."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.engine.loops import arenas
from benchmarks.engine.measure import Row

ROOT = Path(__file__).resolve().parents[2]
# What is run, the words of a configuration or a file of either checkout; ticks to warm up, and ticks that are timed.
CASES: Mapping[str, tuple[Mapping[str, Any] | str, int, int]] = {
    "one creature in forage": (arenas(1), 2000, 2000),
    "pond": ("configs/pond.yaml", 1000, 1000),
    "1,024 arenas": (arenas(1024), 300, 100),
}

# Run in either checkout, by the names that it has; not in an installed package that stands in for it.
_PROBE = """
import json, sys, time
from pathlib import Path
import alife
if not Path(alife.__file__).resolve().is_relative_to(Path.cwd().resolve()):
    sys.exit(f"alife was imported from {alife.__file__}, which is not in this checkout")
raw, warm_up, ticks = json.loads(sys.argv[1])
try:
    from alife.config.simulation_config import load_config, parse_config
except ModuleNotFoundError:
    from alife.sim.config import load_config, parse_config
try:
    from alife.sim.build import build_simulation
except ImportError:
    from alife.sim.simulation import Simulation as build_simulation
simulation = build_simulation(load_config(Path(raw), []) if isinstance(raw, str) else parse_config(raw, "against"))
run_tick = getattr(simulation, "run_tick", None) or simulation.step
for _ in range(warm_up):
    run_tick()
begun = time.perf_counter()
for _ in range(ticks):
    run_tick()
print((time.perf_counter() - begun) / ticks)
"""


def compare(old: Path, alternations: int, share: float = 1.0) -> Iterator[Row]:
    """Yield, for each case, the medians over alternations and the ratio of new to old.

    Args:
        old: a checkout.
        alternations: how often each of the two is run, one after the other.
        share: of the ticks.

    Raises:
        RuntimeError: a checkout cannot run a case.
    """
    for name, (raw, warm_up, ticks) in CASES.items():
        given = json.dumps([raw, max(1, round(warm_up * share)), max(1, round(ticks * share))])
        _seconds(ROOT, given)  # what has to be compiled is compiled now
        pairs = [(_seconds(old, given), _seconds(ROOT, given)) for _ in range(alternations)]
        ratios = sorted(new / before for before, new in pairs)
        yield {
            "part": "against",
            "name": name,
            "old_microseconds": round(1e6 * median(before for before, _ in pairs), 2),
            "new_microseconds": round(1e6 * median(new for _, new in pairs), 2),
            "ratio": round(median(ratios), 4),
            "lowest": round(ratios[0], 4),
            "highest": round(ratios[-1], 4),
        }


def _seconds(checkout: Path, given: str) -> float:
    """Return the seconds of a tick in a checkout."""
    checkout = checkout.resolve()
    environment = {**os.environ, "PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _PROBE, given]
    finished = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"{checkout} cannot run it: {finished.stderr.strip().splitlines()[-1]}")
    return float(finished.stdout.split()[-1])

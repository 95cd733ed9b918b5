"""The pond: do twenty learners part from four controls in the same water?

python -m benchmarks.pond      five seeds of configs/pond.yaml, each to its end
"""

import multiprocessing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alife.config.simulation_config import load_config
from alife.sim.build import build_simulation

CONFIG = Path(__file__).resolve().parent.parent / "configs" / "pond.yaml"
SPAN = 2000  # ticks over which the curves are compared


def run(seed: int) -> Mapping[str, Any]:
    """Run the pond once; return the reward per 100 ticks of each species up to tick 10,000 and in the last tenth."""
    simulation = build_simulation(load_config(CONFIG, [f"seed={seed}"]))
    ticks = simulation.config.ticks or 0
    while simulation.tick < ticks:
        simulation.run_tick()
    start, end = np.array([10_000 - SPAN]), np.array([10_000])
    return {
        name: (metrics.recent_reward(), float(metrics.reward_between(start, end)[0]))
        for name, metrics in simulation.metrics.items()
    }


def main() -> None:
    """Print one line for each seed."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for seed, species in enumerate(pool.imap(run, range(5))):
            last, early = (species["learners"][k] - species["control"][k] for k in (0, 1))
            print(
                f"seed {seed}: last tenth: learners {species['learners'][0]:.2f}, control {species['control'][0]:.2f}, "
                f"apart by {last:.2f}; ticks {10_000 - SPAN:,} to 10,000: apart by {early:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()

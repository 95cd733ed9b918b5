"""Environments of gymnasium: what do creatures earn there that are told nothing but where they are?

python -m benchmarks.foreign                     every configuration below, five seeds of each
python -m benchmarks.foreign minigrid            one of them, which needs its package
python -m benchmarks.foreign cartpole --ticks 4000
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alife.config.simulation_config import load_config
from alife.sim.build import build_simulation
from benchmarks.measured import interval
from benchmarks.returns import EpisodeReturns

CONFIGS = Path(__file__).resolve().parent.parent / "configs"
NAMES = ("cartpole", "minigrid")
SEEDS = 5
RANDOM = "creatures.learners.learning=none"  # a readout that learns nothing draws every action as often


class Returns(NamedTuple):
    """What the episodes of one run brought."""

    last: NDArray[np.float64]  # (seeds,) mean return of the episodes that began and ended in the last eighth
    ticks: int


def returns(name: str, overrides: Sequence[str] = (), seeds: int = SEEDS) -> Returns:
    """Return what a configuration brings, with one creature for each seed.

    Args:
        name: of a file in configs/.
        overrides: `a.b=value` texts.
        seeds: how many, side by side; copy i is seeded with the seed of the configuration + i.
    """
    simulation = build_simulation(load_config(CONFIGS / f"{name}.yaml", [*overrides, f"world.copies={seeds}"]))
    ticks = simulation.config.ticks or 0
    episodes = EpisodeReturns(seeds)
    while simulation.tick < ticks:
        simulation.run_tick()
        episodes.add_tick(simulation.tick, simulation.outcome("learners"))
    return Returns(episodes.mean(ticks - ticks // 8, ticks), ticks)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line for each configuration."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.foreign", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], help="configurations, all when none is named")
    parser.add_argument("--ticks", type=int, help="how long a life is, instead of what the configuration says")
    given = parser.parse_args(arguments)
    overrides = [] if given.ticks is None else [f"ticks={given.ticks}"]
    for name in given.names or NAMES:
        learned, chance = returns(name, overrides), returns(name, [*overrides, RANDOM])
        print(
            f"{name}, {learned.ticks:,} ticks, mean return in the last eighth: {_mean(learned.last)} "
            f"(seeds {', '.join(f'{one:.3g}' for one in learned.last)}); random {_mean(chance.last)}",
            flush=True,
        )


def _mean(returns: NDArray[np.float64]) -> str:
    """Return the mean and its 95 % interval, where every seed had an episode."""
    if np.isnan(returns).any():
        return "none"
    low, high = interval(returns)
    return f"{returns.mean():.3g} ({low:.3g} to {high:.3g})"


if __name__ == "__main__":
    main()

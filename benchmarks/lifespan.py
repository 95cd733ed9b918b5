"""Do those who learn live longer, and do hunters and hunted get more of their world than chance?

python -m benchmarks.lifespan                  hungry_pond: median lifespans, ten seeds side by side
python -m benchmarks.lifespan predator_prey    reward of both species who learn, beside chance and players by hand
"""

import argparse
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alife.config.simulation_config import SimulationConfig, load_config
from alife.core.statistics import confidence_interval
from alife.core.survival import median_lifespan
from alife.core.world import Outcome
from alife.sim.build import build_simulation, build_world
from worlds import hungry_pond, predator_prey

CONFIGS = Path(__file__).resolve().parent.parent / "configs"
SEEDS = 10
Floats = NDArray[np.float64]
Player = Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.int64]]


class Census:
    """Lifespans and rewards of one species, copy by copy; each copy is a seed.

    Args:
        count: creatures of the species in each copy.
        ticks: how long the run is; rewards are counted in its last tenth.
    """

    def __init__(self, count: int, ticks: int) -> None:
        self._count, self._ticks = count, ticks
        self._born = np.zeros(SEEDS * count, np.int64)
        self._spans = [Counter[int]() for _ in range(SEEDS)]
        self._reward, self._lived = np.zeros(SEEDS), np.zeros(SEEDS)

    def count_tick(self, tick: int, outcome: Outcome) -> None:
        """Count the births, deaths and rewards of a tick."""
        lives = outcome.lives
        assert lives is not None
        self._born[lives.born] = tick
        for row in lives.died.tolist():
            self._spans[row // self._count][tick - int(self._born[row])] += 1
        if tick > 0.9 * self._ticks:
            self._reward += outcome.rewards.reshape(SEEDS, -1).sum(1)
            self._lived += lives.alive.reshape(SEEDS, -1).sum(1)

    def medians(self) -> Floats:
        """Return the median lifespan of each seed; infinite where more than half outlive the run."""
        ages = (self._ticks - self._born).reshape(SEEDS, -1).tolist()
        found = [median_lifespan(died, Counter(own)) for died, own in zip(self._spans, ages, strict=True)]
        return np.array([np.inf if one is None else one for one in found])

    def rewards(self) -> Floats:
        """Return the reward per 100 ticks of a creature's life in the last tenth of each seed."""
        return 100.0 * self._reward / np.maximum(self._lived, 1.0)


def run_learners(config: SimulationConfig) -> Mapping[str, Census]:
    """Run a configuration to its end."""
    simulation, ticks = build_simulation(config), config.ticks or 0
    found = {name: Census(one.rows, ticks) for name, one in config.creatures.items()}
    for tick in range(1, ticks + 1):
        simulation.run_tick()
        for name, census in found.items():
            census.count_tick(tick, simulation.outcome(name))
    return found


def run_players(config: SimulationConfig, players: Mapping[str, Player]) -> Mapping[str, Census]:
    """Run players in the same world for as long."""
    world, random, ticks = build_world(config), np.random.default_rng(0), config.ticks or 0
    found = {name: Census(one.rows, ticks) for name, one in config.creatures.items()}
    outcomes = world.reset(config.world_seed)
    for tick in range(1, ticks + 1):
        outcomes = world.step({name: play(outcomes[name].observations, random) for name, play in players.items()})
        for name, census in found.items():
            census.count_tick(tick, outcomes[name])
    return found


def by_chance(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Return actions by chance."""
    return random.integers(0, 3, len(observations))


def _line(who: str, values: Floats) -> str:
    if not np.isfinite(values).all():
        return f"{who:<34} median {np.median(values):10.2f}   each: {' '.join(f'{one:.0f}' for one in values)}"
    low, high = confidence_interval(values)
    return f"{who:<34}{values.mean():10.2f}   95 % {low:.2f} to {high:.2f}   median {np.median(values):.2f}"


def _hungry_pond(config: SimulationConfig) -> None:
    lived = run_learners(config)
    medians = {name: census.medians() for name, census in lived.items()}
    medians["by hand"] = run_players(config, dict.fromkeys(config.creatures, hungry_pond.player))["learners"].medians()
    for name, values in medians.items():
        print(_line(f"median lifespan, {name}", values), flush=True)
    for name, census in lived.items():
        print(_line(f"reward per 100 ticks, {name}", census.rewards()), flush=True)
    ratio = medians["learners"] / medians["control"]
    print(f"learners live {np.median(ratio):.2f} times as long, {ratio.min():.2f} times in the worst of {SEEDS} seeds")


def _predator_prey(config: SimulationConfig) -> None:
    by_hand = {"prey": predator_prey.prey_player, "predators": predator_prey.predators_player}
    chance = dict.fromkeys(by_hand, by_chance)
    arms = {"by chance": partial(run_players, config, chance), "by hand": partial(run_players, config, by_hand)}
    for arm, run in {**arms, "learning": partial(run_learners, config)}.items():
        for name, census in run().items():
            print(_line(f"{arm}: reward of {name}", census.rewards()), flush=True)
            print(_line(f"{arm}: median lifespan of {name}", census.medians()), flush=True)


def main() -> None:
    """Print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("world", nargs="?", choices=("hungry_pond", "predator_prey"), default="hungry_pond")
    parser.add_argument("--ticks", type=int)
    parser.add_argument("--set", action="append", default=[], metavar="A.B=VALUE", help="change one value")
    options = parser.parse_args()
    ticks = [] if options.ticks is None else [f"ticks={options.ticks}"]
    config = load_config(CONFIGS / f"{options.world}.yaml", [f"world.copies={SEEDS}", *ticks, *options.set])
    {"hungry_pond": _hungry_pond, "predator_prey": _predator_prey}[options.world](config)


if __name__ == "__main__":
    main()

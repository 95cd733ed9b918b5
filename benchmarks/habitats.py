"""How learners fare in each world, beside those who do not learn, chance, and the player written by hand.

python -m benchmarks.habitats forage thin        measure these configurations, each into docs/worlds/figures/
python -m benchmarks.habitats --page             write docs/worlds.md from the docstrings of worlds and these figures

NAME is a file in configs/. Its learners and its control live in ten copies of its world, which are ten seeds; then, in
as many copies, the player takes the place of the learners and all others act by chance; then all act by chance.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.app.players import Policy, hand_written_player, random_player
from alife.config.simulation_config import SimulationConfig, load_config
from alife.core.errors import AlifeError, ConfigError
from alife.core.statistics import confidence_interval
from alife.core.world import World
from alife.sim.build import build_simulation, build_world
from benchmarks import worlds_page
from benchmarks.learning.results import versions

ROOT = Path(__file__).resolve().parent.parent
COPIES = 10
PLAYED = 20_000  # ticks that the player and chance get, at most


def measure_habitat(name: str, ticks: int | None = None, copies: int = COPIES) -> dict[str, Any]:
    """Return what a configuration brings, as reward per creature per 100 ticks, over its copies.

    Args:
        name: of a file in configs/.
        ticks: how long creatures live; None is what the file says.
        copies: of the world, which are seeds.

    Raises:
        ConfigError: there is no such configuration, or it has no learners, no ticks or no copies.
    """
    config = _config(name, ticks, copies)
    assert config.ticks is not None
    begun = time.perf_counter()
    learners = _learners(config)
    played = min(config.ticks, PLAYED)
    player = _player_rewards(config, played, learners)
    return {
        "name": name,
        "world": config.world.kind,
        "ticks": config.ticks,
        "copies": copies,
        "species": _species_rewards(config),
        "player": {} if player is None else {learners: _statistics(player)},
        "random": {learners: _statistics(_chance_rewards(config, played, learners))},
        "ticks played": played,
        "command": _command(name, ticks, copies),
        "seconds": round(time.perf_counter() - begun, 1),
        "versions": versions(),
    }


def _command(name: str, ticks: int | None, copies: int) -> str:
    length = [] if ticks is None else [f"--ticks {ticks}"]
    return " ".join(
        ["python -m benchmarks.habitats", name, *length, *([] if copies == COPIES else [f"--copies {copies}"])]
    )


def _config(name: str, ticks: int | None, copies: int) -> SimulationConfig:
    path = ROOT / "configs" / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in path.parent.glob("*.yaml")))
        raise ConfigError(f"{name}: there is no configuration of this name in configs/; there are {known}")
    changes = [f"world.copies={copies}", *([f"ticks={ticks}"] if ticks else [])]
    config = load_config(path, changes)
    if config.ticks is None:
        raise ConfigError(f"{name}: its configuration runs for ever; say how long with --ticks")
    return config


def _learners(config: SimulationConfig) -> str:
    """Return the first species that learns."""
    for name, species in config.creatures.items():
        if species.learning.kind != "none":
            return name
    raise ConfigError(f"{config.name}: no species learns here; there is nothing to compare")


def _species_rewards(config: SimulationConfig) -> dict[str, Any]:
    """Return how each species does in the last tenth of its life."""
    assert config.ticks is not None
    simulation, last = build_simulation(config), max(1, config.ticks // 10)
    total = {name: np.zeros(simulation.world.row_count(name)) for name in config.creatures}
    for tick in range(config.ticks):
        simulation.run_tick()
        if tick >= config.ticks - last:
            for name, sums in total.items():
                sums += simulation.outcome(name).rewards
    return {
        name: {**_statistics(_by_copy(sums, config, last)), "rule": config.creatures[name].learning.kind}
        for name, sums in total.items()
    }


def _by_copy(sums: NDArray[np.float64], config: SimulationConfig, ticks: int) -> NDArray[np.float64]:
    """Return reward per creature per 100 ticks of each copy."""
    copies: NDArray[np.float64] = sums.reshape(int(getattr(config.world, "copies", 1)), -1)
    return np.asarray(copies.mean(1) * 100.0 / ticks)


def _statistics(rewards: NDArray[np.float64]) -> dict[str, Any]:
    low, high = confidence_interval(rewards) if len(rewards) > 1 else (float("nan"), float("nan"))
    return {
        "mean": round(float(rewards.mean()), 3),
        "low": round(low, 3),
        "high": round(high, 3),
        "seeds": [round(float(reward), 3) for reward in rewards],
    }


def _player_rewards(config: SimulationConfig, ticks: int, species: str) -> NDArray[np.float64] | None:
    """Return what the player gets that lies beside the world; None where there is none for these bodies."""
    world = build_world(config)
    player = hand_written_player(world, species)
    if player is None:
        return None
    return _acting_rewards(config, world, ticks, species, {**_chances(world), species: player})


def _chance_rewards(config: SimulationConfig, ticks: int, species: str) -> NDArray[np.float64]:
    world = build_world(config)
    return _acting_rewards(config, world, ticks, species, _chances(world))


def _acting_rewards(
    config: SimulationConfig, world: World, ticks: int, species: str, acts: Mapping[str, Policy]
) -> NDArray[np.float64]:
    """Run a world in which all act as given; return the reward of one species for each copy."""
    outcomes, sums = world.reset(config.world_seed), np.zeros(world.row_count(species))
    for _ in range(ticks):
        outcomes = world.step({name: act(outcomes[name]) for name, act in acts.items()})
        sums += outcomes[species].rewards
    return _by_copy(sums, config, ticks)


def _chances(world: World) -> dict[str, Policy]:
    return {
        name: random_player(world.action_spaces[name], world.row_count(name), np.random.default_rng(index))
        for index, name in enumerate(world.species)
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="configurations to measure")
    parser.add_argument("--ticks", type=int, metavar="N", help="live so long instead of what the file says")
    parser.add_argument("--copies", type=int, default=COPIES, metavar="N", help="how many seeds")
    parser.add_argument("--page", action="store_true", help="write docs/worlds.md")
    options = parser.parse_args(arguments)
    try:
        for name in options.names:
            row = measure_habitat(name, options.ticks, options.copies)
            worlds_page.FIGURES.mkdir(parents=True, exist_ok=True)
            (worlds_page.FIGURES / f"{name}.json").write_text(worlds_page.as_text(row), encoding="utf-8")
            print(json.dumps(row), flush=True)
    except AlifeError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    if options.page:
        worlds_page.PAGE.write_text(worlds_page.page(), encoding="utf-8")
        print(worlds_page.PAGE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())

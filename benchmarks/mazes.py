"""The mazes: what creatures learn of them, beside those who cannot learn, chance, and a player written by hand.

python -m benchmarks.mazes                              both, as long as their configurations say; every row is a seed
python -m benchmarks.mazes --maze water_maze --ticks 3000

Of the water maze, latencies are ticks from the rim to the platform, the longest trial where it is not found: the median
over seeds of the median of these trials, where all seeds have had them.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.config.simulation_config import load_config
from alife.core.world import Outcome, World
from alife.sim.build import build_simulation
from worlds import clicks_maze, water_maze
from worlds.clicks_maze import ClicksMaze
from worlds.water_maze import WaterMaze

CONFIGS = Path(__file__).resolve().parent.parent / "configs"
_EDGE = 20  # trials before a move
_Policy = Callable[[Outcome], NDArray[np.int64]]


@dataclass(frozen=True)
class MazeLives:
    """What became of some creatures, each a seed: (ticks, rows) rewards, and whether a trial was over."""

    rewards: NDArray[np.float64]
    over: NDArray[np.bool_]

    def per_100_ticks(self) -> NDArray[np.float64]:
        """Return the reward per 100 ticks in the last tenth, (rows,)."""
        last = self.rewards[-max(1, len(self.rewards) // 10) :]
        return np.asarray(100.0 * last.mean(0))

    def right(self) -> NDArray[np.float64]:
        """Return which share of the choices in the last tenth was the right one, (rows,)."""
        last = self.rewards[-max(1, len(self.rewards) // 10) :]
        return np.asarray((last > 0).sum(0) / np.maximum((last != 0).sum(0), 1))

    def latencies(self) -> list[NDArray[np.int64]]:
        """Return how many ticks each trial took, row by row."""
        ends = [np.flatnonzero(column) for column in self.over.T]
        return [np.diff(mine, prepend=-1) - (np.arange(len(mine)) > 0) for mine in ends]

    def latency(self, first: int, end: int) -> float:
        """Return the median latency of these trials, not a number where a seed has not had them."""
        each = self.latencies()
        enough = end > first >= 0 and all(len(mine) >= end for mine in each)
        return float(np.median([np.median(mine[first:end]) for mine in each])) if enough else np.nan


def learner_lives(config: str, ticks: int | None, seeds: int) -> dict[str, MazeLives]:
    """Return the lives of each species of a configuration, one creature in each of so many copies."""
    changes = [f"world.copies={seeds}", *([f"ticks={ticks}"] if ticks is not None else [])]
    simulation = build_simulation(load_config(CONFIGS / f"{config}.yaml", changes))
    length = simulation.config.ticks or 0
    lives = {name: _empty(length, seeds) for name in simulation.populations}
    for tick in range(length):
        simulation.run_tick()
        for name, one in lives.items():
            _record_tick(one, tick, simulation.outcome(name))
    return lives


def player_lives(world: World, policy: _Policy, ticks: int) -> MazeLives:
    """Return the lives of creatures that are played by hand."""
    lives = _empty(ticks, world.copies)
    outcome = world.reset(0)["player"]
    for tick in range(ticks):
        outcome = world.step({"player": policy(outcome)})["player"]
        _record_tick(lives, tick, outcome)
    return lives


def _empty(ticks: int, rows: int) -> MazeLives:
    return MazeLives(np.zeros((ticks, rows)), np.zeros((ticks, rows), bool))


def _record_tick(lives: MazeLives, tick: int, outcome: Outcome) -> None:
    lives.rewards[tick] = outcome.rewards
    lives.over[tick] = outcome.terminated | outcome.truncated


def reference_lives(maze: str, seeds: int, ticks: int) -> dict[str, MazeLives]:
    """Return the lives of chance and of the player."""
    world: World
    player: Any
    settings: dict[str, Any] = {
        key: value
        for key, value in load_config(CONFIGS / f"{maze}.yaml").world.model_dump().items()
        if key not in ("kind", "copies", "on_fault")
    }
    if maze == "clicks_maze":
        body, player = clicks_maze.BODY, clicks_maze.Player(seeds)
        world = ClicksMaze({"player": (body, 1)}, copies=seeds, **settings)
    else:
        body, player = water_maze.BODY, water_maze.Player(seeds)
        world = WaterMaze({"player": (body, 1)}, copies=seeds, **settings)
    random, actions = np.random.default_rng(0), body.motor.action_space().n  # type: ignore[attr-defined]
    return {
        "random": player_lives(world, lambda outcome: random.integers(0, actions, seeds), ticks),
        "player": player_lives(world, lambda outcome: player(outcome.observations, outcome.rewards), ticks),
    }


def clicks_table(lives: dict[str, MazeLives]) -> list[str]:
    """Return the lines of the clicks maze."""
    lines = [f"{'clicks_maze':12}reward per 100 ticks  right arms  worst seed"]
    for name, one in lives.items():
        right = one.right()
        lines.append(f"{name:12}{one.per_100_ticks().mean():20.2f}{right.mean():12.3f}{right.min():12.3f}")
    return lines


def water_table(lives: dict[str, MazeLives], stays: int) -> list[str]:
    """Return the lines of the water maze."""
    spans = {
        "trials 1 to 3": (0, 3),
        f"last {_EDGE}": (stays - _EDGE, stays),
        "moved: first 3": (stays, stays + 3),
        f"its last {_EDGE}": (2 * stays - _EDGE, 2 * stays),
    }
    lines = [f"{'water_maze':12}reward per 100 ticks  " + "  ".join(f"{span:>14}" for span in spans)]
    for name, one in lives.items():
        medians = "  ".join(f"{one.latency(*span):14.0f}" for span in spans.values())
        lines.append(f"{name:12}{one.per_100_ticks().mean():20.2f}  {medians}")
    return lines


def maze_table(maze: str, ticks: int | None, seeds: int) -> list[str]:
    """Return the table of a maze."""
    lives = learner_lives(maze, ticks, seeds)
    lives |= reference_lives(maze, seeds, len(lives["learners"].rewards))
    if maze == "clicks_maze":
        return clicks_table(lives)
    return water_table(lives, load_config(CONFIGS / f"{maze}.yaml").world.stays)  # type: ignore[attr-defined]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maze", choices=("clicks_maze", "water_maze"), action="append")
    parser.add_argument("--ticks", type=int, help="for which they live, if not for those of the configuration")
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args(arguments)
    for maze in options.maze or ("clicks_maze", "water_maze"):
        print("\n".join(maze_table(maze, options.ticks, options.seeds)), flush=True)


if __name__ == "__main__":
    main()

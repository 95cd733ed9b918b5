"""The mazes: what creatures learn of them, beside those who cannot learn, chance, and a player written by hand.

python -m benchmarks.mazes                              both, as long as their configurations say; every row is a seed
python -m benchmarks.mazes --maze water_maze --ticks 40000 --seeds 20 --out docs/results

Of the water maze, latencies are ticks from the rim to the platform, the longest trial where it is not found: the mean
over seeds of one trial, with its 95 % interval, where all seeds have had it; and of the trials that follow the first
in which a platform was found, from the fifth platform on. --out writes a page, and a picture of all trials.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from alife.config.simulation_config import load_config
from alife.core.world import Outcome, World
from alife.plot.style import GUIDE, colour, dash, finish, legend, marker, new_figure, number_whole
from alife.sim.build import build_simulation
from benchmarks.measured import interval
from worlds import clicks_maze, water_maze
from worlds.clicks_maze import ClicksMaze
from worlds.water_maze import WaterMaze

CONFIGS = Path(__file__).resolve().parent.parent / "configs"
_AFTER = 20  # trials after a move
_MOVES = 5
_USED_TO_IT = 4  # platforms before those of which the second find counts
_SHOWN = (1, 2, 3, 5, 10, 20, 40)  # trials at each platform
_LEARNING = ("learners", "navigators")
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

    def by_trial(self) -> NDArray[np.float64]:
        """Return the latencies of all trials that every row has had, (rows, trials)."""
        each = self.latencies()
        return np.array([mine[: min(map(len, each))] for mine in each], float)


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


def water_table(lives: dict[str, MazeLives], stays: int, patience: int) -> list[list[str]]:
    """Return the cells of the water maze, the head first: reward, and the latencies of some trials."""
    shown = {
        "first trial": 1,
        f"trial {stays} on platform 1": stays,
        f"trial {_AFTER} after the move": stays + _AFTER,
        f"trial 2 after move {_MOVES}": _MOVES * stays + 2,
    }
    cells = [["creatures", "reward per 100 ticks", *shown, f"after the first find, from platform {_USED_TO_IT + 1}"]]
    for name, one in lives.items():
        trials = one.by_trial()
        had = [trials[:, number - 1] if number <= trials.shape[1] else None for number in shown.values()]
        again = after_first_find(trials[:, _USED_TO_IT * stays :], stays, patience)
        latencies = ("" if each is None else _mean(each, 0) for each in (*had, again))
        cells.append([name, _mean(one.per_100_ticks(), 2), *latencies])
    return cells


def after_first_find(trials: NDArray[np.float64], stays: int, patience: int) -> NDArray[np.float64] | None:
    """Return how long the trial took that follows the first in which a platform was found, the mean of each row.

    Platforms that a row finds in none of its trials, or in the last alone, do not count; None where a row has no other.

    Args:
        trials: latencies, (rows, trials).
        stays: trials at a platform.
        patience: latency where it is not found.
    """
    whole = trials[:, : trials.shape[1] // stays * stays].reshape(len(trials), -1, stays)
    early = np.asarray(whole[..., :-1] < patience)  # with a trial after it
    found, first = early.any(axis=-1), early.argmax(axis=-1)
    if not found.any(axis=-1).all():
        return None
    following = np.take_along_axis(whole, first[..., None] + 1, 2)[..., 0]
    return np.asarray(np.where(found, following, 0.0).sum(1) / found.sum(1))


def _mean(values: NDArray[np.float64], digits: int) -> str:
    low, high = interval(values)
    return f"{values.mean():.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def water_picture(lives: dict[str, MazeLives], stays: int) -> Figure:
    """Draw the mean latency of each trial within its interval, and the platforms, as far as those who learn came."""
    figure = new_figure((11.0, 4.6))
    axes = figure.add_subplot()
    trials = {name: one.by_trial() for name, one in lives.items() if name != "random"}  # the control is as blind
    last = next(iter(trials.values())).shape[1]
    for k, (name, each) in enumerate(trials.items()):
        bounds = np.array([interval(column) for column in each[:, :last].T]).reshape(-1, 2)
        numbers = np.arange(1, len(bounds) + 1)
        axes.fill_between(numbers, *bounds.T, color=colour(k), alpha=0.18, linewidth=0)
        look: dict[str, Any] = {"color": colour(k), "marker": marker(k), "markersize": 4, "markevery": (3 * k, 12)}
        axes.plot(numbers, each[:, :last].mean(0), dash(k), linewidth=1.3, label=name, **look)
    for platform in range(-(-last // stays)):
        axes.axvline(platform * stays + 0.5, color=GUIDE, linewidth=0.8, linestyle=":")
        if last - platform * stays > stays // 2:  # there is room for its name
            at = platform * stays + stays / 2
            axes.text(at, 1.0, f"platform {platform + 1}", ha="center", transform=axes.get_xaxis_transform())
    axes.set(ylim=0, xlim=(1, last))
    number_whole(axes.xaxis)
    legend(axes, heading="mean over seeds,\n95 % interval")
    return finish(axes, "", "trial", "latency (ticks)")


def platform_table(trials: NDArray[np.float64], stays: int) -> list[list[str]]:
    """Return the cells of the latencies of some trials at each platform that has had all of its own."""
    shown = [trial for trial in _SHOWN if trial <= stays]
    cells = [["platform", *(f"trial {trial}" for trial in shown)]]
    for platform in range(trials.shape[1] // stays):
        latencies = (trials[:, platform * stays + trial - 1] for trial in shown)
        cells.append([str(platform + 1), *(_mean(each, 0) for each in latencies)])
    return cells


def write_water_page(out: Path, lives: dict[str, MazeLives], stays: int, patience: int, command: str) -> None:
    """Write the tables and the picture of the water maze."""
    water_picture(lives, stays).savefig(out / "water_maze.png")
    table = _markdown(water_table(lives, stays, patience))
    platforms = "\n\n".join(
        f"The {name} at each platform:\n\n{_markdown(platform_table(lives[name].by_trial(), stays))}"
        for name in _LEARNING
        if name in lives
    )
    page = _PAGE.format(command=command, table=table, platforms=platforms, stays=stays)
    (out / "water_maze.md").write_text(page, encoding="utf-8")


def _markdown(cells: list[list[str]]) -> str:
    head, *lines = cells
    return "\n".join(f"| {' | '.join(each)} |" for each in (head, ["---"] * len(head), *lines))


_PAGE = """# The water maze, trial by trial

A platform hides in a pool; after {stays} trials it is somewhere else. The `learners` sense their place alone; the
`navigators` also which way the place is where they were rewarded last, until they have come there ten ticks in vain: a
goal in coordinates, which Foster, Morris and Dayan (2000) gave to theirs. A latency is the ticks from the rim to the
platform, the longest trial where it is not found. The first find is the first trial at a platform in which it was
found; what counts is the trial after it. Means over seeds, the 95 % interval in brackets (Student's t); a trial that
not every seed has had is left out, and so is the one after the first find where a seed has found no platform before its
last trial. `{command}`

{table}

{platforms}

![Latency by trial, platform by platform](water_maze.png)
"""


def maze_lives(maze: str, ticks: int | None, seeds: int) -> dict[str, MazeLives]:
    """Return the lives of those who learn, who do not, of chance and of the player."""
    lives = learner_lives(maze, ticks, seeds)
    return lives | reference_lives(maze, seeds, len(lives["learners"].rewards))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maze", choices=("clicks_maze", "water_maze"), action="append")
    parser.add_argument("--ticks", type=int, help="for which they live, if not for those of the configuration")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--out", type=Path, help="where the page and the picture of the water maze go")
    options = parser.parse_args(arguments)
    for maze in options.maze or ("clicks_maze", "water_maze"):
        lives = maze_lives(maze, options.ticks, options.seeds)
        if maze == "clicks_maze":
            print("\n".join(clicks_table(lives)), flush=True)
            continue
        settings = load_config(CONFIGS / f"{maze}.yaml").world
        stays, patience = settings.stays, settings.patience  # type: ignore[attr-defined]
        table = water_table(lives, stays, patience)
        print("\n".join("  ".join(f"{cell:>26}" for cell in cells) for cells in table), flush=True)
        if options.out:
            words = sys.argv[1:] if arguments is None else arguments
            write_water_page(options.out, lives, stays, patience, " ".join(["python -m benchmarks.mazes", *words]))


if __name__ == "__main__":
    main()

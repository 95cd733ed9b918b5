"""MinAtar: games of Atari on a grid of 10 by 10, learned by spiking creatures in one long life.

python -m benchmarks.minatar --game breakout --arm sparse --seeds 0-9       one row, which is kept
python -m benchmarks.minatar --page                                         docs/worlds/minatar.md from what is kept

It needs the package: pip install --no-deps minatar. Only pictures need what else it asks for (seaborn).
"""

import argparse
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.config.simulation_config import load_config
from alife.core.errors import AlifeError, ConfigError
from alife.core.statistics import confidence_interval
from alife.runs.sweep.seed_list import parse_seeds
from alife.sim.build import build_simulation
from benchmarks.baselines import stream_ac
from benchmarks.baselines.tasks import Task
from benchmarks.measured import fill_block, read_rows, write_rows

ROOT = Path(__file__).resolve().parents[1]
CONFIG, DOCS = ROOT / "configs" / "breakout.yaml", ROOT / "docs" / "worlds"
PAGE, MEASURED = DOCS / "minatar.md", DOCS.parent / "results" / "minatar.json"
BEGIN, END = "<!-- measured -->", "<!-- end of what was measured -->"

GAMES = {"breakout": "minatar:MinAtar/Breakout-v1", "space_invaders": "minatar:MinAtar/SpaceInvaders-v1"}
FRAMES, TENTHS = 1_000_000, 10

LEARNING = "creatures.learners.learning"
ARMS = {
    "sparse": [],
    "every": [f"{LEARNING}.trigger=every"],
    "default": [f"{LEARNING}={{}}"],
    "random": [f"{LEARNING}=none"],
}
"""What is otherwise than in configs/breakout.yaml, whatever the game; the default is that of any environment."""

STREAM_AC = stream_ac.StreamAC(hidden=(256,))
"""The baseline has one hidden layer of the same width."""


class Returns:
    """The returns of the episodes that end in each tenth of a life.

    Args:
        frames: of the life.
        rows: how many live side by side.
    """

    def __init__(self, frames: int, rows: int) -> None:
        self._frames, self._earned = frames, np.zeros(rows)
        self.sums, self.episodes = np.zeros((TENTHS, rows)), np.zeros((TENTHS, rows))

    def take(self, frame: int, rewards: NDArray[np.float64], over: NDArray[np.bool_]) -> None:
        """Take in what a frame, counted from 0, brought to each row, and which episodes are over with it."""
        self._earned += rewards
        tenth = frame * TENTHS // self._frames
        self.sums[tenth, over] += self._earned[over]
        self.episodes[tenth] += over
        self._earned[over] = 0.0

    def means(self) -> NDArray[np.float64]:
        """Return the mean return of the episodes that ended in each tenth, (tenths, rows); NaN where none did."""
        none = np.full_like(self.sums, np.nan)
        return np.divide(self.sums, self.episodes, out=none, where=self.episodes > 0)


def learn_game(game: str, arm: str, frames: int, seeds: range) -> dict[str, Any]:
    """Return the row of a game that creatures learn, one for each seed."""
    world = [f"world.id={GAMES[game]}", f"world.copies={len(seeds)}", f"seed={seeds.start}", f"ticks={frames}"]
    simulation = build_simulation(load_config(CONFIG, [*world, *ARMS[arm]]))
    population, returns, backward = simulation.populations["learners"], Returns(frames, len(seeds)), 0
    begun = time.process_time()
    for frame in range(frames):
        simulation.run_tick()
        outcome = simulation.outcome("learners")
        returns.take(frame, outcome.rewards, outcome.terminated | outcome.truncated)
        backward += int(population.report.learned.sum())
        if (frame + 1) * TENTHS % frames < TENTHS:
            tenth = returns.means()[frame * TENTHS // frames]
            print(f"{frame + 1:,} frames: mean return by seed", *tenth.round(2), flush=True)
    return row(game, arm, frames, seeds, returns.means(), backward / frames / len(seeds), time.process_time() - begun)


def stream_game(game: str, frames: int, seeds: range) -> dict[str, Any]:
    """Return the row of a game that stream AC learns, at every frame.

    Raises:
        ConfigError: MinAtar is not installed.
    """
    _register()
    begun, returns = time.process_time(), Returns(frames, len(seeds))
    lives, _ = stream_ac.live(Task(GAMES[game], frames), seeds, frames, STREAM_AC)
    rewards, over = (np.stack(each, axis=1) for each in zip(*((one.rewards, one.over) for one in lives), strict=True))
    for frame in range(frames):
        returns.take(frame, rewards[frame], over[frame])
    return row(game, "stream_ac", frames, seeds, returns.means(), 1.0, time.process_time() - begun)


def _register() -> None:
    """Let gymnasium know the games, as the world of the creatures does by itself."""
    try:
        games = import_module("minatar.gym")
    except ModuleNotFoundError as error:
        raise ConfigError("--arm stream_ac: needs minatar, pip install --no-deps minatar") from error
    if "MinAtar/Breakout-v1" not in gymnasium.registry:
        games.register_envs()


def row(
    game: str, arm: str, frames: int, seeds: range, means: NDArray[np.float64], backward: float, seconds: float
) -> dict[str, Any]:
    """Return what is kept of an arm, of the mean returns of each tenth, (tenths, rows).

    Raises:
        ConfigError: there were so few frames that in the last tenth some seed ended no game.
    """
    scores = means[-1]
    if np.isnan(scores).any():
        raise ConfigError(f"--frames {frames}: in the last tenth some seed ended no game; give more")
    low, high = confidence_interval(scores) if len(scores) > 1 else (None, None)
    return {
        "task": game,
        "rule": arm,
        "seeds": [round(float(score), 3) for score in scores],
        "mean": round(float(scores.mean()), 3),
        "low": low and round(low, 3),
        "high": high and round(high, 3),
        "backward_share": round(backward, 4),
        "ticks": frames,
        "curve": [round(float(mean), 3) for mean in np.nanmean(means, axis=1)],
        "microseconds": round(seconds * 1e6 / frames / len(seeds), 1),
        "command": f"python -m benchmarks.minatar --game {game} --arm {arm} --frames {frames}"
        f" --seeds {seeds.start}-{seeds.stop - 1}",
    }


def keep(found: dict[str, Any]) -> None:
    """Keep a row, in place of an older one of the same game and arm."""
    others = [one for one in read_rows(MEASURED) if (one["task"], one["rule"]) != (found["task"], found["rule"])]
    write_rows(MEASURED, sorted([*others, found], key=lambda one: (one["task"], -one["mean"])))


def block(rows: Sequence[dict[str, Any]]) -> str:
    """Return the table of the page."""
    lines = [
        "| game | arm | seeds | frames | mean return | 95 % interval | worst | backward | by tenth |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in rows:
        span = "" if one["low"] is None else f"{one['low']:.2f} to {one['high']:.2f}"
        curve = " ".join(f"{mean:.1f}" for mean in one["curve"])
        lines.append(
            f"| {one['task']} | `{one['rule']}` | {len(one['seeds'])} | {one['ticks']:,} | **{one['mean']:.2f}**"
            f" | {span} | {min(one['seeds']):.2f} | {one['backward_share']:.1%} | {curve} |"
        )
    commands = "\n".join(one["command"] for one in rows)
    return "\n".join(lines) + f"\n\nBy\n\n```text\n{commands}\n```"


def write_page() -> None:
    """Write what is kept into the page."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(fill_block(text, BEGIN, END, block(read_rows(MEASURED))), encoding="utf-8")


def seeds_of(text: str) -> range:
    """Return seeds that follow one another, as the copies of a world do.

    Raises:
        ConfigError: they do not.
    """
    seeds = parse_seeds(text)
    together = range(seeds[0], seeds[0] + len(seeds))
    if seeds != tuple(together):
        raise ConfigError(f"--seeds {text}: must follow one another, as in 0-9")
    return together


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure one arm, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--game", choices=GAMES, default="breakout")
    parser.add_argument("--arm", choices=(*ARMS, "stream_ac"), default="sparse")
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--seeds", default="0-9", metavar="A-B")
    parser.add_argument("--page", action="store_true", help="only write the page from what is kept")
    options = parser.parse_args(arguments)
    try:
        if not options.page:
            given = (options.game, options.arm, options.frames, seeds_of(options.seeds))
            found = stream_game(options.game, *given[2:]) if options.arm == "stream_ac" else learn_game(*given)
            print(found, flush=True)
            keep(found)
    except AlifeError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    write_page()
    return 0


if __name__ == "__main__":
    sys.exit(main())

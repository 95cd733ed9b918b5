"""Baselines from elsewhere on tasks of benchmarks.learning, as rows of its tables.

python -m benchmarks.baselines --task forage --arm ppo --seeds 0-9     one row, into docs/results/rows/
python -m benchmarks.learning --tables                                 the tables and pictures

stream_ac is benchmarks/baselines/stream_ac.py; ppo needs stable-baselines3: pip install "tracelife[rl]".
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alife.core.errors import AlifeError, ConfigError
from alife.core.statistics import confidence_interval, interquartile_mean
from alife.runs.sweep.seed_list import parse_seeds
from benchmarks.baselines import ppo, stream_ac
from benchmarks.baselines.tasks import TASKS, Floats, Life, Task
from benchmarks.learning import results
from benchmarks.learning.results import RESULTS

Arm = Callable[[Task, Sequence[int], int], tuple[list[Life], int]]
ARMS: dict[str, Arm] = {"stream_ac": stream_ac.live, "ppo": ppo.live}


def measure_row(name: str, arm: str, seeds: Sequence[int], share: float = 1.0) -> dict[str, Any]:
    """Return one row of the table: a baseline on a task.

    Args:
        name: of the task.
        arm: of the baseline.
        seeds: each a life.
        share: of the task's length, below 1 to see that it works.

    Raises:
        ConfigError: the share is so small that some life has no episode to count.
    """
    task, begun = TASKS[name], time.perf_counter()
    steps = round(task.steps * share)
    lives, learning_bytes = ARMS[arm](task, seeds, steps)
    scores = np.array([task.score(life) for life in lives])
    if not np.isfinite(scores).all():
        raise ConfigError(f"--share {share:g}: no whole episode of some seed lies in what counts of {steps} steps")
    curves = np.array([task.curve(life) for life in lives])
    span = seed_range(seeds)
    return {
        "task": name,
        "rule": arm,
        "seed_range": span,
        "seeds": _rounded(scores),
        "mean": round(float(scores.mean()), 4),
        "iqm": round(interquartile_mean(scores), 4),
        **dict(zip(("low", "high"), _interval(scores), strict=True)),
        "backward_share": 1.0,
        "learning_state_bytes": learning_bytes,
        "decisions": steps,
        "critic_updates": steps,
        "ticks": steps,
        "seasons": [],
        "scores_after": {
            str(mark): _rounded(np.array([task.score_after(life, mark) for life in lives]))
            for mark in task.marks
            if mark <= steps
        },
        "measures": {},
        "curve": [[edge, *_point(values)] for edge, values in zip(task.edges(steps)[1:], curves.T, strict=True)],
        "learning_rate": None,
        "learning_rates_tried": {},
        "seconds": round(time.perf_counter() - begun, 1),
        "seconds_to_choose": 0.0,
        "share": share,
        "command": f"python -m benchmarks.baselines --task {name} --arm {arm} --seeds {span}"
        + ("" if share == 1.0 else f" --share {share:g}"),
        "versions": results.versions(),
    }


def _point(values: Floats) -> list[float | None]:
    """Return the mean over seeds, the lowest, the highest, and the interval of the mean."""
    there = values[np.isfinite(values)]
    if not len(there):
        return [None] * 5
    return [*_rounded(np.array([there.mean(), there.min(), there.max()])), *_interval(there)]


def _interval(values: Floats) -> tuple[float, float]:
    low, high = confidence_interval(values) if len(values) > 1 else (float(values[0]), float(values[0]))
    return round(low, 4), round(high, 4)


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 4) for value in values]


def seed_range(seeds: Sequence[int]) -> str:
    """Return seeds as a person writes them: 0-9, or 0,3,7."""
    whole = list(seeds) == list(range(seeds[0], seeds[-1] + 1))
    return f"{seeds[0]}-{seeds[-1]}" if whole and len(seeds) > 1 else ",".join(map(str, seeds))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure one row, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=TASKS, required=True)
    parser.add_argument("--arm", choices=ARMS, required=True)
    parser.add_argument("--seeds", default="0-9", help="each a life, as in 0-9 or 0,3,7")
    parser.add_argument("--share", type=float, default=1.0, help="of the task's length, below 1 to see that it works")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where rows go")
    options = parser.parse_args(arguments)
    try:
        row = measure_row(options.task, options.arm, parse_seeds(options.seeds), options.share)
    except AlifeError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    results.write_row(options.out, row)
    print(results.row_line(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Learning, side by side: any rule on any task, beside the controls that would expose it.

python -m benchmarks.learning --task lantern --rule ring --seeds 10 --json     one row
python -m benchmarks.learning --task lantern                                   all rows of a task, into docs/results/
python -m benchmarks.learning --tables                                         the tables and pictures from these files

Tasks: cosine, binding, hidden_xor, poisson_clicks, forage, thin, lantern, reversal. Rules: the names in
benchmarks/learning/arms.py, a short name such as gated_trace, or package.module:Class. Seeds are rows of one run,
from 0. Unless --learning-rate is given, it is the best of four, on as many other seeds for each.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from alife.core.errors import AlifeError, ConfigError, NumericError
from alife.core.statistics import confidence_interval, interquartile_mean
from benchmarks.learning import results
from benchmarks.learning.arms import RATES, Arm, arm
from benchmarks.learning.course import Course
from benchmarks.learning.tasks.all import TASKS, Task

CHOOSING = 100  # the first of the seeds on which a learning rate is chosen
RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results"


def measure_row(
    task: str,
    rule: str,
    seeds: int = 10,
    learning_rate: float | None = None,
    share: float = 1.0,
    choose_over: float = 1.0,
) -> dict[str, Any]:
    """Return one row of the table: a rule on a task.

    Args:
        task: a name in TASKS.
        rule: a name in ARMS, a short name of a rule, or package.module:Class.
        seeds: how many, from 0 on.
        learning_rate: of the rule; None chooses one.
        share: of the task's length, below 1 to see that it works.
        choose_over: of this length, what a learning rate is chosen on.

    Raises:
        ConfigError: there is no such task or rule.
    """
    torch.set_num_threads(1)
    begun, what, how = time.perf_counter(), _task(task), arm(rule)
    tried: dict[str, float] = {}
    if how.chooses_rate and what.changes_weights and learning_rate is None:
        tried = choose(what, how, seeds, share * choose_over)
        learning_rate = float(max(tried, key=lambda rate: tried[rate]))
    chosen_at = time.perf_counter()
    if how.learns and learning_rate is not None:
        how = how.with_options(learning_rate=learning_rate)
    course = what.run(how, range(seeds), share)
    return {
        "task": task,
        "rule": rule,
        **_statistics(course),
        "learning_rate": how.options.get("learning_rate") if what.changes_weights else None,
        "learning_rates_tried": tried,
        **({"learning_rates_tried_over": choose_over} if tried and choose_over != 1.0 else {}),
        "seconds": round(time.perf_counter() - chosen_at, 1),
        "seconds_to_choose": round(chosen_at - begun, 1),
        "share": share,
        "command": " ".join(
            [
                "python -m benchmarks.learning",
                *_command_options(task, rule, seeds, learning_rate, tried, share, choose_over),
            ]
        ),
        "versions": results.versions(),
    }


def _task(name: str) -> Task:
    if name not in TASKS:
        raise ConfigError(f"--task {name}: there is no such task; there are {', '.join(TASKS)}")
    task: Task = TASKS[name]
    return task


def choose(task: Task, how: Arm, seeds: int, share: float) -> dict[str, float]:
    """Return the mean score of each learning rate, on seeds that no table reports.

    Where a brain leaves the numbers, the highest rate is given up and the others are tried again.

    Raises:
        NumericError: a brain leaves the numbers at the lowest rate, too.
    """
    rates: Sequence[float] = RATES
    while True:
        try:
            return _tried(task, how, seeds, share, rates)
        except NumericError:
            if len(rates) == 1:
                raise
            rates = rates[:-1]


def _tried(task: Task, how: Arm, seeds: int, share: float, rates: Sequence[float]) -> dict[str, float]:
    own = {"optimizer": "factored_rms", **task.learning, **how.options}["optimizer"]
    optimizer = {"kind": "benchmarks.learning.arms:GroupedOptimizer", "rates": list(rates), "optimizer": own}
    rows = range(CHOOSING, CHOOSING + seeds * len(rates))
    scores = task.run(how.with_options(learning_rate=1.0, optimizer=optimizer), rows, share).scores.reshape(
        len(rates), seeds
    )
    return {str(rate): round(float(mean), 4) for rate, mean in zip(rates, scores.mean(1), strict=True)}


def _statistics(course: Course) -> dict[str, Any]:
    scores = course.scores
    low, high = confidence_interval(scores) if len(scores) > 1 else (float("nan"), float("nan"))
    points = zip(course.ticks.tolist(), course.curves.mean(0), course.curves.min(0), course.curves.max(0), strict=True)
    return {
        "seeds": [round(float(score), 4) for score in scores],
        "mean": round(float(scores.mean()), 4),
        "iqm": round(interquartile_mean(scores), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "backward_share": round(float(course.backward_shares.mean()), 4),
        "learning_state_bytes": course.learning_state_bytes,
        "decisions": course.decisions,
        "critic_updates": course.critic_updates,
        "ticks": int(course.ticks[-1]) if len(course.ticks) else 0,
        "seasons": [[round(reward, 4), seeds, ticks] for reward, seeds, ticks in course.seasons],
        "curve": [[tick, *(round(float(value), 4) for value in values)] for tick, *values in points],
    }


def _command_options(
    task: str,
    rule: str,
    seeds: int,
    learning_rate: float | None,
    tried: dict[str, float],
    share: float,
    choose_over: float,
) -> Sequence[str]:
    rate = [] if tried or learning_rate is None else ["--learning-rate", f"{learning_rate:g}"]
    over = ["--choose-over", f"{choose_over:g}"] if tried and choose_over != 1.0 else []
    part = [] if share == 1.0 else ["--share", f"{share:g}"]
    return ["--task", task, "--rule", rule, "--seeds", str(seeds), *rate, *over, *part]


def _measure_one(given: tuple[str, str, int, float | None, float, float]) -> dict[str, Any]:
    return measure_row(*given)


def measure_all(tasks: Sequence[str], rules: Sequence[str], options: argparse.Namespace) -> None:
    """Measure every arm of these tasks in two processes, each row written down as soon as it is there."""
    given = [
        (task, rule, options.seeds, options.learning_rate, options.share, options.choose_over)
        for task in tasks
        for rule in rules or TASKS[task].arms
    ]
    with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
        for row in pool.imap_unordered(_measure_one, given, chunksize=1):
            results.write_row(options.out, row)
            print(results.row_line(row), flush=True)
    results.write_tables(options.out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", action="append", default=[], metavar="T", help="may be given several times")
    parser.add_argument("--rule", action="append", default=[], metavar="R", help="may be given several times")
    parser.add_argument("--seeds", type=int, default=10, metavar="N")
    parser.add_argument("--learning-rate", type=float, metavar="H", help="take this one, choose none")
    parser.add_argument("--share", type=float, default=1.0, help="of the task's length, below 1 to see that it works")
    parser.add_argument("--choose-over", type=float, default=1.0, help="of that length, to choose a learning rate on")
    parser.add_argument("--json", action="store_true", help="print one JSON object a row and write nothing")
    parser.add_argument("--tables", action="store_true", help="only make tables and pictures from what was measured")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where rows, tables and pictures go")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    options = parser.parse_args(arguments)
    sys.path.insert(0, "")  # a rule may lie where one stands
    try:
        if options.tables:
            results.write_tables(options.out)
            return 0
        tasks = options.task or list(TASKS)
        for task in tasks:
            _task(task)
        if not options.json:
            measure_all(tasks, options.rule, options)
            return 0
        for task in tasks:
            for rule in options.rule or TASKS[task].arms:
                row = measure_row(task, rule, options.seeds, options.learning_rate, options.share, options.choose_over)
                print(json.dumps(row), flush=True)
    except AlifeError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0

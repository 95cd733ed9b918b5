"""Learning, side by side: any rule on any task, beside the controls that would expose it.

python -m benchmarks.learning --task lantern --rule ring --seeds 10 --json     one row, seeds 0 to 9
python -m benchmarks.learning --task lantern --rule ring --seeds 1000-1009     on other seeds
python -m benchmarks.learning --task lantern                                   all rows of a task, into docs/results/
python -m benchmarks.learning --tables                                         the tables and pictures from these files

Tasks: the names in benchmarks/learning/tasks/all.py. Rules: the names in benchmarks/learning/arms.py, a short name such
as gated_trace, or package.module:Class. Unless --seeds says otherwise, the rows that a task is judged by have twenty
seeds and others ten. Ten live side by side in one run. Unless --learning-rate is given, it is the best of five on other
seeds; tanh units choose the scale of their first weights with it.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from alife.core.errors import AlifeError, ConfigError, NumericError
from alife.core.statistics import interquartile_mean
from alife.runs.sweep.seed_list import parse_seeds
from benchmarks.learning import results
from benchmarks.learning.arms import RATES, Arm, arm
from benchmarks.learning.course import BLOCK, Course, Floats, blocks, join
from benchmarks.learning.tasks.all import TASKS, Task
from benchmarks.measured import interval

CHOOSING = range(100, 140)  # the seeds on which learning rates are chosen
HEADLINE, OTHERS = 2 * BLOCK, BLOCK  # seeds


def seeds_of(task: str, rule: str, text: str | None) -> Sequence[int]:
    """Return the seeds of a row: those that a person lists, so many from 0, or as many as the task wants.

    Raises:
        ConfigError: they are no seeds.
    """
    if text is None:
        return range(HEADLINE if rule in _task(task).headline else OTHERS)
    if text == "0":
        raise ConfigError("--seeds 0: must be how many, one or more, or which, as in 1000-1009")
    return parse_seeds(f"0-{int(text) - 1}" if text.isdecimal() and len(text) < 10 else text)


def measure_row(
    task: str,
    rule: str,
    seeds: Sequence[int] = range(OTHERS),
    learning_rate: float | None = None,
    share: float = 1.0,
    choose_over: float = 1.0,
) -> dict[str, Any]:
    """Return one row of the table: a rule on a task.

    Args:
        task: a name in TASKS.
        rule: a name in ARMS, a short name of a rule, or package.module:Class.
        seeds: each a life.
        learning_rate: of the rule; None chooses one.
        share: of the task's length, below 1 to see that it works.
        choose_over: of this length, what a learning rate is chosen on.

    Raises:
        ConfigError: there is no such task or rule, or a seed would choose its own learning rate.
    """
    torch.set_num_threads(1)
    begun, what, how = time.perf_counter(), _task(task), arm(rule)
    chosen: dict[str, Any] = {}
    if learning_rate is None and (what.chooses_rate(how) or len(how.scaled()) > 1):
        if both := sorted(set(seeds) & set(CHOOSING)):
            raise ConfigError(f"--seeds {results.seed_range(both)}: choose learning rates and are measured on none")
        how, chosen = choose(what, how, share * choose_over)
    elif how.learns and learning_rate is not None:
        how = how.with_options(learning_rate=learning_rate)
    chosen_at = time.perf_counter()
    course = join([what.run(how, block, share) for block in blocks(seeds)])
    options = {
        "task": task,
        "rule": rule,
        "seeds": results.seed_range(seeds),
        **({"learning-rate": f"{learning_rate:g}"} if learning_rate is not None else {}),
        **({"share": f"{share:g}"} if share != 1.0 else {}),
        **({"choose-over": f"{choose_over:g}"} if chosen and choose_over != 1.0 else {}),
    }
    return {
        "task": task,
        "rule": rule,
        "seed_range": options["seeds"],
        **_statistics(course),
        "learning_rate": how.options.get("learning_rate"),
        **({"scale": how.scale} if how.hidden == "tanh" else {}),
        **chosen,
        **({"learning_rates_tried_over": choose_over} if chosen and choose_over != 1.0 else {}),
        "seconds": round(time.perf_counter() - chosen_at, 1),
        "seconds_to_choose": round(chosen_at - begun, 1),
        "share": share,
        "command": " ".join(
            ["python -m benchmarks.learning", *(f"--{name} {value}" for name, value in options.items())]
        ),
        "versions": results.versions(),
    }


def _task(name: str) -> Task:
    if name not in TASKS:
        raise ConfigError(f"--task {name}: there is no such task; there are {', '.join(TASKS)}")
    task: Task = TASKS[name]
    return task


def choose(task: Task, how: Arm, share: float) -> tuple[Arm, dict[str, Any]]:
    """Return an arm as it was best, and what was tried, on seeds that no table reports.

    Raises:
        NumericError: a brain leaves the numbers at the lowest rate, too.
    """
    rates = RATES if task.chooses_rate(how) else ()
    tried = [(scaled, _tried(task, scaled, share, rates)) for scaled in how.scaled()]
    best, scores = max(tried, key=lambda one: max(one[1].values()))
    said: dict[str, Any] = {"chosen_on": results.seed_range(CHOOSING)}
    if len(tried) > 1:
        said["scales_tried"] = {str(scaled.scale): max(each.values()) for scaled, each in tried}
    if rates:
        said["learning_rates_tried"] = {str(rate): score for rate, score in scores.items()}
        best = best.with_options(learning_rate=max(scores, key=lambda rate: scores[rate]))
    return best, said


def _tried(task: Task, how: Arm, share: float, rates: Sequence[float]) -> dict[float, float]:
    """Return the mean score of each learning rate; where a brain leaves the numbers, the highest is given up."""
    each = len(CHOOSING) // max(1, len(rates))
    rows = CHOOSING[: each * max(1, len(rates))]
    try:
        scores = task.run(_side_by_side(task, how, rates) if rates else how, rows, share).scores.reshape(-1, each)
    except NumericError:
        if len(rates) < 2:
            raise
        return _tried(task, how, share, rates[:-1])
    return {rate: round(float(mean), 4) for rate, mean in zip(rates or (0.0,), scores.mean(1), strict=True)}


def _side_by_side(task: Task, how: Arm, rates: Sequence[float]) -> Arm:
    """Return an arm of which equal groups of rows have each another learning rate."""
    own = {"optimizer": "factored_rms", **task.learning, **how.options}["optimizer"]
    optimizer = {"kind": "benchmarks.learning.arms:GroupedOptimizer", "rates": list(rates), "optimizer": own}
    return how.with_options(learning_rate=1.0, optimizer=optimizer)


def _statistics(course: Course) -> dict[str, Any]:
    scores = course.scores
    low, high = interval(scores)
    curve = [(tick, values[np.isfinite(values)]) for tick, values in zip(course.ticks, course.curves.T, strict=True)]
    points = [(int(tick), _point(values)) for tick, values in curve if len(values)]
    return {
        "seeds": _rounded(scores),
        "mean": round(float(scores.mean()), 4),
        "iqm": round(interquartile_mean(scores), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "backward_share": round(float(course.backward_shares.mean()), 4),
        "learning_state_bytes": course.learning_state_bytes,
        "decisions": course.decisions,
        "critic_updates": course.critic_updates,
        "ticks": int(course.ticks[-1]) if len(course.ticks) else 0,
        "scores_after": {str(ticks): _rounded(found) for ticks, found in course.scores_after.items()},
        "measures": {name: _rounded(found) for name, found in course.measures.items()},
        "curve": [[tick, *values] for tick, values in points],
    }


def _point(values: Floats) -> list[float | None]:
    """Return the mean over seeds, the lowest, the highest, and the interval of the mean."""
    numbers = values[np.isfinite(values)]
    if not len(numbers):
        return [None] * 5
    return [round(float(each), 4) for each in (numbers.mean(), numbers.min(), numbers.max(), *interval(numbers))]


def _rounded(values: Floats) -> Any:
    """Return numbers as lists, what is not a number as None."""
    return [
        _rounded(each) if np.ndim(each) else round(float(each), 4) if np.isfinite(each) else None for each in values
    ]


def _measure_one(given: tuple[str, str, Sequence[int], float | None, float, float]) -> dict[str, Any]:
    return measure_row(*given)


def measure_all(tasks: Sequence[str], rules: Sequence[str], options: argparse.Namespace) -> None:
    """Measure every arm of these tasks in processes of their own, each row written down as soon as it is there."""
    given = [
        (task, rule, seeds_of(task, rule, options.seeds), options.learning_rate, options.share, options.choose_over)
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
    parser.add_argument("--seeds", metavar="N", help="so many from 0, or which: 1000-1009")
    parser.add_argument("--learning-rate", type=float, metavar="H", help="take this one, choose none")
    parser.add_argument("--share", type=float, default=1.0, help="of the task's length, below 1 to see that it works")
    parser.add_argument("--choose-over", type=float, default=1.0, help="of that length, to choose a learning rate on")
    parser.add_argument("--json", action="store_true", help="print one JSON object a row and write nothing")
    parser.add_argument("--tables", action="store_true", help="only make tables and pictures from what was measured")
    parser.add_argument("--out", type=Path, default=results.RESULTS, help="where rows, tables and pictures go")
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
                seeds = seeds_of(task, rule, options.seeds)
                row = measure_row(task, rule, seeds, options.learning_rate, options.share, options.choose_over)
                print(json.dumps(row), flush=True)
    except AlifeError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0

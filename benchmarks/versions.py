"""Compare what creatures learn in two checkouts, on the same seeds.

python -m benchmarks.versions OLD NEW --config forage thin --seeds 20 --ticks 30000 --processes 2 --json
python -m benchmarks.versions OLD NEW --config hidden_xor binding --seeds 10

A name is a file in configs/ of both checkouts, or one of the tasks binding, hidden_xor and poisson_clicks of
`python -m benchmarks.learning`. Configurations are run headless, and the score of a seed is the reward per 100 ticks of
its learners in the last half, or with --last 0.1 in the last tenth. Seeds are 0, 1000, 2000, ...: copy i of a run
seeded s is the only copy of one seeded s + i, so nearer seeds would share arenas. The score of a task is its own, and
its seeds are rows of one run, from 0.

Printed are one line for each run as soon as it is done, and in the end for each name the means, the mean difference
new - old over the seeds, its 95 % interval (Student's t on the paired differences), and the share of the old mean that
the new one reaches at the lower end of that interval.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np

from alife.core.statistics import confidence_interval

TASKS = ("binding", "hidden_xor", "poisson_clicks")
SPACING = 1000  # between seeds of a configuration
TENTHS = 10  # that a summary counts rewards in

Row = dict[str, Any]
Scores = dict[int, float]
"""By seed."""


def config_scores(checkout: Path, config: str, seed: int, ticks: int | None, last: float) -> Scores:
    """Run a configuration with one seed; return the reward per 100 ticks of its learners in the last part of it.

    Args:
        checkout: whose code runs.
        config: a name in its configs/.
        seed: of the run.
        ticks: of the run; None for as many as the configuration says.
        last: the share of the run that counts, in whole tenths.

    Raises:
        RuntimeError: the checkout cannot run it.
    """
    length = [] if ticks is None else ["--ticks", str(ticks)]
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", str(Path(folder) / "run")]
        words = ["run.py", f"configs/{config}.yaml", "--headless", "--json", "--seed", str(seed), *length, *out]
        tenths = _run(checkout, words)["species"]["learners"]["reward_per_100_ticks"]
    return {seed: float(np.mean(tenths[-max(1, round(last * TENTHS)) :]))}


def task_scores(checkout: Path, task: str, rule: str, seeds: int, learning_rate: float, share: float) -> Scores:
    """Run a task of the learning bench with all seeds; return the score of each.

    Raises:
        RuntimeError: the checkout cannot run it.
    """
    words = ["-m", "benchmarks.learning", "--task", task, "--rule", rule, "--seeds", str(seeds), "--json"]
    row = _run(checkout, [*words, "--learning-rate", f"{learning_rate:g}", "--share", f"{share:g}"])
    return dict(enumerate(map(float, row["seeds"])))


def _run(checkout: Path, words: Sequence[str]) -> Row:
    """Run Python in a checkout and return the JSON object in its last line."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *words]
    finished = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    if finished.returncode:
        said = finished.stderr.strip().splitlines() or ["nothing is said of why"]
        raise RuntimeError(f"{checkout}: {' '.join(words)}: {said[-1]}")
    found: Row = json.loads(finished.stdout.splitlines()[-1])
    return found


def summarize(name: str, old: Scores, new: Scores) -> Row:
    """Return what became of a name: means, the paired difference and its interval.

    Raises:
        ValueError: there are fewer than two seeds that both have.
    """
    seeds = sorted(old.keys() & new.keys())
    before, after = (np.array([scores[seed] for seed in seeds]) for scores in (old, new))
    low, high = confidence_interval(after - before)
    mean = float(before.mean())
    return {
        "name": name,
        "seeds": len(seeds),
        "old": round(mean, 4),
        "new": round(float(after.mean()), 4),
        "difference": round(float((after - before).mean()), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "at_least_share_of_old": round((mean + low) / mean, 4) if mean > 0 else None,
    }


def learning_rate_of(checkout: Path, task: str, rule: str) -> float:
    """Return the learning rate with which a checkout reports a rule on a task.

    Raises:
        RuntimeError: it reports none.
    """
    path = checkout / "docs" / "results" / "rows" / f"{task}-{rule}.json"
    try:
        return float(json.loads(path.read_text(encoding="utf-8"))["learning_rate"])
    except (OSError, KeyError, TypeError, ValueError):
        raise RuntimeError(f"{path} tells no learning rate; give --learning-rate") from None


def _jobs(options: argparse.Namespace) -> Iterator[tuple[str, str, Callable[[], Scores]]]:
    """Yield what is to be run: a name, "old" or "new", and the work; the two sides take turns."""
    checkouts = {"old": options.old.resolve(), "new": options.new.resolve()}
    for name in options.config:
        if name in TASKS:
            rate = options.learning_rate or learning_rate_of(checkouts["old"], name, options.rule)
            for side, checkout in checkouts.items():
                given = checkout, name, options.rule, options.seeds, rate, options.share
                yield name, side, lambda given=given: task_scores(*given)  # type: ignore[misc]
            continue
        for seed in range(0, SPACING * options.seeds, SPACING):
            for side, checkout in checkouts.items():
                run = checkout, name, seed, options.ticks, options.last
                yield name, side, lambda run=run: config_scores(*run)  # type: ignore[misc]


def compare(options: argparse.Namespace, say: Callable[[Row], None]) -> None:
    """Run everything in so many processes at a time, and tell of each run and in the end of each name.

    Raises:
        RuntimeError: a checkout cannot run something.
    """
    found: dict[str, dict[str, Scores]] = {name: {"old": {}, "new": {}} for name in options.config}
    with ThreadPoolExecutor(options.processes) as pool:
        waiting = {pool.submit(work): (name, side) for name, side, work in _jobs(options)}
        try:
            for done in as_completed(waiting):
                name, side = waiting[done]
                scores = done.result()
                found[name][side].update(scores)
                say(
                    {
                        "name": name,
                        "checkout": side,
                        "scores": {str(seed): round(one, 4) for seed, one in scores.items()},
                    }
                )
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for name, sides in found.items():
        say(summarize(name, sides["old"], sides["new"]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and print."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.versions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path, help="a checkout")
    parser.add_argument("new", type=Path, help="the checkout to compare with it")
    parser.add_argument("--config", nargs="+", default=["forage"], metavar="NAME", help="configurations and tasks")
    parser.add_argument("--seeds", type=int, default=20, help="how many, two or more (default: 20)")
    parser.add_argument("--ticks", type=int, help="of a configuration (default: its own)")
    parser.add_argument("--last", type=float, default=0.5, help="share of the ticks that counts (default: 0.5)")
    parser.add_argument("--rule", default="ring", help="of a task (default: ring)")
    parser.add_argument("--learning-rate", type=float, help="of a task (default: what OLD reports in docs/results)")
    parser.add_argument("--share", type=float, default=1.0, help="of the length of a task (default: 1)")
    parser.add_argument("--processes", type=int, default=2, help="at a time (default: 2)")
    parser.add_argument("--json", action="store_true", help="a JSON object for each line")
    options = parser.parse_args(arguments)
    if options.seeds < 2:
        parser.error("--seeds must be 2 or more, for an interval")
    try:
        compare(options, _say_json if options.json else _say)
    except RuntimeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _say_json(row: Row) -> None:
    print(json.dumps(row), flush=True)


def _say(row: Row) -> None:
    print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)


if __name__ == "__main__":
    sys.exit(main())

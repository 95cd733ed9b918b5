"""How much sooner a sweep is done by two processes, and by Ray, than run after run; and what Ray itself takes.

python -m benchmarks.sweeps                          8 runs of configs/forage.yaml, about 35 seconds each, by 2 workers
python -m benchmarks.sweeps --runs 4 --seconds 1     a look

How many ticks take so long is measured first. Where several work, a first process compiles what all need, as for every
user; it is in the times. That the events of all runs are the same to the bit is checked. The start and the end of a
cluster are measured by themselves, and how long a run of one tick takes as a process and as a task of Ray, the start of
Python in both.
"""

import argparse
import math
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alife.config.simulation_config import dump_config, load_config
from alife.runs.sweep.plan import Plan, plan_seeds
from alife.runs.sweep.processes import Ended, Task, outcomes
from alife.runs.sweep.ray_cluster import check_cluster, ray_outcomes
from alife.runs.sweep.sweep import SweepOptions, sweep
from alife.sim.signals import Interruption

CONFIG = Path(__file__).resolve().parent.parent / "configs" / "forage.yaml"
WORKERS = 2
TRIAL = 2000  # ticks of the run that tells how long one takes
SHORT = 4  # runs of one tick


class Overhead(NamedTuple):
    """What goes by beside the ticks, in seconds.

    Args:
        start: until the first run may begin.
        run: from the beginning of one run to that of the next.
        end: after the last run.
    """

    start: float
    run: float
    end: float


def ticks_in(seconds: float, folder: Path) -> int:
    """Return how many ticks of a run take so long; the kernels are compiled then."""
    found = [
        _measure_sweep(_plan(1, TRIAL), SweepOptions(folder / f"trial-{k}", 1, shown="nothing"))[1] for k in range(2)
    ]
    return math.ceil(seconds * TRIAL / float(found[-1]["0"]["seconds"]))


def _measure_sweep(plan: Plan, options: SweepOptions) -> tuple[float, dict[str, Any]]:
    """Return how long a sweep takes, in seconds, and what its summary says of each seed.

    Raises:
        RuntimeError: a run failed.
    """
    begun = time.perf_counter()
    ending = sweep(plan, options, Interruption())
    if ending.exit_code:
        raise RuntimeError(f"a run has failed, see {ending.directory}")
    return time.perf_counter() - begun, ending.summary["seeds"]


def _plan(runs: int, ticks: int) -> Plan:
    return plan_seeds(load_config(CONFIG, [f"ticks={ticks}"]), range(runs))


def measure_overhead(doing: Generator[tuple[Task, Ended | None], None, None]) -> Overhead:
    """Return what goes by beside the ticks where runs of one tick are done one after another."""
    times = [time.perf_counter(), *(time.perf_counter() for _ in doing), time.perf_counter()]
    begun, first, *_, last, end = times
    return Overhead(first - begun, (last - first) / SHORT, end - last)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=8, help="how many (default: 8)")
    parser.add_argument("--seconds", type=float, default=35.0, help="that one takes, about (default: 35)")
    options = parser.parse_args(arguments)
    check_cluster("")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = _plan(options.runs, ticks_in(options.seconds, folder))
        ways = {
            "one after another": SweepOptions(folder / "one", 1, shown="nothing"),
            f"{WORKERS} processes": SweepOptions(folder / "processes", WORKERS, shown="nothing"),
            f"Ray, {WORKERS} at a time": SweepOptions(folder / "ray", WORKERS, shown="nothing", ray=""),
        }
        found = {way: _measure_sweep(plan, chosen) for way, chosen in ways.items()}
        short = dump_config(load_config(CONFIG, ["ticks=1"]))
        tasks = {way: [Task(way, short, folder / f"{way}-{k}") for k in range(SHORT)] for way in ("process", "task")}
        process = measure_overhead(outcomes(tasks["process"], 1, Interruption()))
        task = measure_overhead(ray_outcomes(tasks["task"], "", 1, Interruption()))
    once = next(iter(found.values()))[0]
    print(f"{options.runs} runs of {plan.name}, {plan.points[0][1].ticks:,} ticks each")
    for way, (seconds, seeds) in found.items():
        each = [seed["seconds"] for seed in seeds.values()]
        print(
            f"{way:<20}{seconds:8.1f} s, {once / seconds:.2f} times as fast, runs {min(each):.1f} to {max(each):.1f} s"
        )
    hashes = [[seed["event_log_sha256"] for seed in seeds.values()] for _, seeds in found.values()]
    print(f"events: {'the same in all' if all(each == hashes[0] for each in hashes) else 'DIFFERENT'}")
    print(f"Ray: {task.start:.1f} s until the cluster is there, {task.end:.1f} s until it is gone")
    print(f"a run of one tick: {process.run:.2f} s as a process, {task.run:.2f} s as a task of Ray")


if __name__ == "__main__":
    main()

"""Sweep: each point of a plan with each seed, run by run, and what all have come to."""

import tempfile
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from alife.config.simulation_config import dump_config
from alife.runs.sweep.directory import SeedsDirectory, SweepDirectory
from alife.runs.sweep.plan import Plan
from alife.runs.sweep.processes import Ended, Task, outcomes, processors
from alife.runs.sweep.progress import Progress, Shown
from alife.runs.sweep.ray_cluster import check_cluster, ray_outcomes
from alife.runs.sweep.report import aggregate
from alife.runs.sweep.results import write_results
from alife.runs.tensorboard_file import check_tensorboard
from alife.sim.signals import Interruption

_TICKS_TO_COMPILE = 100  # in which most that a configuration uses is used


@dataclass(frozen=True)
class SweepOptions:
    """How a plan is to be run.

    Args:
        out: for the runs; one that an earlier sweep of the same plan has left is completed.
        workers: runs at a time; as many as there are processors when omitted.
        strict: whether a run ends when something cannot be written.
        only: (k, n) runs each n-th run from the k-th on, while other processes run the others.
        shown: what is to be seen meanwhile.
        ray: HOST:PORT of a cluster of Ray that does the runs, "" for one that is started here; None does without.
    """

    out: Path | None = None
    workers: int | None = None
    strict: bool = False
    only: tuple[int, int] = (0, 1)
    shown: Shown = "lines"
    ray: str | None = None


@dataclass(frozen=True)
class SweepEnding:
    """What a sweep has come to.

    Args:
        summary: of all.
        directory: that holds the run directories; None where every run failed before there was anything.
        files: the pictures and tables of the results.
        exit_code: 0, that of the signal that interrupted, or that of the first run that failed.
    """

    summary: dict[str, Any]
    directory: Path | None
    files: tuple[Path, ...]
    exit_code: int


class _Run(NamedTuple):
    """One run of the plan."""

    point: SeedsDirectory
    seed: int

    @property
    def name(self) -> str:
        return f"{self.point.name}, seed {self.seed}" if self.point.name else f"seed {self.seed}"

    @property
    def summary(self) -> dict[str, Any]:
        return self.point.seed_summary(self.seed)

    @property
    def path(self) -> Path:
        return self.point.run_path(self.seed)

    def config(self, ticks: int | None = None) -> str:
        """Return its configuration as YAML, or of its first ticks."""
        changes = {"seed": self.seed} | ({} if ticks is None else {"ticks": ticks})
        return dump_config(self.point.config.model_copy(update=changes))


def sweep(plan: Plan, options: SweepOptions, interruption: Interruption) -> SweepEnding:
    """Run each point of a plan with each seed, but for what is done, and say of each run how it ended.

    A run that was interrupted, or whose process was killed, goes on from its last checkpoint.

    Args:
        plan: what is to be run.
        options: how.
        interruption: set when the runs are to end early.

    Raises:
        ConfigError: runs would never end or need a package that is missing, `out` holds something else, or another
            process has it, or there is no Ray, or no cluster.
        DiskError: the directory, or the results, cannot be written.
    """
    plan.check_end()
    for _, config in plan.points:
        check_tensorboard(config)
    if options.ray is not None:
        check_cluster(options.ray)
    begun = time.monotonic()
    first, step = options.only
    with closing(SweepDirectory(options.out, plan, shared=step > 1)) as directory:
        runs = [_Run(point, seed) for point in directory.points for seed in plan.seeds][first::step]
        ended = _run_all(runs, options, interruption)
        kept = directory.holds_runs
        summary = {
            "name": plan.name,
            "ended": _how_ended(ended.values(), len(runs), interruption),
            "directory": str(directory.path) if kept else None,
            "seconds": round(time.monotonic() - begun, 3),
            **_summary_of_points(directory, runs, ended),
        }
        files = write_results(directory, summary) if kept and step == 1 else ()
    first_failure = next((ended[run].exit_code for run in runs if run in ended and ended[run].exit_code), 0)
    return SweepEnding(summary, directory.path if kept else None, files, interruption.exit_code or first_failure)


def _run_all(runs: Sequence[_Run], options: SweepOptions, interruption: Interruption) -> dict[_Run, Ended]:
    """Run what is not done and return how each run ended that has been begun, now or earlier."""
    workers = options.workers or processors()
    ended = {run: Ended(0) for run in runs if run.point.is_done(run.seed)}
    missing = {run.path: run for run in runs if run not in ended}
    with Progress(Counter(run.point.name for run in runs), options.shown) as progress:
        for run in ended:
            progress.note_done_before(run.point.name, run.name, run.summary)
        if min(workers, len(missing)) > 1:
            _compile_kernels(next(iter(missing.values())), interruption)
        tasks = (Task(run.name, run.config(), run.path, options.strict) for run in missing.values())
        if options.ray is None:
            doing = outcomes(tasks, workers, interruption)
        else:
            doing = ray_outcomes(tasks, options.ray, options.workers, interruption)
        with closing(doing) as stream:
            for task, how in stream:
                run = missing[task.directory]
                if how is None:
                    progress.note_begun(run.point.name)
                else:
                    ended[run] = _checked(run, how)
                    progress.note_ended(run.point.name, run.name, run.summary, ended[run].error)
    return ended


def _checked(run: _Run, ended: Ended) -> Ended:
    """Return how a run ended; a world may end its process as if all were well."""
    if ended.exit_code or run.point.is_done(run.seed):
        return ended
    return Ended(1, "its process left with exit code 0 before it was done")


def _compile_kernels(run: _Run, interruption: Interruption) -> None:
    """Run the first ticks and keep nothing, or all processes would compile the same; faults are told by the runs."""
    with tempfile.TemporaryDirectory(prefix="tracelife-") as folder:
        config = run.config(min(run.point.config.ticks or 1, _TICKS_TO_COMPILE))
        list(outcomes([Task(run.name, config, Path(folder) / "run")], 1, interruption))


def _how_ended(ended: Collection[Ended], wanted: int, interruption: Interruption) -> str:
    if len(ended) == wanted and not any(how.exit_code for how in ended):
        return "done"
    return "failed" if interruption.signal is None else "interrupted"


def _summary_of_points(directory: SweepDirectory, runs: Sequence[_Run], ended: Mapping[_Run, Ended]) -> dict[str, Any]:
    """Return what the runs of each point came to; where nothing varies, of the one there is."""
    points = {}
    for point in directory.points:
        mine = [run for run in runs if run.point is point]
        done = [run.summary for run in mine if run in ended and not ended[run].exit_code]
        seeds = {str(run.seed): _seed_entry(run, ended.get(run)) for run in mine}
        points[point.name] = {"ticks": point.config.ticks, "seeds": seeds, **aggregate(done)}
    if "" in points:
        return points[""]
    return {"points": {point.name: {"values": point.values, **points[point.name]} for point in directory.points}}


def _seed_entry(run: _Run, ended: Ended | None) -> dict[str, Any]:
    """Return the entry of one run in the summary of all."""
    if ended is None:
        return {"ended": "not begun", "directory": None}
    summary = run.summary
    kept = {name: value for name, value in summary.items() if name in ("ticks", "seconds", "event_log_sha256")}
    return {
        "ended": ended.error or summary.get("ended", "interrupted"),
        "directory": run.path.name if kept else None,
        **kept,
    }

"""Sweep: one configuration with several seeds, run by run, and the summary of all."""

import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alife.config.simulation_config import SimulationConfig, effective
from alife.core.errors import ConfigError, DiskError
from alife.core.terminal import print_line, print_warning
from alife.plot.picture_file import save_picture
from alife.runs import Run
from alife.runs.sweep._curves import curves_of
from alife.runs.sweep._work import Ended, Task
from alife.runs.sweep.directory import SeedsDirectory
from alife.runs.sweep.pool import outcomes
from alife.runs.sweep.report import aggregate
from alife.sim.signals import Interruption

_TICKS_TO_COMPILE = 100  # in which most that a configuration uses is used


@dataclass(frozen=True)
class Sweep:
    """What all seeds have come to.

    Args:
        summary: of all.
        directory: that holds a run directory for each; None where every seed failed before there was anything.
        picture: of the curves; None where no seed is done.
        exit_code: 0, that of the signal that interrupted, or that of the first seed that failed.
    """

    summary: dict[str, Any]
    directory: Path | None
    picture: Path | None
    exit_code: int


def sweep(
    config: SimulationConfig,
    seeds: Sequence[int],
    interruption: Interruption,
    out: Path | None = None,
    workers: int | None = None,
    strict: bool = False,
) -> Sweep:
    """Run a configuration with each seed that is not done yet, and say of each how it ended.

    A seed that was interrupted, or whose process was killed, goes on from its last checkpoint.

    Args:
        config: what is run, but for its seed; it must say for how many ticks.
        seeds: no two alike.
        interruption: set when the runs are to end early.
        out: for the runs; one that an earlier sweep of the same configuration has left is completed.
        workers: processes at a time; as many as there are processors when omitted.
        strict: whether a run ends when something cannot be written.

    Raises:
        ConfigError: the runs would never end, or `out` holds something else, or another process has it.
        DiskError: the directory, the summary or the picture cannot be written.
    """
    if config.ticks is None:
        raise ConfigError("ticks: is missing; --seeds needs runs that end, so the file or --ticks must say when")
    begun = time.monotonic()
    with closing(SeedsDirectory(out, config, seeds)) as directory:
        ended = _run(config, seeds, interruption, directory, workers or _processors(), strict)
        done = [seed for seed in seeds if seed in ended and not ended[seed].exit_code]
        kept = any(directory.run_path(seed).exists() for seed in seeds)
        summary = {
            "name": config.name,
            "ended": _how_ended(len(done) == len(seeds), interruption),
            "directory": str(directory.path) if kept else None,
            "ticks": config.ticks,
            "seconds": round(time.monotonic() - begun, 3),
            "seeds": {str(seed): _seed_entry(seed, ended.get(seed), directory) for seed in seeds},
            **aggregate([directory.seed_summary(seed) for seed in done]),
        }
        picture = _write_results(directory, config, summary, done) if kept else None
    first_failure = next((ended[seed].exit_code for seed in seeds if seed in ended and ended[seed].exit_code), 0)
    return Sweep(summary, directory.path if kept else None, picture, interruption.exit_code or first_failure)


def _run(
    config: SimulationConfig,
    seeds: Sequence[int],
    interruption: Interruption,
    directory: SeedsDirectory,
    workers: int,
    strict: bool,
) -> dict[int, Ended]:
    """Run what is not done and return how each seed ended that has been begun, now or earlier."""
    ended = {seed: Ended(0) for seed in seeds if directory.is_done(seed)}
    for index, seed in enumerate(ended, 1):
        print_line(f"seed {seed}: was done before ({index} of {len(seeds)})")
    settings = effective(config)
    tasks = [
        Task(seed, {**settings, "seed": seed}, directory.run_path(seed), strict) for seed in seeds if seed not in ended
    ]
    if min(workers, len(tasks)) > 1:
        _compile_kernels(tasks[0], interruption)
    with closing(outcomes(tasks, workers, interruption)) as stream:
        for task, ending in stream:
            ended[task.seed] = ending
            _print_seed(task.seed, ended[task.seed], directory, f"({len(ended)} of {len(seeds)})")
    return ended


def _compile_kernels(task: Task, interruption: Interruption) -> None:
    """Run the first ticks of a seed and keep nothing, or all processes would compile the same; faults are its run's."""
    with tempfile.TemporaryDirectory(prefix="tracelife-") as directory:
        config = {**task.config, "ticks": min(task.config["ticks"], _TICKS_TO_COMPILE)}
        list(outcomes([Task(task.seed, config, Path(directory) / "run")], 1, interruption))


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _print_seed(seed: int, ended: Ended, directory: SeedsDirectory, progress: str) -> None:
    """Print the line of a seed that has just ended, or its error."""
    if ended.error:
        for line in ended.error.splitlines():
            print_warning(f"error: seed {seed}: {line}")
        return
    summary = directory.seed_summary(seed)
    rewards = [f"{name} {one['reward_per_100_ticks'][-1]:+.2f}" for name, one in summary["species"].items()]
    after = f"{summary['ended']} after {summary['ticks']:,} ticks in {summary['seconds']:.1f} s"
    print_line(f"seed {seed}: {after}, {', '.join(rewards)} {progress}")


def _how_ended(all_done: bool, interruption: Interruption) -> str:
    if all_done:
        return "done"
    return "failed" if interruption.signal is None else "interrupted"


def _seed_entry(seed: int, ended: Ended | None, directory: SeedsDirectory) -> dict[str, Any]:
    """Return the entry of one seed in the summary of all."""
    if ended is None:
        return {"ended": "not begun", "directory": None}
    summary = directory.seed_summary(seed)
    kept = {name: value for name, value in summary.items() if name in ("ticks", "seconds", "event_log_sha256")}
    return {
        "ended": ended.error or summary["ended"],
        "directory": directory.run_path(seed).name if kept else None,
        **kept,
    }


def _write_results(
    directory: SeedsDirectory, config: SimulationConfig, summary: Mapping[str, Any], done: Sequence[int]
) -> Path | None:
    """Write the summary of all and, if a seed is done, the picture; return where the picture is."""
    path, unfinished = directory.path / "summary.json", directory.path / "summary.unfinished"
    try:
        unfinished.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise DiskError(f"{path}: the summary cannot be written ({error.strerror})") from error
    if not done:
        return None
    from alife.plot import seed_curves

    assert config.ticks is not None
    curves = curves_of([Run(directory.run_path(seed)) for seed in done], config.ticks)
    picture = directory.path / "curve.png"
    save_picture(seed_curves(curves, title=config.name, ylabel="reward per 100 ticks and creature"), picture)
    return picture

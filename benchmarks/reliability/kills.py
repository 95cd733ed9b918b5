"""Runs killed at random moments: what they leave can be read, and what goes on from it is as if never stopped."""

import random
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

from alife.core.errors import CheckpointError
from alife.runs import Run, load
from alife.runs.checkpoints import last_checkpoint
from benchmarks.reliability.attack import Attack, Finding, Setting
from benchmarks.reliability.warm import CONFIGS, Command, attempts, digest, run, warm_up

EVERY = 0.2
"""Seconds between two checkpoints, a hundredth of the default, so that many fall into a run of seconds."""
_RUNS = {"hungry_pond": 12_000, "pond": 10_000, "lantern": 6_000}  # ticks, a few seconds of each
_RECORDED = {"hungry_pond": "record.spikes.learners=[0]"}
_WRITING = 3  # of so many kills one falls into the moments in which a checkpoint is written


class _Whole(NamedTuple):
    """A run that nobody stopped."""

    seconds: float
    digest: str


class _Killed(NamedTuple):
    """What a kill has done: seconds of life lost, None where no run was going on; and whether it came to its end."""

    lost: float | None
    equal: bool
    faults: list[str]
    early: bool = False  # before there was a configuration in its directory, or a tick


def _words(name: str, out: Path) -> list[str | Path]:
    recorded = ["--set", _RECORDED[name]] if name in _RECORDED else []
    changes = ["--ticks", str(_RUNS[name]), "--set", f"record.checkpoint.seconds={EVERY}", *recorded]
    return ["run", CONFIGS / f"{name}.yaml", "--headless", *changes, "--out", out]


def kill_runs(setting: Setting) -> Finding:
    """Kill so many runs, read what they left, and go on with them."""
    warm_up(_RUNS)
    whole = {name: _live_whole(setting.folder / name, name) for name in _RUNS}
    killed = attempts(setting.jobs, partial(_kill, setting, whole), range(setting.count))
    lost = [each.lost for each in killed if each.lost is not None]
    faults = [fault for each in killed for fault in each.faults]
    early, equal = (sum(getattr(each, what) for each in killed) for what in ("early", "equal"))
    said = (
        f"{len(lost)} were killed while they ran and {early} before their first file; {equal} had a checkpoint by "
        f"then, and came to the same end; at most {max(lost, default=0.0):.2f} s of life lost, with one every {EVERY} s"
    )
    return Finding(said, faults)


def _live_whole(folder: Path, name: str) -> _Whole:
    begun = time.monotonic()
    ended = run(_words(name, folder), folder.with_suffix(".txt"))
    assert ended.code == 0, ended.text
    return _Whole(time.monotonic() - begun, digest(folder))


def _kill(setting: Setting, whole: dict[str, _Whole], number: int) -> _Killed:
    chance = random.Random(f"{setting.seed}/{number}")
    name = chance.choice(list(_RUNS))
    out = setting.folder / f"{number}"
    command, begun = Command(_words(name, out), out.with_suffix(".txt")), time.time()
    if number % _WRITING == 0:
        _wait_until_saving(command, out, chance.randint(1, 5))
        time.sleep(chance.random() ** 2 * 0.02)
    else:
        time.sleep(chance.random() * whole[name].seconds)
    ended = not command.running()
    command.kill()
    killed_at = time.time()
    command.wait()
    if ended or not (out / "config.yaml").exists():
        left = [path.name for path in out.rglob("*")] if out.exists() else []
        odd = sorted({*left} - {"lock", "events", "metrics.jsonl", "config.yaml.unfinished"})
        faults = [f"kill {number} of {name}: no configuration, but {', '.join(odd)}"] if odd and not ended else []
        return _Killed(None, False, faults, early=not ended)
    faults = [f"kill {number} of {name}: {fault}" for fault in _read(out)]
    saved_at = _saved_at(out)
    lost = killed_at - (begun if saved_at is None else saved_at)
    if lost > EVERY + 1.0:
        faults.append(f"kill {number} of {name}: {lost:.2f} s of life lost")
    if saved_at is None:
        return _Killed(lost, False, faults)
    again = run(["resume", out, "--headless"], out.with_suffix(".again.txt"))
    equal = again.code == 0 and digest(out) == whole[name].digest
    return _Killed(lost, equal, faults if equal else [*faults, f"kill {number} of {name}: gone on with, {again.last}"])


def _wait_until_saving(command: Command, out: Path, number: int) -> None:
    """Wait for the moment in which a checkpoint is being written that is not the first."""
    seen: set[str] = set()
    while command.running() and len(seen) < number:
        seen.update(path.name for path in (out / "checkpoints").glob(".*.unfinished"))


def _saved_at(run_directory: Path) -> float | None:
    try:
        return (last_checkpoint(run_directory / "checkpoints").folder / "manifest.json").stat().st_mtime
    except CheckpointError:
        return None


def _read(run_directory: Path) -> list[str]:
    """Return why a run cannot be read, if it cannot."""
    try:
        found = load(run_directory)
        assert isinstance(found, Run)
        for read in (lambda: found.config, lambda: found.metrics, lambda: found.events, lambda: found.lives):
            read()
        for rows in found.recordings.values():
            for one in rows.values():
                _ = one.spikes, one.td_errors
    except Exception as error:
        return [f"unreadable: {type(error).__name__}: {error}"]
    return []


KILLS = Attack(
    "kills",
    "{count} kills (SIGKILL) at random moments, a third of them while a checkpoint is written",
    "all readable; no more lost than since the last checkpoint; gone on with to the bit",
    300,
    6,
    kill_runs,
)

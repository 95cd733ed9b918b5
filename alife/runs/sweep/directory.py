"""The directory of a sweep: one for each point, in which `seed-0000`, ... are ordinary run directories.

Where nothing varies, it is the directory of the one point itself.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from alife.config.simulation_config import SimulationConfig, dump_config, effective
from alife.config.yaml_file import MAX_BYTES
from alife.core.errors import CheckpointError, ConfigError, DiskError
from alife.core.whole_file import UNFINISHED, whole_file
from alife.runs import is_of_seeds, seed_directories, seed_directory
from alife.runs._json import damaged, is_count
from alife.runs._read_files import read_file, read_json
from alife.runs.claim import LOCK_FILE, Claim, claim_new, refuse_if_held
from alife.runs.results import AT_THE_END, SWEEP_FILE, points_in
from alife.runs.sweep.grid import Point
from alife.runs.sweep.plan import Plan


class SeedsDirectory:
    """Where the runs of one point are kept.

    Args:
        path: of the directory.
        point: that they are of.
        config: of all runs but for the seed.
    """

    def __init__(self, path: Path, point: Point, config: SimulationConfig) -> None:
        self.path, self.config = path, config
        self.name, self.values = point

    def run_path(self, seed: int) -> Path:
        """Return the run directory of a seed."""
        return seed_directory(self.path, seed)

    def is_done(self, seed: int) -> bool:
        """Return whether the run of this seed has come to its end."""
        return self.seed_summary(seed).get("ended") in AT_THE_END

    def seed_summary(self, seed: int) -> dict[str, Any]:
        """Return the summary of a seed, empty while there is none."""
        try:
            return read_json(self.run_path(seed) / "summary.json") or {}
        except CheckpointError:
            return {}  # a run whose summary cannot be read is run anew

    def check(self) -> None:
        """Raise unless the directory holds runs of this configuration, the first moments of some, or nothing.

        Raises:
            ConfigError: it holds something else, or another process has it.
            DiskError: it cannot be read.
        """
        _refuse_if_strange(self.path)
        for seed, path in seed_directories(self.path).items():
            ours = dump_config(self.config.model_copy(update={"seed": seed}))
            try:
                there = {part.name for part in path.iterdir() if not part.name.endswith(UNFINISHED)}
                text = read_file(path / "config.yaml", MAX_BYTES).decode() if "config.yaml" in there else ""
            except (OSError, UnicodeError) as error:
                raise DiskError(f"{path}: the run of seed {seed} cannot be read ({error})") from error
            if text != ours and not there <= {"events", LOCK_FILE}:
                raise ConfigError(
                    f"--out {self.path}: {path.name} holds a run of another configuration; "
                    "name a new directory, or give the configuration in its config.yaml"
                )

    def note(self, seeds: Sequence[int]) -> None:
        """Write down which seeds are run with what, those of earlier commands first."""
        path = self.path / SWEEP_FILE
        earlier = read_seeds(self.path)[1] if path.exists() else ()
        write_json(path, {"seeds": list(dict.fromkeys((*earlier, *seeds))), "config": effective(self.config)})


class SweepDirectory:
    """Where the runs of a sweep are kept, new or from an earlier run of the same command.

    Args:
        path: must not exist, be empty, or hold runs of the same configurations; a new one under runs/ when None.
        plan: what is to be run.
        shared: whether other processes run other parts of the plan in it at the same time.

    Raises:
        ConfigError: the path holds something else, or runs of another configuration, or another process has it.
        DiskError: it cannot be made or read.
    """

    def __init__(self, path: Path | None, plan: Plan, shared: bool = False) -> None:
        varies = any(point.values for point, _ in plan.points)
        if path is not None:
            _refuse_if_strange(path)
            _refuse_other_sweep(path, plan)
        self._claim = None if shared else _claim(path, f"{plan.name}-{'sweep' if varies else 'seeds'}")
        self.path = self._claim.path if self._claim is not None else Path(path or "").absolute()
        self.points = [SeedsDirectory(self.path / point.name, point, config) for point, config in plan.points]
        try:
            for seeds in self.points:
                seeds.check()
            if varies:
                points = {**points_in(self.path), **{point.name: point.values for point, _ in plan.points}}
                write_json(self.path / SWEEP_FILE, {"points": points})
            for seeds in self.points:
                seeds.note(plan.seeds)
        except BaseException:
            self.close()
            raise

    @property
    def holds_runs(self) -> bool:
        """Whether any run has left anything."""
        return any(seed_directories(one.path) for one in self.points)

    def close(self) -> None:
        """Let other commands have the directory; one without a run is taken away again, if it was made here."""
        if self._claim is None:
            return
        if not self.holds_runs:
            for one in self.points:
                with suppress(OSError):
                    (one.path / SWEEP_FILE).unlink()
                    if one.path != self.path:
                        one.path.rmdir()
            with suppress(OSError):
                (self.path / SWEEP_FILE).unlink()
        self._claim.discard()


def _claim(path: Path | None, name: str) -> Claim:
    return claim_new(name) if path is None else Claim(path)


def _refuse_if_strange(path: Path) -> None:
    """Raise if a directory holds anything but runs of a sweep; touch nothing."""
    try:
        found = {name for name in os.listdir(path) if name != LOCK_FILE and not name.endswith(UNFINISHED)}
        strange = found and not is_of_seeds(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise DiskError(f"{path}: the directory cannot be made ({error.strerror})") from error
    if strange:
        refuse_if_held(path)
        raise ConfigError(f"--out {path}: must be a new or an empty directory, or one that such a command has made")


def _refuse_other_sweep(path: Path, plan: Plan) -> None:
    """Raise if a directory holds a sweep in which other values vary, or none do where some do now."""
    earlier = points_in(path)
    here = {point.name: point.values for point, _ in plan.points}
    if not earlier and not is_of_seeds(path):
        return
    earlier = earlier or {"": {}}
    same_keys = {tuple(values) for values in (earlier | here).values()} == {tuple(plan.points[0][0].values)}
    if not same_keys or any(earlier.get(name, values) != values for name, values in here.items()):
        raise ConfigError(f"--out {path}: holds a sweep in which other values vary; name a new directory")


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write an object into a file, whole or not at all, also where another process does.

    Raises:
        DiskError: it cannot be written.
    """
    with whole_file(path, shared=True) as unfinished:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def read_seeds(path: Path) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Return the configuration of the runs of a point, as plain data, and the seeds.

    Raises:
        CheckpointError: the file that says so cannot be read or is damaged.
    """
    found = read_json(path / SWEEP_FILE) or {}
    config, seeds = found.get("config"), found.get("seeds")
    if not isinstance(config, dict) or not isinstance(seeds, list) or not all(map(is_count, seeds)):
        raise damaged(str(path / SWEEP_FILE), "it does not say which seeds are run with what")
    return config, tuple(seeds)


def read_plan(path: Path, trust: bool = False) -> Plan:
    """Return what an earlier command was to run in a directory.

    Args:
        path: of the directory.
        trust: whether code that is not of the house may be imported where a configuration names it.

    Raises:
        ConfigError: a configuration names code of others without trust, or is wrong.
        CheckpointError: a file that says so cannot be read or is damaged.
    """
    from alife.config.trust import parse_foreign

    found = points_in(path) or {"": {}}
    told = {name: read_seeds(path / name) for name in found}
    points = tuple(
        (Point(name, values), parse_foreign(told[name][0], str(path / name / SWEEP_FILE), trust=trust))
        for name, values in found.items()
    )
    return Plan(points, tuple(dict.fromkeys(seed for _, seeds in told.values() for seed in seeds)))

"""A run, or the runs of several seeds, from the directory it was kept in."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from alife.config import yaml_file
from alife.core.errors import ConfigError
from alife.runs._columns import Table
from alife.runs._read_files import read_columns, read_json, read_lines
from alife.runs._recorded import Recorded, recordings

_EVENT_NAMES = {"species": "species", "cause": "causes", "source": "sources"}
_LIVES = ("id", "parent", "species", "row", "born", "died", "cause")
_EVENTS = ("tick", "species", "row", "cause", "value", "source")


SWEEP_FILE = "sweep.json"
"""In the directory of several seeds: which they are, and their configuration."""


class Run:
    """One run. Each part is read when it is first asked for, so that a part that is not used costs nothing.

    Args:
        path: its run directory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @cached_property
    def config(self) -> dict[str, Any]:
        """The effective configuration, every default filled in, as plain data.

        Raises:
            ConfigError: the file is damaged.
        """
        return yaml_file.load_yaml(self.path / "config.yaml")

    @cached_property
    def summary(self) -> dict[str, Any] | None:
        """What the run came to; None while it goes on, and if it was killed.

        Raises:
            DiskError: the file is damaged.
        """
        summary: dict[str, Any] | None = read_json(self.path / "summary.json")
        return summary

    @cached_property
    def metrics(self) -> dict[str, Table]:
        """By species: `tick` and what happened since the line before, as means per creature.

        Raises:
            DiskError: the file is missing or damaged.
        """
        lines = read_lines(self.path / "metrics.jsonl")
        ticks = np.array([line["tick"] for line in lines], np.int64)
        return {name: _metrics(ticks, [line["species"][name] for line in lines]) for name in self.config["creatures"]}

    @cached_property
    def events(self) -> Table:
        """The events that were kept, oldest first: `tick`, `species`, `row`, `cause`, `value`, `source`.

        What an intervention did to no creature has the species "" and the row -1.

        Raises:
            DiskError: a file is damaged.
        """
        folder = self.path / "events"
        names = read_json(folder / "names.json") or {kind: [] for kind in _EVENT_NAMES.values()}
        columns = read_columns(folder, _EVENTS)
        for name, kind in _EVENT_NAMES.items():
            known = np.array([*names[kind], ""], np.str_)  # -1 is no species
            columns[name] = known[columns[name].astype(np.int64)]
        return Table(columns)

    @cached_property
    def lives(self) -> Table:
        """The lives that were kept, by the tick of death: `id`, `parent`, `species`, `row`, `born`, `died`, `cause`.

        A parent is an id of the same species, -1 for none. Those who lived on at the end of the run come last, with -1
        for `died` and "" for `cause`. There are none where no creature is born or dies.

        Raises:
            DiskError: a file is damaged.
        """
        folder = self.path / "lives"
        names = read_json(folder / "names.json") or {"species": [], "causes": []}
        columns = read_columns(folder, _LIVES)
        for name, kind in (("species", "species"), ("cause", "causes")):
            columns[name] = np.array([*names[kind], ""], np.str_)[columns[name].astype(np.int64)]
        return Table(columns)

    @cached_property
    def recordings(self) -> dict[str, dict[int, Recorded]]:
        """What `record: {spikes: ...}` asked for, by species and row.

        Raises:
            DiskError: their list is damaged.
        """
        return recordings(self.path / "recordings")


class Runs(Mapping[int, Run]):
    """The runs of one configuration by seed, finished or not.

    Args:
        path: the directory they lie in.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._runs = {
            seed: Run(directory)
            for seed, directory in seed_directories(path).items()
            if (directory / "config.yaml").exists()
        }

    def __getitem__(self, seed: int) -> Run:
        return self._runs[seed]

    def __iter__(self) -> Iterator[int]:
        return iter(self._runs)

    def __len__(self) -> int:
        return len(self._runs)

    def __repr__(self) -> str:
        return f"Runs({str(self.path)!r}, seeds {', '.join(map(str, self._runs))})"

    @cached_property
    def summary(self) -> dict[str, Any] | None:
        """What the runs came to together; None while they go on, and if they were killed.

        Raises:
            DiskError: the file is damaged.
        """
        summary: dict[str, Any] | None = read_json(self.path / "summary.json")
        return summary


def load(path: str | Path) -> Run | Runs:
    """Return the run in a run directory, or the runs by seed in a directory that `--seeds` made.

    Raises:
        ConfigError: the directory is neither.
    """
    path = Path(path)
    if (path / "config.yaml").is_file() and (path / "events").is_dir():
        return Run(path)
    if is_of_seeds(path):
        return Runs(path)
    if not path.is_dir():
        raise ConfigError(f"{path}: there is no such directory; name the run directory that a run has printed")
    raise ConfigError(f"{path}: this is no run directory; one holds config.yaml and metrics.jsonl, or seed-0000, ...")


def seed_directory(path: Path, seed: int) -> Path:
    """Return where the run of one seed lies in the directory of all."""
    return path / f"seed-{seed:04d}"


def seed_directories(path: Path) -> dict[int, Path]:
    """Return the directories of single seeds that there are, by seed, in ascending order."""
    found = {int(one.name[5:]): one for one in path.glob("seed-*") if re.fullmatch(r"seed-[0-9]{4,19}", one.name)}
    return {seed: found[seed] for seed in sorted(found) if found[seed] == seed_directory(path, seed)}


def is_of_seeds(path: Path) -> bool:
    """Return whether a directory was made for the runs of several seeds; where all failed, only a summary says so."""
    if seed_directories(path) or (path / SWEEP_FILE).is_file():
        return True
    summary = read_json(path / "summary.json")
    return isinstance(summary, dict) and "seeds" in summary


def _metrics(ticks: Any, lines: list[dict[str, float]]) -> Table:
    names = list(lines[0]) if lines else ["reward_per_100_ticks", "backward_share"]
    return Table({"tick": ticks, **{name: np.array([line[name] for line in lines]) for name in names}})

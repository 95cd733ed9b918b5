"""A run, the runs of several seeds, or those of a sweep, from the directory they were kept in."""

import math
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from alife.core.errors import ConfigError
from alife.runs._columns import Table
from alife.runs._json import damaged, is_name
from alife.runs._read_columns import Columns, read_columns, read_columns_by_file
from alife.runs._read_files import read_json, read_settings
from alife.runs._recorded import Recorded, recordings
from alife.runs._tidy import tidy_table
from alife.runs.metrics_lines import read_metrics_lines
from alife.runs.phylogeny import LivesTable
from alife.runs.records import LIFE_COLUMNS, RECORD, life_with
from alife.runs.sums import check_sums

_EVENT_NAMES = {"species": "species", "cause": "causes", "source": "sources"}
_LIFE_NAMES = {"species": "species", "cause": "causes"}
_MOST_GENES = 1000  # of all species of a run together


SWEEP_FILE = "sweep.json"
"""In the directory of several seeds: which they are, and their configuration; in that of a sweep: its points."""

AT_THE_END = ("done", "extinct")
"""How runs have ended that need not go on."""

_POINT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+=,-]{0,199}")


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
        return read_settings(self.path / "config.yaml")

    @cached_property
    def summary(self) -> dict[str, Any] | None:
        """What the run came to; None while it goes on, and if it was killed.

        Raises:
            CheckpointError: the file is damaged.
        """
        summary = read_json(self.path / "summary.json")
        check_sums(self.path, "summary.json")
        return summary

    @cached_property
    def metrics(self) -> dict[str, Table]:
        """By species: `tick` and what happened since the line before, as means per creature.

        Raises:
            CheckpointError: the file is missing or damaged.
        """
        species = self.config.get("creatures")
        if not isinstance(species, dict):
            raise ConfigError(f"{self.path / 'config.yaml'}: creatures: must be a mapping, as in every run")
        metrics = _read_metrics(self.path / "metrics.jsonl", list(species))
        check_sums(self.path, "metrics.jsonl")
        return metrics

    @cached_property
    def events(self) -> Table:
        """The events that were kept, oldest first: `tick`, `species`, `row`, `cause`, `value`, `source`.

        What an intervention did to no creature has the species "" and the row -1.

        Raises:
            CheckpointError: a file is damaged.
        """
        return _named_table(self.path / "events", RECORD, _EVENT_NAMES)

    @cached_property
    def lives(self) -> LivesTable:
        """The lives that were kept, by the tick of death: `id`, `parent`, `partner`, `species`, `row`, `born`, `died`,
        `cause`, `offspring`, and each gene by its name.

        A parent, and a partner, the second parent, is an id of the same species, -1 for none; `offspring` is how many
        children there were. Those who lived on at the end of the run come last, with -1 for `died` and "" for `cause`.
        A gene is not a number where the species has none, or where a creature was born with the last tick. There are
        no lives where no creature is born or dies.

        Raises:
            CheckpointError: a file is damaged.
        """
        genes = self._genes
        return LivesTable(_named_table(self.path / "lives", life_with(genes), _LIFE_NAMES), genes)

    @property
    def _genes(self) -> list[str]:
        return _read_genes(self.path / "lives" / "names.json")

    def events_by_file(self) -> Iterator[Table]:
        """Return the same events as `events` in tables of at most some ten thousand, for runs that have many.

        Raises:
            CheckpointError: a file is damaged.
        """
        return _named_tables(self.path / "events", RECORD, _EVENT_NAMES)

    def lives_by_file(self) -> Iterator[Table]:
        """Return the same lives as `lives` in tables of at most some ten thousand, for runs that have many.

        Raises:
            CheckpointError: a file is damaged.
        """
        return _named_tables(self.path / "lives", life_with(self._genes), _LIFE_NAMES)

    @cached_property
    def recordings(self) -> dict[str, dict[int, Recorded]]:
        """What `record.spikes` asked for, by species and row.

        Raises:
            CheckpointError: their list is damaged.
        """
        return recordings(self.path / "recordings")


K = TypeVar("K")
V = TypeVar("V")


class _Many(Mapping[K, V]):
    """Runs, or runs of runs, that lie in one directory.

    Args:
        path: the directory.
        within: what lies in it.
    """

    def __init__(self, path: Path, within: Mapping[K, V]) -> None:
        self.path, self._within = path, within

    def __getitem__(self, key: K) -> V:
        return self._within[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._within)

    def __len__(self) -> int:
        return len(self._within)

    @cached_property
    def summary(self) -> dict[str, Any] | None:
        """What the runs came to together; None while they go on, and if they were killed.

        Raises:
            CheckpointError: the file is damaged.
        """
        return read_json(self.path / "summary.json")

    @property
    @abstractmethod
    def table(self) -> Table:
        """What each run that is done came to, a line for each run and species."""

    def to_pandas(self) -> Any:
        """Return the table as a pandas DataFrame.

        Raises:
            ImportError: pandas is not installed.
        """
        return self.table.to_pandas()


class Runs(_Many[int, Run]):
    """The runs of one configuration by seed, finished or not.

    Args:
        path: the directory they lie in.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            {
                seed: Run(directory)
                for seed, directory in seed_directories(path).items()
                if (directory / "config.yaml").exists()
            },
        )

    def __repr__(self) -> str:
        return f"Runs({str(self.path)!r}, seeds {', '.join(map(str, self))})"

    @property
    def table(self) -> Table:
        """What each run that is done came to, a line for each run and species; see `Sweep.table`.

        Raises:
            CheckpointError: a summary is damaged.
        """
        return _table_of([("", {}, self)])


class Sweep(_Many[str, Runs]):
    """The runs of a sweep: by point, as in `sweep["food=4"][0]`, the run with seed 0 and food 4.

    Args:
        path: the directory they lie in.

    Raises:
        CheckpointError: the list of points is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.points = points_in(path)
        """By point: what varies, by dotted path."""
        super().__init__(path, {name: Runs(path / name) for name in self.points})

    def __repr__(self) -> str:
        return f"Sweep({str(self.path)!r}, {len(self)} points)"

    @property
    def table(self) -> Table:
        """What each run that is done came to, a line for each run and species.

        Columns: `point`, what varies by its dotted path, `seed`, `species`, `ended`, `ticks`, `reward_per_100_ticks`
        and creature in the last tenth, `backward_share` of ticks at which it learned, `event_log_sha256`; `episodes`
        that ended in the last tenth, `episode_return`, `episode_length`, `episode_success`; where creatures are born
        and die, `alive`, `births`, `deaths` and `median_lifespan` in ticks. What a run has nothing of is not a number,
        or "".

        Raises:
            CheckpointError: a summary is damaged.
        """
        return _table_of([(name, self.points[name], runs) for name, runs in self.items()])


def _table_of(points: Sequence[tuple[str, Mapping[str, Any], Runs]]) -> Table:
    return tidy_table(
        [
            (run.path, {**({"point": name} if name else {}), **values, "seed": seed}, run.summary)
            for name, values, runs in points
            for seed, run in runs.items()
            if run.summary is not None and run.summary.get("ended") in AT_THE_END
        ]
    )


def points_in(path: Path) -> dict[str, dict[str, Any]]:
    """Return by point what varies in the sweep in a directory, nothing where it is none.

    Raises:
        CheckpointError: the list of points is damaged.
    """
    points = (read_json(path / SWEEP_FILE) or {}).get("points", {})
    if not isinstance(points, dict) or not all(
        _POINT.fullmatch(name) and isinstance(values, dict) and all(map(is_name, values))
        for name, values in points.items()
    ):
        raise damaged(str(path / SWEEP_FILE), "it must say for each point what varies")
    return points


def load(path: str | Path) -> Run | Runs | Sweep:
    """Return the run in a run directory, the runs by seed in one that `--seeds` made, or a sweep by point.

    Raises:
        ConfigError: the directory is none of them.
    """
    path = Path(path)
    if (path / "config.yaml").is_file() and (path / "events").is_dir():
        return Run(path)
    if points_in(path):
        return Sweep(path)
    if is_of_seeds(path):
        return Runs(path)
    if not path.is_dir():
        raise ConfigError(f"{path}: there is no such directory; name the run directory that a run has printed")
    raise ConfigError(
        f"{path}: this is no run directory; one holds config.yaml and events/, or seed-0000, ..., "
        "and a run that is killed before its first tick leaves none"
    )


def load_run(path: Path) -> Run:
    """Return the run in a run directory.

    Raises:
        ConfigError: it is none, or one of several runs.
    """
    run = load(path)
    if not isinstance(run, Run):
        raise ConfigError(f"{path}: these are several runs; name the directory of one of them, as in seed-0000")
    return run


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
    return "seeds" in (read_json(path / "summary.json") or {})


def _read_metrics(path: Path, species: list[str]) -> dict[str, Table]:
    """Return the metrics of each species; the first line says which there are."""
    ticks: list[int] = []
    columns: dict[str, dict[str, list[float]]] = {name: {} for name in species}
    for source, tick, told in read_metrics_lines(path):
        for name, lists in columns.items():
            if name not in told:
                raise damaged(source, f"{name!r} must have numbers")
            if not ticks:
                lists.update({what: [] for what in told[name]})
            if lists.keys() != told[name].keys():
                raise damaged(source, f"{name!r} must have the numbers of the lines before it")
            for what, number in told[name].items():
                lists[what].append(math.nan if number is None else number)
        ticks.append(tick)
    nothing: dict[str, list[float]] = {"reward_per_100_ticks": [], "backward_share": []}
    return {name: _table({"tick": ticks, **(lists if ticks else nothing)}) for name, lists in columns.items()}


def _table(columns: Mapping[str, list[Any]]) -> Table:
    return Table({name: np.array(column, np.int64 if name == "tick" else None) for name, column in columns.items()})


def _read_genes(path: Path) -> list[str]:
    """Return the names of the genes in the records of lives."""
    genes: list[str] = (read_json(path) or {}).get("genes", [])
    whole = isinstance(genes, list) and len(genes) <= _MOST_GENES and all(map(is_name, genes))
    if not whole or len({*genes, *LIFE_COLUMNS}) < len(genes) + len(LIFE_COLUMNS):
        raise damaged(str(path), "it must list the names of genes")
    return genes


def _named_table(folder: Path, record: np.dtype[Any], kinds: Mapping[str, str]) -> Table:
    """Return all records of a folder, with names in place of the indices into the lists of names beside them.

    Args:
        folder: where they are.
        record: of which type.
        kinds: by column, which list its names are in; -1 is no name, "".
    """
    names = _read_names(folder, kinds)
    columns = read_columns(folder, _no_records(record))
    table = _with_names(columns, names, folder)
    check_sums(folder.parent, folder.name)
    return table


def _named_tables(folder: Path, record: np.dtype[Any], kinds: Mapping[str, str]) -> Iterator[Table]:
    """Return the same file by file; that none of them was changed is looked at before the first."""
    check_sums(folder.parent, folder.name)
    names = _read_names(folder, kinds)
    for columns in read_columns_by_file(folder, _no_records(record)):
        yield _with_names(columns, names, folder)


def _no_records(record: np.dtype[Any]) -> Columns:
    return {name: np.empty(0, record[name]) for name in record.names or ()}


def _read_names(folder: Path, kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return by column its list of names, as they are written beside the records."""
    path = folder / "names.json"
    names = read_json(path) or dict.fromkeys(kinds.values(), ())
    for kind in kinds.values():
        listed = names.get(kind)
        if not isinstance(listed, list | tuple) or not all(map(is_name, listed)):
            raise damaged(str(path), f"it must list the names of {kind}")
    return {column: names[kind] for column, kind in kinds.items()}


def _with_names(columns: Columns, names: Mapping[str, Any], folder: Path) -> Table:
    """Return columns as a table, with names in place of indices into lists of names."""
    for column, listed in names.items():
        indices = columns[column]
        if len(indices) and not -1 <= indices.min() <= indices.max() < len(listed):
            raise damaged(str(folder), f"a {column} is none of the names in names.json")
        columns[column] = np.array([*listed, ""], np.str_)[indices]
    return Table(columns)

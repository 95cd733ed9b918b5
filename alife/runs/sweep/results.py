"""What a sweep leaves beside its runs: summary.json, results.csv, results.parquet, and a picture."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from alife.plot.picture_file import save_picture
from alife.runs import Run, Runs, Sweep, Table
from alife.runs.export.table_files import write_csv, write_parquet
from alife.runs.results import AT_THE_END
from alife.runs.sweep._curves import curves_of
from alife.runs.sweep.directory import SweepDirectory, write_json

_REWARD = "reward per 100 ticks and creature"


def write_results(directory: SweepDirectory, summary: dict[str, Any]) -> tuple[Path, ...]:
    """Write all of it, and return the paths of tables and pictures; there are none where no run is done.

    Raises:
        DiskError: something cannot be written.
    """
    path = directory.path
    for name, one in summary.get("points", {}).items():
        write_json(path / name / "summary.json", {"name": summary["name"], **one})
    write_json(path / "summary.json", summary)
    found = Sweep(path) if "points" in summary else Runs(path)
    if not (table := found.table):
        return ()
    picture = _draw_sweep(found, table, summary["name"]) if isinstance(found, Sweep) else _draw_seeds(path, summary)
    return (picture, *_write_table(table, path))


def _draw_seeds(path: Path, summary: Mapping[str, Any]) -> Path:
    from alife.plot import seed_curves

    done = [Run(path / one["directory"]) for one in summary["seeds"].values() if one["ended"] in AT_THE_END]
    curves = curves_of(done, summary["ticks"])
    save_picture(seed_curves(curves, title=summary["name"], ylabel=_REWARD), path / "curve.png")
    return path / "curve.png"


def _draw_sweep(sweep: Sweep, table: Table, name: str) -> Path:
    from alife.plot import effects

    picture = sweep.path / "results.png"
    drawn = {_label(key): _effect(table, key) for key in next(iter(sweep.points.values()))}
    save_picture(effects(drawn, title=name, ylabel=f"{_REWARD}, last tenth"), picture)
    return picture


def _label(key: str) -> str:
    """Return a dotted path, in two lines where it is long."""
    return key if len(key) <= 40 else ".\n".join(key.rsplit(".", 1))


def _effect(table: Table, key: str) -> dict[str, dict[str | float, list[float]]]:
    """Return by species and value what each seed came to, its mean over all else that varies."""
    column = table[key] if table[key].dtype.kind in "iuf" and np.isfinite(table[key]).all() else table[key].astype(str)
    found: dict[str, dict[str | float, dict[int, list[float]]]] = {}
    lines = (table["species"], column, table["seed"], table["reward_per_100_ticks"])
    for species, value, seed, reward in zip(*(part.tolist() for part in lines), strict=True):
        found.setdefault(species, {}).setdefault(value, {}).setdefault(seed, []).append(reward)
    return {
        species: {value: [float(np.mean(one)) for one in seeds.values()] for value, seeds in values.items()}
        for species, values in found.items()
    }


def _write_table(table: Table, folder: Path) -> tuple[Path, ...]:
    """Write the table as CSV, and as Parquet where pyarrow is installed."""
    path = folder / "results.csv"
    write_csv(path, table)
    if find_spec("pyarrow") is None:
        return (path,)
    write_parquet(path.with_suffix(".parquet"), table, (), {}, "results.parquet")
    return path, path.with_suffix(".parquet")

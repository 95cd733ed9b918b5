"""Places: where the files of a run stood at a checkpoint, checked before anything is cut off there."""

from collections import deque
from pathlib import Path
from typing import Any

from alife.core.errors import CheckpointError
from alife.runs._json import is_count
from alife.runs.columns_file import read_records
from alife.runs.metrics_lines import read_metrics_lines
from alife.runs.records import LIFE, RECORD
from alife.runs.run_directory import INTERVENTIONS_FILE
from alife.runs.saver import Places

_NUMBERS = ("metrics", "metrics_tick", "interventions", "recordings")
_RECORDS = {"events": RECORD, "lives": LIFE}  # full files, and records in the one that is not


def checked_places(run: Path, places: Any, tensorboard: bool = False) -> Places:
    """Return the places of a checkpoint.

    Args:
        run: its directory.
        places: as they were saved.
        tensorboard: whether the run goes on with an event file, for which the lines of metrics are read.

    Raises:
        CheckpointError: they are none, or a file of the run is gone, damaged, or shorter than it was then.
    """
    found = places if isinstance(places, dict) else {}
    for name in _NUMBERS:
        if not is_count(found.get(name)):
            raise _no_place(run, name)
    for name, record in _RECORDS.items():
        pair = found.get(name)
        if not isinstance(pair, list) or len(pair) != 2 or not all(map(is_count, pair)):
            raise _no_place(run, name)
        if pair[1]:
            read_records(run / name, record, (pair[0], pair[1]))
    for name, file in (("metrics", "metrics.jsonl"), ("interventions", INTERVENTIONS_FILE)):
        path = run / file
        size = path.stat().st_size if path.exists() else 0
        if size < found[name]:
            raise CheckpointError(f"{path}: holds {size:,} bytes, and {found[name]:,} when the state was saved")
    if tensorboard:
        deque(read_metrics_lines(run / "metrics.jsonl", found["metrics"]), maxlen=0)
    return found


def _no_place(run: Path, name: str) -> CheckpointError:
    return CheckpointError(f"{run}: damaged, its checkpoint does not say where {name} stood")

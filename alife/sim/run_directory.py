"""The run directory: everything a run leaves behind, each file whole or not there."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from alife.errors import ConfigError, DiskError

_ROOT = Path("runs")


def default_path(name: str) -> Path:
    """Return a directory under runs/ that is not there yet, named after the run and the time."""
    stem = _ROOT / f"{name}-{datetime.now():%Y%m%d-%H%M%S}"
    path, number = stem, 1
    while path.exists():
        number += 1
        path = stem.with_name(f"{stem.name}-{number}")
    return path


class RunDirectory:
    """A directory with `config.yaml`, `metrics.jsonl`, `events/` and, in the end, `summary.json`.

    Args:
        path: must not be there, or be empty.
        config: text of the effective configuration.

    Raises:
        ConfigError: the path holds something already.
        DiskError: it cannot be made.
    """

    def __init__(self, path: Path, config: str) -> None:
        self.path = path
        self._existed = path.exists()
        if self._existed and (not path.is_dir() or any(path.iterdir())):
            raise ConfigError(f"--out {path}: must be a new or an empty directory, so that no run overwrites another")
        try:
            self.events = path / "events"
            self.events.mkdir(parents=True)
            (path / "config.yaml").write_text(config)
            self._metrics: TextIO = (path / "metrics.jsonl").open("w")
        except OSError as error:
            raise DiskError(f"{path}: the run directory cannot be made ({error.strerror})") from error
        self.lines = 0

    def add_metrics(self, line: dict[str, Any]) -> None:
        """Append one line to `metrics.jsonl`; it is on disk when this returns."""
        try:
            self._metrics.write(json.dumps(line) + "\n")
            self._metrics.flush()
        except OSError as error:
            raise DiskError(f"{self.path}: the metrics cannot be written ({error.strerror})") from error
        self.lines += 1

    def finish(self, summary: dict[str, Any]) -> None:
        """Write `summary.json` and close."""
        self._metrics.close()
        try:
            unfinished = self.path / "summary.unfinished"
            unfinished.write_text(json.dumps(summary, indent=2) + "\n")
            unfinished.replace(self.path / "summary.json")
        except OSError as error:
            raise DiskError(f"{self.path}: the summary cannot be written ({error.strerror})") from error

    def discard(self) -> None:
        """Leave nothing behind, as if the run had never begun."""
        self._metrics.close()
        for path in list(self.path.iterdir()) if self._existed else [self.path]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

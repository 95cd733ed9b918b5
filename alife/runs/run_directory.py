"""The run directory: all files of a run, each whole or absent."""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from alife.core.errors import ConfigError, DiskError
from alife.core.fault import Fault
from alife.core.intervention import Intervention, to_plain

_ROOT = Path("runs")
INTERVENTIONS_FILE = "interventions.jsonl"
FAULT_FILE = "fault.json"


def default_path(name: str) -> Path:
    """Return a new path under runs/, named after the run and the time."""
    stem = _ROOT / f"{name}-{datetime.now():%Y%m%d-%H%M%S}"
    path, number = stem, 1
    while os.path.exists(path):  # false without the permission to look; making it then says why
        number += 1
        path = stem.with_name(f"{stem.name}-{number}")
    return path


class RunDirectory:
    """A directory with `config.yaml`, `metrics.jsonl`, `events/` and `checkpoints/`; in the end `summary.json`.

    Where creatures are born and die there is `lives/`, where interventions were applied to the run
    `interventions.jsonl`, where a fault has ended it `fault.json`, and if it was asked for, `recordings/`. The last of
    the checkpoints (alife.runs.checkpoints) is of the last tick, if the run has ended in order.

    Args:
        path: must not exist, or be empty; that of a run that goes on, with `places`.
        config: text of the effective configuration.
        places: where the files of the run stood at the checkpoint from which it goes on, see `places()`.

    Raises:
        ConfigError: the path holds something already.
        DiskError: it cannot be made; then nothing of it stays.
    """

    def __init__(self, path: Path, config: str, places: Mapping[str, Any] | None = None) -> None:
        self.path, self.events, self.recordings = path, path / "events", path / "recordings"
        self.checkpoints, self.lives = path / "checkpoints", path / "lives"
        self.tick = 0  # of the last line of metrics
        self._metrics: TextIO | None = None
        self._made: list[Path] = []  # innermost first
        if places is not None:
            self._go_on(config, places)
            return
        try:
            self._make_directory()
        except OSError as error:
            self._remove_made()
            raise self._creation_error(error) from error
        try:
            self._create_files(config)
        except OSError as error:
            self.discard_directory()
            raise self._creation_error(error) from error

    def _make_directory(self) -> None:
        exists = self.path.exists()
        if exists and (not self.path.is_dir() or any(self.path.iterdir())):
            raise ConfigError(
                f"--out {self.path}: must be a new or an empty directory, so that no run overwrites another"
            )
        if not exists:
            self._made = [path for path in (self.path, *self.path.parents) if not path.exists()]
            self.path.mkdir(parents=True)

    def _go_on(self, config: str, places: Mapping[str, Any]) -> None:
        """Cut off what was written after a checkpoint."""
        self.tick = int(places["metrics_tick"])
        try:
            (self.path / "summary.json").unlink(missing_ok=True)
            (self.path / FAULT_FILE).unlink(missing_ok=True)
            self.write_config(config)
            self._metrics = (self.path / "metrics.jsonl").open("r+", encoding="utf-8")
            self._metrics.truncate(int(places["metrics"]))
            self._metrics.seek(0, os.SEEK_END)
            if (interventions := self.path / INTERVENTIONS_FILE).exists():
                os.truncate(interventions, int(places["interventions"]))
        except OSError as error:
            raise DiskError(f"{self.path}: the run cannot go on there ({error.strerror})") from error

    def places(self) -> dict[str, int]:
        """Return how many bytes there are of the metrics and the interventions, and the tick of the last metrics."""
        interventions = self.path / INTERVENTIONS_FILE
        return {
            "metrics": (self.path / "metrics.jsonl").stat().st_size,
            "metrics_tick": self.tick,
            "interventions": interventions.stat().st_size if interventions.exists() else 0,
        }

    def _create_files(self, config: str) -> None:
        self.events.mkdir()
        (self.path / "config.yaml").write_text(config, encoding="utf-8")
        self._metrics = (self.path / "metrics.jsonl").open("w", encoding="utf-8")

    def _creation_error(self, error: OSError) -> DiskError:
        return DiskError(f"{self.path}: the run directory cannot be made ({error.strerror})")

    def write_config(self, config: str) -> None:
        """Write the effective configuration again: a reloaded world has its own defaults."""
        try:
            (self.path / "config.yaml").write_text(config, encoding="utf-8")
        except OSError as error:
            raise DiskError(f"{self.path}: the configuration cannot be written ({error.strerror})") from error

    def append_metrics(self, line: dict[str, Any]) -> None:
        """Append one line to `metrics.jsonl`; it is on disk when this returns."""
        assert self._metrics is not None
        try:
            self._metrics.write(json.dumps(line) + "\n")
            self._metrics.flush()
        except OSError as error:
            raise DiskError(f"{self.path}: the metrics cannot be written ({error.strerror})") from error
        self.tick = int(line["tick"])

    def append_intervention(self, tick: int, intervention: Intervention) -> None:
        """Append an intervention applied after a tick to `interventions.jsonl`; it is on disk when this returns."""
        try:
            with (self.path / INTERVENTIONS_FILE).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"tick": tick, **to_plain(intervention)}) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise DiskError(f"{self.path}: the intervention cannot be written down ({error.strerror})") from error

    def write_fault(self, fault: Fault) -> None:
        """Write `fault.json`: what has ended the run."""
        try:
            (self.path / FAULT_FILE).write_text(json.dumps(fault._asdict(), indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise DiskError(f"{self.path}: the fault cannot be written down ({error.strerror})") from error

    def write_summary(self, summary: dict[str, Any]) -> None:
        """Write `summary.json` and close."""
        unfinished = self.path / "summary.unfinished"
        try:
            self._close()
            unfinished.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
            unfinished.replace(self.path / "summary.json")
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise DiskError(f"{self.path}: the summary cannot be written ({error.strerror})") from error

    def _close(self) -> None:
        if self._metrics is not None:
            self._metrics.close()

    def discard_directory(self) -> None:
        """Remove all files of the run, as if it had never begun; what cannot be removed stays, without an error."""
        with suppress(OSError):
            self._close()
        with suppress(OSError):
            for path in list(self.path.iterdir()):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        self._remove_made()

    def _remove_made(self) -> None:
        """Remove the directories that were made for this run, up to the first that another run has begun to use."""
        with suppress(OSError):
            for path in self._made:
                if path.exists():
                    path.rmdir()

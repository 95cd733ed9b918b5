"""The run directory: all files of a run, each whole or absent."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alife.core.errors import AlifeError, ConfigError, DiskError
from alife.core.fault import Fault
from alife.core.intervention import Intervention, to_plain
from alife.core.whole_file import UNFINISHED, write_whole
from alife.runs._read_files import FOLDERS
from alife.runs.claim import Claim, holds_nothing, refuse_if_held
from alife.runs.lines_file import LinesFile
from alife.runs.metrics_lines import read_metrics_lines
from alife.runs.sums import SUMS_FILE, sums_text
from alife.runs.tensorboard_file import KEY, TensorBoardFile

INTERVENTIONS_FILE = "interventions.jsonl"
FAULT_FILE = "fault.json"

_EVENT_FILE = "event file of TensorBoard"
_FILES = ("config.yaml", "metrics.jsonl", INTERVENTIONS_FILE, FAULT_FILE, "summary.json", SUMS_FILE)
BEGINNING = "beginning"
TENSORBOARD = "tensorboard"


class RunDirectory:
    """A directory with `config.yaml`, `metrics.jsonl`, `events/` and `checkpoints/`; in the end `summary.json`.

    Where creatures are born and die there is `lives/`, where interventions were applied to the run
    `interventions.jsonl`, where a fault has ended it `fault.json`, where its creatures began with the brains of others
    `beginning/`, a checkpoint of tick 0, and if they were asked for, `recordings/` and `tensorboard/`. The last of
    the checkpoints (alife.runs.checkpoints) is of the last tick, if the run has ended in order. Until it is closed no
    other process can have it.

    What cannot be written of metrics and interventions waits, and is written later if it can be.

    Args:
        path: must not exist, or be empty; that of a run that goes on, with `places`. Or a claim to it.
        config: text of the effective configuration.
        places: where the files of the run stood at the checkpoint from which it goes on, see `places()`.

    Raises:
        ConfigError: the path holds something already, or another process has it.
        DiskError: it cannot be made; then nothing of it stays.
    """

    def __init__(self, path: Path | Claim, config: str, places: Mapping[str, Any] | None = None) -> None:
        if isinstance(path, Path) and places is None:
            _refuse_if_used(path)
        self._claim = path if isinstance(path, Claim) else Claim(path)
        self.path = path = self._claim.path
        self.events, self.recordings, self.checkpoints = path / "events", path / "recordings", path / "checkpoints"
        self.lives = path / "lives"
        self.tick = 0  # of the last line of metrics
        self._metrics = LinesFile(path / "metrics.jsonl")
        self._interventions = LinesFile(path / INTERVENTIONS_FILE, sync=True)
        self._tensorboard: TensorBoardFile | None = None
        if places is None:
            self._begin(config)
        else:
            self._go_on(config, places)

    def _begin(self, config: str) -> None:
        """Make the first files, unless another run was quicker."""
        try:
            if not holds_nothing(self.path):
                raise FileExistsError
            self.events.mkdir()  # which decides where the disk has no locks
        except FileExistsError:
            self._claim.release()
            raise _used(self.path) from None
        except OSError as error:
            self._claim.discard()
            raise _creation_error(self.path, error) from error
        try:
            for name, text in (("config.yaml", config), ("metrics.jsonl", "")):
                write_whole(self.path / name, text)
        except DiskError:
            self.discard_directory()
            raise

    def _go_on(self, config: str, places: Mapping[str, Any]) -> None:
        """Cut off what was written after a checkpoint."""
        self.tick = int(places["metrics_tick"])
        self._metrics.size, self._interventions.size = int(places["metrics"]), int(places["interventions"])
        try:
            for name in (SUMS_FILE, "summary.json", FAULT_FILE):
                (self.path / name).unlink(missing_ok=True)
            self.write_config(config)
            for file in (self._metrics, self._interventions):
                if file.path.exists():
                    os.truncate(file.path, file.size)
        except OSError as error:
            raise DiskError(f"{self.path}: the run cannot go on there ({error.strerror})") from error

    def places(self) -> dict[str, int]:
        """Return how many bytes there are of the metrics and the interventions, and the tick of the last metrics."""
        return {
            "metrics": self._metrics.size,
            "metrics_tick": self.tick,
            "interventions": self._interventions.size,
        }

    def write_config(self, config: str) -> None:
        """Write the effective configuration again: a reloaded world has its own defaults."""
        with self._writing("configuration"):
            write_whole(self.path / "config.yaml", config)

    def write_tensorboard(self) -> None:
        """Write the metrics for TensorBoard, too: those that are there at once, all others when they come.

        Raises:
            ConfigError: tensorboard is not installed.
            CheckpointError: a line that is there is damaged.
            DiskError: they cannot be written.
        """
        with self._writing(_EVENT_FILE):
            lines = read_metrics_lines(self._metrics.path)
            self._tensorboard = TensorBoardFile(self.path / TENSORBOARD, lines, KEY)

    def append_metrics(self, line: dict[str, Any]) -> None:
        """Append one line to `metrics.jsonl`.

        Raises:
            DiskError: it cannot be written now, and waits.
        """
        self.tick = int(line["tick"])
        self._metrics.append_line(json.dumps(line))
        if self._tensorboard is not None:
            self._tensorboard.append_metrics(self.tick, line["species"])
        self._flush_metrics()

    def _flush_metrics(self) -> None:
        with self._writing("metrics"):
            self._metrics.flush_lines()
        if self._tensorboard is not None:
            with self._writing(_EVENT_FILE):
                self._tensorboard.flush_events()

    def append_intervention(self, tick: int, intervention: Intervention) -> None:
        """Append an intervention applied after a tick to `interventions.jsonl`; it is on disk when this returns.

        Raises:
            DiskError: it cannot be written now, and waits.
        """
        self._interventions.append_line(json.dumps({"tick": tick, **to_plain(intervention)}))
        with self._writing("interventions"):
            self._interventions.flush_lines()

    def flush_lines(self) -> None:
        """Write what waits of the metrics and the interventions.

        Raises:
            DiskError: it cannot be written now.
        """
        self._flush_metrics()
        with self._writing("interventions"):
            self._interventions.flush_lines()

    def write_fault(self, fault: Fault) -> None:
        """Write `fault.json`: what has ended the run."""
        with self._writing("fault"):
            write_whole(self.path / FAULT_FILE, json.dumps(fault._asdict(), indent=2) + "\n")

    def write_summary(self, summary: dict[str, Any]) -> None:
        """Write `summary.json`."""
        with self._writing("summary"):
            write_whole(self.path / "summary.json", json.dumps(summary, indent=2) + "\n")

    def hold(self) -> None:
        """Hold the directory further.

        Raises:
            DiskError: it is gone, or another process has it now.
        """
        with self._writing("run"):
            pass

    @contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        """Write in the directory, if it is still there and ours."""
        try:
            self._claim.hold()
            yield
        except OSError as error:
            raise DiskError(f"{self.path}: the {what} cannot be written ({error.strerror})") from error
        except ConfigError as error:
            raise DiskError(str(error)) from error

    def close(self) -> None:
        """Let other processes have the directory; of a run that has ended, its sums are written first."""
        try:
            with suppress(OSError, AlifeError):  # without sums nothing is lost but that changes are noticed
                self._claim.hold()
                if (self.path / "summary.json").exists():
                    write_whole(self.path / SUMS_FILE, sums_text(self.path))
        finally:
            self._claim.release()

    def discard_directory(self) -> None:
        """Remove all files of the run, as if it had never begun; what cannot be removed stays, without an error."""
        remove_run(self.path)
        self._claim.discard()


def remove_run(path: Path) -> None:
    """Remove what a run writes from its directory, nothing else; what cannot be removed stays, without an error."""
    for name in (*_FILES, *(f"{name}{UNFINISHED}" for name in _FILES)):
        with suppress(OSError):
            (path / name).unlink()
    for name in FOLDERS:
        shutil.rmtree(path / name, ignore_errors=True)


def _refuse_if_used(path: Path) -> None:
    """Raise if something is at a path that is no empty directory; touch nothing."""
    try:
        used = path.exists() and (not path.is_dir() or not holds_nothing(path))
    except OSError as error:
        raise _creation_error(path, error) from error
    if used:
        refuse_if_held(path)
        raise _used(path)


def _creation_error(path: Path, error: OSError) -> DiskError:
    return DiskError(f"{path}: the run directory cannot be made ({error.strerror})")


def _used(path: Path) -> ConfigError:
    return ConfigError(f"--out {path}: must be a new or an empty directory, so that no run overwrites another")

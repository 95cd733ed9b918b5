"""TensorBoard: the metrics of a run as an event file, whole or while the run goes on."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

from alife.config.simulation_config import SimulationConfig
from alife.runs._extras import import_extra
from alife.runs.lines_file import LinesFile
from alife.runs.metrics_lines import MetricsLine, Numbers

KEY = "record.tensorboard"
_NAME = "events.out.tfevents.{}.alife"  # TensorBoard reads what is named so, in the order of the alphabet


def check_tensorboard(config: SimulationConfig) -> None:
    """Raise if a run is to write event files and cannot.

    Raises:
        ConfigError: tensorboard is not installed.
    """
    if config.record.tensorboard:
        import_extra("tensorboard", KEY)


class TensorBoardFile:
    """An event file with a scalar for each number of each species, of single precision, `NUMBER/SPECIES`; step = tick.

    It takes the place of the one that an earlier process has left, whose lines are written again: so no step is there
    twice or missing, however that process has ended, and who looks on meanwhile goes on with the new file. On an axis
    of time, the lines that are written again all stand where the run went on.

    Args:
        folder: of the files; made if it is not there.
        lines: that come first.
        asked_by: the option or key that needs tensorboard.

    Raises:
        ConfigError: tensorboard is not installed.
        CheckpointError: a line is damaged.
        OSError: the file cannot be written.
    """

    def __init__(self, folder: Path, lines: Iterable[MetricsLine], asked_by: str) -> None:
        self._events = import_extra("tensorboard.compat.proto.event_pb2", asked_by)
        self._summaries = import_extra("tensorboard.compat.proto.summary_pb2", asked_by)
        records = import_extra("tensorboard.summary.writer.record_writer", asked_by)
        folder.mkdir(exist_ok=True)
        earlier = [path for path in folder.glob(_NAME.format("*")) if path.is_file()]
        self.path = folder / _NAME.format(time.time_ns())
        self._file = LinesFile(self.path)
        self._writer = records.RecordWriter(SimpleNamespace(write=self._file.append_record))
        try:
            self._begin(lines)
        except BaseException:
            self.path.unlink(missing_ok=True)
            raise
        _empty(earlier)

    def _begin(self, lines: Iterable[MetricsLine]) -> None:
        self._append(file_version="brain.Event:2")
        self._append(session_log=self._events.SessionLog(status=self._events.SessionLog.START))
        for line in lines:
            self.append_metrics(line.tick, line.species)
            self.flush_events()
        self.flush_events()

    def append_metrics(self, tick: int, species: Numbers) -> None:
        """Append the numbers of a line of metrics; None is left out."""
        value = self._summaries.Summary.Value
        values = [
            value(tag=f"{what}/{name}", simple_value=number)
            for name, numbers in species.items()
            for what, number in numbers.items()
            if number is not None
        ]
        self._append(step=tick, summary=self._summaries.Summary(value=values))

    def flush_events(self) -> None:
        """Write what waits.

        Raises:
            OSError: it cannot be written now, and waits on.
        """
        self._file.flush_lines()

    def _append(self, **event: object) -> None:
        self._writer.write(self._events.Event(wall_time=time.time(), **event).SerializeToString())


def _empty(files: Iterable[Path]) -> None:
    """Empty files, and remove those that are empty already; where the file that it reads goes, TensorBoard stops."""
    for path in files:
        if path.stat().st_size:
            os.truncate(path, 0)
        else:
            path.unlink()

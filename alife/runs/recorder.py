"""Recorder: spikes, membranes and TD errors of chosen brains, tick by tick, in files of columns."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.config.simulation_config import missing_rows
from alife.core.errors import ConfigError
from alife.core.frame import BrainProbe
from alife.runs.columns_file import write_columns, write_error, write_names
from alife.sim.simulation import Simulation

_CHUNK_TICKS = 1000  # in one file
_CHUNK_BYTES = 16 * 2**20  # at most, where a tick is no larger

Columns = dict[str, NDArray[Any]]


class Recorder:
    """Keeps spikes, membranes and TD error of the rows in `record.spikes`, every tick of them.

    It reads and changes nothing. What waits to be written is bounded; on disk there are numbered files whose columns
    are `ticks` and, for each row, `SPECIES/ROW/td_errors`, and `spikes/LAYER` and `membranes/LAYER` (ticks, size).

    Args:
        simulation: whose configuration says what is recorded.
        folder: for the files; made here.
        files: how many an earlier process had written; what it wrote later goes.

    Raises:
        ConfigError: a row does not exist.
        DiskError: the folder cannot be made or written.
    """

    def __init__(self, simulation: Simulation, folder: Path, files: int = 0) -> None:
        self._simulation, self._folder = simulation, folder
        wanted = simulation.config.record.spikes
        if faults := missing_rows(wanted, {name: metrics.rows for name, metrics in simulation.metrics.items()}):
            raise ConfigError(faults)
        self._rows = [(name, row) for name, rows in wanted.items() for row in rows]
        first = self._tick_columns()
        room = max(1, min(_CHUNK_TICKS, _CHUNK_BYTES // sum(column.nbytes for column in first.values())))
        self._waiting = {name: np.empty((room, *column.shape), column.dtype) for name, column in first.items()}
        self._room, self._filled, self.files = room, 0, files
        self._make_folder()

    def _make_folder(self) -> None:
        wanted = self._simulation.config.record.spikes
        names = {name: {"rows": rows, "layers": self._layers(name, rows[0])} for name, rows in wanted.items() if rows}
        try:
            self._folder.mkdir(exist_ok=True)
            for path in self._folder.glob("[0-9]*.safetensors"):
                if int(path.stem) >= self.files:
                    path.unlink()
        except (OSError, ValueError) as error:
            raise write_error(self._folder, "recordings", error) from error
        write_names(self._folder, "recordings", names)

    def _layers(self, species: str, row: int) -> list[str]:
        return [layer.name for layer in self._simulation.probe(species, row).layers]

    def record_tick(self) -> None:
        """Record the tick that has just passed.

        Raises:
            DiskError: there are as many as go into a file, and it cannot be written; then these are lost.
        """
        for name, column in self._tick_columns().items():
            self._waiting[name][self._filled] = column
        self._filled += 1
        if self._filled == self._room:
            try:
                self.flush_recordings()
            finally:
                self._filled = 0

    def _tick_columns(self) -> Columns:
        probes = [self._simulation.probe(species, row) for species, row in self._rows]
        columns: Columns = {"ticks": np.array(probes[0].tick if probes else 0, np.int64)}
        for probe in probes:
            columns |= _columns(probe)
        return columns

    def flush_recordings(self) -> None:
        """Write the waiting ticks as one file.

        Raises:
            DiskError: the file cannot be written.
        """
        if self._filled == 0:
            return
        columns = {name: column[: self._filled] for name, column in self._waiting.items()}
        write_columns(columns, self._folder / f"{self.files:06d}.safetensors", "recordings")
        self.files, self._filled = self.files + 1, 0


def _columns(probe: BrainProbe) -> Columns:
    """Return the numbers of one brain at one tick by the names of their columns."""
    own = f"{probe.species}/{probe.row}"
    columns: Columns = {f"{own}/td_errors": np.array(np.nan if probe.error is None else probe.error, np.float32)}
    for k, layer in enumerate(probe.layers):
        columns[f"{own}/spikes/{k}"] = layer.outputs
        columns[f"{own}/membranes/{k}"] = layer.membranes
    return columns

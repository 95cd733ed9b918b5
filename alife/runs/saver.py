"""Saver: what a run has come to is saved as it goes on, so that no more is lost than since the last checkpoint."""

import time
from contextlib import ExitStack
from typing import Any

from alife.runs.checkpoints import remove_unfinished, save_checkpoint
from alife.runs.disk_faults import DiskFaults
from alife.runs.recorder import Recorder
from alife.runs.run_directory import RunDirectory
from alife.sim.simulation import Simulation

Places = dict[str, Any]
"""Where each file of a run stood at a checkpoint: full files and records of events and lives, files of recordings,
bytes of the others. Who goes on from there cuts off what was written later."""


_FIRST_TICKS = 1000  # after which the first checkpoint is due, however short the time
_PAUSE = 4  # times as long as a checkpoint took no other is made


class Saver:
    """Writes what waits to be written, and a checkpoint that agrees with it.

    One is due after so many seconds. A young run makes more: whenever it has come half as far again, so that two thirds
    of what it has learned are never lost.

    Args:
        simulation: that runs.
        directory: of the run.
        recorder: None where no brain is recorded.
        disk: what becomes of faults of the disk while the run goes on.
    """

    def __init__(
        self, simulation: Simulation, directory: RunDirectory, recorder: Recorder | None, disk: DiskFaults
    ) -> None:
        self._simulation, self._directory, self._recorder, self._disk = simulation, directory, recorder, disk
        self._config = simulation.config.record.checkpoint
        self._saved_at, self._pause = time.monotonic(), 0.0
        self._begun_at = simulation.tick
        self._early_tick = simulation.tick + _FIRST_TICKS  # at which one is due before its time
        remove_unfinished(directory.checkpoints)

    def save_if_due(self) -> None:
        """Save between two ticks if it is time; what cannot be saved then is tried again."""
        begun, tick = time.monotonic(), self._simulation.tick
        in_time = begun >= self._saved_at + self._config.seconds
        if not in_time and (tick < self._early_tick or begun < self._saved_at + self._pause):
            return
        with self._disk.tolerated():
            self.save(sync=in_time)
        self._saved_at = time.monotonic()  # saving may have taken a while
        self._pause = _PAUSE * (self._saved_at - begun)
        self._early_tick = tick + (tick - self._begun_at) // 2

    def save(self, sync: bool = True) -> None:
        """Save now: a checkpoint in any case, if it can be written, even where something else cannot.

        Args:
            sync: whether the checkpoint is brought to the disk; without, only a failure of the power costs it.

        Raises:
            DiskError: something cannot be written.
        """
        try:
            self.flush()
        finally:
            if self._config.keep:
                self._directory.hold()
                root, simulation, keep = self._directory.checkpoints, self._simulation, self._config.keep
                save_checkpoint(root, simulation.tick, simulation.state_dict(), self._places(), keep, sync)

    def flush(self) -> None:
        """Write the events, lives, recordings and lines that wait to be written, each that can be.

        Raises:
            DiskError: something cannot be written.
        """
        with ExitStack() as each:  # which calls all of them, whatever one raises
            each.callback(self._directory.flush_lines)
            if self._recorder is not None:
                each.callback(self._recorder.flush_recordings)
            each.callback(self._simulation.lives.flush_lives)
            each.callback(self._simulation.events.flush_events)

    def _places(self) -> Places:
        return {
            "events": self._simulation.events.place,
            "lives": self._simulation.lives.place,
            "recordings": 0 if self._recorder is None else self._recorder.files,
            **self._directory.places(),
        }

"""Saver: what a run has come to is saved as it goes on, so that no more is lost than since the last checkpoint."""

import sys
import time
from typing import Any

from alife.config.simulation_config import CheckpointConfig
from alife.core.errors import DiskError
from alife.runs.checkpoints import remove_unfinished, save_checkpoint
from alife.runs.recorder import Recorder
from alife.runs.run_directory import RunDirectory
from alife.sim.simulation import Simulation

Places = dict[str, Any]
"""Where each file of a run stood at a checkpoint: full files and records of events and lives, files of recordings,
bytes of the others. Who goes on from there cuts off what was written later."""


class Saver:
    """Writes what waits to be written, and a checkpoint that agrees with it.

    Args:
        simulation: that runs.
        directory: of the run.
        recorder: None where no brain is recorded.
        config: how often, and how many checkpoints stay.
    """

    def __init__(
        self, simulation: Simulation, directory: RunDirectory, recorder: Recorder | None, config: CheckpointConfig
    ) -> None:
        self._simulation, self._directory, self._recorder, self._config = simulation, directory, recorder, config
        self._saved_at, self._warned = time.monotonic(), False
        remove_unfinished(directory.checkpoints)

    def save_if_due(self) -> None:
        """Save between two ticks if it is time; where the disk is full, the run goes on, and it is tried again."""
        if not self._config.keep or time.monotonic() < self._saved_at + self._config.seconds:
            return
        try:
            self.save()
        except DiskError as error:
            if not self._warned:
                print(f"warning: {error}; the run goes on, and tries again", file=sys.stderr, flush=True)
            self._warned = True
        self._saved_at = time.monotonic()  # saving may have taken a while

    def save(self, more: int = 0) -> None:
        """Save now; so many checkpoints stay more than the configuration says.

        Raises:
            DiskError: something cannot be written.
        """
        self.flush()
        if self._config.keep:
            root, simulation, keep = self._directory.checkpoints, self._simulation, self._config.keep + more
            save_checkpoint(root, simulation.tick, simulation.state_dict(), self._places(), keep)

    def flush(self) -> None:
        """Write the events, lives and recordings that wait to be written.

        Raises:
            DiskError: something cannot be written.
        """
        self._simulation.events.flush_events()
        self._simulation.lives.flush_lives()
        if self._recorder is not None:
            self._recorder.flush_recordings()

    def _places(self) -> Places:
        return {
            "events": self._simulation.events.place,
            "lives": self._simulation.lives.place,
            "recordings": 0 if self._recorder is None else self._recorder.files,
            **self._directory.places(),
        }

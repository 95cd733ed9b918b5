"""Following: the checkpoints of a run that another process takes, one after the other, without touching it."""

import os.path
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from alife.core.errors import CheckpointError
from alife.runs.checkpoints import Checkpoint, last_checkpoint, last_folder

_OLDEST = 10**9  # seconds


class Following:
    """Finds the newest whole checkpoint of a run, as often as it is asked.

    Nothing is locked and nothing written, so a checkpoint may vanish or be replaced while it is read: that one is
    passed over, and a run that is killed makes no more.

    Args:
        run: its directory.
        most: bytes that a state may take, see `load_state`.
    """

    def __init__(self, run: Path, most: int) -> None:
        self._run, self._root, self._most = run, run / "checkpoints", most
        self._looked_at: _Saved | None = None  # what was newest, whole or not
        self._found: _Saved | None = None  # what was returned last

    def newer_checkpoint(self) -> Checkpoint | None:
        """Return the newest whole checkpoint, None where that is the one returned last or there is none yet."""
        with suppress(CheckpointError, OSError):
            newest = last_folder(self._root)
            if newest is None or (saved := _saved(newest)) == self._looked_at:
                return None
            self._looked_at = saved
            checkpoint = last_checkpoint(self._root, self._most)
            if (found := _saved(checkpoint.folder)) != self._found:
                self._found = found
                return checkpoint
        return None

    def describe(self) -> str:
        """Return in one line of which tick the checkpoint is, how old it is, and whether the run has ended."""
        ended = "; the run has ended" if os.path.isfile(self._run / "summary.json") else ""
        if self._found is None:
            return f"no checkpoint yet{ended}"
        age = timedelta(seconds=min(max(0, round(time.time() - self._found.written)), _OLDEST))  # clocks may differ
        return f"checkpoint of tick {int(self._found.folder.name):,}, {age} old{ended}"


class _Saved(NamedTuple):
    """A folder as it was saved at one time; one that replaces it is another."""

    folder: Path
    number: int
    written: float


def _saved(folder: Path) -> _Saved:
    about = folder.stat()
    return _Saved(folder, about.st_ino, about.st_mtime)

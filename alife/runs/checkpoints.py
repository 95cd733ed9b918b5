"""Checkpoints: the last whole states of a run, from which it goes on."""

import platform
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from alife.core.errors import CheckpointError
from alife.core.world import State
from alife.runs._read_files import list_folder
from alife.runs.checkpoint import MOST_STATE, load_manifest, load_state, save_state
from alife.runs.summary import versions

_TRIED = 5  # at most, from the newest on


class Checkpoint(NamedTuple):
    """A whole state of a run."""

    folder: Path
    state: State
    places: Any  # where each file of the run stood then, see `Places` of alife.runs.saver; as it was read


def save_checkpoint(root: Path, tick: int, state: State, places: dict[str, Any], keep: int, sync: bool = True) -> None:
    """Save the state of a tick, and remove all checkpoints but the last ones.

    Args:
        root: the folder of all checkpoints of the run.
        tick: of the state.
        state: of the simulation.
        places: where each file of the run stands.
        keep: how many stay.
        sync: whether it is brought to the disk, see `save_state`.

    Raises:
        CheckpointError: the state holds what cannot be saved.
        DiskError: it cannot be written; those before it stay.
    """
    about = {"tick": tick, "config": state["config"], "places": places, "versions": versions(), "cpu": cpu()}
    save_state(root / f"{tick:012d}", state, about, sync)
    for old in _all(root)[:-keep]:
        shutil.rmtree(old, ignore_errors=True)  # what cannot go now goes next time


def last_checkpoint(root: Path, most: int = MOST_STATE) -> Checkpoint:
    """Return the last checkpoint that is whole.

    Args:
        root: the folder of all checkpoints of the run.
        most: bytes that a state may take, see `load_state`.

    Raises:
        CheckpointError: there is none; the message says of the newest why not.
    """
    fault = CheckpointError(f"{root}: holds no checkpoint; record: {{checkpoint: {{keep: 3}}}} makes some")
    if not root.parent.exists():
        fault = CheckpointError(f"{root.parent}: there is no such directory; name one that a run has printed")
    for k, folder in enumerate(reversed(_all(root)[-_TRIED:])):
        try:
            return _read(folder, most)
        except CheckpointError as error:
            fault = fault if k else error
    raise fault


def last_tick(root: Path) -> int | None:
    """Return the tick of the last checkpoint; None where there is none."""
    return int(folder.name) if (folder := last_folder(root)) else None


def last_folder(root: Path) -> Path | None:
    """Return the folder of the last checkpoint, whole or not; None where there is none."""
    return folders[-1] if (folders := _all(root)) else None


def checkpoint_before(root: Path, tick: int) -> Checkpoint | None:
    """Return the last checkpoint before a tick that is whole; None where there is none."""
    for folder in reversed(_all(root)[-_TRIED:]):
        with suppress(CheckpointError):
            if int(folder.name) < tick:
                return _read(folder)
    return None


def take_on(checkpoint: Checkpoint, load: Callable[[State], object]) -> None:
    """Load the state of a checkpoint.

    Args:
        checkpoint: that was read.
        load: takes a state on.

    Raises:
        CheckpointError: it does not fit; the message names the folder.
    """
    try:
        load(checkpoint.state)
    except CheckpointError as error:
        raise CheckpointError(f"{checkpoint.folder}: {error}") from error


def remove_unfinished(root: Path) -> None:
    """Remove what a process that was killed has left unfinished."""
    with suppress(OSError):
        for stray in (*root.glob(".*.unfinished"), *root.glob(".*.replaced")):
            shutil.rmtree(stray, ignore_errors=True)


def cpu() -> str:
    """Return the processor, among whose like a run is equal to the bit."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return platform.processor() or platform.machine()


def _read(folder: Path, most: int = MOST_STATE) -> Checkpoint:
    return Checkpoint(folder, load_state(folder, most), load_manifest(folder).get("places"))


def _all(root: Path) -> list[Path]:
    return list_folder(root, "[0-9]{12,19}")

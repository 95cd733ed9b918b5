"""Disks that fill while a run writes: it goes on, says so once, and what it wrote before stays readable."""

import builtins
import errno
import io
import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from alife.core.errors import CheckpointError, DiskError
from alife.runs.checkpoints import last_checkpoint
from benchmarks.reliability.attack import Attack, Finding, Setting
from benchmarks.reliability.warm import CONFIGS, Command, Ended, attempts, digest, run, warm_up

_TICKS = 4_000  # at most; where disks are few, lives are short
_MOST_BYTES = 750  # for a tick, about what the run writes
_DISK_BYTES = 1 << 20  # of the real disk


class FullDisk:
    """Files that take so many bytes in all; then there is no space left on the device.

    Args:
        room: bytes.
        freed_after: refused writes after which somebody has made room; None for never.
    """

    def __init__(self, room: int, freed_after: int | None) -> None:
        self._room, self._freed_after, self._refused = room, freed_after, 0

    def take(self, count: int) -> None:
        """Take room for so many bytes.

        Raises:
            OSError: there is none.
        """
        if self._freed_after is not None and self._refused >= self._freed_after:
            return
        if count > self._room:
            self._refused += 1
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._room -= count

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Let every file that is opened for writing lie on this disk."""
        real = io.open

        def open_file(*arguments: Any, **options: Any) -> Any:
            file = real(*arguments, **options)
            if file.writable() and not file.isatty():
                return _Metered(file, self)
            return file

        with patch.object(io, "open", open_file), patch.object(builtins, "open", open_file):
            yield


class _Metered:
    """A file whose writes are metered."""

    def __init__(self, file: Any, disk: FullDisk) -> None:
        self._file, self._disk = file, disk

    def write(self, content: Any) -> int:
        """Write if there is room."""
        self._disk.take(len(content))
        return int(self._file.write(content))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Metered":
        self._file.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._file.__exit__(*error)


def fill_disks(setting: Setting) -> Finding:
    """Run on so many disks that fill, and go on once there is room; then on a small disk of memory."""
    warm_up(["hungry_pond"])
    whole = setting.folder / "whole"
    ticks = min(_TICKS, 200 * setting.count)
    ended = run(_words(whole, ticks), whole.with_suffix(".txt"))
    assert ended.code == 0, ended.text
    found = attempts(setting.jobs, partial(_fill, setting, ticks, digest(whole)), range(setting.count))
    faults = [fault for each in found for fault in each]
    real, real_faults = _fill_real_disk(setting.folder, ticks, digest(whole))
    return Finding(f"{setting.count} disks of a fake file layer; {real}", [*faults, *real_faults])


def _words(out: Path, ticks: int) -> list[str | Path]:
    changes = ["--ticks", str(ticks), "--set", "record.checkpoint.seconds=0.1", "--set", "record.spikes.learners=[0]"]
    return ["run", CONFIGS / "hungry_pond.yaml", "--headless", *changes, "--out", out]


def _fill(setting: Setting, ticks: int, expected: str, number: int) -> list[str]:
    chance = random.Random(f"{setting.seed}/{number}")
    room, freed_after = int(chance.random() ** 2 * _MOST_BYTES * ticks), chance.choice([None, 1, 5])
    out = setting.folder / f"{number}"
    said, disk = out.with_suffix(".txt"), FullDisk(room, freed_after)
    ended = Command(_words(out, ticks), said, disk.mounted()).wait()
    what = f"disk {number}, {room:,} bytes, {'room after ' + str(freed_after) if freed_after else 'full for good'}: "
    return [what + fault for fault in _faults(ended, out, expected)]


def _fill_real_disk(folder: Path, ticks: int, expected: str) -> tuple[str, list[str]]:
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        return "none of memory, which only root may mount", []
    try:
        out = disk / "run"
        (disk / "taken").write_bytes(bytes(_DISK_BYTES * 3 // 4))
        ended = Command(_words(out, ticks), folder / "disk.txt").wait()
        (disk / "taken").unlink()
        return "a disk of memory of 1 MiB", [f"disk of memory: {fault}" for fault in _faults(ended, out, expected)]
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def _faults(ended: Ended, out: Path, expected: str) -> list[str]:
    """Return what was wrong with a run on a full disk, which has room now."""
    faults = ["a traceback"] if ended.traceback else []
    if ended.code not in (0, DiskError.exit_code):
        faults.append(f"exit code {ended.code}: {ended.last}")
    if (said := ended.text.count("No space left on device")) > 2:  # a warning, and why it ended
        faults.append(f"said {said} times")
    try:
        last_checkpoint(out / "checkpoints")
    except CheckpointError as error:
        return faults if list((out / "checkpoints").glob("[0-9]*")) == [] else [*faults, str(error)]
    if digest(out) != expected:
        again = run(["resume", out, "--headless"], out.with_suffix(".again.txt"))
        if digest(out) != expected:
            faults.append(f"gone on with, {again.last}")
    return faults


DISKS = Attack(
    "disks",
    "{count} disks that fill at random moments, a third of them for good",
    "said once; the run goes on or ends with 6; what was saved stays whole, and is gone on with to the bit",
    100,
    4,
    fill_disks,
)

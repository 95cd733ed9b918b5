"""Doctor: what a run needs of this machine, and what to do where it is missing."""

import os
import platform
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal, NamedTuple

import alife
from alife.config.simulation_config import MAX_CREATURES
from alife.core.errors import ConfigError
from alife.core.kernel import cache_folder, is_writable
from alife.core.machine import free_memory

_GIB = 2**30
_LITTLE_DISK, _LITTLE_MEMORY = _GIB // 10, _GIB
_RUNS = Path("runs")
_REINSTALL = "pip install -e . in the folder of tracelife, with its own Python, .venv/bin/pip"
_NEEDED_LATER = {"torch": "the rules trace and reflect and torch encoders need it, all other runs do without"}


class Finding(NamedTuple):
    """What one look has found."""

    state: Literal["ok", "note", "MEND"]
    name: str
    finding: str


def examine_machine() -> list[Finding]:
    """Return what was found, in the order in which a run needs it; `note` is what a run does without."""
    return [*_versions(), _pygame(), _processors(), _memory(), _disk(), _kernels(), _display(), _film(), _limits()]


def _version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _versions() -> Iterator[Finding]:
    yield Finding("ok", "alife", f"{alife.__version__}, from {Path(alife.__file__).parent}")
    yield Finding("ok", "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    try:
        needed = [
            re.split(r"[^A-Za-z0-9_.-]", line)[0] for line in requires("tracelife") or () if "extra ==" not in line
        ]
    except PackageNotFoundError:
        yield Finding("MEND", "packages", f"tracelife itself is not installed; {_REINSTALL}")
        needed = ["numpy", "numba", "gymnasium", "pygame-ce", "torch"]
    found = {name: _version_of(name) for name in needed}
    yield Finding("ok", "packages", ", ".join(f"{name} {number}" for name, number in found.items() if number))
    for name in (name for name, number in found.items() if number is None):
        if name in _NEEDED_LATER:
            yield Finding("note", name, f"not installed: {_NEEDED_LATER[name]}; pip install {name}")
        else:
            yield Finding("MEND", name, f"not installed; {_REINSTALL}")


def _pygame() -> Finding:
    if _version_of("pygame") is not None and _version_of("pygame-ce") is not None:
        return Finding(
            "MEND",
            "pygame",
            "pygame and pygame-ce are both installed and overwrite each other's files; "
            "pip uninstall -y pygame pygame-ce, and then pip install pygame-ce",
        )
    if _version_of("pygame") is not None:
        return Finding("MEND", "pygame", "pygame is installed in place of pygame-ce; uninstall it, install pygame-ce")
    return Finding("ok", "pygame", "pygame-ce alone, as it must be")


def _processors() -> Finding:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return Finding(
            "note", "processors", f"{usable}, but NUMBA_DISABLE_JIT is set: all is interpreted and slow; unset it"
        )
    return Finding("ok", "processors", f"{usable}; a run uses one, with --threads N more, --seeds one for each seed")


def _memory() -> Finding:
    free = free_memory()
    if free is None:
        return Finding(
            "note", "memory", "the system does not say what is free; memory_gib in a configuration sets a limit"
        )
    text = f"{free / _GIB:.1f} GiB free, of which a run may take four fifths (memory_gib sets another limit)"
    if free < _LITTLE_MEMORY:
        return Finding("note", "memory", f"{text}: that is little; close other programs, or run few copies")
    return Finding("ok", "memory", text)


def _disk() -> Finding:
    here = _RUNS.absolute()
    place = next(path for path in (here, *here.parents) if path.exists())
    if not (place.is_dir() and os.access(place, os.W_OK)):
        return Finding("MEND", "disk", f"{place} cannot be written, where runs are kept; run from a folder of your own")
    free = shutil.disk_usage(place).free
    text = f"{free / _GIB:.1f} GiB free where runs are kept, {here}"
    if free < _LITTLE_DISK:
        return Finding("MEND", "disk", f"{text}: too little for a run; remove old runs, or give --out on another disk")
    return Finding("ok", "disk", text)


def _kernels() -> Finding:
    folder = cache_folder()
    if not is_writable(folder):
        return Finding(
            "note",
            "kernels",
            f"{folder} cannot be written: every run compiles anew, fifteen seconds; set NUMBA_CACHE_DIR to a folder "
            "that can",
        )
    files = [path for path in folder.rglob("*") if path.is_file()]
    count, size = sum(path.suffix == ".nbi" for path in files), sum(path.stat().st_size for path in files)
    note = "" if count else "; the first run compiles for about fifteen seconds"
    return Finding("ok", "kernels", f"{count} compiled in {folder}, {size / 2**20:.1f} MiB, which may be removed{note}")


def _display() -> Finding:
    without = "runs go on without a window and leave a film and a curve"
    try:
        from alife.view.window.display import NoDisplay, display_driver
    except ImportError as error:
        return Finding("MEND", "display", f"pygame cannot be loaded ({error}); pip install --force-reinstall pygame-ce")
    except ConfigError as error:
        return Finding("MEND", "display", str(error))
    try:
        driver = display_driver()
    except NoDisplay as reason:
        return Finding("note", "display", f"{str(reason).rstrip('.')}; {without}")
    if driver in ("dummy", "offscreen"):
        return Finding("note", "display", f"SDL_VIDEODRIVER={driver} shows nothing; unset it to see a window")
    return Finding("ok", "display", f"a window opens, by the driver {driver}")


def _film() -> Finding:
    try:
        import imageio_ffmpeg

        return Finding("ok", "films", f"by {imageio_ffmpeg.get_ffmpeg_exe()}")
    except (ImportError, RuntimeError):
        return Finding(
            "note",
            "films",
            "there is no ffmpeg, so that --record FILE.mp4 fails and --record FOLDER does not; pip install "
            "imageio-ffmpeg, or set IMAGEIO_FFMPEG_EXE to one",
        )


def _limits() -> Finding:
    return Finding("ok", "limits", f"{MAX_CREATURES:,} creatures in all copies together, and the memory above")

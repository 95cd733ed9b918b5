"""What a process does with one seed: an ordinary run in a directory of its own."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alife.app.loading import loading
from alife.core.errors import AlifeError, DiskError
from alife.sim.signals import Interruption


@dataclass(frozen=True)
class Task:
    """A seed that is to be run.

    Args:
        seed: of the run.
        config: its effective configuration as plain data.
        directory: where it is to be kept; what an unfinished run has left there goes.
    """

    seed: int
    config: dict[str, Any]
    directory: Path


@dataclass(frozen=True)
class Ended:
    """How the run of a seed ended.

    Args:
        exit_code: 0 when it was done, that of the kind of error, or of the signal that interrupted it.
        error: what went wrong, one or more sentences below each other; "" if nothing did.
    """

    exit_code: int
    error: str = ""


def run_seed(task: Task, interruption: Interruption) -> Ended:
    """Run a seed and return how it ended; all else is in its run directory."""
    try:
        _clear(task.directory)
        return Ended(_run(task, interruption))
    except AlifeError as error:
        return Ended(error.exit_code, str(error))
    except Exception as error:
        sentence = " ".join(str(error).split())
        return Ended(AlifeError.exit_code, f"{type(error).__name__}: {sentence}".rstrip(": "))


def _run(task: Task, interruption: Interruption) -> int:
    with loading():
        from alife.app.launch import LaunchOptions, launch
        from alife.config.simulation_config import parse_config

        config = parse_config(task.config, task.config["name"])
    return launch(config, LaunchOptions(headless=True, out=task.directory, quiet=True), interruption).exit_code


_TICKS = 100  # in which most that a configuration uses is used


def compile_kernels(task: Task, interruption: Interruption) -> None:
    """Live the first ticks of a seed and keep nothing but what was compiled; faults are told by its run."""
    with suppress(Exception):
        with loading():
            from alife.config.simulation_config import parse_config
            from alife.sim.build import build_simulation

            simulation = build_simulation(parse_config(task.config, task.config["name"]))
        while simulation.tick < _TICKS and interruption.signal is None:
            simulation.run_tick()


def _clear(directory: Path) -> None:
    try:
        if directory.exists():
            shutil.rmtree(directory)
    except OSError as error:
        raise DiskError(f"{directory}: an unfinished run cannot be removed ({error.strerror})") from error

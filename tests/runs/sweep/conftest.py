"""Runs of a sweep in the process of the test."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from alife.config.yaml_file import decode_yaml
from alife.runs.sweep import sweep as module
from alife.runs.sweep.processes import Ended, Task, alife_arguments
from alife.sim.signals import Interruption
from tests.command import alife

Outcomes = Iterator[tuple[Task, Ended | None]]


def in_this_process(task: Task) -> Ended:
    """Do in this process what a child would do."""
    with tempfile.TemporaryDirectory() as folder:
        done = alife(*alife_arguments(task, Path(folder, "config.yaml")), env=dict(os.environ))
    errors = [line.removeprefix("error: ") for line in done.stderr.splitlines() if line.startswith("error: ")]
    return Ended(done.returncode, "\n".join(errors))


def config_of(task: Task) -> dict[str, Any]:
    """Return the configuration of a task as plain data."""
    return decode_yaml(task.config.encode(), task.name)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Run all in this process, one after the other, which spares them the imports; return the seeds that ran."""
    ran: list[int] = []

    def outcomes(tasks: Iterable[Task], _: int, interruption: Interruption) -> Outcomes:
        for task in tasks:
            if interruption.signal is None:
                ran.append(config_of(task)["seed"])
                yield task, None
                yield task, in_this_process(task)

    monkeypatch.setattr(module, "outcomes", outcomes)
    monkeypatch.setattr(module, "_compile_kernels", lambda *_: None)  # this process compiles them anyway
    return ran

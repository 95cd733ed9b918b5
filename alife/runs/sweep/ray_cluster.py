"""Runs side by side as tasks of Ray, on this machine or on many; only this file knows Ray.

A task does what `outcomes` does for one run, so that layout and numbers are the same. One whose worker or node dies is
begun anew on another by Ray, where its run goes on from its last checkpoint.
"""

import logging
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, suppress
from importlib.util import find_spec
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any

from alife.core.errors import AlifeError, ConfigError
from alife.core.sentences import plain
from alife.core.terminal import print_warning
from alife.runs.sweep.processes import GRACE, Ended, Task, next_unless, outcomes, processors
from alife.sim.signals import Interruption

RETRIES = 8
"""How often a run goes on whose worker or node has died."""

_LOOK = 0.2  # seconds from one look at the tasks to the next
_ANSWER = 20.0  # seconds in which a cluster must answer: Ray itself would try for many minutes
_PATIENCE = 120.0  # seconds in which the lock of a node that has died is gone; NFS frees it after ninety
_ON_THE_WAY = 10.0  # seconds that words to and from a node may take beside
_STORE = 80_000_000  # bytes for what tasks give to each other, which is next to nothing: the least that Ray takes
_STOPPED = Ended(128 + signal.SIGTERM)  # as `outcomes` says of a run that was told to end

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # or Ray reports to its makers
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # or it warns of a change to come
}


def check_cluster(address: str) -> None:
    """Raise unless Ray is installed, and a cluster answers at an address.

    Args:
        address: HOST:PORT of the head of a cluster; "" for one that is to be started here.

    Raises:
        ConfigError: it is not, or none does.
    """
    if find_spec("ray") is None:
        raise ConfigError('--ray: needs Ray, which is not installed; pip install "tracelife[cluster]"')
    if not address:
        return
    if not (found := re.fullmatch(r"([\w.-]+):([0-9]{1,5})", address, re.ASCII)) or int(found[2]) >= 2**16:
        raise ConfigError(f"--ray {address[:80]!r}: must be HOST:PORT, as ray start --head says it, or be left empty")
    try:
        socket.create_connection((found[1], int(found[2])), _ANSWER).close()
        status = [sys.executable, "-m", "ray.scripts.scripts", "status", "--address", address]
        subprocess.run(status, env={**os.environ, **_QUIET}, capture_output=True, check=True, timeout=_ANSWER)
    except (OSError, UnicodeError) as error:  # the second for a host that no name can be
        why = getattr(error, "strerror", "no host can be called so") or error
        raise ConfigError(f"--ray {address}: nothing answers there ({why}); ray start --head starts one") from error
    except subprocess.SubprocessError as error:
        what = "what answers there is no head of a cluster of this Ray, or wants a token"
        raise ConfigError(f"--ray {address}: {what}") from error


def ray_outcomes(
    tasks: Iterable[Task], address: str, workers: int | None, interruption: Interruption
) -> Generator[tuple[Task, Ended | None], None, None]:
    """Do all tasks on a cluster, and yield each as it is handed over, with None, and as it ends, as `outcomes` does.

    Args:
        tasks: what is wanted; each is taken when it begins.
        address: of the cluster; "" starts one on this machine, and ends it.
        workers: at most so many at a time; as many as the cluster has processors when None.
        interruption: of the whole.

    Raises:
        ConfigError: the cluster cannot be started or joined.
    """
    waiting, running = iter(tasks), dict[Any, Task]()
    if (first := next_unless(waiting, interruption)) is None:
        return
    waiting = chain([first], waiting)
    with _joined(address, workers) as ray:
        run = ray.remote(_run_task).options(num_cpus=1, max_retries=RETRIES)
        try:
            while interruption.signal is None:
                most = workers or _capacity(ray)
                while len(running) < most and (task := next_unless(waiting, interruption)) is not None:
                    yield task, None
                    words = (task.name, task.config, str(task.directory), task.strict, sys.path, os.getcwd())
                    running[run.remote(*words)] = task
                if not running:
                    return
                for done in ray.wait(list(running), timeout=_LOOK)[0]:
                    yield running.pop(done), _how_ended(ray, done)
            for done in _cancelled(ray, list(running)):
                yield running.pop(done), _how_ended(ray, done)
            while running:
                yield running.popitem()[1], _STOPPED
        finally:
            list(_cancelled(ray, list(running)))


def _cancelled(ray: Any, running: Sequence[Any]) -> Iterator[Any]:
    """Let tasks end in order, and yield each as it ends; the cluster ends those that do not, when it is left."""
    for each in running:
        ray.cancel(each, recursive=False)
    deadline = time.monotonic() + GRACE + _ON_THE_WAY
    while running and time.monotonic() < deadline:
        done, running = ray.wait(running, timeout=_LOOK)
        yield from done


def _how_ended(ray: Any, done: Any) -> Ended:
    """Pass on what a run has said on its node, and return how it ended."""
    try:
        lines, exit_code, why = ray.get(done)
    except ray.exceptions.TaskCancelledError:  # before it had begun
        return _STOPPED
    except ray.exceptions.RayTaskError as error:
        return Ended(AlifeError.exit_code, f"no process can be started for it on its node ({plain(error.cause)})")
    except ray.exceptions.RayError as error:
        first = plain(str(error).partition("\n")[0])[:200]
        return Ended(AlifeError.exit_code, f"its worker was lost {RETRIES + 1} times, at last with: {first}")
    for line in lines:
        print_warning(line)
    return Ended(exit_code, why)


def _run_task(
    name: str, config: str, directory: str, strict: bool, path: list[str], folder: str
) -> tuple[list[str], int, str]:
    """Do a task on a node, where code is found as where it comes from; return what it has said and how it ended."""
    sys.path[:] = dict.fromkeys([*path, *sys.path])
    with suppress(OSError):
        os.chdir(folder)
    interruption, said = Interruption(), StringIO()
    before = signal.signal(signal.SIGINT, interruption.handle_signal)  # which is how Ray cancels a task
    try:
        with redirect_stderr(said):
            task = Task(name, config, Path(directory), strict, _PATIENCE)
            hows = [how for _, how in outcomes([task], 1, interruption) if how is not None]
    finally:
        signal.signal(signal.SIGINT, before)
    ended = hows[0] if hows else _STOPPED
    return said.getvalue().splitlines(), ended.exit_code, ended.error


def _capacity(ray: Any) -> int:
    """Return how many processors a cluster has now; where there are none yet, one task waits for them."""
    return max(1, int(ray.cluster_resources().get("CPU", 0)))


@contextmanager
def _joined(address: str, workers: int | None) -> Iterator[Any]:
    """Be part of a cluster, or start one on this machine, whose files go with it and which others cannot use."""
    os.environ.update(_QUIET)
    if not address:  # Ray listens to the whole network, and does what it is told
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        os.environ["RAY_AUTH_MODE"] = "token"
    import ray

    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        own: dict[str, Any] = {
            "num_cpus": workers or processors(),
            "include_dashboard": False,
            "object_store_memory": _STORE,
            "_temp_dir": folder,
            "_system_config": {"memory_monitor_refresh_ms": 0},  # which would end workers where memory is short
        }
        try:
            with _own_signals():
                where = {"address": address} if address else {"address": "local", **own}
                ray.init(**where, log_to_driver=False, logging_level=logging.CRITICAL)
        except (ray.exceptions.RayError, OSError, RuntimeError, ValueError) as error:
            what = f"{address}: cannot be joined" if address else "a cluster cannot be started here"
            raise ConfigError(f"--ray {what} ({plain(error)[:300]})") from error
        try:
            yield ray
        finally:
            ray.shutdown()


@contextmanager
def _own_signals() -> Iterator[None]:
    """Listen for SIGTERM afterwards as before: Ray takes it for itself."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)

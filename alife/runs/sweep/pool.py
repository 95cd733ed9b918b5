"""Processes that do tasks side by side, where one that dies takes nothing with it but its own task.

A pool of the standard library gives all its tasks up when a process is killed, and does not say whose it was.
Here each process has a pipe of its own: tasks and the wish to stop go in, answers come out, and its end is
noticed at both sides. Processes are started afresh (spawn), not forked from one with threads, and serve task
after task, for they take seconds to load.
"""

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any

from alife.sim.signals import Interruption, listening

Work = Callable[[Any, Interruption], Any]
"""Does a task and returns its answer; ends it early once it is interrupted. A function of a module, not a lambda."""

_LOOK = 0.1  # seconds in which an interruption is noticed
_GRACE = 30.0  # seconds in which a process must be done once its answer is not awaited any more
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Lost:
    """What there is instead of an answer where a process ended without one.

    Args:
        code: its exit code; -N where signal N killed it; None where it could not be started.
    """

    code: int | None


@dataclass
class _Worker:
    """A process and its pipe.

    Args:
        process: runs `_serve`.
        pipe: our end.
        task: which it does.
        told: whether it knows that it is to stop.
    """

    process: Any
    pipe: Connection
    task: Any
    told: bool = False


def answers(
    work: Work, tasks: Iterable[Any], workers: int, interruption: Interruption
) -> Generator[tuple[Any, Any | Lost], None, None]:
    """Do all tasks in at most so many processes, and yield each task with its answer as it comes.

    Once interrupted, the tasks under way are asked to end, their answers are yielded, and no more are begun. When
    the generator is closed, they are asked to end, too, and their answers are lost.

    Args:
        work: does a task; what it raises is lost, so it should raise nothing.
        tasks: each is sent to a process, so it must be plain data.
        workers: at most so many tasks at a time.
        interruption: of the whole.
    """
    waiting, working = list(tasks)[::-1], list[_Worker]()
    try:
        while working or (waiting and interruption.signal is None):
            while waiting and interruption.signal is None and len(working) < workers:
                task = waiting.pop()
                worker = _start_worker(work, task)
                if worker is None:
                    yield task, Lost(None)
                else:
                    working.append(worker)
            _forward_interruption(interruption, working)
            for worker in _ready_workers(working):
                task, (answer, stays) = worker.task, _receive_answer(worker)
                if stays and waiting and interruption.signal is None:
                    _send_task(worker, waiting.pop())
                else:
                    working.remove(worker)
                    _stop_worker(worker)
                yield task, answer
    finally:
        for worker in working:  # whose answers are not wanted any more
            worker.pipe.close()
        for worker in working:
            worker.process.join()


def _start_worker(work: Work, task: Any) -> _Worker | None:
    """Start a process with its first task; None where the system has no room for one."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work))
    try:
        with _signals_blocked():
            process.start()
    except OSError:
        return None
    finally:
        theirs.close()
    worker = _Worker(process, ours, None)
    _send_task(worker, task)
    return worker


def _send_task(worker: _Worker, task: Any) -> None:
    worker.task = task
    with suppress(OSError):  # a process that is gone is noticed when its answer is waited for
        worker.pipe.send(task)


def _forward_interruption(interruption: Interruption, working: list[_Worker]) -> None:
    for worker in working:
        if interruption.signal is not None and not worker.told:
            worker.told = True
            with suppress(OSError):
                worker.pipe.send(_Stop(int(interruption.signal)))


def _ready_workers(working: list[_Worker]) -> list[_Worker]:
    """Wait for a moment, and return the workers that have answered or are gone."""
    ends = {end: worker for worker in working for end in (worker.pipe, worker.process.sentinel)}
    ready = {id(ends[end]) for end in wait(list(ends), _LOOK)}
    return [worker for worker in working if id(worker) in ready]


def _receive_answer(worker: _Worker) -> tuple[Any, bool]:
    """Return the answer of a process, and whether it takes another task."""
    try:
        answer, stays = worker.pipe.recv()
    except (EOFError, OSError):  # it has ended, and nothing that it sent before is left
        worker.process.join()
        return Lost(worker.process.exitcode), False
    return answer, bool(stays)


def _stop_worker(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.join()


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block signals here, and in a process that starts meanwhile until it listens to them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # starts with the first process otherwise, and lets the signals go again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# What follows runs in the process that works.


@dataclass(frozen=True)
class _Stop:
    """The wish that a process ends its task.

    Args:
        signal: that asked for it.
    """

    signal: int


def _serve(pipe: Connection, work: Work) -> None:
    """Do the tasks that come through the pipe until it is closed."""
    with listening() as interruption:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=_receive_messages, args=(pipe, tasks, interruption), daemon=True).start()
        with suppress(OSError):  # the other side is gone
            while (task := tasks.get()) is not None:
                answer = work(task, interruption)
                pipe.send((answer, interruption.signal is None))


def _receive_messages(pipe: Connection, tasks: "queue.SimpleQueue[Any]", interruption: Interruption) -> None:
    """Receive messages while the work goes on; when the other side is gone, however it ended, stop."""
    with suppress(EOFError, OSError):
        while True:
            message = pipe.recv()
            if isinstance(message, _Stop):
                interruption.note_signal(message.signal)
            else:
                tasks.put(message)
    tasks.put(None)
    interruption.note_signal(signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)  # a plug-in that never returns must not outlive the process that waited for it

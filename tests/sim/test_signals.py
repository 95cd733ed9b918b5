"""What an interruption knows of signals, its own and those of others; and how a run ends whose world hangs."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from alife.runs.checkpoints import last_checkpoint
from alife.sim.build import build_simulation
from alife.sim.signals import Interruption, listening
from alife.sim.slow_tick import SlowTick
from tests.errors import names
from tests.forked import forked
from tests.sim.runs import small


def test_the_first_signal_counts() -> None:
    """Its number gives the exit code, whoever heard it."""
    interruption = Interruption()
    assert interruption.exit_code == 0
    interruption.note_signal(signal.SIGTERM)
    interruption.note_signal(signal.SIGINT)

    assert (interruption.signal, interruption.exit_code) == (15, 143)


def test_a_signal_of_its_own_after_one_that_was_passed_on_is_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a terminal both come, in any order: only a second one of its own ends a process at once."""
    left: list[int] = []
    monkeypatch.setattr("os._exit", left.append)
    interruption = Interruption()
    interruption.note_signal(signal.SIGINT)
    interruption.hear_signal(signal.SIGINT)
    assert left == []
    interruption.hear_signal(signal.SIGINT)

    assert left == [130]


@pytest.mark.parametrize(
    ("signals", "told_at"),
    [([False] * 9 + [True] * 3, {5: "takes long; Ctrl-C ends", 9: "once more"}), ([True] * 4, {2: "once more"})],
)
def test_a_tick_that_takes_long_is_told_of_once(
    capsys: pytest.CaptureFixture[str], signals: list[bool], told_at: dict[int, str]
) -> None:
    """At its sixth look, or its third after a signal, with who is at work in it and what to do."""
    simulation = build_simulation(small())
    slow = SlowTick(simulation)
    step, told = simulation.world.step, []

    def looked_at(actions: object) -> object:
        for signalled in signals:
            slow.look(signalled)
            told.append(capsys.readouterr().err)
        return step(actions)

    simulation.world.step = looked_at  # type: ignore[method-assign, assignment]
    slow.look(False)
    simulation.run_tick()

    assert [k for k, line in enumerate(told) if line] == list(told_at)
    for k, words in told_at.items():
        assert names(told[k], f"small, seed 0, tick 1, ... world worlds.forage.Forage ... {words}")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
def test_a_process_that_a_world_forks_off_signals_nobody() -> None:
    """What a terminal sends to all is for the run alone; whoever forked a process can still end it."""
    context = multiprocessing.get_context("fork")
    with listening() as interruption:
        begun = context.Event()
        child = context.Process(target=lambda: (begun.set(), time.sleep(60)))
        child.start()
        assert begun.wait(60)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGINT)
        time.sleep(0.2)
        assert child.is_alive()
        child.terminate()
        child.join(10)

        assert child.exitcode == -signal.SIGTERM
        assert interruption.signal is None


def test_who_started_a_run_with_nohup_wants_no_end_at_a_hang_up() -> None:
    """A signal that was ignored from the beginning is not listened to."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with listening() as interruption:
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(0.1)
            assert interruption.signal is None
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "number"), [("spin", signal.SIGINT), ("sleep", signal.SIGTERM), ("hold", signal.SIGHUP)]
)
def test_a_world_that_hangs_is_ended_by_the_second_signal(how: str, number: signal.Signals, tmp_path: Path) -> None:
    """At once, even where no thread of Python can run; the first one says so where any can, and a checkpoint stays."""
    world = f"world={{kind: 'tests.sim.hanging_world:HangingWorld', at: 1050, how: {how}}}"
    words = ["configs/forage.yaml", "--headless", "--set", world, "--out", tmp_path / "run"]
    metrics = tmp_path / "run" / "metrics.jsonl"
    with forked("run", *words) as run:
        _wait_until(lambda: metrics.exists() and len(metrics.read_text().splitlines()) == 10)
        time.sleep(0.25)
        run.send_signal(number)
        time.sleep(0.25)
        assert run.process.is_alive()
        run.send_signal(number)
        code, _, said = run.finished(2.0)

    assert code in (-number, 128 + number)
    assert how == "hold" or "once more ends at once" in said
    assert last_checkpoint(tmp_path / "run" / "checkpoints").state["tick"] >= 1000


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)

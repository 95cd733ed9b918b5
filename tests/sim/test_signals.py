"""What an interruption knows of signals, its own and those of others."""

import signal

import pytest

from alife.sim.signals import Interruption


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

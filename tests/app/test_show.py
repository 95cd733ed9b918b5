"""Show: a window on the last state of a run, standing still, from which nothing is written."""

from pathlib import Path

import pygame
import pytest

from alife.app.launch import LaunchOptions, launch
from alife.core.frame import Frame
from alife.sim.signals import Interruption
from alife.view.window.window import Window
from tests.command import DUMMY_SCREEN, alife
from tests.errors import names
from tests.sim.runs import small


def _press(key: int, letter: str) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=letter))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a run of 60 ticks that has come to its end."""
    launch(small(), LaunchOptions(headless=True, out=tmp_path / "run", quiet=True), Interruption())
    return tmp_path / "run"


def _files(run: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}


def test_a_finished_run_stands_still_until_somebody_lets_it_live(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first picture is of its last tick, with the curves of all its life; no file changes, whatever comes then."""
    seen: list[Frame] = []
    show = Window.show

    def watch(window: Window, frame: Frame) -> None:
        show(window, frame)
        seen.append(frame)
        if len(seen) == 3:
            _press(pygame.K_SPACE, " ")
        if frame.tick > 70:
            _press(pygame.K_q, "q")

    monkeypatch.setattr(Window, "show", watch)
    before = _files(run)
    answer = alife("show", run, env=DUMMY_SCREEN)

    assert answer.returncode == 0
    assert [(frame.tick, frame.paused) for frame in seen[:3]] == [(60, True)] * 3
    assert seen[-1].tick > 70
    assert [one.ticks[-1] for one in seen[0].species] == [60, 60]
    assert _files(run) == before


def test_without_a_display_another_way_is_named(run: Path) -> None:
    """What can be seen of a run without a screen is a film."""
    answer = alife("show", run)

    assert answer.returncode == 2
    assert names(answer.stderr, "DISPLAY ... alife then-and-now")


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    """Nothing is opened and nothing is made."""
    answer = alife("show", tmp_path, env=DUMMY_SCREEN)

    assert answer.returncode == 2
    assert names(answer.stderr, "no run directory")

"""Show and watch: a window on the last state of a run, or on each new one, from which nothing is written."""

import shutil
from pathlib import Path

import pygame
import pytest

from alife.app.launch import LaunchOptions, launch, resume
from alife.config.simulation_config import dump_config
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_watched_run_is_seen_at_each_new_checkpoint(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its creatures live on until it has come further, and it can: nothing is held. What is gone then is no fault."""
    seen: list[Frame] = []
    show, files = Window.show, _files(run)

    def watch(window: Window, frame: Frame) -> None:
        show(window, frame)
        seen.append(frame)
        if len(seen) == 3:
            _press(pygame.K_SPACE, " ")
        if files and frame.tick > 60 and "tick 60" in frame.message:
            assert _files(run) == files
            files.clear()
            resume(run, ["ticks=300"], LaunchOptions(headless=True, quiet=True), Interruption())
        if "tick 300" in frame.message and frame.tick > 300:
            shutil.rmtree(run / "checkpoints", ignore_errors=True)
            (run / "summary.json").unlink(missing_ok=True)
        if not (run / "checkpoints").exists() and "ended" not in frame.message:
            _press(pygame.K_q, "q")

    monkeypatch.setattr(Window, "show", watch)
    answer = alife("watch", run, env=DUMMY_SCREEN)

    assert answer.returncode == 0
    assert [(frame.tick, frame.paused) for frame in seen[:3]] == [(60, True)] * 3
    assert any("ended" in frame.message for frame in seen)
    first = next(frame for frame in seen if "tick 300" in frame.message)
    assert 300 <= first.tick < 310
    assert first.species[0].ticks[-1] == first.tick


@pytest.mark.slow
def test_a_run_without_a_checkpoint_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is shown as it begins."""
    (tmp_path / "config.yaml").write_text(dump_config(small()))
    (tmp_path / "checkpoints" / f"{60:012d}").mkdir(parents=True)
    seen: list[Frame] = []

    def watch(window: Window, frame: Frame) -> None:
        seen.append(frame)
        if frame.message:
            _press(pygame.K_q, "q")

    monkeypatch.setattr(Window, "show", watch)
    assert alife("watch", tmp_path, env=DUMMY_SCREEN).returncode == 0
    assert (seen[-1].tick, seen[-1].message) == (0, "no checkpoint yet")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["show", "watch"])
def test_without_a_display_another_way_is_named(run: Path, command: str) -> None:
    """What can be seen of a run without a screen is a film."""
    answer = alife(command, run)

    assert answer.returncode == 2
    assert names(answer.stderr, "DISPLAY ... alife then-and-now")


@pytest.mark.parametrize("command", ["show", "watch"])
def test_what_is_no_run_is_refused(tmp_path: Path, command: str) -> None:
    """Nothing is opened and nothing is made."""
    answer = alife(command, tmp_path, env=DUMMY_SCREEN)

    assert answer.returncode == 2
    assert names(answer.stderr, "no run directory")

"""A real window on a display of its own, with a real keyboard and a real run behind it."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pygame
import pytest

from alife.view.window.keys import KEYS, TABLE
from tests.command import DUMMY_SCREEN, ROOT, alife

NAMES = {
    pygame.K_SPACE: "space",
    pygame.K_PERIOD: "period",
    pygame.K_RIGHT: "Right",
    pygame.K_MINUS: "minus",
    pygame.K_DOWN: "Down",
    pygame.K_PLUS: "plus",
    pygame.K_EQUALS: "equal",
    pygame.K_UP: "Up",
    pygame.K_COMMA: "comma",
    pygame.K_LEFT: "Left",
    pygame.K_HOME: "Home",
    pygame.K_END: "End",
    pygame.K_TAB: "Tab",
    pygame.K_LEFTBRACKET: "bracketleft",
    pygame.K_RIGHTBRACKET: "bracketright",
    pygame.K_F1: "F1",
    pygame.K_ESCAPE: "Escape",
    pygame.K_F11: "F11",
    pygame.K_F12: "F12",
}
get_surface = pygame.display.get_surface  # before a window is open, which keeps it
INTERVENTIONS = {key.action for key in TABLE["Interventions"]}
NOT_LOOKS = {"", "stop", "help", "turbo", "pause", "step", "then and now", "picture", "film"}

needs_a_keyboard = pytest.mark.skipif(
    shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="needs Xvfb and xdotool"
)


@pytest.fixture
def display(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Return the environment of programs on a display of their own, of a size that a test may ask for."""
    read, write = os.pipe()
    screen = f"{getattr(request, 'param', '1280x900')}x24"
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    plain = {name: value for name, value in os.environ.items() if name not in ("SDL_VIDEODRIVER", "WAYLAND_DISPLAY")}
    yield plain | {"DISPLAY": f":{number}"}
    server.terminate()
    server.wait()


class Run:
    """A run with a window, and a keyboard to press keys on."""

    def __init__(self, display: dict[str, str], folder: Path, ticks: int, *settings: str) -> None:
        self.environment = display | {"XDG_STATE_HOME": str(folder / "state")}
        self.out = folder / "run"
        self.background = self.under_mouse()
        command = [sys.executable, "run.py", "configs/forage.yaml", "--ticks", str(ticks), "--out", str(self.out)]
        changes = ["world.copies=2", *settings]
        options = [part for change in changes for part in ("--set", change)]
        self.process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.window = self.find()
        self.tool("windowfocus", self.window)
        time.sleep(1.0)  # until it has the keyboard, and its first frame

    def find(self) -> str:
        """Return the window, once it lies under the mouse."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            window = self.under_mouse()
            if window != self.background:
                return window
            time.sleep(0.1)
        self.process.kill()
        raise AssertionError(f"no window: {self.process.communicate()[1]}")

    def under_mouse(self) -> str:
        width, height = map(int, self.tool("getdisplaygeometry").split())
        self.tool("mousemove", str(3 * width // 10), str(9 * height // 20))  # over the arena
        return self.tool("getmouselocation", "--shell").partition("WINDOW=")[2].strip()

    def tool(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self.environment, capture_output=True, text=True, timeout=30)
        return done.stdout

    def press(self, names: list[str]) -> None:
        self.tool("key", "--delay", "25", *names)
        assert self.process.poll() is None, self.process.communicate()[1]

    def end(self) -> dict[str, object]:
        """Wait for the end; return the summary."""
        _, said = self.process.communicate(timeout=40)
        assert said == ""
        assert self.process.returncode == 0
        return json.loads((self.out / "summary.json").read_text())

    def quit(self) -> dict[str, object]:
        """Press q until the run has ended; return the summary."""
        for _ in range(20):  # a first q may close the help, on a machine so slow that a key was lost
            self.tool("key", "q")
            time.sleep(0.5)
            if self.process.poll() is not None:
                break
        return self.end()


Begin = Callable[..., Run]


@pytest.fixture
def begin(display: dict[str, str], tmp_path: Path) -> Iterator[Begin]:
    """Return what begins a run with a window; none outlives its test."""
    runs: list[Run] = []

    def begin(ticks: int, *settings: str) -> Run:
        runs.append(Run(display, tmp_path, ticks, *settings))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        run.process.wait()


def names(actions: set[str]) -> list[str]:
    """Return what xdotool calls the keys of these actions."""
    codes = [code for key in KEYS if key.action in actions for code in key.codes]
    return [NAMES.get(code) or pygame.key.name(code) for code in codes]


@pytest.mark.environment
@needs_a_keyboard
@pytest.mark.parametrize("display", ["1000x600", "3840x2160"], indirect=True)
def test_every_key_is_taken_and_q_ends_the_run_in_order(begin: Begin) -> None:
    """While it runs and while it is paused, with the mouse over the arena; help is closed again by the key after it."""
    run = begin(1_000_000)
    every = names({key.action for key in KEYS if key.action not in ("", "stop", "pause", "then and now", "film")})
    for _ in range(2):
        run.press([*every, "r", "R", "n"])
        time.sleep(0.5)
        run.press(["n", "Escape", "space"])
    time.sleep(0.3)
    run.press(["question", "Escape", "End", "plus"])
    assert run.quit()["ended"] == "stopped"


@pytest.mark.environment
@needs_a_keyboard
def test_looking_changes_nothing_that_happens(begin: Begin, tmp_path: Path) -> None:
    """Every key that is no intervention, pressed during a run, leaves the events as they are without a window."""
    run = begin(1500, "view.ticks_per_second=120")
    looks = {
        key.action
        for key in KEYS
        if key.action
        not in INTERVENTIONS | {"", "stop", "help", "turbo", "pause", "step", "then and now", "picture", "film"}
    }
    run.press(["space", "period", "Right", "space", "F1", "Escape", *names(looks), "r", "n"])
    run.press(["n", "Left", "Home", "End", "r", "t"])
    seen = run.end()
    alone = tmp_path / "alone"
    alife("run", "configs/forage.yaml", "--headless", "--ticks", "1500", "--set", "world.copies=2", "--out", alone)
    unseen = json.loads((alone / "summary.json").read_text())
    assert seen["event_log_sha256"] == unseen["event_log_sha256"]


def _close(over: threading.Event) -> None:
    """Pause the window once it is open, and close it; where none is open before all is over, do nothing."""
    while not get_surface():
        if over.wait(0.02):
            return
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SPACE, unicode=" ", mod=0))
    time.sleep(0.3)
    pygame.event.post(pygame.event.Event(pygame.QUIT))


@pytest.mark.slow
@pytest.mark.parametrize(("on_close", "ended"), [("stop", "stopped"), ("go on", "done")])
def test_closing_the_window_ends_the_run_or_leaves_it_alone(
    no_screen: pytest.MonkeyPatch, tmp_path: Path, on_close: str, ended: str
) -> None:
    """In the middle of it, while it is paused; alone it comes to its last tick."""
    out, settings = tmp_path / "run", ("world.copies=2", f"view.on_close={on_close}")
    options = [part for setting in settings for part in ("--set", setting)]
    over = threading.Event()
    somebody = threading.Thread(target=_close, args=[over], daemon=True)
    somebody.start()
    environment = {**DUMMY_SCREEN, "XDG_STATE_HOME": str(tmp_path)}
    done = alife("run", "configs/forage.yaml", "--ticks", "400", "--out", out, *options, env=environment)
    over.set()
    somebody.join()
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((out / "summary.json").read_text())["ended"] == ended

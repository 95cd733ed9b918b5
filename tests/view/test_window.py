import os
import signal
import subprocess
import sys
import time

import numpy as np
import pygame
import pytest

from alife.command import ChangeSpeed, Select, SingleTick, Stop, TogglePause
from alife.scene import Scene
from alife.view.choice import in_other_copy, neighbour
from alife.view.window import NoDisplay, Window


@pytest.fixture
def window(no_screen):
    window = Window("test", fps=1000, size=(1000, 700))
    window.commands()
    yield window
    window.close()


def press(key, unicode="", mod=0):
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=unicode, mod=mod))


KEYS = [
    (pygame.K_SPACE, " ", TogglePause()),
    (pygame.K_PERIOD, ".", SingleTick()),
    (pygame.K_RIGHT, "", SingleTick()),
    (pygame.K_PLUS, "+", ChangeSpeed(2.0)),
    (pygame.K_EQUALS, "=", ChangeSpeed(2.0)),
    (pygame.K_EQUALS, "+", ChangeSpeed(2.0)),
    (pygame.K_KP_PLUS, "+", ChangeSpeed(2.0)),
    (pygame.K_UP, "", ChangeSpeed(2.0)),
    (pygame.K_MINUS, "-", ChangeSpeed(0.5)),
    (pygame.K_KP_MINUS, "-", ChangeSpeed(0.5)),
    (pygame.K_DOWN, "", ChangeSpeed(0.5)),
    (pygame.K_q, "q", Stop()),
    (pygame.K_ESCAPE, "\x1b", Stop()),
    (pygame.K_TAB, "\t", Select("control", 1)),
    (pygame.K_RIGHTBRACKET, "]", Select("learners", 11)),
    (pygame.K_LEFTBRACKET, "[", Select("learners", 3)),
    (pygame.K_8, "[", Select("learners", 3)),
    (pygame.K_9, "]", Select("learners", 11)),
]


@pytest.mark.parametrize(("key", "character", "command"), KEYS)
def test_every_key_gives_its_command(window, make_frame, key, character, command):
    """One command for one key, by its character where keyboards differ."""
    window.show(make_frame())
    press(key, character)
    assert window.commands() == [command]
    assert window.commands() == []


def test_other_keys_give_nothing(window, make_frame):
    """A key nobody has given a meaning to asks for nothing, with a frame or before the first one."""
    press(pygame.K_x, "x")
    press(pygame.K_TAB, "\t")
    press(pygame.K_RIGHTBRACKET, "]")
    assert window.commands() == []


def test_shift_tab_goes_back(window, make_frame):
    """Tab and shift-Tab go round the creatures in view in opposite directions."""
    window.show(make_frame())
    press(pygame.K_TAB, "\t", pygame.KMOD_LSHIFT)
    assert window.commands() == [Select("learners", 6)]


def test_keys_pressed_between_two_frames_add_up(window, make_frame):
    """Two Tabs are two steps, although no frame has been shown between them."""
    window.show(make_frame())
    press(pygame.K_TAB, "\t")
    press(pygame.K_TAB, "\t")
    assert window.commands() == [Select("control", 1), Select("learners", 4)]


def test_closing_the_window_stops_the_run(window):
    """The cross in the corner is a Stop, not an exit."""
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert window.commands() == [Stop()]


@pytest.mark.parametrize("size", [(1000, 700), (600, 420), (1900, 1000)])
def test_a_click_selects_the_creature_under_it(window, make_frame, size):
    """Wherever a resize has moved it to."""
    pygame.display.set_mode(size, pygame.RESIZABLE)
    window.commands()
    window.show(make_frame())
    world = window._canvas._world
    for spot in world._spots:
        x, y = world._fit.pixels(spot.position)
        at = round(x) + 3, round(y) - 3
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=at))
        assert window.commands() == [Select(spot.species, spot.row)]
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(2, 2)))
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=3, pos=at))
    assert window.commands() == []


def test_a_window_survives_every_size(window, make_frame):
    """Resized to a stamp and to a wall, it goes on drawing all over its surface."""
    for size in ((200, 150), (3840, 2160), (1000, 700)):
        surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        surface.fill((255, 0, 255))
        window.show(make_frame())
        image = pygame.surfarray.array3d(surface)
        assert image.shape[:2] == size
        assert not (image == (255, 0, 255)).all(axis=-1).any()


def test_show_keeps_to_the_frames_a_second(no_screen, make_frame):
    """Ten frames at fifty a second take no less than about a fifth of a second."""
    window = Window("test", fps=50, size=(200, 150))
    window.show(make_frame())
    start = time.perf_counter()
    for _ in range(10):
        window.show(make_frame())
    assert time.perf_counter() - start > 0.16
    window.close()


def test_a_closed_window_stays_closed(window, make_frame):
    """Closing twice, showing and asking afterwards do nothing, and a new window can be opened."""
    window.close()
    window.close()
    window.show(make_frame())
    assert window.commands() == []
    assert not pygame.display.get_init()
    Window("again", size=(200, 150)).close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_without_a_display_there_is_a_clear_error(monkeypatch):
    """One sentence, and pygame's display is left as it was."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoDisplay, match=r"^There is no display here: [^.]*\.$"):
        Window("test")
    assert not pygame.display.get_init()


def test_a_driver_that_shows_nothing_is_no_display(monkeypatch):
    """A display that is named but not there must not end in a window nobody can see."""
    monkeypatch.setenv("DISPLAY", ":9876")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    with pytest.raises(NoDisplay):
        Window("test")
    assert not pygame.display.get_init()


def test_a_driver_that_does_not_exist_is_no_display(monkeypatch):
    """What SDL says about it is part of the sentence."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "nonsense")
    with pytest.raises(NoDisplay, match="nonsense"):
        Window("test")


def run(code):
    environment = os.environ | {"SDL_VIDEODRIVER": "dummy"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_signals_stay_with_the_caller():
    """With a window open, SIGTERM still ends the process: SDL has not taken it over."""
    done = run(
        "import os, signal; from alife.view.window import Window; window = Window('t', size=(200, 150));"
        "os.kill(os.getpid(), signal.SIGTERM); window.commands()"
    )
    assert done.returncode == -signal.SIGTERM


def test_importing_the_package_is_light_and_silent():
    """The package brings no pygame, its modules bring no torch, and none of them prints."""
    done = run(
        "import sys; import alife.view; assert 'pygame' not in sys.modules;"
        "import alife.view.window, alife.view.film, alife.view.picture;"
        "assert not {'torch', 'matplotlib', 'imageio_ffmpeg', 'alife.sim'} & set(sys.modules)"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_neighbours_go_round_species_by_species(make_frame):
    """Every creature of the copy in view once, then the first again; from elsewhere to the first."""
    frame, selected, seen = make_frame(), ("learners", 4), []
    for _ in range(5):
        select = neighbour(frame, selected, 1)
        selected = select.species, select.row
        seen.append(selected)
    assert seen == [("learners", 5), ("learners", 6), ("learners", 7), ("control", 1), ("learners", 4)]
    assert neighbour(frame, ("learners", 0), 1) == Select("learners", 4)
    assert neighbour(frame, ("learners", 0), -1) == Select("control", 1)
    assert neighbour(make_frame(scene=Scene(1, 1)), ("learners", 4), 1) is None


def test_other_copies_keep_the_index(make_frame):
    """Row = copy x count + index, and the last copy is followed by the first."""
    rows = [in_other_copy(make_frame(), ("learners", row), 1).row for row in (1, 5, 9)]
    assert rows == [5, 9, 1]
    assert in_other_copy(make_frame(), ("control", 0), -1) == Select("control", 2)
    assert in_other_copy(make_frame(copies=1), ("learners", 1), 1) is None
    assert in_other_copy(make_frame(), ("nobody", 1), 1) is None
    assert np.asarray(rows).max() < 12

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.command import (
    ChangeSpeed,
    GoOnAlone,
    Intervene,
    SaveCreature,
    Seek,
    Select,
    SingleTick,
    Stop,
    ToggleCloseUp,
    TogglePause,
    ToggleTurbo,
)
from alife.core.intervention import Clamp, Drop, Heal, Lesion, LetLearn, Move, Swap
from alife.core.scene import Scene
from alife.view.draw.geometry import spots
from alife.view.film.picture import pixels
from alife.view.window._neighbour import in_other_copy, neighbour
from alife.view.window.canvas import Canvas
from alife.view.window.display import NoDisplay
from alife.view.window.keys import KEYS as TABLE
from alife.view.window.keys import find_key
from alife.view.window.window import Window

resize, get_surface = pygame.display.set_mode, pygame.display.get_surface  # before a window is open, which keeps them


@pytest.fixture
def window(no_screen, tmp_path):
    window = Window("test", fps=1000, size=(1000, 700))
    window.folder = tmp_path
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
    (pygame.K_q, "Q", Stop()),
    (pygame.K_t, "t", ToggleTurbo()),
    (pygame.K_e, "e", ToggleCloseUp()),
    (pygame.K_w, "w", Intervene(Swap())),
    (pygame.K_l, "l", Intervene(LetLearn("learners", 7, False))),
    (pygame.K_b, "b", SaveCreature("learners", 7)),
    (pygame.K_TAB, "\t", Select("control", 1)),
    (pygame.K_RIGHTBRACKET, "]", Select("learners", 11)),
    (pygame.K_LEFTBRACKET, "[", Select("learners", 3)),
    (pygame.K_8, "[", Select("learners", 3)),
    (pygame.K_9, "]", Select("learners", 11)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("key", "character", "command"), KEYS)
def test_every_key_gives_its_command(window, make_frame, key, character, command):
    """One command for one key, by its character where keyboards differ."""
    window.show(make_frame())
    press(key, character)
    assert window.commands() == [command]
    assert window.commands() == []


def test_a_story_is_told_until_it_is_left(no_screen, make_frame):
    """What its parts ask of the run is passed on; Enter goes on to the next one, any other key leaves all of it."""
    window, asked = Window("test", fps=1000, size=(1000, 700), story="always"), []
    for key in (pygame.K_RETURN, pygame.K_RETURN, pygame.K_F7, pygame.K_RETURN):
        window.show(make_frame(close_up=asked[-1:] == [[ToggleCloseUp()]]))
        press(key)
        pygame.event.post(pygame.event.Event(pygame.KEYUP, key=key))
        asked.append(window.commands())
    window.close()
    assert asked == [[], [], [ToggleCloseUp()] * 2, []]


def test_other_keys_give_nothing(window, make_frame):
    """A key without an action asks for nothing, with a frame or before the first one."""
    press(pygame.K_z, "z")
    press(pygame.K_F7)
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


def test_a_window_closed_may_leave_the_run_to_itself(no_screen, make_frame):
    """With on_close "go on" the cross asks the run to go on alone, and the window is gone at once."""
    window = Window("test", fps=1000, size=(400, 300), on_close="go on")
    window.show(make_frame())
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert window.commands() == [GoOnAlone()]
    assert not pygame.display.get_init()


def test_every_key_of_the_table_is_found_and_means_one_thing():
    """No character and no code stands in two lines, and every line with an action can be reached."""
    for inputs in ([c for key in TABLE for c in key.characters], [c for key in TABLE for c in key.codes]):
        assert len(inputs) == len(set(inputs))
    for key in TABLE:
        assert bool(key.action) == bool(key.codes)
        assert all(find_key(code, "") is key for code in key.codes)
        assert all(find_key(0, character) is key for character in key.characters)


@pytest.mark.slow
def test_every_action_of_the_table_can_be_done(window, make_frame):
    """Each key of the table is taken without a fault, whatever the panels can do."""
    window.show(make_frame())
    for key in TABLE:
        for code in key.codes:
            press(code)
            release(code)
            window.commands()
            window.show(make_frame())


def test_a_pressed_key_counts_once_unless_it_repeats(window, make_frame):
    """Space kept pressed pauses once; a speed key goes on."""
    window.show(make_frame())
    for _ in range(3):
        press(pygame.K_SPACE, " ")
    assert window.commands() == [TogglePause()]
    for _ in range(3):
        press(pygame.K_UP)
    assert window.commands() == [ChangeSpeed(2.0)] * 3


def test_escape_never_ends_a_run(window, make_frame):
    """With something open or nothing."""
    window.show(make_frame())
    for _ in range(3):
        press(pygame.K_ESCAPE, "\x1b")
        release(pygame.K_ESCAPE)
    assert window.commands() == []


def test_help_is_closed_by_any_key_which_does_nothing_else(window, make_frame):
    """Even by q."""
    window.show(make_frame())
    plain = shown()
    press(pygame.K_F1)
    assert window.commands() == []
    window.show(make_frame())
    assert (shown() != plain).any()
    press(pygame.K_q, "q")
    assert window.commands() == []
    window.show(make_frame())
    assert (shown()[:, :30] == plain[:, :30]).all()  # below, the world may have gone on


@pytest.mark.slow
@pytest.mark.parametrize("size", [(200, 150), (320, 900), (800, 500), (3840, 2160)])
def test_help_fits_every_size(no_screen, make_frame, size):
    """Help and captions are drawn on a stamp and on a wall."""
    window = Window("test", fps=1000, size=size)
    press(pygame.K_F1)
    window.show(make_frame())
    window.commands()
    window.show(make_frame())
    assert shown().shape[:2] == size
    window.close()


def shown():
    return pygame.surfarray.array3d(get_surface())


def release(key):
    pygame.event.post(pygame.event.Event(pygame.KEYUP, key=key))


def point(pixel):
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=pixel, rel=(0, 0), buttons=(0, 0, 0)))


def centre(window):
    return window.canvas.world.fit.area.center


def test_a_number_drops_a_thing_of_that_role_at_the_mouse(window, make_frame):
    """In world units, in the copy in view."""
    window.show(make_frame())
    point(centre(window))
    press(pygame.K_2, "2")
    (command,) = window.commands()
    assert isinstance(command.intervention, Drop)
    assert (command.intervention.copy, command.intervention.role) == (1, "poison")
    assert (command.intervention.x, command.intervention.y) == pytest.approx((5.0, 5.0), abs=0.1)
    press(pygame.K_m, "m")
    (command,) = window.commands()
    assert isinstance(command.intervention, Move)
    assert (command.intervention.species, command.intervention.row) == ("learners", 7)


@pytest.mark.parametrize(
    ("key", "character", "pixel", "note"),
    [
        (pygame.K_1, "1", None, "point at the arena"),
        (pygame.K_1, "1", (2, 2), "point at the arena"),
        (pygame.K_m, "m", None, "point at the arena"),
        (pygame.K_5, "5", None, "there is no thing 5 to drop: there are 1 food, 2 poison"),
        (pygame.K_x, "x", None, "click a neuron first"),
        (pygame.K_c, "c", None, "click a neuron first"),
        (pygame.K_LEFT, "", None, "there is nothing yet to look back on"),
    ],
)
def test_what_cannot_be_done_is_said(window, make_frame, key, character, pixel, note):
    """In the status line, and the run is asked for nothing."""
    window.show(make_frame())
    if pixel is not None:
        point(pixel)
    press(key, character)
    assert window.commands() == []
    window.show(make_frame())
    assert window.canvas.status.note == note


@pytest.mark.parametrize(
    ("clamped", "key", "intervention"),
    [((), "x", Lesion), (((0, 3, 0.0),), "x", Heal), (((0, 3, 1.0),), "x", Heal), ((), "c", Clamp)],
)
def test_the_clicked_neuron_is_silenced_healed_and_clamped(window, make_frame, clamped, key, intervention):
    """Layer and neuron as the brain panel knows them."""
    frame = make_frame()
    window.show(replace(frame, snapshot=replace(frame.snapshot, clamped=clamped)))
    window.canvas.brain.neuron = (0, 3)
    press(ord(key), key)
    assert window.commands() == [Intervene(intervention("learners", 7, 0, 3))]


def frames(make_frame, probe, ticks):
    return [make_frame(tick=tick, brain=(probe(tick),)) for tick in ticks]


def test_looking_back_pauses_the_run_and_the_end_lets_it_go_on(window, make_frame, probe):
    """Steps back and forth move through the frames; the run is asked for a pause and its end alone."""
    for frame in frames(make_frame, probe, range(100, 110)):
        window.show(frame)
    press(pygame.K_LEFT)
    press(pygame.K_LEFT)
    assert window.commands() == [TogglePause()]
    live = make_frame(tick=109, paused=True, brain=())
    window.show(live)
    assert window.canvas.status.looking_back
    assert window.canvas.help.text.endswith("s ago, tick 107; End returns to the present")
    press(pygame.K_HOME)
    press(pygame.K_1, "1")
    assert window.commands() == []
    window.show(live)
    assert "tick 100;" in window.canvas.help.text
    press(pygame.K_END)
    assert window.commands() == [TogglePause()]
    window.show(make_frame(tick=110))
    assert not window.canvas.status.looking_back


@pytest.mark.slow
def test_a_run_that_was_paused_stays_so_after_looking_back(window, make_frame, probe):
    """Escape leaves it as it was; space lets it go on."""
    for key, requests in ((pygame.K_ESCAPE, []), (pygame.K_SPACE, [TogglePause()])):
        for frame in frames(make_frame, probe, range(100, 110)):
            window.show(replace(frame, paused=True))
        press(pygame.K_LEFT)
        assert window.commands() == []
        release(pygame.K_LEFT)
        press(key)
        assert window.commands() == requests


@pytest.mark.slow
def test_the_bar_of_time_is_dragged(window, make_frame, probe):
    """Pressed at its end and pulled to the left, it goes back; let go, the mouse moves freely."""
    for frame in frames(make_frame, probe, range(100, 130)):
        window.show(frame)
    area = window.canvas.areas.timebar.inflate(-2, 0)
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=area.midright))
    point(area.midleft)
    assert window.commands() == [TogglePause()]
    window.show(make_frame(tick=129))
    assert "tick 100;" in window.canvas.help.text
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=area.midleft))
    point(area.midright)
    window.commands()
    window.show(make_frame(tick=129))
    assert "tick 100;" in window.canvas.help.text


def test_in_a_replay_the_bar_seeks(window, make_frame):
    """Over the whole run; of several places between two frames only the last counts."""
    window.show(make_frame(tick=50, replay_until=1000))
    area = window.canvas.areas.timebar.inflate(-2, 0)
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=area.midright))
    point(area.center)
    (seek,) = window.commands()
    assert seek.tick == pytest.approx(1000 * window.canvas.timebar.share_at(area.center), abs=3)
    window.show(make_frame(tick=50, replay_until=1000))
    press(pygame.K_LEFT)
    press(pygame.K_LEFT)
    assert window.commands() == [Seek(48)]
    press(pygame.K_HOME)
    assert window.commands() == [Seek(0)]
    press(pygame.K_END)
    assert window.commands() == [Seek(1000)]


def test_turbo_draws_no_more_than_a_share_of_the_time(no_screen, make_frame):
    """A window in turbo neither waits nor draws every frame it is given."""
    window = Window("test", fps=30, size=(400, 300))
    window.show(make_frame(target=None))
    drawn = []
    no_screen.setattr(window.canvas, "paint_frame", lambda surface, frame: drawn.append(frame.tick))
    start = time.perf_counter()
    for tick in range(101, 201):
        window.show(make_frame(tick=tick, target=None))
    passed = time.perf_counter() - start
    assert len(drawn) <= 1 + passed * 30
    window.close()


@pytest.mark.parametrize("size", [(1000, 700), (600, 420), (1900, 1000)])
def test_a_click_selects_the_creature_under_it(window, make_frame, size):
    """Wherever a resize has moved it to."""
    resize(size, pygame.RESIZABLE)
    window.commands()
    window.show(make_frame())
    fit = window.canvas.world.fit
    for spot in spots(make_frame().scene):
        x, y = fit.to_pixels(spot.position)
        at = round(x) + 3, round(y) - 3
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=at))
        assert window.commands() == [Select(spot.species, spot.row)]
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(2, 2)))
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=3, pos=at))
    assert window.commands() == []


@pytest.mark.slow
def test_a_window_survives_every_size(window, make_frame):
    """Resized to a stamp and to a wall, it goes on drawing all over its surface."""
    for size in ((200, 150), (3840, 2160), (1000, 700)):
        surface = resize(size, pygame.RESIZABLE)
        surface.fill((255, 0, 255))
        window.show(make_frame())
        image = pygame.surfarray.array3d(surface)
        assert image.shape[:2] == size
        assert not (image == (255, 0, 255)).all(axis=-1).any()


@pytest.mark.slow
def test_a_window_that_is_minimised_draws_nothing_but_hears(window, make_frame, probe, monkeypatch):
    """The run goes on behind it: frames are taken in, keys are heard, and on its return all of it is there."""
    window.show(make_frame(tick=100, brain=(probe(100),)))
    drawn = []
    monkeypatch.setattr(window.canvas, "paint_frame", lambda surface, frame: drawn.append(frame.tick))
    monkeypatch.setattr(pygame.display, "get_active", lambda: False)
    for tick in range(101, 106):
        window.show(make_frame(tick=tick, brain=(probe(tick),)))
    press(pygame.K_PLUS, "+")
    assert window.commands() == [ChangeSpeed(2.0)]
    assert drawn == []
    monkeypatch.setattr(pygame.display, "get_active", lambda: True)
    frame = make_frame(tick=106, brain=(probe(106),))
    window.show(frame)
    assert drawn == [106]
    monkeypatch.undo()
    watched, missed = Canvas(), Canvas()
    for tick in range(100, 107):
        for canvas in (watched, missed) if tick in (100, 106) else (watched,):
            canvas.observe_frame(make_frame(tick=tick, brain=(probe(tick),)))
    pictures = []
    for canvas in (window.canvas, watched, missed):
        surface = pygame.Surface((1280, 800), 0, 32)
        canvas.paint_frame(surface, frame)
        pictures.append(pixels(surface.subsurface(canvas.areas.brain)))
    np.testing.assert_array_equal(pictures[0], pictures[1])
    assert (pictures[0] != pictures[2]).any()


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
    with pytest.raises(NoDisplay, match="no display here"):
        Window("test")
    assert not pygame.display.get_init()


def test_a_driver_that_shows_nothing_is_no_display(monkeypatch):
    """A display that is named but not there must not end in a window that cannot be seen."""
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


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_signals_stay_with_the_caller():
    """With a window open, SIGTERM still ends the process: SDL has not taken it over."""
    done = run(
        "import os, signal; from alife.view.window.window import Window; window = Window('t', size=(200, 150));"
        "os.kill(os.getpid(), signal.SIGTERM); window.commands()"
    )
    assert done.returncode == -signal.SIGTERM


@pytest.mark.slow
def test_importing_the_package_is_light_and_silent():
    """The package brings no pygame, its modules bring no torch, and none of them prints."""
    done = run(
        "import sys; import alife.view; assert 'pygame' not in sys.modules;"
        "import alife.view.window.window, alife.view.film.film, alife.view.film.picture;"
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
    assert in_other_copy(make_frame(), ("unknown", 1), 1) is None
    assert np.asarray(rows).max() < 12


def test_a_display_that_others_have_opened_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the driver that is wanted now, where theirs shows nothing."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    pygame.display.quit()
    pygame.display.init()
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    window = Window("test", 30)
    driver = pygame.display.get_driver()
    window.close()

    assert driver == "dummy"

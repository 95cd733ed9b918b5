"""The window: it shows frames and returns the commands that its keys and the mouse ask for."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import pygame

from alife.core.command import Command, GoOnAlone, Stop, ThenAndNow
from alife.core.errors import DiskError
from alife.core.frame import Frame
from alife.view.draw import pen, theme
from alife.view.draw.geometry import is_gone
from alife.view.film.picture import pixels, save_png
from alife.view.film.side_by_side import Half, SideBySide
from alife.view.panels.help import HelpOverlay
from alife.view.panels.lower import REWARD
from alife.view.window import _first_time as first_time
from alife.view.window._key_actions import KeyActions
from alife.view.window._mouse import Mouse
from alife.view.window._rewind_view import RewindView
from alife.view.window._story import Places, Story
from alife.view.window.canvas import Canvas
from alife.view.window.display import Display, fitting_size
from alife.view.window.keys import find_key

_SPARE = 5.0  # in turbo, at least so many times what a drawing costs passes between two of them
_SOON = 0.1  # seconds: only pictures that follow one another as fast are drawn by turns
_NOTE = 4.0  # seconds for which a note stands
_HALVES_KEYS = "n: back to the run     q: quit"
_MODIFIERS = frozenset(
    (
        *(pygame.K_LSHIFT, pygame.K_RSHIFT, pygame.K_LCTRL, pygame.K_RCTRL, pygame.K_LALT, pygame.K_RALT),
        *(pygame.K_LMETA, pygame.K_RMETA, pygame.K_MODE, pygame.K_CAPSLOCK, pygame.K_NUMLOCK, pygame.K_SCROLLOCK),
    )
)
"""Keys that do nothing by themselves."""


class Window:
    """A resizable window on a run.

    Args:
        title: of the window.
        fps: frames a second that `show` never exceeds.
        size: in pixels, to begin with; None fits the screen.
        on_close: what the run is asked for when the window is closed.
        story: whether it tells its story: always, never, or when it is opened for the first time.

    Attributes:
        folder: where pictures are saved; the working directory, until somebody says otherwise.

    Raises:
        NoDisplay: there is no display.
    """

    def __init__(
        self,
        title: str,
        fps: int = 30,
        size: tuple[int, int] | None = None,
        on_close: Literal["stop", "go on"] = "stop",
        story: Literal["always", "first time", "never"] = "never",
    ) -> None:
        self._display = Display(title, size or fitting_size(theme.DESIGN_SIZE), repeats=True)
        self._fps, self._on_close = fps, on_close
        self._clock = pygame.time.Clock()
        self._canvas = canvas = Canvas()
        self._rewind_view = RewindView(canvas, fps)
        self._key_actions = KeyActions(canvas, self._rewind_view)
        self._mouse = Mouse(canvas, self._key_actions)
        self._overlay = HelpOverlay(canvas.renderer)
        tells = story == "always" or (story == "first time" and first_time.is_first_time())
        self._story = self._new_story() if tells else None
        self._pressed: set[int] = set()  # the keys that are pressed now
        self._noted = ("", 0.0)  # the last note, and when it came
        self._drawn_at, self._cost = -1.0, 0.0
        self._side_by_side: SideBySide | None = None  # while two simulations are shown
        self._drawn: tuple[object, ...] | None = None  # what the picture on the surface is of, None if not it alone
        self._was_used = False  # an event came since the last picture
        self.folder = Path()
        self._is_open = True

    @property
    def canvas(self) -> Canvas:
        """What it draws: the panels, where they lie, and what they say."""
        return self._canvas

    def show(self, frame: Frame) -> None:
        """Draw a frame, and wait as long as it takes to keep to the frames a second."""
        if not self._is_open:
            return
        now, self._side_by_side = time.monotonic(), None
        self._rewind_view.keep_newest(frame, now)
        self._key_actions.note_frame(frame)
        rushes = frame.target is None and not frame.paused
        if self._display.is_visible and (not rushes or now - self._drawn_at >= self._turbo_pause()):
            self._draw_window(frame, now)
        self._clock.tick(0 if rushes else self._fps)

    def show_halves(self, halves: tuple[Half, Half], ticks: int) -> None:
        """Draw two simulations side by side, which will have so many ticks, and wait as after a frame."""
        if not self._is_open:
            return
        if self._side_by_side is None:
            self._side_by_side, self._story = SideBySide(ticks, _HALVES_KEYS), None
        if self._display.is_visible:
            self._side_by_side.draw_halves(self._display.surface, halves)
            self._display.flip()
        self._drawn = None
        self._clock.tick(self._fps)

    def say(self, text: str) -> None:
        """Write a line in the middle of the window, as long as there is no frame to draw."""
        if not self._is_open:
            return
        surface, renderer = self._display.surface, self._canvas.renderer
        renderer.fit_canvas(surface.get_size())
        surface.fill(theme.BACKGROUND)
        at, room = surface.get_rect().center, surface.get_width()
        renderer.write(surface, text, colour=theme.TEXT, size=theme.TITLE, at=at, anchor="center", width=room)
        self._display.flip()
        for event in self._display.events():  # the system takes a window for dead that never looks at them
            self._handle_event(event)

    def commands(self) -> list[Command]:
        """Return what has been asked for since the last call, in order."""
        if not self._is_open:
            return []
        for event in self._display.events():
            self._was_used = True
            self._handle_event(event)
        self._mouse.report_position()
        if self._key_actions.note:
            self._noted, self._key_actions.note = (self._key_actions.note, time.monotonic()), ""
        requests, self._key_actions.requests = self._key_actions.requests, []
        if any(isinstance(command, GoOnAlone) for command in requests):
            self.close()
        return requests

    def close(self) -> None:
        """Close the window; a window that is closed stays closed."""
        if self._is_open:
            self._is_open = False
            self._display.close()

    def _new_story(self) -> Story:
        self._canvas.life.view = REWARD  # of which it speaks
        return Story(self._canvas.renderer, _places(self._canvas), first_time.remember_story)

    def _tell(self, story: Story, asked: Sequence[Command]) -> None:
        """Pass on what the story asks of the run, and put it away when it is over."""
        self._key_actions.requests.extend(asked)
        if story.done:
            self._story = None

    def _turbo_pause(self) -> float:
        """Return how many seconds lie between two drawings in turbo, so that most of the time is the run's."""
        return max(1.0 / self._fps, _SPARE * self._cost)

    def _draw_window(self, frame: Frame, now: float) -> None:
        surface, canvas = self._display.surface, self._canvas
        older = self._rewind_view.frame_in_view()
        note, since = self._noted
        canvas.status.note = note if now - since < _NOTE else ""
        canvas.status.looking_back = older is not None
        canvas.help.text = self._rewind_view.describe_moment()
        canvas.timebar.span = self._key_actions.timebar_span()
        story = self._story if older is None else None
        if story is not None:
            canvas.hover_panels(None)  # one explanation at a time
        alone = older is None and story is None and not self._key_actions.helping
        drawn = (surface, surface.get_size(), *_whole_window_key(frame), canvas.status.note) if alone else None
        if drawn is not None and drawn == self._drawn and not self._was_used and now - self._drawn_at < _SOON:
            canvas.paint_in_turn(surface, frame)
        else:
            canvas.paint_frame(surface, older or frame)
        self._drawn, self._was_used = drawn, False
        if story is not None:
            self._tell(story, story.advance_to(frame, now))
            story.draw_caption(surface, frame)
        if self._key_actions.helping:
            self._overlay.draw_help(surface)
        self._display.flip()
        self._drawn_at = time.monotonic()
        self._cost = self._drawn_at - now

    def _handle_event(self, event: pygame.Event) -> None:
        if event.type == pygame.QUIT:
            self._key_actions.requests.append(Stop() if self._on_close == "stop" else GoOnAlone())
        elif event.type == pygame.KEYDOWN:
            self._press_key(event)
        elif event.type == pygame.KEYUP:
            self._pressed.discard(event.key)
        elif self._side_by_side is None:
            self._mouse.handle_event(event)

    def _press_key(self, event: pygame.Event) -> None:
        if event.key in _MODIFIERS:
            return
        is_repeat = event.key in self._pressed
        self._pressed.add(event.key)
        if self._side_by_side is not None:
            if not is_repeat:
                self._press_key_of_halves(event)
            return
        key = find_key(event.key, getattr(event, "unicode", ""))
        if is_repeat and (key is None or not key.repeats):
            return
        if self._story is not None and self._key_actions.frame is not None:
            onwards = event.key in (pygame.K_RETURN, pygame.K_KP_ENTER)
            self._tell(self._story, self._story.go_on() if onwards else self._story.skip())
            if onwards:
                return
        if self._key_actions.helping:
            self._key_actions.helping = False
        elif key is not None:
            self._key_actions.do_key_action(key, event)
        wanted, self._key_actions.wanted = self._key_actions.wanted, set()
        if "story" in wanted:
            self._story = self._new_story()
        if "full screen" in wanted:
            self._display.toggle_full_screen()
        if "picture" in wanted:
            self._save_picture()

    def _save_picture(self) -> None:
        """Save what is in view, without the keys."""
        frame = self._rewind_view.frame_in_view() or self._key_actions.frame
        if frame is None:
            return
        surface = pen.new_surface(self._display.surface.get_size())
        self._canvas.paint_frame(surface, frame, keys=False)
        path = self.folder / f"{frame.name}-{frame.tick}.png"
        number = 1
        while path.exists():
            number += 1
            path = self.folder / f"{frame.name}-{frame.tick}-{number}.png"
        try:
            save_png(path, pixels(surface))
            self._key_actions.note = f"saved {path}"
        except DiskError as error:
            self._key_actions.note = str(error)

    def _press_key_of_halves(self, event: pygame.Event) -> None:
        """While two simulations are shown, only what returns to the run, and what ends it."""
        key = find_key(event.key, getattr(event, "unicode", ""))
        if key is not None and key.action in ("then and now", "close"):
            self._key_actions.requests.append(ThenAndNow())
            self._side_by_side = None  # keys after this one are for the run
        elif key is not None and key.action == "stop":
            self._key_actions.requests.append(Stop())


def _whole_window_key(frame: Frame) -> tuple[object, ...]:
    """Return what has the whole window drawn anew when it changes."""
    gone = is_gone(frame.scene, frame.selected)
    return frame.name, frame.copy, frame.selected, gone, frame.message, frame.paused, frame.target is None


def _places(canvas: Canvas) -> Places:
    """Return what finds on a canvas what the story speaks of."""

    def within(area: str, across: float, down: float) -> Callable[[Frame], tuple[float, float] | None]:
        def find(frame: Frame) -> tuple[float, float] | None:
            rect = getattr(canvas.areas, area)
            return None if rect is None else (rect.left + across * rect.width, rect.top + down * rect.height)

        return find

    arena = within("world", 0.5, 0.5)
    return Places(
        lambda frame: canvas.world.pixel_of(frame) or arena(frame),
        within("brain", 0.3, 0.25),
        within("brain", 0.25, 0.46),
        within("life", 0.4, 0.4),
        within("help", 0.1, 0.0),
    )

"""The display: opened for one window, and kept from the code of others as long as that is open."""

import os
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pygame

from alife.view.draw import pen

UNSEEN = ("dummy", "offscreen")
"""SDL's drivers for a display that shows nothing."""

_OF_SCREEN = 0.9  # that a window takes
_REPEAT = (350, 50)  # milliseconds until a pressed key repeats, and from then on


class NoDisplay(Exception):  # noqa: N818 - a state of the machine, which the caller may well accept
    """There is no screen to open a window on."""


class Display:
    """The window of this process, and its events.

    An environment that is written in pygame takes the only window that pygame has, its events and its fonts, and ends
    them with `pygame.quit()`. While a guarded display is open, such code gets a surface of its own instead, which
    nobody sees and from which it can read its picture; no events; and what would end or change the window does nothing.

    Args:
        title: of the window.
        size: in pixels, to begin with.
        resizable: whether its size may be changed.
        repeats: whether a key that is held is pressed again and again.
        guarded: whether code of others is kept from it.

    Raises:
        NoDisplay: there is no display.
    """

    def __init__(
        self,
        title: str,
        size: tuple[int, int],
        resizable: bool = True,
        repeats: bool = False,
        guarded: bool = True,
    ) -> None:
        open_display()
        self._title, self._size, self._repeats = title, size, repeats
        self._flags = pygame.RESIZABLE if resizable else 0
        self._before_full: tuple[int, int] | None = None  # its size before it filled the screen
        self._own = {name: _function(name) for name in (*_REPLACED, *_SILENCED)}
        self._open_window()
        self._lift_guard = weakref.finalize(self, _put_all, self._own)  # a window that is forgotten is not guarded
        if guarded:
            _put_all(_guard(size))

    @property
    def surface(self) -> pygame.Surface:
        """What it shows after the next `flip`; opened anew if others have closed it all the same."""
        surface: pygame.Surface | None = None
        if pygame.display.get_init():
            surface = self._own["display.get_surface"]()
        if surface is None:
            open_display()
            surface = self._open_window()
        self._size = surface.get_size()
        return surface

    @property
    def is_visible(self) -> bool:
        """Whether anybody could see it, as far as is known."""
        return not pygame.display.get_init() or pygame.display.get_active()

    def flip(self) -> None:
        """Show what is on the surface."""
        self._own["display.flip"]()

    def events(self) -> list[pygame.Event]:
        """Return the events since the last call."""
        events: list[pygame.Event] = self._own["event.get"]() if pygame.display.get_init() else []
        return events

    def toggle_full_screen(self) -> None:
        """Fill the screen, or return to the size of before."""
        if self._before_full is None:
            self._before_full = self._size
            self._own["display.set_mode"]((0, 0), pygame.FULLSCREEN)
        else:
            self._size, self._before_full = self._before_full, None
            self._open_window()

    def close(self) -> None:
        """Close the window and lift the guard."""
        self._lift_guard()
        pygame.display.quit()

    def _open_window(self) -> pygame.Surface:
        surface: pygame.Surface = self._own["display.set_mode"](self._size, self._flags)
        self._own["display.set_caption"](self._title)
        self._own["key.set_repeat"](*(_REPEAT if self._repeats else ()))
        return surface


_REPLACED = ("display.set_mode", "display.get_surface", "event.get", "event.poll", "event.wait", "event.clear")
_SILENCED = (
    *("quit", "display.quit", "font.quit", "display.flip", "display.update"),
    *("display.set_caption", "display.set_icon", "display.iconify", "display.toggle_fullscreen"),
    *("event.set_blocked", "event.set_allowed", "event.set_grab"),
    *("key.set_repeat", "mouse.set_visible", "mouse.set_pos"),
)
"""Functions of pygame that do nothing for code of others while a guarded display is open."""


def _guard(whole: tuple[int, int]) -> dict[str, Callable[..., Any]]:
    """Return what code of others calls instead of the functions of pygame that would take the window."""
    unseen: list[pygame.Surface] = []

    def set_mode(size: Any = (0, 0), *_: Any, **__: Any) -> pygame.Surface:
        unseen[:] = [pen.new_surface(size if any(size) else whole)]
        return unseen[0]

    def nothing(*_: Any, **__: Any) -> None:
        pass

    no_event = pygame.Event(pygame.NOEVENT)
    return dict.fromkeys(_SILENCED, nothing) | {
        "display.set_mode": set_mode,
        "display.get_surface": lambda: unseen[0] if unseen else None,
        "event.get": lambda *_, **__: [],
        "event.poll": lambda: no_event,
        "event.wait": lambda *_, **__: no_event,
        "event.clear": nothing,
    }


def _function(name: str) -> Any:
    module, _, function = name.rpartition(".")
    return getattr(getattr(pygame, module) if module else pygame, function)


def _put_all(functions: dict[str, Callable[..., Any]]) -> None:
    for name, replacement in functions.items():
        module, _, function = name.rpartition(".")
        setattr(getattr(pygame, module) if module else pygame, function, replacement)


def open_display() -> None:
    """Open the display, or raise NoDisplay."""
    wanted = os.environ.get("SDL_VIDEODRIVER", "")
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in displays):
        raise NoDisplay("There is no display here: neither DISPLAY nor WAYLAND_DISPLAY is set.")
    # The caller handles its own signals; SDL would turn them into events.
    os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
    try:
        pygame.display.init()
        if _shows_nothing(wanted):  # others may have opened it before, by another driver
            pygame.display.quit()
            pygame.display.init()
    except pygame.error as error:
        raise NoDisplay(f"The display cannot be opened: {error}.") from error
    if _shows_nothing(wanted):
        driver = pygame.display.get_driver()
        pygame.display.quit()
        raise NoDisplay(f"There is no display here: only the driver '{driver}' works, and it shows nothing.")


def display_driver() -> str:
    """Return the driver by which the display opens, or raise NoDisplay; it is closed again."""
    open_display()
    driver: str = pygame.display.get_driver()
    pygame.display.quit()
    return driver


def fitting_size(design: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a window for the screen there is: in the proportions of a design, with room around it.

    On a screen smaller than the design it takes all there is.
    """
    open_display()
    width, height = pygame.display.get_desktop_sizes()[0]
    if width < design[0] or height < design[1] or pygame.display.get_driver() in UNSEEN:
        return (min(width, design[0]), min(height, design[1])) if width and height else design
    scale = max(1.0, _OF_SCREEN * min(width / design[0], height / design[1]))
    return round(design[0] * scale), round(design[1] * scale)


def _shows_nothing(wanted: str) -> bool:
    """Return whether the display is open by a driver without a screen that nobody wanted."""
    driver = pygame.display.get_driver()
    return driver in UNSEEN and driver not in wanted.split(",")

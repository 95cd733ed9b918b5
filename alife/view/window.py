"""The window: it shows frames and hands back what the person at it asks for."""

import os
import sys

import pygame

from alife.command import ChangeSpeed, Command, Select, SingleTick, Stop, TogglePause
from alife.frame import Frame
from alife.view.canvas import Canvas
from alife.view.choice import in_other_copy, neighbour

_CHARACTERS: dict[str, Command] = {
    " ": TogglePause(),
    ".": SingleTick(),
    "+": ChangeSpeed(2.0),
    "=": ChangeSpeed(2.0),
    "-": ChangeSpeed(0.5),
    "q": Stop(),
    "Q": Stop(),
}
_KEYS: dict[int, Command] = {
    pygame.K_SPACE: TogglePause(),
    pygame.K_PERIOD: SingleTick(),
    pygame.K_RIGHT: SingleTick(),
    pygame.K_PLUS: ChangeSpeed(2.0),
    pygame.K_EQUALS: ChangeSpeed(2.0),
    pygame.K_UP: ChangeSpeed(2.0),
    pygame.K_MINUS: ChangeSpeed(0.5),
    pygame.K_DOWN: ChangeSpeed(0.5),
    pygame.K_q: Stop(),
    pygame.K_ESCAPE: Stop(),
}


class NoDisplay(Exception):  # noqa: N818 - a state of the machine, which the caller may well accept
    """There is no screen to open a window on."""


class Window:
    """A resizable window on a run.

    Args:
        title: of the window.
        fps: frames a second that `show` never exceeds.
        size: in pixels, to begin with.

    Raises:
        NoDisplay: There is no display.
    """

    def __init__(self, title: str, fps: int = 30, size: tuple[int, int] = (1280, 800)) -> None:
        open_display()
        self._surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        pygame.display.set_caption(title)
        self._fps = fps
        self._clock = pygame.time.Clock()
        self._canvas = Canvas()
        self._frame: Frame | None = None
        self._selected = ("", 0)
        self._is_open = True

    def show(self, frame: Frame) -> None:
        """Draw a frame, and wait as long as it takes to keep to the frames a second."""
        if not self._is_open:
            return
        self._frame, self._selected = frame, frame.selected
        self._canvas.draw(pygame.display.get_surface() or self._surface, frame)
        pygame.display.flip()
        self._clock.tick(self._fps)

    def commands(self) -> list[Command]:
        """Return what has been asked for since the last call, in order."""
        if not self._is_open:
            return []
        commands = [self._command(event) for event in pygame.event.get()]
        return [command for command in commands if command is not None]

    def close(self) -> None:
        """Close the window; a window that is closed stays closed."""
        if self._is_open:
            self._is_open = False
            pygame.display.quit()

    def _command(self, event: pygame.Event) -> Command | None:
        if event.type == pygame.QUIT:
            return Stop()
        if event.type == pygame.KEYDOWN:
            return self._pressed(event)
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            creature = self._canvas.creature_at(event.pos)
            return self._select(Select(*creature) if creature is not None else None)
        return None

    def _pressed(self, event: pygame.Event) -> Command | None:
        character = getattr(event, "unicode", "")
        if event.key == pygame.K_TAB:
            return self._next(-1 if event.mod & pygame.KMOD_SHIFT else 1)
        # The character first: on many keyboards a bracket or a plus is not on the key of its name.
        if character in ("[", "]") or event.key in (pygame.K_LEFTBRACKET, pygame.K_RIGHTBRACKET):
            return self._other_copy(-1 if character == "[" or event.key == pygame.K_LEFTBRACKET else 1)
        return _CHARACTERS.get(character) or _KEYS.get(event.key)

    def _next(self, step: int) -> Command | None:
        return self._select(neighbour(self._frame, self._selected, step)) if self._frame is not None else None

    def _other_copy(self, step: int) -> Command | None:
        return self._select(in_other_copy(self._frame, self._selected, step)) if self._frame is not None else None

    def _select(self, select: Select | None) -> Select | None:
        """Remember a selection, so that a second key before the next frame goes on from it."""
        if select is not None:
            self._selected = select.species, select.row
        return select


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
    except pygame.error as error:
        raise NoDisplay(f"The display cannot be opened: {error}.") from error
    driver = pygame.display.get_driver()
    if driver in ("dummy", "offscreen") and driver not in wanted.split(","):
        pygame.display.quit()
        raise NoDisplay(f"There is no display here: only the driver '{driver}' works, and it shows nothing.")

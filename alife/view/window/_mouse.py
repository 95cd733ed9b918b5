"""The mouse: its events go to the panels under it and to the bar of time."""

import pygame

from alife.view.window._key_actions import KeyActions
from alife.view.window.canvas import Canvas, Pixel

_PANNING = (pygame.BUTTON_RIGHT, pygame.BUTTON_MIDDLE)


class Mouse:
    """Passes the events of the mouse on to the panel under it.

    Args:
        canvas: has the panels.
        key_actions: pass the commands of panels on to the run.
    """

    def __init__(self, canvas: Canvas, key_actions: KeyActions) -> None:
        self._canvas, self._key_actions = canvas, key_actions
        self._panning: Pixel | None = None  # where a drag with the right or middle button began
        self._seeking = False  # the button is down on the bar of time
        self._reported: Pixel | None = None  # the position that panels were last told

    def handle_event(self, event: pygame.Event) -> None:
        """Handle an event, if it is one of the mouse."""
        if event.type == pygame.MOUSEMOTION:
            self._handle_motion(event)
        elif event.type == pygame.MOUSEBUTTONDOWN:
            self._key_actions.pointer = event.pos
            if event.button == pygame.BUTTON_LEFT:
                self._press_at(event.pos)
            elif event.button in _PANNING:
                self._panning = event.pos
        elif event.type == pygame.MOUSEBUTTONUP:
            self._seeking = self._seeking and event.button != pygame.BUTTON_LEFT
            self._panning = None if event.button in _PANNING else self._panning
        elif event.type == pygame.MOUSEWHEEL and self._key_actions.pointer is not None:
            self._canvas.wheel_panel(self._key_actions.pointer, getattr(event, "precise_y", 0.0) or event.y)
        elif event.type == pygame.WINDOWLEAVE:
            self._key_actions.pointer = None

    def report_position(self) -> None:
        """Report the position of the mouse to the panels, once for many small movements."""
        if self._key_actions.pointer != self._reported:
            self._reported = self._key_actions.pointer
            self._canvas.hover_panels(self._reported)

    def _handle_motion(self, event: pygame.Event) -> None:
        if self._key_actions.pointer is None:  # a mouse that lies where the window opened asks nothing
            self._reported = event.pos
        self._key_actions.pointer = event.pos
        if self._seeking:
            self._key_actions.seek_share(self._canvas.timebar.share_at(event.pos))
        elif self._panning is not None:
            self._canvas.drag_panel(self._panning, event.pos, event.rel)

    def _press_at(self, pixel: Pixel) -> None:
        if self._key_actions.helping:
            self._key_actions.helping = False
        elif self._canvas.panel_at(pixel) is self._canvas.timebar:
            self._seeking = True
            self._key_actions.seek_share(self._canvas.timebar.share_at(pixel))
        else:
            self._key_actions.ask_run(self._canvas.press_panel(pixel))

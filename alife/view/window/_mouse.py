"""The mouse: it tells panels what is done over them, and drags the bar of time."""

import pygame

from alife.view.window._key_actions import KeyActions
from alife.view.window.canvas import Canvas, Pixel

_PANNING = (pygame.BUTTON_RIGHT, pygame.BUTTON_MIDDLE)


class Mouse:
    """Interventions what the mouse does to the panel under it.

    Args:
        canvas: has the panels.
        deeds: is asked for what a panel wants of the run.
    """

    def __init__(self, canvas: Canvas, key_actions: KeyActions) -> None:
        self._canvas, self._key_actions = canvas, key_actions
        self._panning: Pixel | None = None  # where a drag with the right or middle button began
        self._seeking = False  # the bar of time is held
        self._told: Pixel | None = None  # where panels were last told it is

    def hear(self, event: pygame.Event) -> None:
        """Take in an event, if it is one of the mouse."""
        if event.type == pygame.MOUSEMOTION:
            self._move(event)
        elif event.type == pygame.MOUSEBUTTONDOWN:
            self._key_actions.pointer = event.pos
            if event.button == pygame.BUTTON_LEFT:
                self._press(event.pos)
            elif event.button in _PANNING:
                self._panning = event.pos
        elif event.type == pygame.MOUSEBUTTONUP:
            self._seeking = self._seeking and event.button != pygame.BUTTON_LEFT
            self._panning = None if event.button in _PANNING else self._panning
        elif event.type == pygame.MOUSEWHEEL and self._key_actions.pointer is not None:
            self._canvas.wheel(self._key_actions.pointer, getattr(event, "precise_y", 0.0) or event.y)
        elif event.type == pygame.WINDOWLEAVE:
            self._key_actions.pointer = None

    def rest(self) -> None:
        """Tell the panels where the mouse has come to, once for many small movements."""
        if self._key_actions.pointer != self._told:
            self._told = self._key_actions.pointer
            self._canvas.hover(self._told)

    def _move(self, event: pygame.Event) -> None:
        self._key_actions.pointer = event.pos
        if self._seeking:
            self._key_actions.seek(self._canvas.timebar.share_at(event.pos))
        elif self._panning is not None:
            self._canvas.drag(self._panning, event.pos, event.rel)

    def _press(self, pixel: Pixel) -> None:
        if self._key_actions.helping:
            self._key_actions.helping = False
        elif self._canvas.panel_at(pixel) is self._canvas.timebar:
            self._seeking = True
            self._key_actions.seek(self._canvas.timebar.share_at(pixel))
        else:
            self._key_actions.ask(self._canvas.press(pixel))

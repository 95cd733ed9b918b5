"""One picture of a run: where the panels lie. The window, the film and the still picture all draw this."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pygame

from alife.core.command import Command
from alife.core.frame import Frame
from alife.view.draw import theme
from alife.view.draw.text import TextRenderer
from alife.view.panels.brain.brain import BrainPanel
from alife.view.panels.lower import LowerPanel
from alife.view.panels.status import HelpLine, StatusLine
from alife.view.panels.timebar import TimeBar
from alife.view.panels.tooltip import draw_tooltip
from alife.view.panels.world import WorldPanel

Pixel = tuple[int, int]
_MOMENT = 40  # frames after which nothing of an event is seen in the world


@dataclass(frozen=True)
class Layout:
    """The areas of a canvas; a panel for which it is too small has none."""

    status: pygame.Rect
    world: pygame.Rect
    brain: pygame.Rect | None
    life: pygame.Rect | None
    timebar: pygame.Rect | None
    help: pygame.Rect | None


class Canvas:
    """Draws frames on surfaces of any size, and remembers what scrolls, trails and fades.

    Args:
        keys: whether there is room for the keys and the bar of time, as there is none in films and pictures.

    Attributes:
        areas: where the panels were drawn last.
        arena_alone: whether the world fills it all.
    """

    def __init__(self, keys: bool = True) -> None:
        self._keys, self.arena_alone = keys, False
        self.renderer = TextRenderer()
        self.world = WorldPanel(self.renderer)
        self.brain = BrainPanel(self.renderer)
        self.life = LowerPanel(self.renderer)
        self.status = StatusLine(self.renderer)
        self.timebar = TimeBar(self.renderer)
        self.help = HelpLine(self.renderer)
        self.areas = layout(theme.DESIGN_SIZE)
        self._turn = 0  # counts the pictures, for the panels that are drawn by turns
        self._tick: int | None = None  # of the frame taken in last
        self._pointed: Pixel | None = None  # where the mouse is

    def draw_frame(self, surface: pygame.Surface, frame: Frame) -> None:
        """Take in a frame and draw it over the whole surface."""
        self.observe_frame(frame)
        self.paint_frame(surface, frame)

    def observe_frame(self, frame: Frame) -> None:
        """Take in a frame, once, so that what scrolls, trails and fades goes on to it.

        A frame of another tick that brings no tick of the brain is of a state that was loaded: there all begins anew.
        """
        if frame.tick != self._tick and not frame.brain:
            self.forget_frames()
        self._tick = frame.tick
        self.world.observe_frame(frame)
        self.brain.observe_frame(frame)

    def replace_frames(self, frames: Sequence[Frame]) -> None:
        """Replace all frames taken in by those that led to another one, oldest first."""
        self.forget_frames()
        for frame in frames:
            self.brain.observe_frame(frame)
        for frame in frames[-_MOMENT:]:
            self.world.observe_frame(frame)

    def paint_frame(self, surface: pygame.Surface, frame: Frame, keys: bool = True) -> None:
        """Draw a frame that was taken in over the whole surface, with or without keys; it may be drawn again."""
        self.renderer.fit_canvas(surface.get_size())
        self.areas = layout(surface.get_size(), keys and self._keys, self.arena_alone)
        surface.fill(theme.BACKGROUND)
        for panel, area in self._placed_panels():
            surface.set_clip(area)
            panel.draw_panel(surface, area, frame)
        surface.set_clip(None)
        if self._pointed is not None:
            draw_tooltip(surface, surface.get_rect(), self.renderer, self._pointed, self._lines_under_mouse())

    def _lines_under_mouse(self) -> Sequence[str]:
        """Return what the panel under the mouse says of what is there."""
        panel = None if self._pointed is None else self.panel_at(self._pointed)
        return call_panel(panel, "describe_at", self._pointed) or ()

    def paint_in_turn(self, surface: pygame.Surface, frame: Frame) -> None:
        """Draw on a surface that shows the frame before: the world, half of the brain, and of the rest one panel.

        What one reads needs no more than some ten pictures a second; what moves is in all of them. Lines under the
        mouse may lie over any panel, so as long as there are some, all is drawn.
        """
        if self._lines_under_mouse():
            self.paint_frame(surface, frame)
            return
        self._turn += 1
        rest = [self.life, self.status, self.timebar, self.help][self._turn % 4]
        for panel, area in self._placed_panels():
            surface.set_clip(area)
            if panel is self.brain:
                self.brain.draw_by_turns(surface, area, frame, self._turn)
            elif panel in (self.world, rest):
                panel.draw_panel(surface, area, frame)
        surface.set_clip(None)

    def forget_frames(self) -> None:
        """Forget all that scrolls, trails and fades; other frames will be taken in."""
        for panel in (self.world, self.brain, self.life):
            panel.forget_frames()

    def press_panel(self, pixel: Pixel) -> Command | None:
        """Press the panel under a pixel; return what it asks the run for."""
        panel = self.panel_at(pixel)
        command: Command | None = call_panel(panel, "press", pixel)
        return command

    def hover_panels(self, pixel: Pixel | None) -> None:
        """Tell every panel where the mouse is, or that it is elsewhere."""
        self._pointed = pixel
        for panel, area in self._placed_panels():
            call_panel(panel, "hover", pixel if pixel is not None and area.collidepoint(pixel) else None)

    def wheel_panel(self, pixel: Pixel, steps: float) -> None:
        """Turn the wheel over the panel under a pixel."""
        call_panel(self.panel_at(pixel), "wheel", pixel, steps)

    def drag_panel(self, begun: Pixel, pixel: Pixel, by: Pixel) -> None:
        """Drag the panel where the drag has begun by what the mouse has moved since the last call."""
        call_panel(self.panel_at(begun), "drag", pixel, by)

    def panel_at(self, pixel: Pixel) -> object:
        """Return the panel under a pixel, or None."""
        return next((panel for panel, area in self._placed_panels() if area.collidepoint(pixel)), None)

    def _placed_panels(self) -> Iterator[tuple[Any, pygame.Rect]]:
        for panel, area in (
            (self.status, self.areas.status),
            (self.world, self.areas.world),
            (self.brain, self.areas.brain),
            (self.life, self.areas.life),
            (self.timebar, self.areas.timebar),
            (self.help, self.areas.help),
        ):
            if area is not None and min(area.size) > 0:
                yield panel, area


def call_panel(panel: object, what: str, *values: object) -> Any:
    """Call a method of a panel, if it has one of this name."""
    method = getattr(panel, what, None)
    return method(*values) if method is not None else None


def layout(size: tuple[int, int], keys: bool = True, arena_alone: bool = False) -> Layout:
    """Return the areas of a canvas: world at the left, brain at the right, life below both, keys at the bottom."""
    if arena_alone:
        return Layout(pygame.Rect(0, 0, 0, 0), pygame.Rect((0, 0), size), None, None, None, None)
    unit = theme.unit(size)
    gap = round(10 * unit)
    page = pygame.Rect((0, 0), size).inflate(-2 * gap, -gap)
    status = pygame.Rect(page.left, page.top, page.width, round(28 * unit))
    bottom = page.bottom
    help_line = timebar = life = brain = None
    if keys and page.height > 260 * unit:
        help_line = pygame.Rect(page.left, page.bottom - round(20 * unit), page.width, round(20 * unit))
        timebar = pygame.Rect(page.left, help_line.top - round(17 * unit), page.width, round(17 * unit))
        bottom = timebar.top - round(3 * unit)
    if page.height > 420 * unit and page.width > 300 * unit:
        height = round(page.height * 0.21)
        life = pygame.Rect(page.left, bottom - height, page.width, height)
        bottom = life.top - gap
    top = status.bottom + gap // 2
    world = pygame.Rect(page.left, top, page.width, max(1, bottom - top))
    if page.width > 620 * unit and page.height > 260 * unit:
        world.width = round(page.width * 0.43)
        brain = pygame.Rect(world.right + gap, top, page.right - world.right - gap, world.height)
    return Layout(status, world, brain, life, timebar, help_line)

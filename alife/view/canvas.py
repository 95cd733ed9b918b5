"""One picture of a run: where the panels lie. The window, the film and the still picture all draw this."""

from dataclasses import dataclass

import pygame

from alife.frame import Frame
from alife.view import theme
from alife.view.letters import Letters
from alife.view.panels.brain import BrainPanel
from alife.view.panels.life import LifePanel
from alife.view.panels.status import HelpLine, StatusLine
from alife.view.panels.world import WorldPanel


@dataclass(frozen=True)
class Layout:
    """The areas of a canvas; a panel for which it is too small has none."""

    status: pygame.Rect
    world: pygame.Rect
    brain: pygame.Rect | None
    life: pygame.Rect | None
    help: pygame.Rect | None


class Canvas:
    """Draws frames on surfaces of any size, and remembers what scrolls, trails and fades."""

    def __init__(self) -> None:
        self._letters = Letters()
        self._world = WorldPanel(self._letters)
        self._brain = BrainPanel(self._letters)
        self._life = LifePanel(self._letters)
        self._status = StatusLine(self._letters)
        self._help = HelpLine(self._letters)

    def draw(self, surface: pygame.Surface, frame: Frame) -> None:
        """Draw a frame over the whole surface."""
        self._letters.fit(surface.get_size())
        self._brain.take(frame)
        areas = layout(surface.get_size())
        surface.fill(theme.BACKGROUND)
        for panel, area in (
            (self._status, areas.status),
            (self._world, areas.world),
            (self._brain, areas.brain),
            (self._life, areas.life),
            (self._help, areas.help),
        ):
            if area is not None:
                surface.set_clip(area)
                panel.draw(surface, area, frame)
        surface.set_clip(None)

    def creature_at(self, pixel: tuple[int, int]) -> tuple[str, int] | None:
        """Return the creature that was last drawn at a pixel."""
        return self._world.creature_at(pixel)


def layout(size: tuple[int, int]) -> Layout:
    """Return the areas of a canvas: world at the left, brain at the right, life below both."""
    unit = theme.unit(size)
    gap = round(10 * unit)
    page = pygame.Rect((0, 0), size).inflate(-2 * gap, -gap)
    status = pygame.Rect(page.left, page.top, page.width, round(28 * unit))
    bottom = page.bottom
    help_line = life = brain = None
    if page.height > 260 * unit:
        help_line = pygame.Rect(page.left, page.bottom - round(22 * unit), page.width, round(22 * unit))
        bottom = help_line.top - gap // 2
    if page.height > 420 * unit and page.width > 300 * unit:
        height = round(page.height * 0.21)
        life = pygame.Rect(page.left, bottom - height, page.width, height)
        bottom = life.top - gap
    top = status.bottom + gap // 2
    world = pygame.Rect(page.left, top, page.width, max(1, bottom - top))
    if page.width > 620 * unit and page.height > 260 * unit:
        world.width = round(page.width * 0.43)
        brain = pygame.Rect(world.right + gap, top, page.right - world.right - gap, world.height)
    return Layout(status, world, brain, life, help_line)

"""The panel below arena and brain: rewards, or who lives, or what may be changed, by tabs."""

from collections.abc import Sequence
from typing import Any

import pygame

from alife.core.command import Command
from alife.core.frame import Frame
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.panels.hit_areas import HitAreas, Pixel
from alife.view.panels.life import LifePanel
from alife.view.panels.population import PopulationPanel
from alife.view.panels.settings import SettingsPanel

REWARD, POPULATION, SETTINGS = "rewards", "who lives", "settings"
_SAID = {
    REWARD: "what creatures gain (p)",
    POPULATION: "how many of each species live, births, deaths, ages and genes (p)",
    SETTINGS: "what may be changed while the run goes on (p)",
}


class LowerPanel:
    """Draws one of several panels, with a tab for each where there is more than one.

    Attributes:
        view: which of them; "" for who lives where there are births and deaths, else for rewards.
    """

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer, self.view = renderer, ""
        self.population = PopulationPanel(renderer)
        self._panels: dict[str, Any] = {
            REWARD: LifePanel(renderer),
            POPULATION: self.population,
            SETTINGS: SettingsPanel(renderer),
        }
        self._shown, self._views = REWARD, [REWARD]  # of the frame that was drawn
        self._tabs: tuple[Any, pygame.Surface] = ((), pen.new_surface((0, 0)))
        self._hit_areas = HitAreas()  # of the tabs
        self._corner = (0, 0)  # where they were drawn

    def forget_frames(self) -> None:
        """Let everything be drawn anew."""
        for panel in self._panels.values():
            panel.forget_frames()

    def show_next(self) -> str:
        """Show the next panel; return its name."""
        self.view = self._views[(self._views.index(self._shown) + 1) % len(self._views)]
        return self.view

    def describe_at(self, pixel: Pixel) -> Sequence[str]:
        """Return the lines that stand under the mouse at a pixel."""
        return self._hit_areas.describe_at(self._on_tabs(pixel)) or self._panels[self._shown].describe_at(pixel)

    def press(self, pixel: Pixel) -> Command | None:
        """Show the panel of the tab at a pixel, or press the panel there; return what it asks the run for."""
        if self._hit_areas.can_press(self._on_tabs(pixel)):
            self._hit_areas.press_at(self._on_tabs(pixel))
            return None
        press = getattr(self._panels[self._shown], "press", None)
        command: Command | None = None if press is None else press(pixel)
        return command

    def draw_panel(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the panel in view."""
        lives = any(one.population is not None for one in frame.species)
        self._views = [REWARD, *([POPULATION] if lives else []), *([SETTINGS] if frame.settings else [])]
        first = POPULATION if POPULATION in self._views else REWARD
        self._shown = self.view if self.view in self._views else first
        panel = self._panels[self._shown]
        panel.tabs = self._draw_tabs() if len(self._views) > 1 else None
        if panel.tabs is None:
            self._hit_areas.all.clear()
            self._tabs = (), self._tabs[1]
        panel.draw_panel(surface, area, frame)
        line = self._renderer.height(theme.TITLE)
        pad = self._renderer.pixels(12), self._renderer.pixels(9)
        height = 0 if panel.tabs is None else panel.tabs.get_height()
        self._corner = area.left + pad[0], area.top + pad[1] + line // 2 - height // 2

    def _on_tabs(self, pixel: Pixel) -> Pixel:
        return pixel[0] - self._corner[0], pixel[1] - self._corner[1]

    def _draw_tabs(self) -> pygame.Surface:
        """Return a picture of the tabs, that of the panel in view bright."""
        wanted = self._renderer.unit, self._shown, tuple(self._views)
        if self._tabs[0] != wanted:
            pad, gap = self._renderer.pixels(7), self._renderer.pixels(4)
            widths = [self._renderer.width(name) + 2 * pad for name in self._views]
            height = self._renderer.height(theme.TITLE) + self._renderer.pixels(2)
            picture = pen.new_surface((sum(widths) + gap * (len(widths) + 1), height))
            picture.fill(theme.CARD)
            self._hit_areas.all.clear()
            left = 0
            for name, width in zip(self._views, widths, strict=True):
                self._draw_tab(picture, pygame.Rect(left, 0, width, height), name)
                left += width + gap
            self._tabs = wanted, picture
        return self._tabs[1]

    def _draw_tab(self, picture: pygame.Surface, box: pygame.Rect, name: str) -> None:
        shown = name == self._shown
        round_by = self._renderer.pixels(4)
        pen.rect(picture, theme.AXIS if shown else theme.EDGE, box, 0 if shown else 1, border_radius=round_by)
        colour = theme.BRIGHT if shown else theme.MUTED
        self._renderer.write(picture, name, at=box.center, anchor="center", colour=colour)
        self._hit_areas.explain(box, _SAID[name], on_press=lambda _: self._show(name))

    def _show(self, name: str) -> None:
        self.view = name

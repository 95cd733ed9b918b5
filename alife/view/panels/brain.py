"""The brain of the selected creature: above what it is doing now, below what it did at the last ticks."""

import pygame

from alife.frame import BrainProbe, Choice, Frame
from alife.view import theme
from alife.view.history import History
from alife.view.letters import Letters
from alife.view.panels.card import card
from alife.view.panels.layer import LayerView
from alife.view.panels.motion import MotionView
from alife.view.panels.readout import ReadoutView
from alife.view.panels.timeline import Timeline
from alife.view.sprites import Sprites
from alife.view.theme import Look

_GLOW = 0.88  # of the light that is left after one picture


class BrainPanel:
    """Draws the brain in view, and keeps its last ticks."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._history = History()
        self._sprites = Sprites()
        self._timeline = Timeline(letters)
        self._selected: tuple[str, int] | None = None
        self._glow = 0.0
        self._forget()

    def _forget(self) -> None:
        self._layers: dict[int, LayerView] = {}
        self._readout = ReadoutView(self._letters)
        self._motion = MotionView(self._letters)
        self._glow = 0.0

    def take(self, frame: Frame) -> None:
        """Take in the ticks of a frame, whether or not the panel is drawn."""
        if frame.selected != self._selected:
            self._selected = frame.selected
            self._forget()
        before = self._history.learned.total
        self._history.take(frame)
        fresh = self._history.learned.total - before
        learned = fresh > 0 and bool(self._history.learned.last(fresh).any())
        self._glow = 1.0 if learned else self._glow if frame.paused else self._glow * _GLOW

    def draw(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the panel."""
        species, row = frame.selected
        look = theme.looks(frame.species).get(species) or theme.look(0)
        learns = "learns" if look.learns else "does not learn"
        icon = self._sprites.creature(look, 7.5 * self._letters.unit, heading=0.0)
        inside = card(surface, area, self._letters, f"Brain of {species} {row} ({learns})", icon=icon)
        probes = [probe for probe in frame.brain if (probe.species, probe.row) == frame.selected]
        if not probes:
            text = "Nothing to see before its next tick."
            self._letters.write(
                surface, text, colour=theme.MUTED, width=inside.width, at=inside.center, anchor="center"
            )
            return
        self._lamp(surface, area, look)
        gap = self._letters.pixels(10)
        now = pygame.Rect(inside.left, inside.top, inside.width, round(inside.height * 0.4))
        then = pygame.Rect(inside.left, now.bottom + gap, inside.width, inside.bottom - now.bottom - gap)
        self._now(surface, now, probes[-1], look)
        self._timeline.draw(surface, then, self._history, look.colour)

    def _lamp(self, surface: pygame.Surface, area: pygame.Rect, look: Look) -> None:
        """Light a lamp at the ticks at which the creature learned."""
        if not look.learns:
            return
        pad = self._letters.pixels(12)
        middle = area.top + self._letters.pixels(9) + self._letters.height(theme.TITLE) // 2
        glow = round(self._glow * 16) / 16  # few shades keep the cache of rendered text small
        colour = theme.mix(theme.EDGE, theme.LEARNED, glow)
        text = self._letters.write(surface, "learned", colour=colour, at=(area.right - pad, middle), anchor="midright")
        centre = text.left - pad, middle
        radius = self._letters.pixels(5)
        halo = theme.mix(theme.CARD, theme.LEARNED, glow * 0.3)
        pygame.draw.aacircle(surface, halo, centre, radius * 1.9)
        pygame.draw.aacircle(surface, colour, centre, radius)

    def _now(self, surface: pygame.Surface, area: pygame.Rect, probe: BrainProbe, look: Look) -> None:
        gap = self._letters.pixels(16)
        acts = len(probe.action_names) > 0
        hidden = probe.layers[:-1] if acts else probe.layers
        left, right = area.copy(), area.copy()
        if hidden and acts:
            left.width = round(area.width * 0.53)
            right = pygame.Rect(left.right + gap, area.top, area.right - left.right - gap, area.height)
        self._stack(surface, left, probe, len(hidden), look)
        if acts:
            self._decision(surface, right, probe, look)

    def _decision(self, surface: pygame.Surface, area: pygame.Rect, probe: BrainProbe, look: Look) -> None:
        if isinstance(probe.decision, Choice):
            self._readout.draw(surface, area, probe, probe.decision, look.colour)
        else:
            self._motion.draw(surface, area, probe, probe.decision, look.colour)

    def _stack(self, surface: pygame.Surface, area: pygame.Rect, probe: BrainProbe, count: int, look: Look) -> None:
        """Draw as many layers as there is room for, the highest ones if not all."""
        gap = self._letters.pixels(6)
        least = self._letters.pixels(34) + gap
        shown = min(count, max(1, area.height // least))
        first = count - shown
        for place, index in enumerate(range(first, count)):
            height = (area.height + gap) // shown
            box = pygame.Rect(area.left, area.top + place * height, area.width, height - gap)
            view = self._layers.setdefault(index, LayerView(self._letters))
            view.draw(surface, box, probe.layers[index], look.colour)

"""The captions that explain a window that is opened for the first time: three, one after another."""

from collections.abc import Callable

import pygame

from alife.core.frame import Frame
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer

SECONDS = 5.0  # for which each is shown
_PATIENCE = 60.0  # seconds for which the last one waits for its event
_AWAY = (120, 64)  # pixels of the design from what is spoken of to the caption

Pixel = tuple[float, float]
Find = Callable[[Frame], Pixel | None]


class Captions:
    """Shows the captions, each with a thin line to what it speaks of.

    Args:
        renderer: to write with.
        creature: finds the selected creature on the canvas, or nothing where it cannot be seen.
        brain: finds its brain.
        when_done: called once when all have been shown or skipped.
    """

    def __init__(self, renderer: TextRenderer, creature: Find, brain: Find, when_done: Callable[[], None]) -> None:
        self._renderer, self._when_done = renderer, when_done
        self._texts: list[tuple[str, Find]] = [
            ("This is one creature", creature),
            ("This is its brain", brain),
            ("This flash is it learning", creature),
        ]
        self._shown: float | None = None  # since when the first of them is shown
        self._waiting: float | None = None  # since when it waits to be

    @property
    def done(self) -> bool:
        """Whether there is nothing more to say."""
        return not self._texts

    def skip(self) -> None:
        """Skip all captions that are left."""
        self._shown = None
        if self._texts:
            self._texts.clear()
            self._when_done()

    def advance_to(self, frame: Frame, now: float) -> None:
        """Choose the caption for this moment; the last one waits until the creature learns, but not for ever.

        Args:
            frame: in view.
            now: a clock's time in seconds.
        """
        if self._shown is not None and now - self._shown >= SECONDS:
            self._go_to_next()
        if self._texts and self._shown is None:
            self._waiting = now if self._waiting is None else self._waiting
            if len(self._texts) > 1 or _learned(frame):
                self._shown = now
            elif now - self._waiting >= _PATIENCE:
                self.skip()

    def _go_to_next(self) -> None:
        if len(self._texts) == 1:
            self.skip()
        else:
            del self._texts[0]
        self._shown = self._waiting = None

    def draw_caption(self, surface: pygame.Surface, frame: Frame) -> None:
        """Draw the caption for this moment over a canvas."""
        if not self._texts or self._shown is None:
            return
        text, find = self._texts[0]
        target = find(frame)
        if target is not None:
            self._draw_box(surface, text, target)

    def _draw_box(self, surface: pygame.Surface, text: str, target: Pixel) -> None:
        pad, page = self._renderer.pixels(10), surface.get_rect()
        box = pygame.Rect(0, 0, self._renderer.width(text, theme.TITLE, bold=True) + 2 * pad, 0)
        box.height = self._renderer.height(theme.TITLE) + pad
        right, down = target[0] < page.centerx, target[1] < page.centery
        across, along = (self._renderer.pixels(one) for one in _AWAY)
        box.center = (
            round(target[0] + (across if right else -across)),
            round(target[1] + (along if down else -along)),
        )
        box.clamp_ip(page)
        pen.aaline(surface, theme.BRIGHT, target, box.center)
        pen.aacircle(surface, theme.BRIGHT, target, self._renderer.pixels(4))
        surface.fill(theme.CARD, box)
        pen.rect(surface, theme.BRIGHT, box, 1)
        self._renderer.write(
            surface, text, colour=theme.BRIGHT, size=theme.TITLE, bold=True, at=box.center, anchor="center"
        )


def _learned(frame: Frame) -> bool:
    return bool(frame.updates) or any(probe.learned for probe in frame.brain)

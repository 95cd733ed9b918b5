"""Where the world changed, on an axis of ticks: thin lines with words above them, or notches where there are many."""

from collections.abc import Sequence

import numpy as np
import pygame

from alife.core.frame import Annotation
from alife.view.draw import pen, theme
from alife.view.draw.curves import Axes
from alife.view.draw.text import TextRenderer

_APART = 22  # pixels of the design: where changes are closer on the whole, only notches are drawn
_NOTCH = 5
COLOUR = theme.mix(theme.EDGE, theme.AXIS, 0.4)


def draw_changes(
    surface: pygame.Surface, renderer: TextRenderer, scales: Axes, annotations: Sequence[Annotation]
) -> None:
    """Draw the changes of a world; their words stand in a line above the area of the axes, clear of its curves."""
    if not annotations:
        return
    ticks = np.array([[annotation.tick, 0.0] for annotation in annotations])
    xs: list[int] = np.rint(scales.points(ticks)[:, 0]).astype(int).tolist()
    area = scales.area
    many = len(set(xs)) > max(1, (max(xs) - min(xs))) / renderer.pixels(_APART) + 1
    top = area.bottom - renderer.pixels(_NOTCH) if many else area.top
    for x in _thinned(xs, 3 if many else 1):
        pen.line(surface, COLOUR, (x, top), (x, area.bottom - 1))
    words = [annotation.text for annotation in annotations]
    above = pygame.Rect(area.left, area.top - renderer.height(theme.SMALL), area.width, renderer.height(theme.SMALL))
    if many:
        text = f"{len(annotations)} changes: {', '.join(dict.fromkeys(words))}"
        at = above.topright
        renderer.write(surface, text, at=at, anchor="topright", colour=theme.MUTED, size=theme.SMALL, width=above.width)
    else:
        write_changes(surface, renderer, above, xs, words)


def write_changes(
    surface: pygame.Surface, renderer: TextRenderer, line: pygame.Rect, xs: Sequence[int], words: Sequence[str]
) -> None:
    """Write words at ascending places of a line, each whole or not at all: none runs into the next or over the end."""
    free = line.left
    pad = renderer.pixels(3)
    for x, word in zip(xs, words, strict=True):
        left = min(x + pad, line.right - renderer.width(word, theme.SMALL))
        if left >= free:
            at = left, line.top
            free = renderer.write(surface, word, at=at, colour=theme.MUTED, size=theme.SMALL).right + 2 * pad


def _thinned(xs: Sequence[int], apart: int) -> list[int]:
    """Return ascending places, without those too close to the one before."""
    kept: list[int] = []
    for x in xs:
        if not kept or x - kept[-1] >= apart:
            kept.append(x)
    return kept

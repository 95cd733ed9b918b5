"""Where the world changed, on an axis of ticks: thin lines with a word, or notches where there are many."""

from collections.abc import Sequence

import numpy as np
import pygame

from alife.core.frame import Annotation
from alife.view.draw import pen, theme
from alife.view.draw.curves import Axes
from alife.view.draw.text import TextRenderer

_APART = 22  # pixels of the design: where changes are closer on the whole, only notches are drawn
_NOTCH = 5
_COLOUR = theme.mix(theme.EDGE, theme.AXIS, 0.4)


def draw_changes(
    surface: pygame.Surface, renderer: TextRenderer, scales: Axes, annotations: Sequence[Annotation]
) -> None:
    """Draw the changes of a world."""
    if not annotations:
        return
    xs = (
        np.rint(scales.points(np.array([[annotation.tick, 0.0] for annotation in annotations]))[:, 0])
        .astype(int)
        .tolist()
    )
    area = scales.area
    many = len(set(xs)) > max(1, (max(xs) - min(xs))) / renderer.pixels(_APART) + 1
    top = area.bottom - renderer.pixels(_NOTCH) if many else area.top
    for x in _thinned(xs, 3 if many else 1):
        pen.line(surface, _COLOUR, (x, top), (x, area.bottom - 1))
    if many:
        words = ", ".join(dict.fromkeys(annotation.text for annotation in annotations))
        at = area.right - renderer.pixels(4), top - renderer.pixels(1)
        text = f"{len(annotations)} changes: {words}"
        height = renderer.height(theme.SMALL)
        place = at[0], at[1] - height
        renderer.write(
            surface, text, at=place, anchor="topright", colour=theme.MUTED, size=theme.SMALL, width=area.width
        )
        return
    _write_changes(surface, renderer, area, list(zip(xs, annotations, strict=True)))


def _write_changes(
    surface: pygame.Surface, renderer: TextRenderer, area: pygame.Rect, placed: Sequence[tuple[int, Annotation]]
) -> None:
    """Write what changed beside its line, as far as one word does not run into the next."""
    free = area.left
    pad = renderer.pixels(3)
    for x, annotation in placed:
        width = renderer.width(annotation.text, theme.SMALL)
        if x + pad < free or x + pad + width > area.right:
            continue
        at = x + pad, area.top
        free = renderer.write(surface, annotation.text, at=at, colour=theme.MUTED, size=theme.SMALL).right + pad


def _thinned(xs: Sequence[int], apart: int) -> list[int]:
    """Return ascending places, without those too close to the one before."""
    kept: list[int] = []
    for x in xs:
        if not kept or x - kept[-1] >= apart:
            kept.append(x)
    return kept

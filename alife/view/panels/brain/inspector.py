"""One weight update in full: what had happened, what was sensed and done before, and which weights it changed."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.frame import WeightUpdate
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Colour
from alife.view.panels.brain._matrix import ABOVE, BELOW, Matrix, strongest
from alife.view.panels.brain._names import Names
from alife.view.panels.brain._synapses import draw_cross
from alife.view.panels.brain._tick_table import TickTable, action_lines, critic_lines, sensed_lines
from alife.view.panels.brain._timeline import error_parts, event_text
from alife.view.panels.hit_areas import HitAreas, Pixel
from alife.view.panels.kept_image import KeptImage

_NAMED = 5  # changes that are written out
_LESSON = "a lesson: one backward pass, what had led to it, and which weights it changed"
_SENSED = "the strongest senses, each action's probability with the one taken framed, and what the critic said"
_CHANGED = "how far each weight was moved, an image for each layer: a row is a neuron, a column an input"
_LARGEST = "the weights that were moved farthest, of all layers"
Synapse = tuple[int, int, int]  # layer, row, column
_Subject = tuple[WeightUpdate, tuple[int, int], Names, Colour]  # as `draw_update` is given them


class Inspector:
    """Draws one weight update, and keeps the picture until another one is opened.

    Args:
        renderer: to write with.
        hit_areas: where it notes what answers to the mouse.
        open_update: opens the weight update of another order.
        close: closes the inspector.
    """

    def __init__(
        self, renderer: TextRenderer, hit_areas: HitAreas, open_update: Callable[[int], None], close: Callable[[], None]
    ) -> None:
        self._renderer, self._hit_areas, self._open, self._close = renderer, hit_areas, open_update, close
        self._table = TickTable(renderer, hit_areas)
        self._kept = KeptImage(hit_areas)

    def draw_update(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        update: WeightUpdate,
        order: tuple[int, int],
        names: Names,
        colour: Colour,
    ) -> None:
        """Draw a weight update over an area; `order` is its place among those that are kept, and their number."""
        subject = update, order, names, colour
        self._kept.draw_image(surface, area, subject, lambda: self._paint(surface, area, subject))

    def discard_image(self) -> None:
        """Discard the picture, so that it is painted anew."""
        self._kept.discard_image()

    def _paint(self, surface: pygame.Surface, area: pygame.Rect, subject: _Subject) -> None:
        update, order, names, colour = subject
        gap = self._renderer.pixels(8)
        top = self._headline(surface, area, update, order) + gap // 2
        top = self._note(surface, story(update), area, top, theme.TEXT) + gap
        bottom = area.bottom - max(self._renderer.pixels(70), round((area.bottom - top) * 0.36))
        if bottom - top > 4 * self._renderer.height() and update.ticks:
            count = len(update.ticks)
            self._hit_areas.explain(pygame.Rect(area.left, top, area.width, bottom - top), _SENSED)
            start = self._note(surface, f"what it sensed and did in the last {count} ticks", area, top)
            box = pygame.Rect(area.left, start, area.width, bottom - start)
            groups = [sensed_lines(update.ticks, names), action_lines(update.ticks, colour), critic_lines(update.ticks)]
            self._table.draw_table(surface, box, groups, [one.tick for one in update.ticks])
            top = bottom + gap
        self._changes(surface, pygame.Rect(area.left, top, area.width, max(0, area.bottom - top)), update, names)

    def _headline(
        self, surface: pygame.Surface, area: pygame.Rect, update: WeightUpdate, order: tuple[int, int]
    ) -> int:
        lines = self._renderer.height() + 2 * self._renderer.height(theme.SMALL)  # with the story below
        self._hit_areas.explain(pygame.Rect(area.left, area.top, area.width, lines), _LESSON)
        close = draw_cross(surface, self._renderer, area)
        self._hit_areas.explain(close.inflate(6, 6), "close (Escape)", on_press=lambda _: self._close())
        index, count = order
        right, gap = close.left, self._renderer.pixels(10)
        for text, other in (("newer", index + 1), ("older", index - 1)):
            if index >= 0 and 0 <= other < count:
                at = right - gap, area.top
                box = self._renderer.write(surface, text, at=at, anchor="topright", colour=theme.MUTED)
                self._hit_areas.explain(box, f"the {text} lesson beside this one", on_press=partial(self._go, other))
                pen.line(surface, theme.AXIS, box.bottomleft, box.bottomright)
                right = box.left
        text = f"Lesson at tick {update.tick:,}"
        self._renderer.write(surface, text, at=area.topleft, bold=True, width=max(0, right - gap - area.left))
        return area.top + self._renderer.height()

    def _go(self, index: int, _: Pixel) -> None:
        self._open(index)

    def _changes(self, surface: pygame.Surface, area: pygame.Rect, update: WeightUpdate, names: Names) -> None:
        """Draw an image of the changes of each layer at the left, and write the largest ones out at the right."""
        gap = self._renderer.pixels(14)
        left = pygame.Rect(area.left, area.top, round(area.width * 0.42), area.height)
        right = pygame.Rect(left.right + gap, area.top, area.right - left.right - gap, area.height)
        self._hit_areas.explain(left, _CHANGED)
        self._hit_areas.explain(right, _LARGEST)
        self._images(surface, left, update, names)
        top = self._note(surface, "strongest changes: weight before, after", right, right.top)
        line = self._renderer.height(theme.SMALL) + 1
        changed = largest_changes(update, min(_NAMED, max(0, right.bottom - top) // line))
        if not changed:
            self._note(surface, "none: the weights are what they were", right, top)
        for index, synapse in enumerate(changed):
            row = pygame.Rect(right.left, top + index * line, right.width, line)
            self._written(surface, row, update, names, synapse)

    def _images(self, surface: pygame.Surface, area: pygame.Rect, update: WeightUpdate, names: Names) -> None:
        top = self._note(surface, "what it changed (orange: up, blue: down)", area, area.top)
        count, gap, line = len(update.after), self._renderer.pixels(6), self._renderer.height(theme.SMALL)
        least = self._renderer.pixels(30) + gap
        shown = min(count, max(1, (area.width + gap) // least))
        for number, layer in enumerate(range(count - shown, count)):
            left = area.left + number * (area.width + gap) // shown
            right = area.left + (number + 1) * (area.width + gap) // shown - gap
            box = pygame.Rect(left, top, max(0, right - left), max(0, area.bottom - top - line))
            if box.height < 4:
                return
            matrix = Matrix()
            matrix.set_values(update.after[layer] - update.before[layer])
            surface.fill(theme.FIELD, box)
            matrix.draw_matrix(surface, box)
            text = f"{names.layer_name(layer)}: up to {matrix.limit:.3g}"
            self._note(surface, text, box, box.bottom)
            self._hit_areas.add_hit_area(box, None, partial(_describe, box, matrix, update, names, layer))

    def _written(
        self, surface: pygame.Surface, row: pygame.Rect, update: WeightUpdate, names: Names, synapse: Synapse
    ) -> None:
        layer, *cell = synapse
        before, after = float(update.before[layer][*cell]), float(update.after[layer][*cell])
        change = f"{after - before:+.3f}"
        colour = ABOVE if after > before else BELOW
        written = self._renderer.write(
            surface, change, at=row.topright, anchor="topright", colour=colour, size=theme.SMALL
        )
        at = written.left - self._renderer.pixels(8), row.top
        text = f"{before:+.3f}, {after:+.3f}"
        written = self._renderer.write(surface, text, at=at, anchor="topright", colour=theme.MUTED, size=theme.SMALL)
        room = max(0, written.left - row.left - self._renderer.pixels(8))
        self._renderer.write(surface, names.synapse_name(*synapse), at=row.topleft, size=theme.SMALL, width=room)

    def _note(
        self, surface: pygame.Surface, text: str, area: pygame.Rect, top: int, colour: Colour = theme.MUTED
    ) -> int:
        """Write a small line; return where the next one begins."""
        at, width = (area.left, top), max(0, area.width)
        self._renderer.write(surface, text, at=at, colour=colour, size=theme.SMALL, width=width)
        return top + self._renderer.height(theme.SMALL)


def story(update: WeightUpdate) -> str:
    """Return in a sentence what had happened, and how it compared with what was expected."""
    causes = [event_text(one) for one in update.causes]
    parts = [", ".join(causes) if causes else "nothing that is remembered had happened to it"]
    now = update.ticks[-1] if update.ticks else None
    if now is not None and now.error is not None:
        better = "better" if now.error > 0 else "worse" if now.error < 0 else "just as expected"
        parts.append(f"TD error {now.error:+.2f} ({better}{' than expected' if now.error else ''})")
        before = update.ticks[-2].value if len(update.ticks) > 1 else None
        if before is not None and now.reward is not None:
            parts.append(error_parts(before, now.reward, now.error))
    return " · ".join(filter(None, parts))


def largest_changes(update: WeightUpdate, count: int) -> list[Synapse]:
    """Return the synapses that changed most, of all layers, the most changed first."""
    found: list[tuple[float, Synapse]] = []
    for layer, (before, after) in enumerate(zip(update.before, update.after, strict=True)):
        changes = after - before
        for index in strongest(changes, count).tolist():
            row, column = divmod(index, changes.shape[1])
            found.append((_size(changes, row, column), (layer, row, column)))
    found.sort(key=lambda one: -one[0])
    return [synapse for size, synapse in found[:count] if size > 0]


def _size(changes: NDArray[np.float32], row: int, column: int) -> float:
    size = abs(float(changes[row, column]))
    return size if np.isfinite(size) else 0.0


def _describe(
    area: pygame.Rect, matrix: Matrix, update: WeightUpdate, names: Names, layer: int, pixel: Pixel
) -> list[str]:
    cell = matrix.cell_at(area, pixel)
    if cell is None:
        return []
    before, after = float(update.before[layer][cell]), float(update.after[layer][cell])
    return [
        names.synapse_name(layer, *cell),
        f"before {before:+.4f}, after {after:+.4f}",
        f"change {after - before:+.4f}",
    ]

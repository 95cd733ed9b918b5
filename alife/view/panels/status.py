"""Two lines: which run this is, how far it has come and how fast it goes, and the most important keys."""

from collections.abc import Sequence

import pygame

from alife.core.frame import Frame
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.panels.hit_areas import HitAreas, Pixel
from alife.view.window.keys import IN_SHORT

_Part = tuple[str, theme.Colour, bool]
_JOINT = "  ·  "
_NAME = "the name of the run"
_TICK = "ticks that have passed; in one each creature senses, acts and may learn, and the world answers"
_STATES = {
    "LOOKING BACK": "a moment of the past is shown: End leads back to the present",
    "PAUSED": "time stands still: space lets it go on, a point lets one tick pass",
    "TURBO": "time passes as fast as it can, and a picture is drawn now and then (t)",
}
_SPEED = "ticks that pass in a second, of those that are aimed at (- and +)"
_SEED = "seed: all chance follows from it, so the same configuration and seed live the same run"


class StatusLine:
    """Draws the run's name, its tick, what state it is in, its speed, and the note of the window or the run.

    Attributes:
        looking_back: whether an older frame is in view.
        note: what the window has to say; where it has nothing, the run may.
    """

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self.looking_back = False
        self.note = ""
        self._drawn: tuple[object, ...] = ()
        self._picture = pen.new_surface((1, 1))
        self._hit_areas = HitAreas()  # of the picture
        self._corner = (0, 0)  # where it was drawn

    def describe_at(self, pixel: Pixel) -> Sequence[str]:
        """Return the lines that stand under the mouse at a pixel."""
        return self._hit_areas.describe_at((pixel[0] - self._corner[0], pixel[1] - self._corner[1]))

    def draw_panel(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the line, and how much of the run is done as a thin bar below it."""
        left, right, self._corner = self._left(frame), _right(frame), area.topleft
        note, bar = self.note or frame.message, _done(frame, area.width)
        drawn = (area.size, self._renderer.unit, *left, right, note, bar)
        if drawn != self._drawn:
            self._drawn, self._picture = drawn, pen.new_surface(area.size)
            self._picture.fill(theme.BACKGROUND)
            self._hit_areas.all.clear()
            self._draw(self._picture, left, right, note)
            self._bar(self._picture, bar)
        surface.blit(self._picture, area)

    def _draw(self, surface: pygame.Surface, left: list[_Part], right: dict[str, str], note: str) -> None:
        area, gap, x = surface.get_rect(), self._renderer.pixels(16), 0
        for text, colour, bold in left:
            if x >= area.right:
                return
            room, at = area.right - x, (x, area.centery)
            written = self._renderer.write(
                surface, text, colour=colour, size=theme.TITLE, bold=bold, width=room, at=at, anchor="midleft"
            )
            said = _STATES.get(text, _TICK if text.startswith("tick ") else _NAME)
            self._hit_areas.explain(written, said)
            x = written.right + gap
        end = area.right
        if not note or x + self._renderer.width(note) + gap + self._renderer.width(_JOINT.join(right)) <= end:
            end = self._right_of(surface, x, right)
        if note and x < end:
            at = (x, area.centery)
            self._renderer.write(surface, note, colour=theme.PAUSED, width=end - x, at=at, anchor="midleft")

    def _right_of(self, surface: pygame.Surface, x: int, parts: dict[str, str]) -> int:
        """Write how fast the run goes, and less and less about it where there is no room; return where it begins."""
        texts = list(parts)
        while texts and x + self._renderer.width(_JOINT.join(texts)) > surface.get_width():
            texts.pop()
        right, middle = surface.get_rect().midright
        for text in reversed(texts):
            joined = text if text == texts[-1] else text + _JOINT
            written = self._renderer.write(surface, joined, colour=theme.MUTED, at=(right, middle), anchor="midright")
            self._hit_areas.explain(written, parts[text])
            right = written.left
        return right

    def _bar(self, surface: pygame.Surface, done: int | None) -> None:
        if done is not None:
            height = self._renderer.pixels(2)
            surface.fill(theme.GRID, (0, surface.get_height() - height, surface.get_width(), height))
            surface.fill(theme.AXIS, (0, surface.get_height() - height, done, height))

    def _left(self, frame: Frame) -> list[_Part]:
        of = f" of {frame.ticks:,}" if frame.ticks is not None else ""
        parts: list[_Part] = [(frame.name, theme.BRIGHT, True), (f"tick {frame.tick:,}{of}", theme.TEXT, False)]
        state = "LOOKING BACK" if self.looking_back else "PAUSED" if frame.paused else ""
        if not state and frame.target is None:
            state = "TURBO"
        return [*parts, (state, theme.PAUSED, True)] if state else parts


class HelpLine:
    """Draws the most important keys and what each does, as many as fit, or where in the past one is.

    Attributes:
        text: what stands there instead of the keys; "" for the keys.
    """

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self.text = ""
        self._drawn: tuple[object, ...] = ()
        self._picture = pen.new_surface((1, 1))

    def draw_panel(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the line."""
        drawn = (area.size, self._renderer.unit, self.text, frame.copies == 1)
        if drawn != self._drawn:
            self._drawn, self._picture = drawn, pen.new_surface(area.size)
            self._picture.fill(theme.BACKGROUND)
            if self.text:
                at = self._picture.get_rect().midleft
                self._renderer.write(self._picture, self.text, width=area.width, at=at, anchor="midleft")
            else:
                self._keys(self._picture, frame.copies == 1)
        surface.blit(self._picture, area)

    def _keys(self, surface: pygame.Surface, alone: bool) -> None:
        area, x = surface.get_rect(), 0
        for key, meaning in IN_SHORT:
            if alone and key == "[ ]":
                continue
            if x + self._renderer.width(key, bold=True) + self._renderer.width(f" {meaning}") > area.right:
                return
            name = self._renderer.write(surface, key, bold=True, at=(x, area.centery), anchor="midleft")
            at = (name.right + self._renderer.pixels(6), area.centery)
            x = self._renderer.write(surface, meaning, colour=theme.MUTED, at=at, anchor="midleft").right
            x += self._renderer.pixels(18)


def _right(frame: Frame) -> dict[str, str]:
    """Return the speed and what the run is made of, the most important first, each with what it means."""
    rule = frame.explained.get(frame.rule, "the rule by which the selected creature learns")
    return {_speed(frame): _SPEED, f"learns by {frame.rule}": f"{frame.rule}: {rule}", f"seed {frame.seed}": _SEED}


def _speed(frame: Frame) -> str:
    if frame.slowed:
        return "slow, for an event"
    close_up = ", slow at events" if frame.close_up else ""
    if frame.target is None:
        return f"{frame.ticks_per_second:,.0f} ticks per second{close_up}"
    digits = 3 if frame.target < 100 else None
    target = f"{frame.target:,.{digits}g}" if digits else f"{frame.target:,.0f}"
    return f"{frame.ticks_per_second:,.0f} of {target} ticks per second{close_up}"


def _done(frame: Frame, width: int) -> int | None:
    """Return how many pixels of a bar stand for the ticks that are done, None where the run has no end."""
    return round(min(1.0, frame.tick / frame.ticks) * width) if frame.ticks else None

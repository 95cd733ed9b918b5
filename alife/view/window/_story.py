"""The story that a window tells of itself: one creature, its brain, a lesson, and then a life of lessons in seconds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pygame

from alife.core.command import ChangeSpeed, Command, ToggleCloseUp
from alife.core.frame import Frame, FrameEvent
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer

_PATIENCE = 20.0  # seconds for which a part waits for what it tells of
_FAST_SECONDS = 5.0  # in which the fast part reaches its tick, if the machine can
_FAR, _SHARE = 36_000, 3  # ticks that it reaches at most, and the share of a run: a third
_AWAY = (120, 64)  # pixels of the design from what is spoken of to the caption
_KEYS = "Enter: go on     Esc: leave"

Pixel = tuple[float, float]
Find = Callable[[Frame], Pixel | None]


@dataclass(frozen=True)
class Places:
    """Where on the canvas lies what the story speaks of; each finds a pixel, or nothing where it is not to be seen."""

    creature: Find
    brain: Find
    weights: Find
    curves: Find
    keys: Find


@dataclass(frozen=True)
class Part:
    """One caption, and how time passes meanwhile.

    Args:
        lines: what it says, of the frame at which it begins.
        find: what it points at.
        seconds: for which it is shown.
        begins: whether it can be said now; it waits for that, but not for ever.
        until: if given, it is shown until this is so, at least for 3 seconds and at most for twice its own.
        pace: ticks per second meanwhile; None is as before.
        slowly: whether time passes slowly at events from the end of the part before until the end of this one.
    """

    lines: Callable[[Frame], tuple[str, ...]]
    find: Find
    seconds: float
    begins: Callable[[Frame], bool] = lambda frame: True
    until: Callable[[Frame], bool] | None = None
    pace: Callable[[Frame], float] | None = None
    slowly: bool = False

    def is_over(self, frame: Frame, shown: float) -> bool:
        """Return whether it has been shown for long enough, in seconds."""
        if self.until is None:
            return shown >= self.seconds
        return (shown >= 3.0 and self.until(frame)) or shown >= 2 * self.seconds


def parts(places: Places) -> Iterator[Part]:
    """Yield what is told, in order."""
    yield Part(lambda frame: ("This is one creature.", "It senses what lies around it."), places.creature, 2.5)
    yield Part(
        lambda frame: ("This is its brain: each bar is a neuron,", "white when it fires."),
        places.brain,
        3.0,
    )
    yield Part(_lesson, places.weights, 3.5, begins=lambda frame: _cause(frame) is not None, slowly=True)
    yield Part(
        lambda frame: (f"Now {_left(frame):,} ticks in a few seconds.", f"See {_who_parts(frame)}."),
        places.curves,
        _FAST_SECONDS,
        until=lambda frame: _left(frame) <= 0,
        pace=lambda frame: _left(frame) / _FAST_SECONDS,
    )
    yield Part(lambda frame: (_lesson_of_all(frame), _gained(frame)), places.curves, 4.0)
    yield Part(
        lambda frame: (
            "n: beginners beside what they have become.",
            "w: let food and poison change places.  ?: all keys",
        ),
        places.keys,
        4.0,
    )


class Story:
    """Tells the parts, one after another, each with a thin line to what it speaks of.

    Args:
        renderer: to write with.
        places: of what it speaks of.
        when_done: called once when all has been told or left out.
    """

    def __init__(self, renderer: TextRenderer, places: Places, when_done: Callable[[], None] = lambda: None) -> None:
        self._renderer, self._when_done = renderer, when_done
        self._parts = list(parts(places))
        self._shown: float | None = None  # since when the first of them is shown
        self._said: tuple[str, ...] = ()  # what it says
        self._waiting: float | None = None  # since when it waits to be
        self._factor = 1.0  # by which it has made time faster
        self._slowly = False  # whether it has asked for slow motion

    @property
    def done(self) -> bool:
        """Whether there is nothing more to say."""
        return not self._parts

    def skip(self) -> list[Command]:
        """Leave out all parts that are left; return what puts time back to what it was."""
        asked = self._let_go()
        self._shown = self._waiting = None
        if self._parts:
            self._parts.clear()
            self._when_done()
        return asked

    def go_on(self) -> list[Command]:
        """End the part that is told, or waited for; return what that asks of the run."""
        if len(self._parts) <= 1:
            return self.skip()
        asked = self._let_go()
        del self._parts[0]
        self._shown = self._waiting = None
        return asked

    def advance_to(self, frame: Frame, now: float) -> list[Command]:
        """Choose the part for this moment; return what it asks of the run.

        Args:
            frame: in view.
            now: a clock's time in seconds.
        """
        asked: list[Command] = []
        if self._shown is not None and self._parts[0].is_over(frame, now - self._shown):
            asked += self.go_on()
        if self._parts and self._shown is None:
            asked += self._await(self._parts[0], frame, now)
        return asked

    def _await(self, part: Part, frame: Frame, now: float) -> list[Command]:
        asked: list[Command] = []
        if part.pace is not None and (frame.paused or part.pace(frame) <= (frame.target or 0.0)):
            return self.go_on()  # time stands still, or there is nothing left to show
        if self._waiting is None:
            self._waiting = now
            if part.slowly and not frame.close_up:
                self._slowly = True
                asked.append(ToggleCloseUp())
        if part.begins(frame):
            self._shown, self._said = now, part.lines(frame)
            if part.pace is not None and frame.target is not None:
                self._factor = part.pace(frame) / frame.target
                asked.append(ChangeSpeed(self._factor))
        elif now - self._waiting >= _PATIENCE:
            asked += self.go_on()
        return asked

    def _let_go(self) -> list[Command]:
        """Return what puts time back to what it was before this part."""
        asked: list[Command] = []
        if self._slowly:
            self._slowly = False
            asked.append(ToggleCloseUp())
        if self._factor != 1.0:
            asked.append(ChangeSpeed(1.0 / self._factor))
            self._factor = 1.0
        return asked

    def draw_caption(self, surface: pygame.Surface, frame: Frame) -> None:
        """Draw the caption for this moment over a canvas."""
        if not self._parts or self._shown is None:
            return
        target = self._parts[0].find(frame)
        if target is not None:
            self._draw_box(surface, self._said, target)

    def _draw_box(self, surface: pygame.Surface, lines: tuple[str, ...], target: Pixel) -> None:
        renderer, page = self._renderer, surface.get_rect()
        pad, line, keys = renderer.pixels(10), renderer.height(theme.TITLE), renderer.width(_KEYS, theme.SMALL)
        room = max(keys, *(renderer.width(text, theme.TITLE, bold=True) for text in lines))
        box = pygame.Rect(0, 0, room + 2 * pad, (len(lines) + 1) * line + pad)
        right, down = target[0] < page.centerx, target[1] < page.centery
        across, along = (renderer.pixels(one) for one in _AWAY)
        box.center = (
            round(target[0] + (across if right else -across)),
            round(target[1] + (along if down else -along)),
        )
        box.clamp_ip(page)
        pen.aaline(surface, theme.BRIGHT, target, box.center)
        pen.aacircle(surface, theme.BRIGHT, target, renderer.pixels(4))
        surface.fill(theme.CARD, box)
        pen.rect(surface, theme.BRIGHT, box, 1)
        for number, text in enumerate(lines):
            at = box.left + pad, box.top + pad // 2 + number * line
            renderer.write(surface, text, colour=theme.BRIGHT, size=theme.TITLE, bold=True, at=at, width=room)
        at = box.right - pad - keys, box.bottom - pad // 2
        renderer.write(surface, _KEYS, colour=theme.MUTED, size=theme.SMALL, at=at, anchor="bottomleft")


def _cause(frame: Frame) -> FrameEvent | None:
    """Return the event of the world from which the selected creature has just learned, if there is one."""
    causes = (cause for update in frame.updates for cause in update.causes if cause.source == "world")
    return next(causes, None)


def _lesson(frame: Frame) -> tuple[str, ...]:
    cause = _cause(frame)
    what = f"{cause.cause} {cause.value:+g}" if cause is not None else "an event"
    return f"{what}: at once it learns. The weights that led", "there change, and glow white."


def _goal(frame: Frame) -> int:
    """Return the tick that the fast part reaches."""
    return max(1, _FAR // _SHARE if frame.ticks is None else min(_FAR, frame.ticks // _SHARE))


def _left(frame: Frame) -> int:
    """Return how many ticks there are to that one."""
    return _goal(frame) - frame.tick


def _lesson_of_all(frame: Frame) -> str:
    learns = any(one.learns for one in frame.species)
    return "All of it was learned from such moments:" if learns else "Nobody here learns:"


def _who_parts(frame: Frame) -> str:
    learners = [one.name for one in frame.species if one.learns]
    controls = [one.name for one in frame.species if not one.learns]
    if not learners:
        return "what comes of them"
    return f"{learners[0]} part from {controls[0]}" if controls else f"the reward of {learners[0]}"


def _gained(frame: Frame) -> str:
    """Return what each species gets by now."""
    means = [(one.name, one.reward_per_100_ticks) for one in frame.species]
    return ", ".join(f"{name} {points[-1]:+.1f}" for name, points in means if len(points)) + " per 100 ticks."

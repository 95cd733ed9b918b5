"""Chamber: the scene of a conditioning experiment, as shapes and words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from alife.core.scene import Circles, Label, Polygon, Scene, Segments, Shape

_WIDTH, _LAMP, _CREATURE, _DROP = 12.0, 0.55, 0.5, 0.25
_ROW = 2.2  # from one creature to the next
_BASE, _TOP = 1.8, 3.6  # world units below and above the creatures
_MOUTH, _SPOUT = 5.2, 6.6  # x, where a mouth is and where its spout ends
_LEFT, _RIGHT, _LINE = 1.0, 11.0, 1.0  # the line of a trial's course


class Course(NamedTuple):
    """The time course of a trial, in ticks since it began."""

    clock: int
    onset: int  # of the cue
    lasts: int  # ticks of the cue
    outcome: int  # below 0: none
    drop: str  # the role of what comes
    length: int


def chamber(
    words: tuple[str, str],
    lamps: Mapping[str, bool],
    licking: Mapping[str, tuple[int, Sequence[bool]]],
    drop: str,
    course: Course,
) -> Scene:
    """Return a chamber: words and lamps above, creatures at their spouts, and below the course of the trial.

    Args:
        words: two lines of text.
        lamps: the cues by name, and whether they are on.
        licking: by species, the row of the first creature, and of each whether it licks.
        drop: the role of what hangs at the spouts, or empty.
        course: of this trial.
    """
    creatures = sum(len(licks) for _, licks in licking.values())
    height = _BASE + _ROW * creatures + _TOP
    shapes: list[Shape] = [
        Label("note", (_WIDTH / 2, height - 0.5), words[0]),
        Label("note", (_WIDTH / 2, height - 1.1), words[1]),
        *_lamps(lamps, height - 2.2),
        *_course(course),
    ]
    y = _BASE + _ROW * (creatures - 0.5)
    for name, (first, licks) in licking.items():
        for index, licks_now in enumerate(licks):
            shapes += _creature(name, first + index, y, licks_now, drop)
            y -= _ROW
    return Scene(_WIDTH, height, tuple(shapes))


def _lamps(lamps: Mapping[str, bool], y: float) -> list[Shape]:
    shapes: list[Shape] = []
    for k, (cue, lit) in enumerate(lamps.items()):
        x = _WIDTH * (k + 1) / (len(lamps) + 1)
        shapes += [
            Circles("light" if lit else "dark", np.array([[x, y]]), _LAMP),
            Label("light" if lit else "dark", (x, y - 1.0), f"{cue} on" if lit else cue),
        ]
    return shapes


def _creature(name: str, row: int, y: float, licks: bool, drop: str) -> list[Shape]:
    """Return one creature that faces its spout, its tongue out if it licks."""
    pipe = np.array([[_SPOUT, y + 0.12], [_WIDTH - 1.0, y + 0.12], [_WIDTH - 1.0, y - 0.12], [_SPOUT, y - 0.12]])
    shapes: list[Shape] = [Polygon("wall", pipe), Label("wall", (_WIDTH - 2.0, y + 0.4), "spout")]
    if licks:
        tongue = np.array([[_MOUTH, y + 0.1], [_SPOUT - 0.1, y + 0.06], [_SPOUT - 0.1, y - 0.06], [_MOUTH, y - 0.1]])
        shapes += [Polygon("tongue", tongue), Label("tongue", (_SPOUT + 0.7, y - 0.45), "licks")]
    if drop:
        shapes.append(Circles(drop, np.array([[_SPOUT - 0.15, y]]), _DROP))
    body = np.array([[_MOUTH - _CREATURE, y]])
    return [*shapes, Circles("creature", body, _CREATURE, np.zeros(1), name, np.array([row]))]


def _course(course: Course) -> list[Shape]:
    """Return the trial as a line from its first tick to its last, with the cue, the outcome and the present."""

    def at(tick: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * tick / course.length

    start, end, now = at(course.onset), at(course.onset + course.lasts), at(course.clock)
    bar = np.array([[start, _LINE - 0.15], [end, _LINE - 0.15], [end, _LINE + 0.15], [start, _LINE + 0.15]])
    shapes: list[Shape] = [
        Segments("wall", np.array([[[_LEFT, _LINE], [_RIGHT, _LINE]]])),
        Polygon("light", bar),
        Label("light", ((start + end) / 2, _LINE - 0.5), "cue"),
        Segments("now", np.array([[[now, _LINE - 0.3], [now, _LINE + 0.3]]])),
        Label("now", (now, _LINE + 0.55), "now"),
    ]
    if course.outcome >= 0:
        x = at(course.outcome)
        shapes += [
            Circles(course.drop, np.array([[x, _LINE]]), _DROP),
            Label(course.drop, (x, _LINE - 0.5), "drop"),
        ]
    return shapes

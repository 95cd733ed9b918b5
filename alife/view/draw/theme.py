"""Every colour and every size of text.

The hues are those of Okabe and Ito (2008), which people with any kind of colour vision can tell
apart; what matters most is told by shape as well.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.core.frame import SpeciesFrame
from alife.core.random import purpose_key

Colour = tuple[int, int, int]

BACKGROUND: Colour = (11, 14, 20)
CARD: Colour = (20, 25, 34)
FIELD: Colour = (13, 17, 24)
GRID: Colour = (24, 30, 40)
EDGE: Colour = (52, 62, 78)
AXIS: Colour = (84, 96, 114)
MUTED: Colour = (148, 159, 176)
TEXT: Colour = (226, 232, 240)
BRIGHT: Colour = (255, 255, 255)

SPIKE: Colour = (255, 250, 226)
THRESHOLD: Colour = (196, 204, 216)
LEARNED: Colour = (240, 228, 66)
INFLUENCE: Colour = (255, 120, 190)
GAIN: Colour = (74, 222, 168)
LOSS: Colour = (255, 128, 64)
PAUSED: Colour = (240, 228, 66)
INTERVENTION: Colour = (176, 196, 255)

SMALL, BODY, TITLE = 12, 13, 15
"""Sizes of text in pixels on a canvas of `DESIGN_SIZE`."""

DESIGN_SIZE = (1280, 800)
SMALLEST_UNIT = 0.62

_LEARNERS: tuple[Colour, ...] = (
    (86, 180, 233),
    (230, 159, 0),
    (204, 121, 167),
    (150, 140, 255),
    (240, 228, 66),
)
_CONTROLS: tuple[Colour, ...] = ((190, 196, 206), (178, 160, 132), (132, 156, 166))
_NAMELESS: tuple[Colour, ...] = ((204, 121, 167), (150, 140, 255), (240, 228, 66))
_ROLES: dict[str, Colour] = {
    "A": _NAMELESS[0],
    "B": _NAMELESS[1],
    "food": (0, 178, 130),
    "poison": (226, 96, 32),
    "plant": (122, 170, 66),
    "grass": (122, 170, 66),
    "carcass": (186, 112, 98),
    "wall": (98, 110, 128),
    "light": (250, 232, 150),
    "dark": (104, 100, 168),
    "water": (44, 86, 132),
    "platform": (78, 124, 160),
    "click": (250, 232, 150),
    "heard": (168, 152, 96),
}
_WORDS: dict[str, Colour] = {
    "red": (214, 72, 88),
    "pink": (232, 130, 180),
    "gold": (236, 190, 60),
    "green": (96, 186, 92),
    "blue": (70, 130, 220),
    "violet": (152, 104, 204),
    "white": (226, 230, 236),
    "brown": (140, 100, 66),
}
"""What a role looks like whose name says so, as in `red key`."""

_DARK, _LIT = ("dark", "night"), ("lit", "light", "day")
"""Signals that tint the ground."""

_TINT = 0.3  # of the ground in full darkness

_NEUTRALS: tuple[Colour, ...] = (
    (128, 140, 170),
    (160, 148, 132),
    (122, 156, 156),
    (164, 138, 160),
    (146, 158, 124),
    (150, 150, 156),
)


SHADES: tuple[Colour, ...] = (
    *((84, 64, 176), (70, 98, 196), (56, 132, 190), (52, 162, 168)),
    *((84, 188, 132), (146, 208, 96), (202, 220, 78), (252, 230, 92)),
)
"""A scale from low to high, as light as it is high, for numbers of creatures."""

SIGNED: tuple[Colour, ...] = (
    *((90, 190, 255), (74, 150, 214), (66, 118, 168), (62, 88, 118), (72, 78, 88)),
    *((124, 108, 70), (172, 140, 66), (214, 178, 66), (255, 226, 84)),
)
"""A scale from far below zero to far above it, which is dark at zero."""


@dataclass(frozen=True)
class Look:
    """How a species is drawn everywhere: filled and solid if it learns, hollow and dashed if not.

    Where there are more species than colours, the pattern tells those of one colour apart.
    """

    colour: Colour
    learns: bool
    pattern: int = 0


def looks(species: Sequence[SpeciesFrame]) -> dict[str, Look]:
    """Return the look of each species; learners take the hues and the others the greys, by order."""
    learners = [one.name for one in species if one.learns]
    controls = [one.name for one in species if not one.learns]
    return {name: look(index) for index, name in enumerate(learners)} | {
        name: Look(_CONTROLS[index % len(_CONTROLS)], learns=False, pattern=index // len(_CONTROLS))
        for index, name in enumerate(controls)
    }


def look(index: int) -> Look:
    """Return the look of the learning species of this order."""
    return Look(_LEARNERS[index % len(_LEARNERS)], learns=True, pattern=index // len(_LEARNERS))


def role_colour(role: str) -> Colour:
    """Return the colour of a role: its own, or that in its name, or else a neutral one, always the same."""
    words = [_WORDS[word] for word in role.replace("_", " ").split() if word in _WORDS]
    return _ROLES.get(role) or (words[0] if words else _NEUTRALS[purpose_key(_encodable(role)) % len(_NEUTRALS)])


def ground_colour(signals: Mapping[str, float]) -> Colour:
    """Return the colour of the ground, which is tinted where it is dark."""
    dark = [signals[name] for name in _DARK if name in signals]
    dark += [1 - signals[name] for name in _LIT if name in signals]
    darkest = max((min(1.0, one) for one in dark if math.isfinite(one) and one > 0), default=0.0)
    return mix(FIELD, _ROLES["dark"], _TINT * round(8 * darkest) / 8)


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()


def nameless_colour(index: int) -> Colour:
    """Return the colour of the things of this order of which no role is known: none that a role has, nor a creature."""
    return _NAMELESS[index % len(_NAMELESS)]


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that has `share` of the other in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def as_pixels(colours: Sequence[Colour]) -> NDArray[np.uint32]:
    """Return colours as surfaces of 32 bits hold them."""
    red, green, blue = np.array(colours, dtype=np.uint32).reshape(-1, 3).T
    pixels: NDArray[np.uint32] = ((red << 16) | (green << 8) | blue).astype(np.uint32)
    return pixels


def unit(size: tuple[int, int]) -> float:
    """Return how many pixels one pixel of the design takes: in proportion above it, gently below it."""
    ratio = min(size[0] / DESIGN_SIZE[0], size[1] / DESIGN_SIZE[1])
    return ratio if ratio >= 1 else max(SMALLEST_UNIT, ratio**0.5)

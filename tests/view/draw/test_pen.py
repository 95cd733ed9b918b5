"""The pen draws any numbers in a moment, and what lies within a picture as pygame does."""

import math
import time

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alife.view.draw import pen
from alife.view.draw.text import TextRenderer

_RED = (255, 0, 0)
_SOME = st.sampled_from([0.0, 7.5, -9.0, 5e3, 4e4, 1e9, 3e9, 1e30, 1e308, math.inf, math.nan, 2**31 - 1, -(2**63)])
_ANY = st.one_of(_SOME, _SOME.map(lambda number: -number), st.floats())
_POINT = st.tuples(_ANY, _ANY)


def _surface() -> pygame.Surface:
    return pygame.Surface((60, 40), 0, 32)


@pytest.mark.slow
@given(st.lists(_POINT, min_size=3, max_size=6), _ANY, st.sampled_from([-3, 0, 1, 2, 10**9]))
def test_no_number_is_too_much(points: list[tuple[float, float]], radius: float, width: int) -> None:
    """pygame itself would run for hours at some of them, and end the process at others."""
    surface, begun = _surface(), time.process_time()
    pen.line(surface, _RED, points[0], points[1], width)
    pen.aaline(surface, _RED, points[0], points[1], width)
    pen.lines(surface, _RED, True, points, width)
    pen.aalines(surface, _RED, True, points)
    pen.polygon(surface, _RED, points)
    pen.circle(surface, _RED, points[0], radius, width)
    pen.aacircle(surface, _RED, points[0], radius, width)
    TextRenderer().write(surface, "here", at=points[0])

    assert time.process_time() - begun < 1.0


@pytest.mark.slow
@pytest.mark.parametrize("size", [(0, 0), (-4, 7), (10**9, 10**9), (10**9, 1), (1, 2**40)])
def test_no_surface_is_too_large(size: tuple[int, int]) -> None:
    """It is as near to its size as can be."""
    small = pygame.Surface((1, 1), 0, 32)
    for image in (pen.new_surface(size), pen.scaled(small, size), pen.scaled(small, size, smooth=True)):
        assert all(0 <= side <= max(0, wanted) for side, wanted in zip(image.get_size(), size, strict=True))


def test_what_lies_within_reach_is_drawn_as_ever() -> None:
    """To the pixel."""
    points = [(-900.0, 3.0), (30.5, 20.25), (55.0, 900.0)]
    ours, theirs = _surface(), _surface()
    pen.polygon(ours, _RED, points)
    pygame.draw.polygon(theirs, _RED, points)
    pen.aaline(ours, (0, 255, 0), points[0], points[1], 3)
    pygame.draw.aaline(theirs, (0, 255, 0), points[0], points[1], 3)

    assert np.array_equal(pygame.surfarray.array3d(ours), pygame.surfarray.array3d(theirs))


@pytest.mark.parametrize("text", ["\0", "\ud800", "line\nline", "\x1b[31m", "x" * 10**6, "", "🐟👩‍👩‍👧", "żółw"])
def test_any_text_is_written_in_one_line(text: str) -> None:
    """Signs stand for what is no character; no text is endless."""
    renderer, surface = TextRenderer(), _surface()
    written = renderer.write(surface, text, at=(1, 1))

    assert written.height == renderer.height()
    assert written.width == renderer.width(text) < 10_000
    assert renderer.write(surface, text, at=(1, 1), width=30).width <= 30

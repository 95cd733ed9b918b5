import numpy as np
import pygame
import pytest

from alife.core.scene import Circles, Scene
from alife.view.draw.geometry import fit_scene, round_numbers, spots


def test_the_origin_is_at_the_lower_left():
    """World (0, 0) is the lower left pixel corner of the scene, and y grows upwards."""
    fit = fit_scene(Scene(10, 5), pygame.Rect(100, 50, 200, 300))
    assert fit.area == pygame.Rect(100, 150, 200, 100)
    np.testing.assert_allclose(fit.to_pixels([[0, 0], [10, 5]]), [[100, 250], [300, 150]])


def test_an_arena_without_size_does_not_divide_by_zero():
    """A scene of no width still has a place of at least one pixel."""
    assert fit_scene(Scene(0.0, 0.0), pygame.Rect(0, 0, 100, 100)).area.size >= (1, 1)


def test_spots_are_the_creatures_that_are_somewhere():
    """Things are no creatures, and a creature at no number is nowhere."""
    places = np.array([[1.0, 2.0], [np.nan, 0.0]])
    scene = Scene(5, 5, (Circles("food", places, 1), Circles("creature", places, 1, None, "a", np.array([4, 5]))))
    assert [(spot.species, spot.row, spot.position) for spot in spots(scene)] == [("a", 4, (1.0, 2.0))]


@pytest.mark.parametrize(
    ("low", "high", "numbers"),
    [(0, 10, [0, 2, 4, 6, 8, 10]), (-1.2, 3.1, [-1, 0, 1, 2, 3]), (0, 0.5, [0, 0.1, 0.2, 0.3, 0.4, 0.5])],
)
def test_axes_have_round_numbers(low, high, numbers):
    """About five steps of 1, 2 or 5 times a power of ten."""
    assert round_numbers(low, high, 5) == pytest.approx(numbers)

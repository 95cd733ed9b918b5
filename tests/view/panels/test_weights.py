from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.view.draw.text import TextRenderer
from alife.view.film.picture import pixels
from alife.view.panels.brain._matrix import Matrix, strongest
from alife.view.panels.brain.brain import BrainPanel
from tests.view.under_mouse import under_mouse


def image(matrix, glow=0.0):
    surface = pygame.Surface((40, 30), 0, 32)
    matrix.draw_matrix(surface, surface.get_rect(), glow)
    return pixels(surface)


def test_signs_are_told_apart_and_changes_glow():
    """Above zero is redder, below bluer; what changed is brighter while it glows."""
    matrix = Matrix()
    matrix.set_values(np.array([[1.0, -1.0]], np.float32))
    left, right = image(matrix)[15, 5].astype(int), image(matrix)[15, 35].astype(int)
    assert left[0] > left[2]
    assert right[2] > right[0]
    matrix.set_changes(np.array([[0.5, 0.0]], np.float32))
    assert image(matrix, 1.0)[15, 5].sum() > left.sum()
    np.testing.assert_array_equal(image(matrix, 1.0)[15, 35], right)


def test_one_strong_weight_is_seen_among_many():
    """A single number in 256 by 256 is not lost when the image is smaller."""
    values = np.zeros((256, 256), np.float32)
    values[101, 77] = 1.0
    matrix = Matrix()
    matrix.set_values(values)
    assert len(np.unique(image(matrix).reshape(-1, 3), axis=0)) == 2


def test_the_strongest_are_finite():
    """Numbers that are none never count as strong."""
    assert strongest(np.array([np.nan, 0.1, -3.0, np.inf], np.float32), 2).tolist() == [2, 1]


@pytest.mark.slow
def test_a_click_on_traces_shows_them_and_one_on_weights_goes_back(make_frame, probe):
    """The two words of the brain panel: what would be credited is another picture; where nothing is kept it is said."""
    area = pygame.Rect(0, 0, 700, 540)

    def draw(panel, frame):
        surface = pygame.Surface(area.size, 0, 32)
        panel.draw_panel(surface, area, frame)
        return pixels(surface)

    frame = make_frame(brain=(probe(100),))
    without = replace(frame, snapshot=replace(frame.snapshot, traces=(None, None)))
    shown = []
    for one in (frame, without):
        panel = BrainPanel(TextRenderer())
        panel.observe_frame(one)
        weights = draw(panel, one)
        words = {lines[0]: pixel for pixel, lines in reversed(under_mouse(panel, area).items()) if lines}
        panel.press(words["what would be credited if something happened now"])
        shown.append(draw(panel, one))
        assert (shown[-1] != weights).any()
        panel.press(words["what it has learned so far"])
        np.testing.assert_array_equal(draw(panel, one), weights)
    assert (shown[0] != shown[1]).any()

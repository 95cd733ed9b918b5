"""The bar of the past: where its knob stands is where one is."""

import numpy as np
import pygame
import pytest

from alife.view.draw import theme
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import pixels
from alife.view.panels.timebar import Span, TimeBar


@pytest.mark.parametrize("at", [0.3, 0.6, 1.0])
def test_the_knob_stands_at_its_share_of_the_bar(at, make_frame):
    """Wherever the bar lies; beyond its ends are its ends."""
    bar, surface, area = TimeBar(TextRenderer()), pygame.Surface((700, 60), 0, 32), pygame.Rect(100, 20, 500, 20)
    bar.span = Span(0.2, at, "60 s ago", "now")
    bar.draw_panel(surface, area, make_frame())
    knob = np.argwhere((pixels(surface) == pygame.Color(theme.BRIGHT)[:3]).all(-1)).mean(0)

    assert bar.share_at((round(knob[1]), area.centery)) == pytest.approx(at, abs=0.005)
    assert (bar.share_at(area.topleft), bar.share_at((690, 0))) == (0.0, 1.0)

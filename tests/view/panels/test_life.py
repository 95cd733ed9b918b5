import itertools
from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.frame import Annotation
from alife.view.draw import theme
from alife.view.draw.changes import COLOUR
from alife.view.draw.curves import apart, axes, dashes, thinned
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import pixels
from alife.view.panels.life import LifePanel
from tests.view.under_mouse import under_mouse

AREA = pygame.Rect(0, 0, 1200, 180)


def draw(frame, panel=None):
    surface = pygame.Surface(AREA.size, 0, 32)
    (panel or LifePanel(TextRenderer())).draw_panel(surface, AREA, frame)
    return pixels(surface)


def is_change(image):
    return (image == np.array(COLOUR)).all(axis=-1)


def count(image, colour):
    return int((image == np.array(colour, dtype=np.uint8)).all(axis=-1).sum())


@pytest.mark.parametrize("points", [0, 1, 2, 5000])
def test_curves_of_every_length_are_drawn(points, make_frame, species):
    """No point gives a sentence, one a dot, and five thousand a line."""
    both = species("learners", True, 4, points), species("control", False, 1, points)
    image = draw(make_frame(species=both))
    for look in theme.looks(both).values():
        assert (count(image, look.colour) > 5) == (points > 0)


def test_no_species_is_no_crash(make_frame):
    """A frame without species shows empty axes."""
    draw(make_frame(species=()))


def test_the_panel_is_drawn_anew_for_a_new_point_only(make_frame, species):
    """Between points the picture is the same; a new point changes it, ten pictures later at most."""
    panel = LifePanel(TextRenderer())
    first = draw(make_frame(tick=410), panel)
    np.testing.assert_array_equal(draw(make_frame(tick=440), panel), first)
    longer = species("learners", True, 4, 5), species("control", False, 1, 4)
    later = [draw(make_frame(tick=510, species=longer), panel) for _ in range(10)]
    assert (later[-1] != first).any()


def test_points_that_are_no_numbers_are_left_out(make_frame, species):
    """A species without creatures for a while has gaps, not a crash."""
    one = species("learners", True, 4, 6)
    one.reward_per_100_ticks[2:4] = np.nan
    draw(make_frame(species=(one,)))


def test_few_changes_are_lines_with_words_and_many_are_notches(make_frame, species):
    """Three changes cross the plot; five hundred leave it to the curves."""
    one = (species("learners", True, 4, 100),)
    height = {}
    for changes in (0, 3, 500):
        annotations = tuple(Annotation(int(tick), "dark") for tick in np.linspace(1000, 9000, changes))
        image = draw(make_frame(species=one, annotations=annotations))
        height[changes] = int(is_change(image).sum(axis=0).max())
    assert height[0] == 0
    assert height[3] > 0.5 * AREA.height
    assert 0 < height[500] < 0.4 * height[3]


def test_changes_are_told_under_the_mouse(make_frame):
    """Beside a line its tick and text are told; elsewhere what the curves are."""
    panel = LifePanel(TextRenderer())
    image = draw(make_frame(annotations=(Annotation(200, "dark"),)), panel)
    x = int(is_change(image).sum(axis=0).argmax())
    assert "tick 200: dark" in panel.describe_at((x, AREA.centery))
    assert "tick 200: dark" not in panel.describe_at((x + 100, AREA.centery))


def test_each_number_beside_the_curves_is_explained(make_frame):
    """Four columns, four different explanations."""
    panel = LifePanel(TextRenderer())
    draw(make_frame(), panel)
    words = [panel.describe_at((x, 60))[0].partition(":")[0] for x in range(950, AREA.right)]
    assert [word for word, _ in itertools.groupby(words)][:4] == ["reward", "events", "spikes", "learns at"]


def test_a_small_panel_has_no_numbers_beside_the_curves(make_frame):
    """The curves come first; at every size something is drawn, and nothing breaks."""
    for size in ((1, 1), (30, 200), (200, 30), (300, 120), (3800, 450)):
        panel = LifePanel(TextRenderer())
        surface = pygame.Surface(size, 0, 32)
        panel.draw_panel(surface, surface.get_rect(), make_frame())
        told = under_mouse(panel, surface.get_rect(), step=9).values()
        assert any(lines[0].startswith("spikes: ") for lines in told if lines) == (size[0] > 1000)


@pytest.mark.parametrize("count", [1, 8, 40])
def test_any_number_of_species_and_layers_is_drawn(count, make_frame, species):
    """Firing rates of no layer, of one and of many, for more species than there are lines."""
    all_of_them = tuple(
        replace(species(f"species {k}", k % 2 == 0, 1), firing_rates=(0.05,) * (k % 4), backward_share=0.1)
        for k in range(count)
    )
    image = draw(make_frame(species=all_of_them))
    assert count_of_any(image, theme.looks(all_of_them)) > 20


def count_of_any(image, looks):
    return sum(count(image, colour) for colour in {look.colour for look in looks.values()})


def test_axes_hold_every_curve_and_zero():
    """The lowest, the highest and zero lie inside the rectangle."""
    curve = np.array([[0.0, 2.0], [500.0, 3.0]])
    scales = axes(AREA, [curve])
    assert scales.low == 0
    for tick, number in ((0, 0), (500, 3)):
        assert AREA.inflate(2, 2).collidepoint(scales.point(tick, number))


def test_names_keep_apart_and_stay_inside():
    """Names whose lines end together are moved, those that end apart are not."""
    assert apart([10.0, 50.0], 10, 0, 100) == [10, 50]
    assert apart([98.0, 99.0, 99.5], 10, 0, 100) == [80, 90, 100]
    assert apart([0.0, 1.0], 10, 0, 100) == [0, 10]


def test_thinning_keeps_the_mean():
    """A thousand points become a hundred with the same mean."""
    curve = np.column_stack([np.arange(1000.0), np.sin(np.arange(1000.0))])
    few = thinned(curve, 100)
    assert few.shape == (100, 2)
    np.testing.assert_allclose(few.mean(axis=0), curve.mean(axis=0), atol=1e-9)
    assert thinned(few, 100) is few


def test_dashes_cover_half_of_a_line():
    """Pieces of ten pixels, and as many left out."""
    pieces = dashes(np.array([[0.0, 0.0], [95.0, 0.0]]), 10)
    assert [start[0] for start, _ in pieces] == pytest.approx([0, 20, 40, 60, 80])
    assert all(end[0] - start[0] == pytest.approx(10) for start, end in pieces)

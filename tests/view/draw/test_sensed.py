from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.channel import Channel, Field, unnamed
from alife.view.draw import theme
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import pixels
from alife.view.panels.world import WorldPanel

QUARTER = np.pi / 4
CHANNELS = (
    Channel("food ahead", "food", Field(-QUARTER, QUARTER, 3.0)),
    Channel("food behind", "food", Field(3 * QUARTER, 5 * QUARTER, 3.0)),
    Channel("poison ahead", "poison", Field(-QUARTER, QUARTER, 3.0)),
    Channel("lit"),
)


@pytest.fixture
def draw():
    panel = WorldPanel(TextRenderer())

    def draw(frame, size=(500, 500)):
        surface = pygame.Surface(size, 0, 32)
        panel.observe_frame(frame)
        panel.draw_panel(surface, surface.get_rect(), frame)
        return pixels(surface).astype(int)

    draw.panel = panel
    return draw


@pytest.fixture
def sensing(make_frame, probe):
    """Return a frame with control 1 of (8, 2) selected, heading as asked, which senses these values."""

    def sensing(values, heading=np.pi / 2, channels=CHANNELS):
        frame = make_frame(channels=channels, selected=("control", 1))
        shapes = frame.scene.shapes
        at = replace(shapes[-1], centres=np.array([[5.0, 5.0]]), headings=np.array([heading]))
        senses = np.append(values, 1.0).astype(np.float32)
        brain = (probe(100, species="control", row=1, senses=senses),) if values is not None else ()
        return replace(frame, brain=brain, scene=replace(frame.scene, shapes=(at,)))

    return sensing


def light(panel, image, place):
    """Return how much brighter than the floor it is about a place, in red, green and blue."""
    x, y = np.rint(panel.fit.to_pixels(place)).astype(int)
    return np.median(image[y - 4 : y + 5, x - 4 : x + 5].reshape(-1, 3), axis=0) - theme.FIELD


def test_what_is_sensed_is_as_bright_as_its_value(draw, sensing):
    """Nothing, half and all of a sense differ, and turn with the creature."""
    greens = [light(draw.panel, draw(sensing([value, 0, 0, 0])), (5.0, 6.3))[1] for value in (0.0, 0.5, 1.0)]
    assert greens[0] < 5 < greens[1] < greens[2]
    to_the_right = draw(sensing([1, 0, 0, 0], heading=0.0))
    assert light(draw.panel, to_the_right, (6.3, 5.0))[1] > 30
    assert light(draw.panel, to_the_right, (5.0, 6.3))[1] < 5


def test_two_roles_in_one_direction_can_both_be_read(draw, sensing):
    """Food shows in the inner ring and poison in the outer one."""
    image = draw(sensing([1, 0, 1, 0]))
    inner, outer = (light(draw.panel, image, (5.0, 5.0 + away)) for away in (1.3, 2.6))
    assert inner[1] > inner[0] + 30
    assert outer[0] > outer[1] + 30


def test_senses_can_be_put_away(draw, sensing):
    """Then neither slices nor their edges nor the line about them are drawn."""
    shown = draw(sensing([1, 1, 1, 1]))
    draw.panel.show_senses = False
    hidden = draw(sensing([1, 1, 1, 1]))
    assert (shown != hidden).any()
    assert light(draw.panel, hidden, (5.0, 6.3))[1] < 5
    np.testing.assert_array_equal(draw(sensing([0, 0, 0, 0])), hidden)


def test_a_pause_keeps_what_was_sensed(draw, sensing):
    """A frame without new ticks shows the senses of the last one, unless another creature is selected."""
    sensed = draw(sensing([1, 0, 0.5, 0]))
    still = replace(sensing([1, 0, 0.5, 0]), brain=(), paused=True)
    np.testing.assert_array_equal(draw(still), sensed)
    draw(replace(still, selected=("learners", 7)))
    assert light(draw.panel, draw(still), (5.0, 6.3))[1] < 5


def test_what_lies_nowhere_on_the_floor_is_written(draw, sensing):
    """The value of "lit" changes the line below the legend and nothing else."""
    off, on = draw(sensing([0, 0, 0, 0])), draw(sensing([0, 0, 0, 1]))
    rows = np.flatnonzero((off != on).any(axis=(1, 2)))
    assert len(rows)
    assert rows.min() > draw.panel.fit.area.bottom


@pytest.mark.slow
@pytest.mark.parametrize(
    "channels",
    [
        (),
        unnamed(1000),
        (Channel("all round", "food", Field(0.0, 2 * np.pi, 3.0)),),
        (Channel("nothing", "food", Field(1.0, 1.0, 3.0)), Channel("no reach", "food", Field(0.0, 1.0, 0.0))),
        (Channel("far", "", Field(0.0, 1.0, 1e6)),),
        tuple(Channel(f"c{k}", f"role {k % 7}", Field(k / 9, (k + 1) / 9, 2.0)) for k in range(300)),
    ],
)
@pytest.mark.parametrize("values", [[], [1.0], [np.nan, -np.inf, 5.0, -1.0], [0.5] * 300])
def test_senses_of_every_kind_are_drawn(draw, sensing, channels, values):
    """None, many, all round, without width, beyond the world; fewer or more values; no numbers."""
    draw(sensing(values, channels=channels))
    draw(sensing(values, channels=channels), (60, 40))

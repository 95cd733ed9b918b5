from dataclasses import replace

import pygame
import pytest

from alife.view.draw import theme
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import pixels
from alife.view.panels.brain.brain import BrainPanel
from tests.view.under_mouse import under_mouse

AREA = pygame.Rect(0, 0, 700, 540)


def draw(panel, frame):
    surface = pygame.Surface(AREA.size, 0, 32)
    panel.draw_panel(surface, AREA, frame)
    return pixels(surface)


@pytest.mark.parametrize("sizes", [(1,), (64,), (1000,)])
def test_a_click_chooses_a_neuron_and_another_one_leaves_it(sizes, make_frame, probe):
    """A pixel among the membranes chooses a neuron, whatever their number; something stands there about it."""
    panel, frame = BrainPanel(TextRenderer()), make_frame(brain=(probe(100, sizes),))
    panel.observe_frame(frame)
    calm = draw(panel, frame)
    panel.press((60, 100))
    assert panel.neuron is not None
    assert (draw(panel, frame) != calm).any()
    assert any("membrane" in line for line in panel.describe_at((60, 100)))
    panel.press((60, 100))
    assert panel.neuron is None


def test_silent_neurons_can_be_hidden(make_frame, probe):
    """Without the silent ones, half of the neurons are another picture; a brain that is all silent does not crash."""
    for spikes in (True, False):
        panel, frame = BrainPanel(TextRenderer()), make_frame(brain=(probe(100, (64,), spikes=spikes),))
        panel.observe_frame(frame)
        calm = draw(panel, frame)
        panel.hide_silent = True
        assert (draw(panel, frame) != calm).any()


@pytest.mark.parametrize("size", [16, 64, 1000])
@pytest.mark.parametrize("hide", [False, True])
def test_a_silenced_and_a_clamped_neuron_are_marked(size, hide, make_frame, probe):
    """Each with a mark of its own where it stands, bars or cells; without an intervention there is none."""
    frame = make_frame(brain=(probe(100, (size,)),))
    marked = {}
    for clamped in ((), ((0, 4, 0.0),), ((0, 4, 1.0),)):
        panel = BrainPanel(TextRenderer())
        panel.hide_silent = hide
        panel.observe_frame(replace(frame, snapshot=replace(frame.snapshot, clamped=clamped)))
        membranes = draw(panel, frame)[: AREA.height // 3]
        marked[clamped] = (membranes == theme.LOSS).all(axis=-1)
    none, silenced, clamped = marked.values()
    assert not none.any()
    assert silenced.any()
    assert clamped.any()
    assert (silenced != clamped).any()


@pytest.mark.slow
def test_a_clamped_neuron_that_is_chosen_is_said_to_be(make_frame, probe):
    """Beside its name stands how an intervention clamps it, and under the mouse, too."""
    frame = make_frame(brain=(probe(100),))
    told, pictures = [], set()
    for clamped in ((), ((0, 3, 0.0),), ((0, 3, 1.0),)):
        panel = BrainPanel(TextRenderer())
        panel.observe_frame(replace(frame, snapshot=replace(frame.snapshot, clamped=clamped)))
        panel.neuron = (0, 3)
        pictures.add(draw(panel, frame)[AREA.height // 3 :].tobytes())  # below the membranes
        told.append({lines[-1] for lines in under_mouse(panel, AREA).values() if lines[:1] == ("neuron 3",)})
    assert told == [{""}, {"silenced: it never spikes"}, {"clamped: it always spikes"}]
    assert len(pictures) == 3

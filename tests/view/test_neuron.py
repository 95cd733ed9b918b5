import pygame
import pytest

from alife.view.letters import Letters
from alife.view.panels.brain import BrainPanel
from alife.view.picture import pixels

AREA = pygame.Rect(0, 0, 700, 540)


def draw(panel, frame):
    surface = pygame.Surface(AREA.size, 0, 32)
    panel.draw(surface, AREA, frame)
    return pixels(surface)


@pytest.mark.parametrize("sizes", [(1,), (64,), (1000,)])
def test_a_click_chooses_a_neuron_and_another_one_leaves_it(sizes, make_frame, probe):
    """A pixel among the membranes chooses a neuron, whatever their number; hovering there says something."""
    panel, frame = BrainPanel(Letters()), make_frame(brain=(probe(100, sizes),))
    panel.take(frame)
    calm = draw(panel, frame)
    panel.press((60, 100))
    assert panel.neuron is not None
    assert (draw(panel, frame) != calm).any()
    panel.hover((60, 100))
    draw(panel, frame)
    panel.press((60, 100))
    assert panel.neuron is None


def test_silent_neurons_can_be_hidden(make_frame, probe):
    """Without the silent ones, half of the neurons are another picture; a brain that is all silent does not crash."""
    for spikes in (True, False):
        panel, frame = BrainPanel(Letters()), make_frame(brain=(probe(100, (64,), spikes=spikes),))
        panel.take(frame)
        calm = draw(panel, frame)
        panel.hide_silent = True
        assert (draw(panel, frame) != calm).any()

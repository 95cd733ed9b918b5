from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.frame import Choice, Motion
from alife.view.draw import theme
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import pixels
from alife.view.panels.brain._history import TICKS, History
from alife.view.panels.brain.brain import BrainPanel

AREA = pygame.Rect(0, 0, 700, 540)


def draw(frame, panel=None, area=AREA):
    panel = panel or BrainPanel(TextRenderer())
    surface = pygame.Surface(area.size, 0, 32)
    panel.observe_frame(frame)
    panel.draw_panel(surface, area, frame)
    return pixels(surface)


def count(image, colour):
    return int((image == np.array(colour, dtype=np.uint8)).all(axis=-1).sum())


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(), (0,), (1,), (64,), (65,), (1000,), (0, 1, 64, 1000), (16,) * 9])
@pytest.mark.parametrize("actions", [0, 1, 3, 18, 1000])
def test_brains_of_every_size_are_drawn(sizes, actions, make_frame, probe):
    """From no neuron to a thousand, in one layer or several, with any number of actions."""
    image = draw(make_frame(brain=(probe(100, sizes, actions),)))
    assert len(np.unique(image @ np.array([1, 256, 65536]))) > 10


@pytest.mark.parametrize("sizes", [(64,), (1000,)])
def test_neurons_that_spike_are_lit(sizes, make_frame, probe):
    """The same membranes with spikes and without differ in the colour of spikes."""
    with_spikes = draw(make_frame(brain=(probe(100, sizes),)))
    without = draw(make_frame(brain=(probe(100, sizes, spikes=False),)))
    assert count(with_spikes, theme.SPIKE) > 200
    assert count(without, theme.SPIKE) == 0


def test_a_brain_not_yet_seen_says_so(make_frame):
    """Without a probe there is a sentence and no crash."""
    assert count(draw(make_frame(brain=())), theme.MUTED) > 20


def test_the_brain_of_another_creature_is_not_shown(make_frame, probe):
    """Right after a selection the frame may still hold the brain before; it is left out."""
    other = make_frame(brain=(probe(100, row=3),))
    np.testing.assert_array_equal(draw(other), draw(make_frame(brain=())))


def test_a_creature_without_a_critic_is_drawn(make_frame, probe):
    """No value and no error leave their strips empty."""
    frame = make_frame(brain=tuple(probe(tick, value=None, error=None) for tick in (99, 100)))
    assert (draw(frame) != draw(make_frame())).any()


def test_learning_lights_up(make_frame, probe):
    """A tick at which it learned is marked in the colour of learning; other ticks are not."""
    calm = draw(make_frame(brain=(probe(100),)))
    learned = draw(make_frame(brain=(probe(100, learned=True),)))
    assert count(learned, theme.LEARNED) > count(calm, theme.LEARNED) + 20


def test_the_chosen_action_is_marked(make_frame, probe):
    """Another choice at the same probabilities is another picture."""
    one, other = (replace(probe(100), decision=Choice(probe(100).decision.probabilities, k)) for k in (0, 1))
    pictures = [draw(make_frame(brain=(each,))) for each in (one, other)]
    assert (pictures[0] != pictures[1]).any()


def test_numbers_that_are_not_finite_do_not_crash(make_frame, probe):
    """A membrane or an error that is no number any more is drawn as nothing."""
    sick = probe(100, error=np.inf, value=np.nan)
    sick.layers[0].membranes[:3] = np.nan, np.inf, -np.inf
    sick.decision.probabilities[0] = np.nan
    draw(make_frame(brain=(sick,)))


def test_no_tick_is_lost_when_several_pass_per_frame(make_frame, probe):
    """Frames that overlap give each tick once, in order, and no gap."""
    history = History()
    for tick in range(3, 60, 3):
        history.record_frame(make_frame(tick=tick, brain=tuple(probe(t) for t in range(max(1, tick - 7), tick + 1))))
    assert history.ticks.last(TICKS).tolist() == list(range(1, 58))
    assert not history.skipped.last(TICKS).any()


def test_ticks_that_were_not_seen_leave_a_mark(make_frame, probe):
    """When more ticks pass than a frame holds, the first one after the gap says so."""
    history = History()
    for tick in (10, 50):
        history.record_frame(make_frame(tick=tick, brain=(probe(tick - 1), probe(tick))))
    assert history.skipped.last(4).tolist() == [False, False, True, False]


def test_another_creature_starts_a_history_anew(make_frame, probe):
    """Two creatures never share one raster, and neither do two lives of a run."""
    history = History()
    history.record_frame(make_frame())
    history.record_frame(make_frame(tick=101, selected=("learners", 4), brain=(probe(101, row=4),)))
    assert history.ticks.last(TICKS).tolist() == [101]
    history.record_frame(make_frame(tick=5, selected=("learners", 4), brain=(probe(5, row=4),)))
    assert history.ticks.last(TICKS).tolist() == [5]


def test_every_spike_of_a_thousand_neurons_is_kept(make_frame, probe):
    """Neurons that share a row of the raster lose no spike: one that spikes lights the row."""
    one = probe(100, (1000,), spikes=False)
    one.layers[0].outputs[777] = 1
    history = History()
    history.record_frame(make_frame(brain=(one,)))
    assert history.neurons == 1000
    assert history.spikes.last(1).sum() == 1


def test_a_small_panel_does_not_crash(make_frame):
    """Down to nothing at all."""
    for size in ((300, 200), (120, 80), (20, 20), (1, 1)):
        draw(make_frame(), area=pygame.Rect((0, 0), size))


def test_the_headline_says_whether_it_learns(make_frame, species):
    """The same creature of a species that does not learn has another headline."""
    frozen = (species("learners", False, 4), species("control", False, 1))
    top = [draw(frame)[:32, :400] for frame in (make_frame(), replace(make_frame(), species=frozen))]
    assert (top[0] != top[1]).any()


def move(probe, means=(0.2, -0.5), spreads=(0.3, 0.1), drawn=(0.4, -2.0)):
    numbers = (np.array(each, np.float32) for each in (means, spreads, drawn))
    return replace(probe(100), decision=Motion(*numbers), action_names=tuple(f"number {k}" for k in range(len(means))))


@pytest.mark.parametrize("numbers", [1, 2, 7, 300])
def test_motions_of_every_width_are_drawn(numbers, make_frame, probe):
    """From one number to more than there is room for, none crash, and all leave something to see."""
    columns = np.linspace(-2, 2, numbers), np.linspace(0, 3, numbers), np.linspace(-3, 3, numbers)
    for area in (AREA, pygame.Rect(0, 0, 120, 80), pygame.Rect(0, 0, 1, 1)):
        image = draw(make_frame(brain=(move(probe, *columns),)), area=area)
    assert image is not None


@pytest.mark.parametrize("other", [{"means": (0.9, -0.5)}, {"spreads": (0.3, 0.8)}, {"drawn": (0.4, 0.9)}], ids=str)
def test_mean_spread_and_draw_are_all_seen(other, make_frame, probe):
    """Another mean, another spread or another draw is another picture."""
    pictures = [draw(make_frame(brain=(move(probe, **each),))) for each in ({}, other)]
    assert (pictures[0] != pictures[1]).any()


def test_what_is_drawn_beyond_the_range_stands_at_its_end(make_frame, probe):
    """A number is shown as it counts: cut off at -1 and 1."""
    pictures = [draw(make_frame(brain=(move(probe, drawn=(drawn, 0.0)),))) for drawn in (1.0, 7.0)]
    np.testing.assert_array_equal(*pictures)


def test_a_motion_that_is_not_finite_does_not_crash(make_frame, probe):
    """Numbers that are none any more are drawn as nothing."""
    draw(make_frame(brain=(move(probe, (np.nan, 0.0), (np.inf, np.nan), (0.0, -np.inf)),)))

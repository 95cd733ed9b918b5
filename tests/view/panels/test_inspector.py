from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.frame import FrameEvent, WeightUpdate
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import pixels
from alife.view.panels.brain._timeline import error_parts
from alife.view.panels.brain.brain import BrainPanel
from alife.view.panels.brain.inspector import largest_changes, story

AREA = pygame.Rect(0, 0, 700, 540)


@pytest.fixture
def update(make_frame, probe):
    before = make_frame().snapshot.weights
    after = tuple(one.copy() for one in before)
    after[0][12, 0] += 0.5
    cause = FrameEvent(100, "learners", 7, "ate", 1.0, "world")
    return WeightUpdate(100, "learners", 7, (cause,), before, after, (probe(99), probe(100, learned=True)))


def draw(panel, frame, area=AREA):
    surface = pygame.Surface(area.size, 0, 32)
    panel.draw_panel(surface, area, frame)
    return pixels(surface)


def test_the_strongest_change_comes_first(update):
    """Of all synapses the one that changed is named, and those that did not are left out."""
    assert largest_changes(update, 5) == [(0, 12, 0)]


def test_the_story_tells_cause_and_reward(update):
    """What had happened stands beside its reward and the TD error."""
    assert "ate +1" in story(update)
    assert "TD error -0.25" in story(update)


def test_a_td_error_is_told_with_the_numbers_it_is_made_of(update, probe):
    """Got + expected now - expected before is the error: 1 + x - .5 = -.25 says that -.75 is expected now."""
    now = probe(100, learned=True, reward=1.0)
    told = story(replace(update, ticks=(probe(99), now)))
    assert "= got +1.00, expects -0.75 now, expected +0.50 before" in told
    assert error_parts(0.5, float("nan"), -0.25) == error_parts(0.5, 0.0, 0.0) == ""


@pytest.mark.parametrize("size", [(700, 540), (300, 200), (20, 20), (1, 1)])
def test_a_weight_update_opens_and_closes_at_every_size(size, update, make_frame):
    """An open weight update is another picture where there is room; closing it says that it was open, and only once."""
    panel, frame = BrainPanel(TextRenderer()), make_frame(updates=(update,))
    area = pygame.Rect((0, 0), size)
    panel.observe_frame(frame)
    calm = draw(panel, frame, area)
    assert panel.inspect_last()
    opened = draw(panel, frame, area)
    assert size < (300, 200) or (opened != calm).any()
    assert [panel.close(), panel.close()] == [True, False]
    again = draw(panel, frame, area)
    ys, xs = np.nonzero((again != calm).any(axis=-1))
    assert not len(ys), (ys.min(), ys.max(), xs.min(), xs.max())


def test_without_a_weight_update_nothing_opens(make_frame):
    """A creature that was not seen learning has nothing to inspect."""
    panel = BrainPanel(TextRenderer())
    panel.observe_frame(make_frame())
    assert not panel.inspect_last()
    assert not panel.close()

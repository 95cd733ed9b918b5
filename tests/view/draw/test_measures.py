from dataclasses import replace

import numpy as np
import pytest

from alife.core.frame import FrameEvent
from alife.core.scene import Circles
from alife.view.draw.measures import Measures


def known(frame, **numbers):
    """Return the frame with what else is known of learners 4 to 7."""
    shapes = [
        replace(one, **numbers) if isinstance(one, Circles) and one.species == "learners" else one
        for one in frame.scene.shapes
    ]
    return replace(frame, scene=replace(frame.scene, shapes=tuple(shapes)))


def learners(frame):
    return next(one for one in frame.scene.shapes if isinstance(one, Circles) and one.species == "learners")


def test_only_what_a_world_tells_can_be_a_colour(make_frame):
    """Energy and age are there where a scene has them, reward always."""
    measures = Measures()
    assert measures.names(make_frame()) == ["species", "reward"]
    frame = known(make_frame(), energy=np.array([0.0, 0.5, 1.0, np.nan]), ages=np.arange(4))
    assert measures.names(frame) == ["species", "reward", "energy", "age"]
    assert measures.scale(frame, "species") is None
    scale = measures.scale(frame, "energy")
    assert (scale.low, scale.high) == (0.0, 1.0)
    assert scale.shades_of(learners(frame)).tolist() == [0, 4, len(scale.colours) - 1, 0]
    assert measures.scale(frame, "age").high == 5.0


def test_recent_rewards_fade_and_those_of_another_arena_are_forgotten(make_frame):
    """A meal colours its creature; after 100 ticks a third of it is left, in another copy nothing."""
    measures = Measures()
    measures.record_rewards(make_frame(tick=100))
    measures.record_rewards(make_frame(tick=101, events=(FrameEvent(101, "learners", 6, "ate", 1.0, "world"),)))
    values = measures.scale(make_frame(), "reward").values["learners"]
    assert values.tolist() == [0.0, 0.0, 1.0, 0.0]
    measures.record_rewards(make_frame(tick=201))
    assert measures.scale(make_frame(), "reward").values["learners"][2] == pytest.approx(0.99**100)
    measures.record_rewards(make_frame(tick=202, copy=2))
    assert not measures.scale(make_frame(), "reward").values["learners"].any()

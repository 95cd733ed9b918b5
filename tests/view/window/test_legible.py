"""Whatever a frame says, its texts keep apart, at every size of the window."""

from itertools import combinations

import numpy as np
import pytest

from alife.core.channel import Channel, Field
from alife.core.frame import Annotation, FrameEvent
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import OffScreen
from tests.view.conftest import make, make_probe, make_species

_SIZES = [(1000, 600), (1280, 800), (1920, 1080)]
_ROLES = ("food", "creature:learners", "creature:control", "a role with a long name")


def _busy_frame():
    """Return a frame in which much happens at once, at its edges too."""
    ticks = range(1, 301)
    senses = np.ones(45, np.float32)
    probes = tuple(make_probe(t, senses=senses, value=0.02 * np.sin(t / 9), error=-0.0076 * np.cos(t)) for t in ticks)
    events = [
        FrameEvent(t, "learners", 7, "met", value, "world") for t in (150, 151, 299, 300) for value in (1.0, -1.0)
    ]
    events += [FrameEvent(300, "learners", row, "ate", -12.5, "world") for row in (4, 5, 6)]
    changes = [Annotation(t, text) for t, text in ((20, "dark"), (24, "lit"), (298, "swap"), (300, "a new season"))]
    channels = [Channel(f"{role} ahead", role, Field(-0.4, 0.4, 5.0)) for role in _ROLES]
    channels += [Channel(f"direction {k}") for k in range(40)]
    return make(
        tick=300,
        brain=probes,
        events=tuple(events),
        annotations=tuple(changes),
        channels=tuple(channels),
        species=(make_species("learners", True, 4, 3), make_species("control", False, 1, 3)),
    )


@pytest.fixture
def written(monkeypatch):
    """Return a list of what is written from now on: the surface, the text and where it stands."""
    texts = []
    write = TextRenderer.write

    def record(self, surface, text, **options):
        box = write(self, surface, text, **options)
        texts.append((surface, text, box))
        return box

    monkeypatch.setattr(TextRenderer, "write", record)
    return texts


@pytest.mark.slow
@pytest.mark.parametrize("size", _SIZES, ids=str)
def test_no_text_covers_another_or_leaves_the_picture(written, size):
    """Names, numbers of axes, changes and tags of what happened at one place and time."""
    OffScreen(size).draw_frame(_busy_frame())
    letters = [(surface, text, box.inflate(-2, -4)) for surface, text, box in written if box.width > 2]
    assert [text for surface, text, box in letters if not surface.get_rect().contains(box)] == []
    pairs = [(a, b) for a, b in combinations(letters, 2) if a[0] is b[0] and a[1:] != b[1:]]
    assert [(a[1], b[1]) for a, b in pairs if a[2].colliderect(b[2])] == []


def test_tags_at_one_place_are_added_up(written):
    """A gain and a loss of neighbouring ticks are told as two sums, each once."""
    OffScreen((1280, 800)).draw_frame(_busy_frame())
    told = [text for _, text, _ in written]
    assert told.count("+2") == told.count("-2") == 1  # at ticks 150 and 151; at the right edge there is no room


def test_creatures_that_are_sensed_are_called_by_their_species(written):
    """No text of a frame has the prefix of their role, and the line about the senses says how many are left out."""
    OffScreen((1000, 600)).draw_frame(_busy_frame())
    told = [text for _, text, _ in written]
    assert not any("creature:" in text for text in told)
    assert any(text.endswith(" more") for text in told)

"""Whatever is written in a window says what it is when pointed at."""

import numpy as np
import pytest

from alife.core.frame import Episodes, Motion, WeightUpdate
from alife.view.draw import pen
from alife.view.draw.text import TextRenderer
from alife.view.window.canvas import Canvas
from tests.view.conftest import make, make_probe, make_snapshot, make_species

_MOTION = Motion(np.zeros(2, np.float32), np.ones(2, np.float32), np.zeros(2, np.float32))
_EXPLAINED = {"lif 1": "Neurons that fire.", "lis": "A readout that chooses.", "ring": "A rule."}


def _frame(**changes):
    before = make_snapshot().weights
    after = tuple(one + np.float32(0.1) for one in before)
    probes = tuple(make_probe(t) for t in range(90, 101))
    update = WeightUpdate(100, "learners", 7, (), before, after, probes)
    one = make_species("learners", True, 4)
    episodes = {"episodes": Episodes(3, 1.0, 20.0, 0.5), "returns": np.zeros(4)}
    species = (type(one)(**(vars(one) | episodes)), make_species("control", False, 1))
    return make(**{"brain": probes, "updates": (update,), "species": species, "explained": _EXPLAINED, **changes})


def _unexplained(frame, prepare, monkeypatch):
    """Return what is written in a picture of a frame and says nothing to the mouse, apart from the line of keys."""
    texts, write = [], TextRenderer.write

    def record(self, surface, text, **options):
        box = write(self, surface, text, **options)
        texts.append((surface.get_size(), text, box))
        return box

    canvas, surface = Canvas(), pen.new_surface((1280, 800))
    canvas.observe_frame(frame)
    prepare(canvas)
    with monkeypatch.context() as recording:
        recording.setattr(TextRenderer, "write", record)
        canvas.paint_frame(surface, frame)
    areas = canvas.areas
    corners = {area.size: area.topleft for area in (areas.status, areas.world, areas.life)}  # painted on their own
    canvas.hover_panels(None)
    canvas.paint_frame(surface, frame)
    plain, silent = surface.get_view("0").raw, []
    for size, text, box in texts:
        if text.strip() and size != areas.help.size:
            canvas.hover_panels(tuple(np.add(box.center, corners.get(size, (0, 0))).tolist()))
            canvas.paint_frame(surface, frame)
            canvas.hover_panels(None)
            silent += [text] * (surface.get_view("0").raw == plain)
    canvas.paint_frame(surface, frame)
    assert surface.get_view("0").raw == plain  # or nothing above would say that a word is silent
    return silent


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prepare", "changes"),
    [
        (lambda canvas: None, {}),
        (lambda canvas: None, {"brain": (make_probe(100, decision=_MOTION, action_names=("turn", "push")),)}),
        (lambda canvas: setattr(canvas.brain, "neuron", (0, 3)), {"paused": True}),
        (lambda canvas: canvas.brain.inspect_last(), {"target": None}),
        (lambda canvas: canvas.world.cycle_colours(), {}),
    ],
    ids=["all", "numbers", "neuron", "lesson", "colours"],
)
def test_every_word_says_what_it_is_when_pointed_at(monkeypatch, prepare, changes):
    """Headings, numbers, labels and legends of all panels: a line comes up beside the mouse."""
    assert _unexplained(_frame(**changes), prepare, monkeypatch) == []


@pytest.mark.slow
def test_a_layer_is_explained_by_what_its_class_says_of_itself():
    """What stands under the mouse at the name of a layer is the sentence that came with the frame."""
    canvas, frame = Canvas(), _frame()
    surface = pen.new_surface((1280, 800))
    canvas.draw_frame(surface, frame)
    brain = canvas.areas.brain
    told = [canvas.brain.describe_at((x, y)) for x in range(*_span(brain, 0)) for y in range(*_span(brain, 1))]
    assert any("Neurons that fire." in lines for lines in told)
    assert any("A readout that chooses." in lines for lines in told)


def _span(area, axis):
    return area.topleft[axis], area.bottomright[axis], 4

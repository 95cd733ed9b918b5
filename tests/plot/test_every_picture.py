"""What is true of every function that draws."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import alife.plot
from alife.nn import LIF, LIS, Sequential
from alife.plot import (
    MeasurementManager,
    Recording,
    brain,
    distributions,
    event_average,
    learning_curve,
    line_graph,
    render_image,
    seed_curves,
    spike_train,
)

ROOT = Path(__file__).resolve().parents[2]
NOISE = np.random.default_rng(0).standard_normal((60, 3))
Convert = Callable[[np.ndarray], Any]
Draw = Callable[[Convert, Any], Figure]


def _manager(convert: Convert) -> MeasurementManager:
    manager = MeasurementManager()
    for values in NOISE:
        manager.add_measurements(loss=convert(values[:1]), reward=convert(values[1:2]))
    return manager


def _recording() -> Recording:
    net = Sequential(LIF(3, 12, trace_decay=None))
    recording = Recording()
    for values in NOISE:
        net(torch.from_numpy(values).float())
        recording.record_tick(net)
    return recording


# Each draws NOISE, as the array or tensor that `convert` makes of it, into the axes.
PICTURES: dict[str, Draw] = {
    "distributions": lambda convert, ax: distributions({"a": convert(NOISE[:, 0]), "b": convert(NOISE)}, ax),
    "event_average": lambda convert, ax: event_average(convert(NOISE), convert(np.array([9, 30])), 4, 5, ax),
    "learning_curve": lambda convert, ax: learning_curve({"a": (convert(np.arange(60)), convert(NOISE[:, 0]))}, ax),
    "line_graph": lambda convert, ax: line_graph(convert(NOISE), ax),
    "measurements": lambda convert, ax: _manager(convert).plot(ax),
    "render_image": lambda convert, ax: render_image(convert(NOISE), ax),
    "seed_curves": lambda convert, ax: seed_curves({"a": (convert(np.arange(60)), convert(NOISE.T))}, ax),
    "spike_train": lambda convert, ax: spike_train(convert((NOISE > 1.0).astype(float)), ax),
}
CONVERSIONS: dict[str, Convert] = {
    "torch": torch.from_numpy,
    "list": np.ndarray.tolist,
    "gradient": lambda array: (
        torch.from_numpy(array).requires_grad_() if array.dtype.kind == "f" else torch.from_numpy(array)
    ),
}


@pytest.fixture(params=PICTURES)
def draw(request: pytest.FixtureRequest) -> Draw:
    return PICTURES[request.param]


@pytest.mark.slow
def test_it_makes_a_figure_that_pyplot_does_not_know(draw: Draw) -> None:
    """Without axes there is a new figure, and it can be saved as it is."""
    figure = draw(np.asarray, None)
    figure.savefig(file := io.BytesIO(), format="png")

    assert type(figure) is Figure
    assert file.getvalue().startswith(b"\x89PNG")


@pytest.mark.slow
def test_tensors_and_lists_are_drawn_as_arrays_are(draw: Draw) -> None:
    """Whether a tensor wants a gradient or not."""
    limits = [axes.dataLim.get_points() for axes in draw(np.asarray, None).axes]
    for convert in CONVERSIONS.values():
        assert np.array_equal([axes.dataLim.get_points() for axes in draw(convert, None).axes], limits)


@pytest.mark.slow
def test_it_draws_into_given_axes(draw: Draw) -> None:
    """Given axes are drawn into, and their figure is returned; the axes beside them stay empty."""
    figure = Figure()
    left, right = figure.subplots(1, 2)

    assert draw(np.asarray, left) is figure
    assert left.has_data()
    assert not right.has_data()
    figure.savefig(io.BytesIO(), format="png")


@pytest.mark.slow
def test_it_returns_the_outermost_figure(draw: Draw) -> None:
    """Axes of a figure within a figure give the one that can be saved."""
    figure = Figure(layout="constrained")
    inner = figure.subfigures(1, 2)[1]

    assert draw(np.asarray, inner.add_subplot()) is figure
    figure.savefig(io.BytesIO(), format="png")


def test_both_axes_say_what_they_are(draw: Draw) -> None:
    """A picture has a label on each axis."""
    ax = draw(np.asarray, None).axes[0]

    assert ax.get_xlabel() != ""
    assert ax.get_ylabel() != ""


def test_what_is_no_axes_is_refused(draw: Draw) -> None:
    """A figure, or an array of axes, in place of axes is a mistake that is named."""
    for wrong in (Figure(), Figure().subplots(1, 2)):
        with pytest.raises(TypeError, match=rf"^ax.*Axes.*{type(wrong).__name__}"):
            draw(np.asarray, wrong)


def test_axes_without_a_figure_are_refused(draw: Draw) -> None:
    """Axes that were removed belong nowhere any more."""
    ax = Figure().add_subplot()
    ax.remove()
    with pytest.raises(ValueError, match="no figure"):
        draw(np.asarray, ax)


def test_it_leaves_what_it_was_given_alone(draw: Draw) -> None:
    """Drawing changes no input."""
    given: list[tuple[np.ndarray, np.ndarray]] = []

    def keep(array: np.ndarray) -> np.ndarray:
        given.append((array, array.copy()))
        return array

    draw(keep, None)

    assert given
    assert all(np.array_equal(now, before) for now, before in given)


@pytest.mark.slow
def test_pyplot_and_torch_are_not_loaded() -> None:
    """Drawing and saving everything loads no pyplot, the home of global figures; importing loads no torch and scipy."""
    program = """
import sys, numpy as np, alife.plot as p
early = [name for name in ("torch", "scipy", "pygame", "yaml") if name in sys.modules]
line = np.arange(9.0)
manager = p.MeasurementManager()
manager.add_measurements(loss=1.0)
figures = [p.spike_train(line), p.line_graph(line), p.distributions({"a": line}), p.render_image(line[None]),
           manager.plot(), p.event_average(line, [4], 1, 1), p.learning_curve({"a": (line, line)}),
           p.seed_curves({"a": (line, line[None])})]
for figure in figures:
    figure.savefig("/dev/null", format="png")
print(early, [name for name in ("torch", "matplotlib.pyplot") if name in sys.modules])
"""
    printed = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert printed.stdout.split("\n")[0] == "[] []"


def test_every_public_name_is_there() -> None:
    """What the package promises can be imported."""
    assert all(hasattr(alife.plot, name) for name in alife.plot.__all__)
    assert sorted(alife.plot.__all__) == alife.plot.__all__


def test_the_brain_draws_like_the_others() -> None:
    """A recording makes a figure, or is drawn into given axes, in an array or one after the other."""
    recording = _recording()
    figure = Figure()
    axes = figure.subplots(1, 2)

    assert type(brain(recording)) is Figure
    assert brain(recording, axes) is figure
    assert all(isinstance(ax, Axes) and ax.has_data() for ax in axes)
    assert brain(recording, list(Figure().subplots(1, 2))) is not figure


@pytest.mark.slow
def test_the_brain_of_tensors_is_saved() -> None:
    """A network with a readout leaves a picture with a title."""
    net = Sequential(LIF(3, 12), LIS(12, 2))
    recording = Recording()
    for values in NOISE:
        net(torch.from_numpy(values).float())
        recording.record_tick(net)
    figure = brain(recording, title="at work")
    figure.savefig(file := io.BytesIO(), format="png")

    assert figure.get_suptitle() == "at work"
    assert len(file.getvalue()) > 10_000

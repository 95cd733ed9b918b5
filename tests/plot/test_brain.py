"""The picture of a brain shows what was recorded."""

import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import nn

from alife.nn import ALIF, LIF, LIS, Sequential
from alife.plot import Recording, brain


def _recording(*layers: Any, ticks: int = 30, keep: int = 1000) -> Recording:
    net, recording = Sequential(*layers), Recording(ticks=keep)
    generator = torch.Generator().manual_seed(0)
    for _ in range(ticks):
        net(torch.rand(layers[0].inputs, generator=generator))
        recording.record_tick(net)
    return recording


def _untraced(ticks: int = 30, keep: int = 1000) -> Recording:
    return _recording(LIF(3, 12, trace_decay=None), LIS(12, 2, trace_decay=None), ticks=ticks, keep=keep)


def _names(ax: Axes) -> list[str]:
    legend = ax.get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


def _panels(figure: Figure) -> list[Axes]:
    """Return the axes without colour bars."""
    return [ax for ax in figure.axes if ax.get_label() != "<colorbar>"]


@pytest.mark.slow
def test_a_layer_is_a_row() -> None:
    """A spiking layer has membranes and spikes, a readout membranes and output, with ticks below."""
    figure = brain(_untraced())
    figure.savefig(io.BytesIO(), format="png")
    membranes, spikes, choices, output = _panels(figure)

    assert membranes.get_title() == "LIF 0, 12 neurons"
    assert _names(membranes) == ["90 % of neurons", "neuron 0", "neuron 6", "neuron 11", "threshold"]
    assert spikes.get_title().startswith("spikes, firing rate 0.")
    assert _names(choices) == ["neuron 0", "neuron 1"]
    assert output.get_title() == "output"
    assert [ax.get_xlabel() for ax in (membranes, spikes, choices, output)] == ["", "", "tick", "tick"]


def test_the_lines_are_what_was_recorded() -> None:
    """Membranes and the threshold are drawn at the numbers of their ticks, also when the oldest are gone."""
    recording = _untraced(ticks=30, keep=10)
    course = recording.layers()["LIF 0"]
    first, *_, threshold = _panels(brain(recording))[0].lines

    np.testing.assert_array_equal(np.arange(20, 30), first.get_xdata())
    np.testing.assert_array_equal(course.membrane[:, 0], first.get_ydata())
    np.testing.assert_allclose(np.ones(10), threshold.get_ydata())


@pytest.mark.slow
def test_traces_are_a_third_column() -> None:
    """Where one layer has a trace there is a column for it, empty for the layer without."""
    layers = LIF(3, 12), LIS(12, 2, trace_decay=None)
    recording = _recording(*layers)
    traced, untraced = _panels(brain(recording))[2::3]

    np.testing.assert_array_equal(recording.layers()["LIF 0"].trace.T, traced.images[0].get_array())  # type: ignore[union-attr]
    assert (traced.get_ylabel(), untraced.axison) == ("input", False)


def test_thresholds_that_differ_have_their_colours() -> None:
    """Neurons that adapt each by itself have each a dashed line beside that of their membrane."""
    lines = _panels(brain(_recording(ALIF(3, 4), ticks=60)))[0].lines

    assert [line.get_linestyle() for line in lines] == ["-"] * 3 + ["--"] * 3
    assert [line.get_color() for line in lines[:3]] == [line.get_color() for line in lines[3:]]


@pytest.mark.parametrize("neurons", [0, 1, 5, 100])
def test_any_number_of_neurons_has_a_line(neurons: int) -> None:
    """None, some or all have a line."""
    lines = _panels(brain(_untraced(), neurons=neurons))[0].lines

    assert len(lines) == min(neurons, 12) + 1


@pytest.mark.slow
@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf")])
def test_one_tick_of_anything_is_saved(value: float) -> None:
    """One tick, one neuron, and numbers that are none leave a picture."""
    layers = {}
    for size in (1, 12):
        tick = SimpleNamespace(membrane=np.full(size, value), output=np.full(size, value))
        layers[f"{size}"] = SimpleNamespace(tick=tick, threshold=None, trace=None)
    spiking = SimpleNamespace(membrane=np.full(12, value), output=np.zeros(12))
    layers["spiking"] = SimpleNamespace(tick=spiking, threshold=value, trace=None)
    recording = Recording()
    recording.record_tick(layers)
    figure = brain(recording)
    figure.savefig(io.BytesIO(), format="png")

    assert _panels(figure)[0].get_title() == "1, 1 neuron"


def test_an_empty_recording_is_refused() -> None:
    """Without a tick there is nothing to see, and the message says what to call."""
    with pytest.raises(ValueError, match=r"empty.*record_tick"):
        brain(Recording())


def test_a_network_is_no_recording() -> None:
    """It has no past; the message says what to call."""
    with pytest.raises(TypeError, match="Recording, not Sequential"):
        brain(Sequential(LIF(3, 4)))  # type: ignore[arg-type]


def test_the_axes_are_counted() -> None:
    """Axes that do not suffice, or are none, are refused with the number that is right."""
    recording = _untraced()
    with pytest.raises(ValueError, match="2 x 2 axes, 3"):
        brain(recording, Figure().subplots(1, 3))
    with pytest.raises(ValueError, match="2 x 2 axes, 1"):
        brain(recording, Figure().add_subplot())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^ax.*Axes.*Linear"):
        brain(recording, [nn.Linear(1, 1)] * 4)  # type: ignore[list-item]

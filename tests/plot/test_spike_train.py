"""The raster has a mark where there was a spike, and nowhere else."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from alife.plot import spike_train


def _marks(figure: Figure) -> set[tuple[float, float]]:
    """Return (tick, neuron) of every mark."""
    (lines,) = figure.axes[0].collections
    assert isinstance(lines, LineCollection)
    return {(float(path[0, 0]), round(float(path[:, 1].mean()), 6)) for path in lines.get_segments()}


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(arrays(bool, st.tuples(st.integers(0, 20), st.integers(0, 6))), st.integers(-5, 1000))
def test_every_spike_has_one_mark(spikes: np.ndarray, first: int) -> None:
    """The marks are the spikes, and all lie within the limits; no ticks or neurons leave an empty raster."""
    figure = spike_train(spikes, first_tick=first)
    (left, right), (bottom, top) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()

    assert _marks(figure) == {(tick + first, neuron) for tick, neuron in np.argwhere(spikes)}
    assert (left, right) == (first - 0.5, first + max(len(spikes), 1) - 0.5)
    assert (bottom, top) == (-0.5, max(spikes.shape[1], 1) - 0.5)


def test_a_tensor_and_one_neuron() -> None:
    """A tensor (ticks,) is one neuron."""
    assert _marks(spike_train(torch.tensor([0.0, 1.0, 0.0, 1.0]))) == {(1, 0), (3, 0)}


def test_a_list_of_ticks() -> None:
    """What a loop collected is drawn as it is."""
    assert _marks(spike_train([torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])])) == {(0, 0), (1, 1)}


def test_each_neuron_has_its_colour() -> None:
    """Every mark is in the colour of its neuron."""
    figure = spike_train(np.array([[0, 1], [1, 1]]), colours=["#ff0000", "#0000ff"])
    colours = [to_hex(one) for one in figure.axes[0].collections[0].get_edgecolor()]

    assert colours == ["#0000ff", "#ff0000", "#0000ff"]


@pytest.mark.parametrize("shape", [(0,), (0, 5), (5, 0), (1, 1)])
def test_an_empty_raster_is_saved(shape: tuple[int, ...]) -> None:
    """No ticks, no neurons, no spikes: there is still a picture."""
    spike_train(np.zeros(shape)).savefig(io.BytesIO(), format="png")


def test_nan_is_refused() -> None:
    """Whether a NaN is a spike cannot be known."""
    with pytest.raises(ValueError, match=r"0 or 1.*NaN"):
        spike_train([0.0, float("nan")])


def test_shapes_are_checked() -> None:
    """A stack of rows, or too few colours, is refused."""
    with pytest.raises(ValueError, match=r"\(ticks,\) or \(ticks, n\).*\(2, 3, 4\)"):
        spike_train(np.zeros((2, 3, 4)))
    with pytest.raises(ValueError, match=r"1 colours.*2 neurons"):
        spike_train(np.zeros((2, 2)), colours=["red"])

"""A recording keeps what the layers showed, of one row, for the last ticks."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from alife.nn import LIF, LIS, Sequential
from alife.plot import Recording


class _Trace(nn.Module):
    """A trace that has a mean from its second tick on."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape, self.asked = shape, 0

    def mean_input(self) -> Tensor | None:
        self.asked += 1
        return None if self.asked == 1 else torch.arange(float(np.prod(self.shape))).reshape(self.shape)


def _layers(rows: tuple[int, ...] = ()) -> list[Any]:
    generator = torch.Generator().manual_seed(0)
    return [LIF(4, 5, rows=rows, generator=generator), LIS(5, 2, rows=rows)]


def _pass(layers: list[Any], rows: tuple[int, ...] = ()) -> None:
    signal = torch.ones(*rows, layers[0].inputs)
    for layer in layers:
        signal = layer(signal)


@dataclass
class _Numbers:
    """A layer that is no torch module."""

    tick: Any
    threshold: Any = None
    trace: Any = None


def _numbers(membrane: object, threshold: object = None, trace: object = None) -> _Numbers:
    return _Numbers(SimpleNamespace(membrane=membrane, output=membrane), threshold, trace)


@pytest.mark.parametrize("row", [None, 1, -1, (1,), (1, 0)])
def test_it_keeps_what_the_layers_showed(row: Any) -> None:
    """Membranes, outputs and thresholds of one row are those of the ticks, whatever rows there are."""
    rows = {None: (), (1, 0): (2, 3)}.get(row, (2,))
    layers, recording, expected = _layers(rows), Recording(row), []
    for _ in range(7):
        _pass(layers, rows)
        recording.record_tick(layers)
        index = () if row is None else row
        expected.append([layer.tick.membrane[index].tolist() for layer in layers])
    lif, lis = recording.layers().values()

    np.testing.assert_array_equal([tick[0] for tick in expected], lif.membrane)
    np.testing.assert_array_equal([tick[1] for tick in expected], lis.membrane)
    np.testing.assert_allclose(np.ones((7, 5)), lif.threshold)  # type: ignore[arg-type]
    np.testing.assert_allclose(1.0, lis.output.sum(1), rtol=1e-6)
    assert lis.threshold is None


def test_layers_have_names() -> None:
    """A network, one layer, a list and a mapping each name what they hold."""
    first, second = _layers()
    nested = Sequential(Sequential(first, _layers()[1]), Sequential(LIF(2, 2)))
    kinds: list[tuple[Any, list[str]]] = [
        (Sequential(first, second), ["LIF 0", "LIS 1"]),
        (first, ["LIF"]),
        ([first, second], ["LIF 0", "LIS 1"]),
        ((second,), ["LIS 0"]),
        ({"eye": first, "choice": second}, ["eye", "choice"]),
        (nn.ModuleDict({"eye": first}), ["LIF eye"]),
        (nested, ["LIF networks.0.networks.0", "LIS networks.0.networks.1", "LIF networks.1.networks.0"]),
    ]
    for network, names in kinds:
        recording = Recording()
        recording.record_tick(network)

        assert list(recording.layers()) == names


def test_it_forgets_the_oldest() -> None:
    """Of more ticks than it keeps, the last ones stay, with their numbers."""
    recording = Recording(ticks=3)
    for tick in range(5):
        recording.record_tick({"a": _numbers([float(tick)])})

    assert (len(recording), recording.first_tick, recording.seen) == (3, 2, 5)
    assert recording.layers()["a"].membrane.tolist() == [[2.0], [3.0], [4.0]]


def test_it_keeps_copies() -> None:
    """A tick may be the layer's own state, which changes; what was recorded does not."""
    membrane = torch.zeros(2, dtype=torch.float64)
    recording = Recording()
    recording.record_tick(_numbers(membrane))
    membrane += 1.0

    assert recording.layers()["_Numbers"].membrane.tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("threshold", [1.5, [1.5], torch.tensor([1.5, 1.5]), torch.tensor([[1.5]])])
def test_a_threshold_is_spread_over_the_neurons(threshold: object) -> None:
    """One number for all neurons, or one each, is a threshold for each."""
    recording = Recording(row=0)
    recording.record_tick(_numbers(torch.zeros(3, 2), threshold))

    np.testing.assert_array_equal([[1.5, 1.5]], recording.layers()["_Numbers"].threshold)  # type: ignore[arg-type]


@pytest.mark.parametrize(("shape", "expected"), [((2,), [0.0, 1.0]), ((3, 2), [4.0, 5.0])])
def test_a_trace_may_be_missing_at_first(shape: tuple[int, ...], expected: list[float]) -> None:
    """Ticks at which a trace had no mean are NaN; a trace that is a module within a module is found."""
    layer = nn.Module()
    layer.tick, layer.threshold = SimpleNamespace(membrane=torch.zeros(3, 2), output=torch.zeros(3, 2)), None  # type: ignore[assignment]
    layer.trace = _Trace(shape)
    recording = Recording(row=2)
    recording.record_tick(layer)  # type: ignore[arg-type]
    assert recording.layers()["Module"].trace is None
    recording.record_tick(layer)  # type: ignore[arg-type]

    np.testing.assert_array_equal([[np.nan, np.nan], expected], recording.layers()["Module"].trace)  # type: ignore[arg-type]


def test_the_row_is_checked() -> None:
    """A network with rows needs one of them, and one without has none."""
    layers = _layers((4,))
    with pytest.raises(ValueError, match=r"LIF 0.*\(4,\).*Recording\(row=0\)"):
        Recording().record_tick(layers)
    with pytest.raises(ValueError, match=r"LIF 0.*\(4,\).*no row \(4,\)"):
        Recording(row=4).record_tick(layers)
    with pytest.raises(ValueError, match=r"LIF 0.*Recording\(\)"):
        Recording(row=0).record_tick(_layers())


def test_layers_stay_the_same() -> None:
    """Another set of layers, or another width, does not fit into a recording, which stays as it was."""
    recording = Recording()
    recording.record_tick(_layers())
    with pytest.raises(ValueError, match=r"\['LIF 0', 'LIS 1'\].*\['LIF 0'\]"):
        recording.record_tick(_layers()[:1])
    with pytest.raises(ValueError, match=r"'LIS 1'.*2 neurons.*3"):
        recording.record_tick([_layers()[0], LIS(5, 3)])

    assert len(recording) == 1
    assert [len(course.membrane) for course in recording.layers().values()] == [1, 1]


def test_what_is_no_network_is_refused() -> None:
    """A number, a module without layers and a list of something else are refused."""
    with pytest.raises(TypeError, match=r"network.*int"):
        Recording().record_tick(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"tick and a threshold.*Linear"):
        Recording().record_tick([nn.Linear(2, 2)])  # type: ignore[list-item]
    for empty in (nn.Linear(2, 2), []):
        with pytest.raises(ValueError, match="no layers"):
            Recording().record_tick(empty)  # type: ignore[arg-type]


def test_a_wrong_threshold_is_named() -> None:
    """A threshold that does not fit the membrane is refused with both shapes."""
    with pytest.raises(ValueError, match=r"_Numbers.*\(3,\).*\(2,\)"):
        Recording().record_tick(_numbers(torch.zeros(2), torch.zeros(3)))


def test_it_keeps_at_least_one_tick() -> None:
    """A recording of nothing is refused."""
    with pytest.raises(ValueError, match="at least one tick, not 0"):
        Recording(ticks=0)

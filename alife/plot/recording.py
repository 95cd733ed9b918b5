"""Recording: what the layers of a network did at each tick, kept for a picture."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeGuard, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alife.plot.arrays import Floats, floats

Index = tuple[int, ...]


class LayerTick(Protocol):
    """What a layer shows of its last tick: membrane before any reset and output, both (*rows, size)."""

    @property
    def membrane(self) -> ArrayLike: ...  # noqa: D102
    @property
    def output(self) -> ArrayLike: ...  # noqa: D102


class RecordedLayer(Protocol):
    """A layer to record. One with a `trace` whose `mean_input()` is (*rows, inputs) or None shows that too."""

    @property
    def tick(self) -> LayerTick: ...  # noqa: D102
    @property
    def threshold(self) -> ArrayLike | None: ...  # noqa: D102


@runtime_checkable
class Recordable(Protocol):
    """A torch module with layers somewhere inside."""

    def named_modules(self) -> Iterable[tuple[str, Any]]:
        """Yield itself and every module inside, each with the path to it."""


@dataclass(frozen=True)
class LayerCourse:
    """What one layer did over the ticks of a recording."""

    membrane: Floats  # (ticks, size) before any reset
    output: Floats  # (ticks, size)
    threshold: Floats | None  # (ticks, size), None for a layer that does not spike
    trace: Floats | None  # (ticks, inputs), NaN at ticks without one, None for a layer that never had one


class Recording:
    """The last ticks of a network, of one row.

        recording = Recording(row=0)
        for input in inputs:
            network(input)
            recording.record_tick(network)
        brain(recording)

    Memory is bounded: of more ticks than `ticks` the oldest go.

    Args:
        row: which brain of a network with rows, an index for each of its row axes; None for one without.
        ticks: how many are kept, at least one.

    Raises:
        ValueError: no tick would be kept.
    """

    def __init__(self, row: int | Index | None = None, ticks: int = 1000) -> None:
        if ticks < 1:
            raise ValueError(f"a recording keeps at least one tick, not {ticks}")
        self.row, self.ticks = row, ticks
        self.seen = 0  # ticks recorded, with those that are gone
        self._layers: dict[str, deque[_Moment]] = {}

    def __len__(self) -> int:
        """Return how many ticks are kept."""
        return min(self.seen, self.ticks)

    @property
    def first_tick(self) -> int:
        """The number of the oldest tick kept; the first one recorded was 0."""
        return self.seen - len(self)

    def record_tick(
        self, network: Recordable | RecordedLayer | Sequence[RecordedLayer] | Mapping[str, RecordedLayer]
    ) -> None:
        """Record the last tick of every layer of a network, of a list of layers, or of a mapping from names.

        Raises:
            TypeError: something in the list or mapping is no layer.
            ValueError: there is no layer, the row is not one of its rows, or layers differ from those before.
        """
        moments = {name: _moment(layer, self._index, name) for name, layer in _named_layers(network)}
        self._check(moments)
        for name, moment in moments.items():
            self._layers.setdefault(name, deque(maxlen=self.ticks)).append(moment)
        self.seen += 1

    def layers(self) -> dict[str, LayerCourse]:
        """Return the course of each layer by its name, first to last."""
        return {name: _course(list(moments)) for name, moments in self._layers.items()}

    @property
    def _index(self) -> Index:
        if self.row is None:
            return ()
        return self.row if isinstance(self.row, tuple) else (self.row,)

    def _check(self, moments: dict[str, "_Moment"]) -> None:
        if not moments:
            raise ValueError("the network has no layers: none of its modules has a tick and a threshold")
        if self._layers and list(moments) != list(self._layers):
            raise ValueError(f"the recording began with the layers {list(self._layers)}, these are {list(moments)}")
        for name, before in self._layers.items():
            if (now := moments[name].membrane.shape) != (then := before[-1].membrane.shape):
                raise ValueError(f"the layer {name!r} began with {then[0]} neurons and now has {now[0]}")


class _Moment(NamedTuple):
    membrane: Floats  # (size,)
    output: Floats  # (size,)
    threshold: Floats | None  # (size,)
    trace: Floats | None  # (inputs,)


def _named_layers(network: object) -> Iterator[tuple[str, RecordedLayer]]:
    """Yield every layer with a name: its kind and its place, or the key of a mapping."""
    if _is_layer(network):
        yield type(network).__name__, network
    elif isinstance(network, Mapping):
        yield from ((str(name), _layer(layer)) for name, layer in network.items())
    elif isinstance(network, Recordable):
        layers = [(path, one) for path, one in network.named_modules() if _is_layer(one)]
        ends = [path.rpartition(".")[2] for path, _ in layers]
        unique = len(set(ends)) == len(ends)
        for end, (path, one) in zip(ends, layers, strict=True):
            yield f"{type(one).__name__} {end if unique else path}", one
    elif isinstance(network, Iterable):
        yield from ((f"{type(one).__name__} {k}", _layer(one)) for k, one in enumerate(network))
    else:
        raise TypeError(f"a recording takes a network or its layers, not {type(network).__name__}")


def _is_layer(thing: object) -> TypeGuard[RecordedLayer]:
    # By name: a runtime Protocol looks past what torch modules keep in their own dictionaries.
    return hasattr(thing, "tick") and hasattr(thing, "threshold")


def _layer(thing: object) -> RecordedLayer:
    if not _is_layer(thing):
        raise TypeError(f"a layer must have a tick and a threshold, {type(thing).__name__} has not")
    return thing


def _moment(layer: RecordedLayer, index: Index, name: str) -> _Moment:
    membrane = floats(layer.tick.membrane, f"the membrane of {name}")  # (*rows, size)
    output = floats(layer.tick.output, f"the output of {name}")
    threshold = getattr(layer, "threshold_now", layer.threshold)
    if threshold is not None:
        threshold = _of_row(
            _broadcast(floats(threshold, f"the threshold of {name}"), membrane.shape, name), index, name
        )
    return _Moment(_of_row(membrane, index, name), _of_row(output, index, name), threshold, _trace(layer, index, name))


def _broadcast(threshold: Floats, shape: Index, name: str) -> NDArray[np.float64]:
    """Return the threshold of every neuron, of the shape (*rows, size)."""
    try:
        return np.broadcast_to(threshold, shape)
    except ValueError as error:
        raise ValueError(f"the threshold of {name} has the shape {threshold.shape}, the membrane {shape}") from error


def _trace(layer: RecordedLayer, index: Index, name: str) -> Floats | None:
    trace = getattr(layer, "trace", None)
    mean = None if trace is None else trace.mean_input()
    if mean is None:
        return None
    values = floats(mean, f"the trace of {name}")
    return values if values.ndim == 1 else _of_row(values, index, name)


def _of_row(values: NDArray[np.float64], index: Index, name: str) -> Floats:
    """Return the values (size,) of one row of values (*rows, size)."""
    rows = values.shape[:-1]
    if not rows and index:
        raise ValueError(f"{name} has no rows, a recording of it is made by Recording()")
    if len(index) != len(rows):
        first = 0 if len(rows) == 1 else (0,) * len(rows)
        raise ValueError(f"{name} has the rows {rows}, a recording of the first is made by Recording(row={first})")
    if not all(-size <= k < size for k, size in zip(index, rows, strict=True)):
        raise ValueError(f"{name} has the rows {rows}, among which there is no row {index}")
    row: Floats = values[index].copy()
    return row


def _course(moments: list[_Moment]) -> LayerCourse:
    return LayerCourse(
        np.array([moment.membrane for moment in moments]),
        np.array([moment.output for moment in moments]),
        _stacked([moment.threshold for moment in moments]),
        _stacked([moment.trace for moment in moments]),
    )


def _stacked(rows: list[Floats | None]) -> Floats | None:
    """Return rows below each other, NaN where there is none; None if there is none at all."""
    width = next((len(row) for row in rows if row is not None), None)
    if width is None:
        return None
    return np.array([np.full(width, np.nan) if row is None else row for row in rows])

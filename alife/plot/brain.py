"""The brain at work: membranes, spikes and traces of each layer over time."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from alife.plot.arrays import Floats
from alife.plot.recording import LayerCourse, Recording
from alife.plot.render_image import draw_values
from alife.plot.spike_train import spike_train
from alife.plot.style import GUIDE, INK, axes_of, colour, figure_of, finish, legend, new_figure, number_whole

_FAINT = "0.6"
_MANY = 10  # neurons, from which on a band says where most are


def brain(
    recording: Recording, ax: Iterable[Axes] | NDArray[Any] | None = None, *, neurons: int = 3, title: str = ""
) -> Figure:
    """Draw what each layer of a recording did, a row of axes for each layer, and return the figure.

    From left to right: the membranes before any reset against the threshold; the spikes, with the firing rate
    per neuron and tick, or the output of a layer that does not spike; and, if any layer has one, the mean trace
    of each input. A few neurons, evenly over the layer, have one colour in membranes and spikes.

    Args:
        recording: of at least one tick.
        ax: to draw into, layer by layer: 2 for each layer, 3 where a layer has a trace; made when omitted.
        neurons: how many have a line and a colour.
        title: above the picture.

    Raises:
        TypeError: it is no recording.
        ValueError: the recording is empty, or the number of axes is another.
    """
    if not isinstance(recording, Recording):
        raise TypeError(
            f"brain draws a Recording, not {type(recording).__name__}; "
            "call recording.record_tick(network) after each tick"
        )
    if len(recording) == 0:
        raise ValueError("the recording is empty, call recording.record_tick(network) after each tick")
    layers = recording.layers()
    width = 2 if all(course.trace is None for course in layers.values()) else 3
    grid = _grid(ax, len(layers), width)
    ticks = np.arange(recording.first_tick, recording.first_tick + len(recording))
    for row, (name, course) in zip(grid, layers.items(), strict=True):
        chosen = _spread(course.membrane.shape[1], neurons)
        _membranes(row[0], name, course, ticks, chosen)
        _output(row[1], course, ticks, chosen)
        if width == 3:
            _trace(row[2], course, ticks)
    for axes in grid[:-1].ravel():
        axes.set_xlabel("")  # the ticks are the same for every layer
    figure = figure_of(grid[0, 0])
    if title:
        figure.suptitle(title)
    return figure


def _grid(ax: Iterable[Axes] | NDArray[Any] | None, layers: int, width: int) -> NDArray[Any]:
    """Return axes (layers, width)."""
    if ax is None:
        figure = new_figure((4.5 * width, 0.6 + 2.2 * layers))
        return np.asarray(figure.subplots(layers, width, sharex=True, squeeze=False))
    given = np.asarray(list(ax) if isinstance(ax, Iterable) else [ax], dtype=object).ravel()
    if len(given) != layers * width:
        raise ValueError(f"{layers} layers need {layers} x {width} axes, {len(given)} were given")
    return np.array([axes_of(one) for one in given], dtype=object).reshape(layers, width)


def _spread(size: int, count: int) -> list[int]:
    """Return so many neurons, evenly over all of them."""
    return [int(k) for k in np.unique(np.linspace(0, size - 1, max(0, min(count, size))).round())]


def _membranes(ax: Axes, name: str, course: LayerCourse, ticks: NDArray[Any], chosen: list[int]) -> None:
    size = course.membrane.shape[1]
    handles: list[Artist] = []
    if size >= _MANY:
        handles.append(_band(ax, course.membrane, ticks))
    for k, neuron in enumerate(chosen):
        handles += ax.plot(ticks, course.membrane[:, neuron], color=colour(k), linewidth=1.0, label=f"neuron {neuron}")
    if course.threshold is not None:
        handles.append(_thresholds(ax, course.threshold, ticks, chosen))
    legend(ax, handles)
    finish(ax, f"{name}, {size} neuron{'s' if size > 1 else ''}", "tick", "membrane")


def _band(ax: Axes, membrane: Floats, ticks: NDArray[Any]) -> Artist:
    """Draw where 90 % of the neurons are at each tick."""
    low, high = np.quantile(np.where(np.isfinite(membrane), membrane, np.nan), (0.05, 0.95), axis=1)
    return ax.fill_between(ticks, low, high, color=GUIDE, alpha=0.4, linewidth=0, label="90 % of neurons")


def _thresholds(ax: Axes, threshold: Floats, ticks: NDArray[Any], chosen: list[int]) -> Artist:
    """Draw the one threshold of all neurons, or that of each chosen neuron in its colour."""
    if (threshold == threshold[:, :1]).all():
        return ax.plot(ticks, threshold[:, 0], "--", color=INK, linewidth=1.0, label="threshold")[0]
    for k, neuron in enumerate(chosen):
        ax.plot(ticks, threshold[:, neuron], "--", color=colour(k), linewidth=1.0)
    return Line2D([], [], linestyle="--", color=INK, linewidth=1.0, label="thresholds")


def _output(ax: Axes, course: LayerCourse, ticks: NDArray[Any], chosen: list[int]) -> None:
    """Draw the spikes of a layer, or the output of one that does not spike."""
    if course.threshold is None:
        draw_values(ax, course.output.T, "output", first_column=int(ticks[0]), aspect="auto", origin="lower")
        finish(ax, "output", "tick", "neuron")
        number_whole(ax.xaxis, ax.yaxis)
        return
    colours = [_FAINT] * course.output.shape[1]
    for k, neuron in enumerate(chosen):
        colours[neuron] = colour(k)
    share = np.count_nonzero(course.output) / course.output.size
    title = f"spikes, firing rate {share:.2g}"
    spike_train(course.output, ax, title=title, first_tick=int(ticks[0]), colours=colours)


def _trace(ax: Axes, course: LayerCourse, ticks: NDArray[Any]) -> None:
    if course.trace is None:
        ax.set_axis_off()
        return
    draw_values(ax, course.trace.T, "mean trace", first_column=int(ticks[0]), aspect="auto", origin="lower")
    finish(ax, "trace of the inputs", "tick", "input")
    number_whole(ax.xaxis, ax.yaxis)

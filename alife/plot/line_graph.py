"""Lines over ticks."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from alife.plot.arrays import Floats, one_per_tick, series_columns
from alife.plot.style import axes_of, colour, dash, finish, legend, names_of, number_whole


def line_graph(
    values: ArrayLike | Mapping[str, ArrayLike],
    ax: Axes | None = None,
    labels: Sequence[str] | None = None,
    *,
    title: str = "",
    ylabel: str = "value",
    first_tick: int = 0,
) -> Figure:
    """Draw a line for each series and return the figure; what is not finite leaves a gap.

    Args:
        values: one value for each tick: (ticks,), (ticks, series), or by name (ticks,), each of its own length.
        ax: to draw into; made when omitted.
        labels: the name of each series of an array; a mapping brings its own.
        title: above the picture.
        ylabel: what the values are, with their unit.
        first_tick: the number of the first tick.

    Raises:
        TypeError: values are not real numbers.
        ValueError: a shape is wrong, or the number of labels.
    """
    series = _named(values, labels)
    ax = axes_of(ax)
    for k, (name, line) in enumerate(series):
        draw_series(ax, np.arange(len(line), dtype=np.float64) + first_tick, line, name, k)
    number_whole(ax.xaxis)
    legend(ax)
    return finish(ax, title, "tick", ylabel)


def draw_series(ax: Axes, ticks: Floats, values: Floats, name: str, k: int) -> None:
    """Draw series k, values (points,) at ticks (points,), and a dot for each value without a neighbour."""
    finite = np.isfinite(values)
    ax.plot(ticks, np.where(finite, values, np.nan), dash(k), color=colour(k), linewidth=1.2, label=name)
    beside = np.pad(finite, 1)
    alone = finite & ~beside[:-2] & ~beside[2:]
    if alone.any():  # a line through one point has no length
        ax.plot(ticks[alone], values[alone], ".", color=colour(k))


def _named(values: ArrayLike | Mapping[str, ArrayLike], labels: Sequence[str] | None) -> list[tuple[str, Floats]]:
    if isinstance(values, Mapping):
        if labels is not None:
            raise ValueError("a mapping names its series by its keys, leave labels out")
        return [(str(name), one_per_tick(line, f"the series {name!r}")) for name, line in values.items()]
    array = series_columns(values, "values")  # (ticks, series)
    return list(zip(names_of(array.shape[1], labels), array.T, strict=True))

"""The raster: who spiked when."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from alife.plot.arrays import series_columns
from alife.plot.style import INK, axes_of, finish, number_whole

_HEIGHT = 0.8
"""Of a tick mark, where 1 is the distance between neurons."""


def spike_train(
    spikes: ArrayLike,
    ax: Axes | None = None,
    *,
    title: str = "",
    ylabel: str = "neuron",
    first_tick: int = 0,
    colours: Sequence[str] | None = None,
) -> Figure:
    """Draw a mark for each spike, time to the right, neuron 0 at the bottom, and return the figure.

    Args:
        spikes: (ticks, neurons), or (ticks,) of one neuron: not 0 where there was a spike.
        ax: to draw into; made when omitted.
        title: above the picture.
        ylabel: what the rows are.
        first_tick: the number of the first tick.
        colours: one for each neuron; all dark when omitted.

    Raises:
        ValueError: a shape is wrong, or a spike is NaN.
    """
    array = series_columns(spikes, "spikes")  # (ticks, neurons)
    ticks, neurons = array.shape
    if np.isnan(array).any():
        raise ValueError("spikes must be 0 or 1, some are NaN")
    if colours is not None and len(colours) != neurons:
        raise ValueError(f"there are {len(colours)} colours for {neurons} neurons, give one for each")
    ax = axes_of(ax)
    when, who = np.nonzero(array)
    paint = INK if colours is None else [colours[k] for k in who.tolist()]
    ax.vlines(when + first_tick, who - _HEIGHT / 2, who + _HEIGHT / 2, colors=paint, linewidth=1.0)
    ax.set_xlim(first_tick - 0.5, first_tick + max(ticks, 1) - 0.5)
    ax.set_ylim(-0.5, max(neurons, 1) - 0.5)
    number_whole(ax.xaxis, ax.yaxis)
    return finish(ax, title, "tick", ylabel)

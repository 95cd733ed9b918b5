"""The learning curves of several seeds: their mean, and how far they lie apart."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from alife.plot.arrays import Floats, floats, named_pairs, one_per_tick
from alife.plot.line_graph import draw_series
from alife.plot.style import GUIDE, axes_of, colour, finish, legend, number_whole

SeedCurves = Mapping[str, tuple[ArrayLike, ArrayLike]]


def seed_curves(curves: SeedCurves, ax: Axes | None = None, *, title: str = "", ylabel: str = "reward") -> Figure:
    """Draw for each learner the mean over seeds within a band from the lowest to the highest, and return the figure.

    Args:
        curves: by name: ticks (points,), and the values of each seed (seeds, points).
        ax: to draw into; made when omitted.
        title: above the picture.
        ylabel: what the values are, with their unit.

    Raises:
        TypeError: curves is not a mapping to pairs, or they are not real numbers.
        ValueError: a shape is wrong, a learner has no seed, or a seed has not as many values as there are ticks.
    """
    pairs = {name: _pair(name, *curve) for name, curve in named_pairs(curves).items()}
    ax = axes_of(ax)
    ax.axhline(0.0, color=GUIDE, linewidth=1)
    for k, (name, (ticks, values)) in enumerate(pairs.items()):
        ax.fill_between(ticks, values.min(0), values.max(0), color=colour(k), alpha=0.2, linewidth=0)
        draw_series(ax, ticks, values.mean(0), name, k)
    number_whole(ax.xaxis)
    legend(ax, heading=_heading({len(values) for _, values in pairs.values()}))
    return finish(ax, title, "tick", ylabel)


def _pair(name: str, given_ticks: ArrayLike, given_values: ArrayLike) -> tuple[Floats, Floats]:
    ticks, values = one_per_tick(given_ticks, f"the ticks of {name!r}"), floats(given_values, f"the values of {name!r}")
    if values.ndim != 2 or len(values) == 0 or values.shape[1] != len(ticks):
        raise ValueError(
            f"the values of {name!r} must have the shape (seeds, {len(ticks)}), a value of each seed for each tick, "
            f"not {values.shape}"
        )
    return ticks, values


def _heading(counts: set[int]) -> str:
    if not counts:
        return ""
    few, many = min(counts), max(counts)
    if many == 1:
        return "one seed"
    return f"mean of {few if few == many else f'{few} to {many}'} seeds,\nlowest to highest"

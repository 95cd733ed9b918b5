"""The learning curve: what several learners came to, each over ticks of its own."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from alife.plot.arrays import Floats, named_pairs, one_per_tick
from alife.plot.line_graph import draw_series
from alife.plot.style import GUIDE, axes_of, finish, legend, number_whole

Curves = Mapping[str, tuple[ArrayLike, ArrayLike]]


def learning_curve(curves: Curves, ax: Axes | None = None, *, title: str = "", ylabel: str = "reward") -> Figure:
    """Draw a line for each learner beside one at zero, and return the figure; nothing is shown.

    Args:
        curves: by name: ticks (points,), and the value at each of them (points,).
        ax: to draw into; made when omitted.
        title: above the picture.
        ylabel: what the values are, with their unit.

    Raises:
        TypeError: curves is not a mapping to pairs, or they are not real numbers.
        ValueError: a shape is wrong, or a learner has not as many ticks as values.
    """
    pairs = {name: _pair(name, *curve) for name, curve in named_pairs(curves).items()}
    ax = axes_of(ax)
    ax.axhline(0.0, color=GUIDE, linewidth=1)
    for k, (name, (ticks, values)) in enumerate(pairs.items()):
        draw_series(ax, ticks, values, name, k)
    number_whole(ax.xaxis)
    legend(ax)
    return finish(ax, title, "tick", ylabel)


def _pair(name: str, ticks: ArrayLike, values: ArrayLike) -> tuple[Floats, Floats]:
    pair = one_per_tick(ticks, f"the ticks of {name!r}"), one_per_tick(values, f"the values of {name!r}")
    if len(pair[0]) != len(pair[1]):
        raise ValueError(f"{name!r} has {len(pair[0])} ticks and {len(pair[1])} values, give as many of each")
    return pair

"""The learning curve: reward of each species over the ticks of a run."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from alife.plot.arrays import Floats, one_per_tick
from alife.plot.line_graph import draw_series
from alife.plot.style import GUIDE, axes_of, finish, legend, number_whole

Curves = Mapping[str, tuple[ArrayLike, ArrayLike]]


def learning_curve(curves: Curves, title: str = "", ax: Axes | None = None) -> Figure:
    """Draw one line for each species and return the figure; nothing is shown.

    Args:
        curves: by name: ticks (points,), and reward per 100 ticks (points,), mean per creature.
        title: above the picture.
        ax: to draw into; made when omitted.

    Raises:
        ValueError: a species has not as many ticks as rewards.
    """
    pairs = {name: _pair(name, *curve) for name, curve in curves.items()}
    ax = axes_of(ax)
    ax.axhline(0.0, color=GUIDE, linewidth=1)
    for k, (name, (ticks, rewards)) in enumerate(pairs.items()):
        draw_series(ax, ticks, rewards, name, k)
    number_whole(ax.xaxis)
    legend(ax)
    return finish(ax, title, "tick", "reward per 100 ticks and creature")


def _pair(name: str, ticks: ArrayLike, rewards: ArrayLike) -> tuple[Floats, Floats]:
    pair = one_per_tick(ticks, f"the ticks of {name!r}"), one_per_tick(rewards, f"the rewards of {name!r}")
    if len(pair[0]) != len(pair[1]):
        raise ValueError(f"{name!r} has {len(pair[0])} ticks and {len(pair[1])} rewards, give as many of each")
    return pair

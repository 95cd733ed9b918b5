"""The learning curve: reward of each species over the ticks of a run."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

Curves = Mapping[str, tuple[ArrayLike, ArrayLike]]


def learning_curve(curves: Curves, title: str = "", axes: Axes | None = None) -> Figure:
    """Draw one line for each species and return the figure; nothing is shown.

    Args:
        curves: by name: ticks (points,), and reward per 100 ticks (points,), mean per creature.
        title: above the picture.
        axes: to draw into; made when omitted.
    """
    if axes is None:
        axes = Figure(figsize=(8, 4.5), dpi=120, layout="constrained").add_subplot()
    axes.axhline(0.0, color="0.7", linewidth=1)
    for name, (ticks, rewards) in curves.items():
        axes.plot(ticks, rewards, label=name)
    axes.set(title=title, xlabel="tick", ylabel="reward per 100 ticks and creature")
    axes.spines[["top", "right"]].set_visible(False)
    if curves:
        axes.legend(frameon=False, loc="upper left")
    figure = axes.figure
    assert isinstance(figure, Figure)
    return figure

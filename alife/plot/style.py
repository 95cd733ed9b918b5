"""The look all pictures share: where they are drawn, their colours, their text."""

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# Okabe and Ito's colours, which differ for every kind of colour vision, without the yellow, too pale on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", ":", "-.")
MARKERS = ("", "o", "s", "^", "D", "v", "x", "P", "*")
INK = "0.25"
GUIDE = "0.7"
SIZE = (8.0, 4.5)
"""Width and height of a picture in inches."""

_LEGEND_ROWS = 16


def colour(k: int) -> str:
    """Return the colour of series k; after the last the first comes again."""
    return COLOURS[k % len(COLOURS)]


def dash(k: int) -> str:
    """Return the line style of series k, another one than its neighbours', for readers without colours."""
    return DASHES[k % len(DASHES)]


def marker(k: int) -> str:
    """Return the marker of series k, none for the first."""
    return MARKERS[k % len(MARKERS)]


def new_figure(size: tuple[float, float] = SIZE) -> Figure:
    """Return an empty figure of this size that pyplot does not know, so that nothing has to close it."""
    return Figure(figsize=size, dpi=120, layout="constrained")


def axes_of(ax: Axes | None) -> Axes:
    """Return the axes to draw into: those given, or those of a new figure.

    Raises:
        TypeError: what was given is not one Axes.
        ValueError: the axes were removed from their figure.
    """
    if ax is None:
        return new_figure().add_subplot()
    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be one matplotlib Axes or None, not {type(ax).__name__}")
    figure_of(ax)  # complains before anything is drawn
    return ax


def figure_of(ax: Axes) -> Figure:
    """Return the figure that the axes are in, the outermost where figures are nested."""
    inner = ax.figure
    figure = None if inner is None else inner.figure
    if not isinstance(figure, Figure):
        raise ValueError("the axes belong to no figure any more, make new ones")
    return figure


def finish(ax: Axes, title: str, xlabel: str, ylabel: str) -> Figure:
    """Name the axes, take the frame away on two sides and return the figure."""
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.spines[["top", "right"]].set_visible(False)
    return figure_of(ax)


def number_whole(*axes: Axis) -> None:
    """Number an axis of things that are counted (ticks, neurons, pixels) by whole numbers only."""
    for axis in axes:
        axis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))


def names_of(count: int, labels: Sequence[str] | None) -> list[str]:
    """Return a name for each of so many series: those given, otherwise numbers; one alone needs none.

    Raises:
        ValueError: labels do not name each series.
    """
    if labels is None:
        return [""] if count == 1 else [f"series {k}" for k in range(count)]
    if isinstance(labels, str) or len(labels) != count:
        raise ValueError(f"labels must be a list of {count} names, one for each series, not {labels!r}")
    return [str(label) for label in labels]


def legend(ax: Axes, handles: Sequence[Artist] | None = None, heading: str = "") -> None:
    """Draw the legend of the lines: beside the axes where the layout makes room for it, otherwise within.

    Args:
        ax: whose lines.
        handles: what to name, with their labels; everything that has a label when omitted.
        heading: above the names, and drawn even if there are none.
    """
    named = ax.get_legend_handles_labels()[0] if handles is None else handles
    if not named and not heading:
        return
    options: dict[str, Any] = {"loc": "upper left", "fontsize": "small", "title_fontsize": "small"}
    if figure_of(ax).get_layout_engine() is None:
        options |= {"framealpha": 0.8, "edgecolor": "none"}
    else:
        options |= {"bbox_to_anchor": (1.0, 1.0), "frameon": False}
    columns = max(1, -(-len(named) // _LEGEND_ROWS))
    ax.legend(handles=named, title=heading or None, alignment="left", ncols=columns, **options)

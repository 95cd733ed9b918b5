"""Pictures of what was measured: learning curves, and what a rule must remember for what it reaches.

Lines and points carry their names beside the axes, moved apart where they would lie upon each other. Lines differ in
dashes and markers as well as in colour.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from alife.plot.style import COLOURS, GUIDE, INK, colour, dash, figure_of, finish, marker, new_figure, number_whole
from benchmarks.learning.arms import BEST, CONTROLS

Row = Mapping[str, Any]
LEAST = 100  # bytes that the picture shows; what keeps less stands at the edge
_NAME = 7.5  # font size, points
_OUTSIDE = 1.04  # where names begin, in widths of the axes


class Named(NamedTuple):
    """A point of the data, the name that belongs to it, and its colour."""

    x: float
    y: float
    name: str
    colour: str


def draw_curves(task: str, rows: Sequence[Row], names: tuple[str, str], season: int = 0) -> Figure:
    """Draw the mean over seeds of each rule and its 95 % interval, rules in one panel, controls in another.

    Args:
        task: its name.
        rows: with their curves.
        names: of the two axes, with their units.
        season: ticks from one change of the world to the next, 0 if there is none.
    """
    best = [row for row in rows if row["rule"] == BEST]
    controls = [row for row in rows if row["rule"] in CONTROLS]
    rules = [row for row in rows if row["rule"] not in CONTROLS]
    panels = {"rules": rules, "controls": [*best, *controls]} if rules and controls else {"rules": list(rows)}
    figure = new_figure((5.5 * len(panels), 4.6))
    drawn = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (title, each) in zip(drawn, panels.items(), strict=True):
        _draw_panel(axes, each, season)
        finish(axes, f"{task}: {title}", *names)
        axes.tick_params(labelleft=True)
    put_names(
        {axes: [_end(row, k) for k, row in enumerate(each)] for axes, each in zip(drawn, panels.values(), strict=True)}
    )
    return figure


def _draw_panel(axes: Axes, rows: Sequence[Row], season: int) -> None:
    last = max(point[0] for row in rows for point in row["curve"])
    axes.axhline(0.0, color=GUIDE, linewidth=1)
    for swap in range(season, last, season) if season else ():
        axes.axvline(swap, color=GUIDE, linewidth=0.8, linestyle=":")
    for k, row in enumerate(rows):
        draw_curve(axes, row, k)
    axes.set_xlim(0, last)
    number_whole(axes.xaxis)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter("{x:,.0f}")


def draw_curve(axes: Axes, row: Row, k: int) -> None:
    """Draw a line within the band of its interval; rows of old have none."""
    points = np.array(row["curve"], float)  # what is None is not a number
    if points.shape[1] > 5:
        axes.fill_between(points[:, 0], points[:, 4], points[:, 5], color=colour(k), alpha=0.18, linewidth=0)
    look: dict[str, Any] = {"marker": marker(k), "markersize": 4, "markevery": (2 * k % 7, 7)}
    axes.plot(points[:, 0], points[:, 1], dash(k), color=colour(k), linewidth=1.3, **look)


def _end(row: Row, k: int) -> Named:
    tick, mean = next(point[:2] for point in reversed(row["curve"]) if point[1] is not None)
    return Named(tick, mean, row["rule"], colour(k))


def put_names(points: Mapping[Axes, Sequence[Named]]) -> None:
    """Write names to the right of axes, in the order of their points, none upon another, each with a thin line."""
    figure_of(next(iter(points))).draw_without_rendering()  # now limits and heights stand fast
    for axes, named in points.items():
        order = sorted(named, key=lambda each: each.y)
        gap = 1.25 * _NAME / 72.0 * figure_of(axes).dpi / axes.get_window_extent().height
        places = axes.transData.transform([(each.x, each.y) for each in order])
        heights = _spread(axes.transAxes.inverted().transform(places)[:, 1], gap)
        for each, height in zip(order, heights, strict=True):
            _write_name(axes, each, float(height))


def _write_name(axes: Axes, point: Named, height: float) -> None:
    line = {
        "arrowstyle": "-",
        "color": point.colour,
        "linewidth": 0.5,
        "relpos": (0.0, 0.5),
        "shrinkA": 1,
        "shrinkB": 0,
    }
    axes.annotate(
        point.name,
        (point.x, point.y),
        (_OUTSIDE, height),
        textcoords="axes fraction",
        fontsize=_NAME,
        color=INK,
        va="center",
        fontweight="bold" if point.name == BEST else "normal",
        arrowprops=line,
        annotation_clip=False,
    )


def _spread(wanted: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Return heights near those wanted, lowest first, no two nearer than a gap, within the axes if they fit."""
    steps = gap * np.arange(len(wanted))
    upwards = np.maximum.accumulate(wanted - steps) + steps
    downwards = (np.minimum.accumulate((wanted - steps)[::-1]))[::-1] + steps
    heights = (upwards + downwards) / 2.0
    ceiling = 1.0 - gap * np.arange(len(wanted))[::-1]
    within: NDArray[np.float64] = np.maximum(np.minimum(heights, ceiling), steps)
    return within


def draw_pareto(panels: Sequence[tuple[str, str, Sequence[Row]]]) -> Figure:
    """Draw what each rule reached against what it had to remember, a panel for each title, unit and rows."""
    columns = min(len(panels), 2)
    lines = -(-len(panels) // columns)
    figure = new_figure((5.5 * columns, 3.2 * lines))
    axes = figure.subplots(lines, columns, squeeze=False).ravel()
    for each, (title, unit, rows) in zip(axes, panels, strict=False):
        _draw_memory(each, rows)
        finish(each, title, "learning state of one creature (bytes)", unit)
    for each in axes[len(panels) :]:
        each.remove()
    put_names({each: [*map(_memory_point, rows)] for each, (_, _, rows) in zip(axes, panels, strict=False)})
    return figure


def _draw_memory(axes: Axes, rows: Sequence[Row]) -> None:
    for row in rows:
        point, control = _memory_point(row), row["rule"] in CONTROLS
        axes.errorbar(
            point.x,
            point.y,
            [[row["mean"] - row["low"]], [row["high"] - row["mean"]]],
            marker="s" if control else "o",
            color=point.colour,
            markerfacecolor="white" if control else point.colour,
            markersize=5,
            elinewidth=1,
        )
    most = max(row["learning_state_bytes"] for row in rows)
    axes.set(xscale="log", xlim=(0.7 * LEAST, 1.6 * max(most, 1e4)))
    ticks = [10.0**k for k in range(2, 8) if 10.0**k < 1.6 * max(most, 1e4)]
    axes.set_xticks(ticks, ["none", *("1 k", "10 k", "100 k", "1 M", "10 M")[: len(ticks) - 1]])
    axes.minorticks_off()


def _memory_point(row: Row) -> Named:
    control = row["rule"] in CONTROLS
    return Named(max(row["learning_state_bytes"], LEAST), row["mean"], row["rule"], "0.45" if control else COLOURS[0])

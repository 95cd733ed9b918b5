"""Populations: how many lived, how long, of whom they descend, and with which genes."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from alife.core.survival import survival_curve
from alife.plot.style import GUIDE, axes_of, colour, dash, finish, legend, new_figure, number_whole

Lives = Mapping[str, NDArray[Any]]
"""Columns of the lives of one species: `id`, `parent` (-1 for none), `born`, `died` (-1 while it lives)."""

_POINTS = 400  # of a curve
_LINEAGES = 12  # that have a colour of their own; all others share one


def count_living(lives: Lives, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many live at each of these ticks: who is born at a tick does, who dies at it does no more."""
    died = np.sort(lives["died"][lives["died"] >= 0])
    return np.asarray(np.searchsorted(np.sort(lives["born"]), ticks, "right") - np.searchsorted(died, ticks, "right"))


def founders_of(lives: Lives) -> NDArray[np.int64]:
    """Return the id of the first ancestor of each life that is known, on the side of its parent."""
    order, founders = np.argsort(lives["born"], kind="stable"), dict[int, int]()
    for identity, parent in zip(lives["id"][order].tolist(), lives["parent"][order].tolist(), strict=True):
        founders[identity] = founders.get(parent, parent if parent >= 0 else identity)
    return np.array([founders[identity] for identity in lives["id"].tolist()], np.int64)


def living(lives: Mapping[str, Lives], end: int, ax: Axes | None = None, *, title: str = "living") -> Figure:
    """Draw how many of each species lived, and return the figure.

    Args:
        lives: by species.
        end: the last tick.
        ax: to draw into; made when omitted.
        title: above the picture.
    """
    ax, ticks = axes_of(ax), _ticks(end)
    for k, (name, own) in enumerate(lives.items()):
        ax.plot(ticks, count_living(own, ticks), dash(k), color=colour(k), linewidth=1.2, label=name)
    ax.set_ylim(bottom=0.0)
    number_whole(ax.xaxis, ax.yaxis)
    legend(ax)
    return finish(ax, title, "tick", "creatures")


def survival(lives: Mapping[str, Lives], end: int, ax: Axes | None = None, *, title: str = "survival") -> Figure:
    """Draw the share of each species that lives beyond each age, by Kaplan and Meier, and return the figure.

    The arguments are those of `living`.
    """
    ax = axes_of(ax)
    for k, (name, own) in enumerate(lives.items()):
        over = own["died"] >= 0
        spans = np.where(over, own["died"], end) - own["born"]
        ages, shares = survival_curve(Counter(spans[over].tolist()), Counter(spans[~over].tolist()))
        last = spans.max(initial=0)
        steps, values = np.array([0, *ages, last]), np.array([1.0, *shares, shares[-1] if len(shares) else 1.0])
        ax.step(steps, values, dash(k), where="post", color=colour(k), linewidth=1.2, label=name)
    ax.set_ylim(0.0, 1.02)
    number_whole(ax.xaxis)
    legend(ax)
    return finish(ax, title, "age in ticks", "share that lives on")


def lineages(lives: Lives, end: int, ax: Axes | None = None, *, title: str = "lineages") -> Figure:
    """Draw the share of the living that descends from each founder, those with most descendants apart.

    The arguments are those of `living`, for one species.
    """
    ax, ticks, founders = axes_of(ax), _ticks(end), founders_of(lives)
    largest = [founder for founder, _ in Counter(founders.tolist()).most_common(_LINEAGES)]
    parts = [founders == founder for founder in largest]
    rest = ~np.isin(founders, largest)
    counts = np.array([count_living({k: v[part] for k, v in lives.items()}, ticks) for part in (*parts, rest)])
    shares = counts / np.maximum(counts.sum(0), 1)
    shades = [colour(k) for k in range(len(parts))]
    ax.stackplot(ticks, shares, colors=[*shades, GUIDE], alpha=0.8, linewidth=0.0)
    ax.set_ylim(0.0, 1.0)
    number_whole(ax.xaxis)
    return finish(ax, title, "tick", "share of the living")


def gene(lives: Lives, name: str, end: int, ax: Axes | None = None, *, title: str = "") -> Figure:
    """Draw the median of a gene among the living, within a band from the tenth to the ninetieth percentile.

    Args:
        lives: of one species, with a column of this name.
        name: of the gene.
        end: the last tick.
        ax: to draw into; made when omitted.
        title: above the picture; its name if left out.
    """
    ax, ticks = axes_of(ax), _ticks(end)
    values, died = lives[name], np.where(lives["died"] < 0, end + 1, lives["died"])
    there = [values[(lives["born"] <= tick) & (tick < died)] for tick in ticks.tolist()]
    some = np.array([len(own) > 0 for own in there])
    bands = np.array([np.quantile(own, (0.1, 0.5, 0.9)) for own in there if len(own)]).reshape(-1, 3)
    ax.fill_between(ticks[some], bands[:, 0], bands[:, 2], color=colour(0), alpha=0.2, linewidth=0)
    ax.plot(ticks[some], bands[:, 1], color=colour(0), linewidth=1.2)
    number_whole(ax.xaxis)
    return finish(ax, title or name, "tick", f"{name}: median, 10 to 90 %")


def population(lives: Mapping[str, Lives], end: int, genes: Mapping[str, list[str]] | None = None) -> Figure:
    """Draw a run's populations on one page: numbers, survival, and for each species its lineages and its genes.

    Args:
        lives: by species.
        end: the last tick.
        genes: by species, the columns that are genes; none if left out.
    """
    genes = genes or {}
    rows = [[(name, None), *((name, one) for one in genes.get(name, []))] for name in lives]
    panels = [pair for row in rows for pair in row]
    height = 1 + -(-len(panels) // 2)
    figure = new_figure((11.0, 3.2 * height))
    axes = figure.subplots(height, 2)
    living(lives, end, axes[0, 0])
    survival(lives, end, axes[0, 1])
    for ax in axes.ravel()[2 + len(panels) :]:
        ax.set_visible(False)
    for ax, (name, one) in zip(axes.ravel()[2:], panels, strict=False):
        if one is None:
            lineages(lives[name], end, ax, title=f"{name}: lineages of the first")
        else:
            gene(lives[name], one, end, ax, title=f"{name}: {one}")
    return figure


def _ticks(end: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, end, _POINTS).astype(np.int64))

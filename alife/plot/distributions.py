"""Densities: how the values of several collections are spread."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from alife.plot.arrays import Floats, floats
from alife.plot.style import axes_of, colour, dash, finish, legend

_BINS = 2048
"""Collections larger than this are counted into as many bins first, so that a million values take no minute."""

_SAME = 1e-12
"""Values closer together than this, relative to the largest, differ by rounding alone."""


_NOTHING = 1e-280
"""Below, a density would be too high for a float."""


def distributions(
    values: Mapping[str, ArrayLike], ax: Axes | None = None, *, title: str = "", xlabel: str = "value"
) -> Figure:
    """Draw the estimated density of each collection and return the figure.

    A density has an area of one, so the unit of its height is one over the unit of the values. The estimate
    is a sum of Gaussians of Scott's width. Values that do not differ (one is enough) are a vertical line; a
    collection without a finite value has no line, only its name.

    Args:
        values: by name, an array of any shape.
        ax: to draw into; made when omitted.
        title: above the picture.
        xlabel: what the values are, with their unit.

    Raises:
        TypeError: values is not a mapping, or they are not real numbers.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"values must be a mapping from names to arrays, not {type(values).__name__}")
    collections = {str(name): floats(some, f"the collection {name!r}").ravel() for name, some in values.items()}
    ax = axes_of(ax)
    for k, (name, collection) in enumerate(collections.items()):
        _draw_density(ax, name, collection, k)
    ax.set_ylim(bottom=0.0)
    legend(ax)
    return finish(ax, title, xlabel, "density")


def _draw_density(ax: Axes, name: str, values: Floats, k: int) -> None:
    finite = values[np.isfinite(values)]
    label = name if len(finite) == len(values) else f"{name} ({len(values) - len(finite)} not finite)"
    if len(finite) == 0:
        ax.plot([], [], dash(k), color=colour(k), label=f"{label}: no values")
    elif _constant(finite):
        count = "one value," if len(finite) == 1 else "always"
        ax.axvline(float(finite[0]), color=colour(k), linestyle=dash(k), label=f"{label}: {count} {finite[0]:.4g}")
    else:
        at, density = estimate_density(finite)
        ax.plot(at, density, dash(k), color=colour(k), linewidth=1.2, label=label)
        ax.fill_between(at, density, color=colour(k), alpha=0.12, linewidth=0)


def _constant(values: Floats) -> bool:
    largest = np.abs(values).max()
    return bool(largest < _NOTHING or np.ptp(values / largest) <= _SAME)


def estimate_density(values: Floats) -> tuple[Floats, Floats]:
    """Return where the density was estimated (points,), rising, and the density there (points,).

    Args:
        values: (n,), finite and not all the same.
    """
    from scipy.stats import gaussian_kde  # takes longer to load than everything else here together

    unit = np.abs(values).max()  # so that squares neither vanish nor leave the numbers
    centre = (values / unit).mean()
    scaled = values / unit - centre
    spread = scaled.std(ddof=1)
    scaled /= spread
    width = len(scaled) ** -0.2  # Scott's, in units of the standard deviation
    points, weights = _counted(scaled)
    at = _places(scaled, width)
    # scipy takes a width relative to its own spread, which is another one where it has weights.
    relative = width / np.sqrt(np.cov(points, aweights=weights))
    density = gaussian_kde(points, bw_method=float(relative), weights=weights)(at)
    return (at * spread + centre) * unit, density / spread / unit


def _counted(values: Floats) -> tuple[Floats, Floats | None]:
    """Return points and how often each occurs; None is once."""
    if len(values) <= _BINS:
        return values, None
    counts, edges = np.histogram(values, bins=_BINS)
    taken = counts > 0
    return ((edges[1:] + edges[:-1]) / 2)[taken], counts[taken].astype(np.float64)


def _places(values: Floats, width: float) -> Floats:
    """Return where to evaluate: evenly over the range, and densely where values are, so that no peak is missed."""
    even = np.linspace(values.min() - 4.0 * width, values.max() + 4.0 * width, 256)
    crowded = np.quantile(values, np.linspace(0.0, 1.0, 64))
    around = crowded[:, None] + np.linspace(-4.0, 4.0, 17) * width  # (64, 17)
    return np.unique(np.concatenate([even, around.ravel()]))

"""What came of each value of a parameter: means over seeds with their intervals."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from alife.core.statistics import confidence_interval
from alife.plot.arrays import floats
from alife.plot.style import GUIDE, MARKERS, SIZE, colour, dash, finish, legend, new_figure

Effect = Mapping[str, Mapping[str | float, Sequence[float]]]
"""By learner and value of the parameter: the number that each seed came to."""

_WIDE = 20.0  # from the smallest to the largest value, from where an axis is logarithmic


def effects(by_parameter: Mapping[str, Effect], *, title: str = "", ylabel: str = "reward") -> Figure:
    """Draw for each parameter what came of its values, in axes side by side, and return the figure.

    Each mean over seeds has its 95 % interval by Student's t; where there is one seed, there is none.

    Args:
        by_parameter: by name with its unit, what came of it: by learner, by value, a number for each seed.
        title: above the picture.
        ylabel: what the numbers are, with their unit.

    Raises:
        TypeError, ValueError: they are not finite real numbers.
    """
    figure = new_figure((max(SIZE[0], 1.0 + 3.5 * len(by_parameter)), SIZE[1]))
    figure.suptitle(title)
    axes = figure.subplots(1, max(len(by_parameter), 1), sharey=True, squeeze=False)[0]
    for k, (ax, (name, effect)) in enumerate(zip(axes, by_parameter.items(), strict=False)):
        _draw(ax, effect)
        finish(ax, "", name, "" if k else ylabel)
    legend(axes[-1], heading="mean and 95 % interval")
    return figure


def _draw(ax: Axes, effect: Effect) -> None:
    values = list(dict.fromkeys(value for found in effect.values() for value in found))
    numbers = sorted(value for value in values if not isinstance(value, str))
    places: dict[str | float, float] = dict(zip(values, range(len(values)), strict=True))
    if len(numbers) == len(values):
        places = {value: float(value) for value in numbers}
        if numbers and 0 < _WIDE * numbers[0] <= numbers[-1]:
            ax.set_xscale("log")
            ax.xaxis.set_minor_locator(NullLocator())
    ax.axhline(0.0, color=GUIDE, linewidth=1)
    for k, (name, found) in enumerate(effect.items()):
        at = sorted(found, key=lambda value: places[value])
        seeds = [floats(found[value], f"the numbers of {name!r}") for value in at]
        means = np.array([one.mean() for one in seeds])
        half = [confidence_interval(one)[1] - one.mean() if len(one) > 1 else 0.0 for one in seeds]
        bars = ax.errorbar([places[value] for value in at], means, half, capsize=3, color=colour(k), label=name)
        bars.lines[0].set(linestyle=dash(k), marker=MARKERS[1 + k % (len(MARKERS) - 1)], markersize=4, linewidth=1.2)
    if len(values) <= 12:  # each has its mark
        ax.set_xticks(list(places.values()), [value if isinstance(value, str) else f"{value:g}" for value in places])

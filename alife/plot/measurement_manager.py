"""MeasurementManager: running means of named numbers, over short and long times."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from alife.plot.arrays import Floats, floats
from alife.plot.style import INK, axes_of, colour, finish, legend, number_whole

POINTS = 1000
"""The most points kept of a history."""


class MeasurementManager:
    """Running means of named numbers, one for each decay, and their histories.

    For every number x of a name, decay d and count n of numbers so far:

        m <- d m + (1 - d) x        m = 0 before the first
        mean = m / (1 - d^n)        so that the first mean is the first number

    A mean reaches back over about 1 / (1 - d) numbers. Memory is bounded: a history keeps every
    stride-th mean, and when it has 1,000 points every second one goes and the stride doubles.
    Numbers that are not finite are counted by `left_out` and enter no mean.

    Args:
        decays: each in (0, 1), no two the same.

    Raises:
        ValueError: a decay is out of its range, twice there, or there is none.
    """

    def __init__(self, decays: Sequence[float] = (0.9, 0.99, 0.999)) -> None:
        self.decays = tuple(float(decay) for decay in decays)
        if not self.decays or len(set(self.decays)) < len(self.decays) or not all(0 < d < 1 for d in self.decays):
            raise ValueError(f"decays must be one or more different numbers between 0 and 1, not {self.decays}")
        self._courses: dict[str, _Course] = {}

    def add_measurements(self, /, **values: ArrayLike) -> None:
        """Add one number to each name, from a number or an array or tensor of one element.

        Raises:
            TypeError: a value is not a real number.
            ValueError: a value has more than one element, or none; then nothing is added.
        """
        numbers = {name: _number(name, value) for name, value in values.items()}
        for name, number in numbers.items():
            self._courses.setdefault(name, _Course(self.decays)).add_number(number)

    @property
    def names(self) -> tuple[str, ...]:
        """What has been measured, in the order of the first measurements."""
        return tuple(self._courses)

    def means(self, name: str) -> dict[float, float]:
        """Return the mean of a name for each decay; NaN when none of its numbers was finite.

        Raises:
            ValueError: the name was never added.
        """
        return dict(zip(self.decays, self._course(name).means(), strict=True))

    def left_out(self, name: str) -> int:
        """Return how many numbers of a name were not finite.

        Raises:
            ValueError: the name was never added.
        """
        return self._course(name).left_out

    def history(self, name: str) -> tuple[Floats, Floats]:
        """Return at which counts (points,) of finite numbers a name had which means (points, decays).

        The last point is the present.

        Raises:
            ValueError: the name was never added.
        """
        return self._course(name).history()

    def plot(
        self, ax: Axes | None = None, *, title: str = "", xlabel: str = "measurements", ylabel: str = "running mean"
    ) -> Figure:
        """Draw the history of every name, a colour each, bolder for slower decays, and return the figure.

        Args:
            ax: to draw into; made when omitted.
            title: above the picture.
            xlabel: what is counted; "tick" is true where each tick added one.
            ylabel: what the numbers are, with their unit.
        """
        ax = axes_of(ax)
        ranks = np.argsort(np.argsort(self.decays))
        for k, name in enumerate(self.names):
            counts, means = self.history(name)
            for rank, line in zip(ranks, means.T, strict=True):
                ax.plot(counts, line, marker="." if len(counts) == 1 else "", color=colour(k), **self._weight(rank))
        number_whole(ax.xaxis)
        legend(ax, self._handles())
        return finish(ax, title, xlabel, ylabel)

    def _weight(self, rank: int) -> dict[str, Any]:
        """Return the line of the decay of this rank, 0 for the fastest."""
        slowness = (rank + 1) / len(self.decays)
        return {"linewidth": 0.6 + 1.4 * slowness, "alpha": 0.25 + 0.75 * slowness}

    def _handles(self) -> list[Line2D]:
        """Return what the legend names: the colours, then the decays."""
        handles = []
        for k, name in enumerate(self.names):
            lost = self.left_out(name)
            handles.append(Line2D([], [], color=colour(k), label=f"{name} ({lost} not finite)" if lost else name))
        for rank, decay in enumerate(sorted(self.decays) if handles else ()):
            handles.append(Line2D([], [], color=INK, label=f"decay {decay:g}", **self._weight(rank)))
        return handles

    def _course(self, name: str) -> "_Course":
        if name not in self._courses:
            raise ValueError(f"nothing called {name!r} was measured, only {', '.join(self.names) or 'nothing yet'}")
        return self._courses[name]


@dataclass
class _Course:
    """The means of one name and what they were."""

    decays: tuple[float, ...]
    count: int = 0
    left_out: int = 0
    stride: int = 1
    points: list[list[float]] = field(default_factory=list)  # means after stride, 2 stride, ... numbers

    def __post_init__(self) -> None:
        self.sums = [0.0] * len(self.decays)  # m of each decay

    def add_number(self, number: float) -> None:
        if not math.isfinite(number):
            self.left_out += 1
            return
        self.count += 1
        self.sums = [decay * m + (1.0 - decay) * number for decay, m in zip(self.decays, self.sums, strict=True)]
        if self.count % self.stride == 0:
            self.points.append(self.means())
        if len(self.points) >= POINTS:
            self.points, self.stride = self.points[1::2], 2 * self.stride

    def means(self) -> list[float]:
        if self.count == 0:
            return [math.nan] * len(self.decays)
        # expm1 gives 1 - d^n exactly, for d near 1 too.
        weights = (-math.expm1(self.count * math.log(decay)) for decay in self.decays)
        return [m / weight for m, weight in zip(self.sums, weights, strict=True)]

    def history(self) -> tuple[Floats, Floats]:
        counts = self.stride * np.arange(1.0, len(self.points) + 1)
        means = np.array(self.points).reshape(-1, len(self.decays))
        if self.count % self.stride == 0:
            return counts, means
        return np.append(counts, self.count), np.vstack([means, self.means()])


def _number(name: str, value: ArrayLike) -> float:
    if isinstance(value, float):  # what is given most often, without a detour
        return float(value)
    array = floats(value, f"the measurement {name!r}")
    if array.size != 1:
        raise ValueError(f"the measurement {name!r} must be one number, not an array of the shape {array.shape}")
    return float(array.item())

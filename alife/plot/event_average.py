"""The event average: what a signal does, on average, around an event."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from alife.plot.arrays import Floats, real_numbers, series_columns
from alife.plot.style import GUIDE, axes_of, colour, finish, legend, names_of, number_whole


def event_average(
    signal: ArrayLike,
    events: ArrayLike,
    before: int,
    after: int,
    ax: Axes | None = None,
    labels: Sequence[str] | None = None,
    *,
    title: str = "",
    ylabel: str = "signal",
) -> Figure:
    """Draw the mean of a signal around its events, with a band, and return the figure.

    The band is where the mean lies with 95 % confidence, by Student's t: right for events that do not depend
    on each other, too narrow where their windows overlap. One event has no band. Values that are not finite
    are left out, and so are events with less than `before` ticks before or `after` ticks after them.

    Args:
        signal: (ticks,) or (ticks, signals).
        events: the tick of each event (events,), counted from 0; or a mask (ticks,) of bool, or of whole numbers 0
            and 1 where there are more than two ticks.
        before: ticks shown before the event.
        after: ticks shown after the event.
        ax: to draw into; made when omitted.
        labels: the name of each signal.
        title: above the picture.
        ylabel: what the signal is, with its unit.

    Raises:
        TypeError: an event, before or after is not a whole number.
        ValueError: a shape is wrong, or no event has its whole window within the signal.
    """
    array = series_columns(signal, "the signal")  # (ticks, signals)
    names = names_of(array.shape[1], labels)
    ticks = _event_ticks(events, len(array))
    windows = event_windows(array, ticks, before, after)  # (events, before + 1 + after, signals)
    mean, half = mean_and_half(windows)
    ax = axes_of(ax)
    lags = np.arange(-before, after + 1)
    ax.axvline(0.0, color=GUIDE, linewidth=1)
    for k, name in enumerate(names):
        ax.plot(lags, mean[:, k], "-" if len(lags) > 1 else ".", color=colour(k), linewidth=1.4, label=name)
        ax.fill_between(lags, (mean - half)[:, k], (mean + half)[:, k], color=colour(k), alpha=0.2, linewidth=0)
    number_whole(ax.xaxis)
    legend(ax, heading=_heading(len(windows), len(ticks) - len(windows)))
    return finish(ax, title, "tick after the event", ylabel)


def event_windows(signal: Floats, events: NDArray[np.int64], before: int, after: int) -> Floats:
    """Return the window of each event that lies within the signal (events, before + 1 + after, signals).

    Args:
        signal: (ticks, signals).
        events: ticks (events,).
        before: ticks before the event.
        after: ticks after it.

    Raises:
        TypeError: a window is not a whole number of ticks.
        ValueError: a window is negative, or no event has all of its window.
    """
    if not isinstance(before, int | np.integer) or not isinstance(after, int | np.integer):
        raise TypeError(f"before and after must be whole numbers of ticks, not {before!r} and {after!r}")
    if before < 0 or after < 0:
        raise ValueError(f"before and after must be 0 or more ticks, not {before} and {after}")
    whole = events[(events >= before) & (events + after < len(signal))]
    if len(whole) == 0:
        raise ValueError(
            f"none of the {len(events)} events has {before} ticks before and {after} after it "
            f"within the {len(signal)} ticks of the signal"
        )
    windows: Floats = signal[whole[:, None] + np.arange(-before, after + 1)]
    return windows


def mean_and_half(windows: Floats) -> tuple[Floats, Floats]:
    """Return the mean over events and half the width of its 95 % band, both (window, signals).

    Args:
        windows: (events, window, signals); what is not finite is left out. Without any value the mean is NaN,
            with fewer than two the half width.
    """
    from scipy.special import stdtrit

    finite = np.isfinite(windows)
    count = finite.sum(0).astype(np.float64)  # (window, signals)
    some, several = np.where(count > 0, count, np.nan), np.where(count > 1, count, np.nan)
    mean = np.where(finite, windows, 0.0).sum(0) / some
    squares = (np.where(finite, windows - mean, 0.0) ** 2).sum(0)
    return mean, stdtrit(several - 1, 0.975) * np.sqrt(squares / (several - 1) / several)


def _event_ticks(events: ArrayLike, ticks: int) -> NDArray[np.int64]:
    """Return the ticks (events,) of a list of ticks or of a mask."""
    array = real_numbers(events, "events")
    if array.ndim != 1:
        raise ValueError(f"events must have the shape (events,) or, as a mask, (ticks,), not {array.shape}")
    if array.dtype.kind == "b" or _is_counted_mask(array, ticks):
        if len(array) != ticks:
            raise ValueError(f"a mask of events must have one value for each of the {ticks} ticks, not {len(array)}")
        return np.flatnonzero(array)
    if array.dtype.kind == "f" and len(array):
        raise TypeError(f"events must be ticks, which are whole numbers, or a mask of bool, not {array.dtype}")
    return array.astype(np.int64)


def _is_counted_mask(array: NDArray[Any], ticks: int) -> bool:
    """Tell whether whole numbers are a mask: a 0 or 1 for each tick, where so many events can be no two ticks."""
    return array.dtype.kind in "iu" and len(array) == ticks > 2 and bool(((array == 0) | (array == 1)).all())


def _heading(used: int, left_out: int) -> str:
    count = "one event" if used == 1 else f"mean of {used} events\nwith 95 % confidence"
    return f"{count}\n({left_out} too near the ends)" if left_out else count

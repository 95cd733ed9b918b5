"""Distributions: how the ages, the energy and the genes of those who live are spread, as a picture shows it."""

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.frame import Distribution
from alife.sim.medians import Medians

_BARS = 24
_RATIO = 10.0  # from which on bars are of equal ratios
_TINY, _LARGEST = 1e-12, 1e100  # far from where the numbers end


def distributions(
    columns: Mapping[str, NDArray[Any]],
    there: NDArray[np.bool_],
    genes: Collection[str],
    medians: Medians,
    ticks: NDArray[np.int64],
) -> tuple[Distribution, ...]:
    """Return how each column of a species is spread over some rows.

    Args:
        columns: (rows,) each, by name.
        there: (rows,) who counts.
        genes: which of them are genes; the others begin at zero.
        medians: of the run so far.
        ticks: at which these are shown.
    """
    return tuple(
        _distribution(name, np.asarray(columns[name][there], np.float64), name in genes, medians.curve(name, ticks))
        for name in medians.columns
    )


def _distribution(name: str, values: NDArray[np.float64], is_gene: bool, medians: NDArray[np.float64]) -> Distribution:
    values, known = (np.clip(each[np.isfinite(each)], -_LARGEST, _LARGEST) for each in (values, medians))
    low, high = _ends(np.concatenate([values, known, [] if is_gene else [0.0]]))
    in_ratios = low > 0 and high >= _RATIO * low
    scaled, ends = (np.log(values), (math.log(low), math.log(high))) if in_ratios else (values, (low, high))
    counts = np.histogram(scaled, _BARS, ends)[0]
    return Distribution(
        name, low, high, in_ratios, counts, float(np.median(values)) if len(values) else math.nan, medians
    )


def _ends(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return round numbers between which all values lie; they seldom move."""
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if low > 0 and high >= _RATIO * low:
        return 10.0 ** math.floor(math.log10(low) + _TINY), 10.0 ** math.ceil(math.log10(high) - _TINY)
    if high - low < _TINY:
        return low, low + (0.1 * abs(low) if abs(low) > _TINY else 1.0)
    step = 10.0 ** math.floor(math.log10(max(high - low, abs(high) * 0.1, _TINY)))
    low, high = math.floor(low / step + _TINY) * step, math.ceil(high / step - _TINY) * step
    return low, high if high > low else low + step

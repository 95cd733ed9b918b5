"""Population line: the numbers of a line of metrics that say what the creatures of a species are like by now."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_QUANTILES = {"q10": 0.1, "q50": 0.5, "q90": 0.9}

Number = float | None
"""None is nobody's, or not finite."""


def population_line(columns: Mapping[str, NDArray[Any]], there: NDArray[np.bool_]) -> dict[str, Number]:
    """Return mean and quantiles of each column over some rows, NAME_mean, NAME_q10, NAME_q50 and NAME_q90.

    Args:
        columns: (rows,) each, by name.
        there: (rows,) who counts; where that is nobody, all are None.
    """
    return {f"{name}_{what}": number for name, column in columns.items() for what, number in _describe(column[there])}


def _describe(values: NDArray[Any]) -> list[tuple[str, Number]]:
    if not len(values):
        return [(what, None) for what in ("mean", *_QUANTILES)]
    numbers = [values.mean(), *np.quantile(values, list(_QUANTILES.values()))]
    return [(what, _rounded(number)) for what, number in zip(("mean", *_QUANTILES), numbers, strict=True)]


def _rounded(number: float) -> Number:
    """Return a number with six digits; None where it is not finite, which no line may hold."""
    return float(f"{number:.6g}") if np.isfinite(number) else None

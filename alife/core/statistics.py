"""Statistics of a number over seeds: what it is on average, and how sure that is.

Sums of numpy, and a point of Student's t from scipy.special: scipy.stats has both, and takes a second to load.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95

Values = Sequence[float] | NDArray[np.float64]


def confidence_interval(values: Values) -> tuple[float, float]:
    """Return the 95 % interval of the mean, lowest and highest.

        mean ± t s / sqrt(n),   s^2 = sum (x - mean)^2 / (n - 1),   t = the 97.5 % point of Student's t with n - 1

    It is exact for values drawn independently from one normal distribution.

    Args:
        values: (n,), one for each seed, two or more.

    Raises:
        ValueError: there are fewer than two, or one is no finite number.
    """
    from scipy.special import stdtrit  # only now, for a mean needs none of it

    numbers = _numbers(values, 2)
    spread = np.ptp(numbers) and numbers.std(ddof=1)  # rounding gives equal numbers a spread that they have not
    half = stdtrit(len(numbers) - 1, (1 + CONFIDENCE) / 2) * spread / np.sqrt(len(numbers))
    return float(numbers.mean() - half), float(numbers.mean() + half)


def interquartile_mean(values: Values) -> float:
    """Return the mean of the middle half: without the n // 4 lowest and the n // 4 highest of n values.

    One seed that went very well or very badly does not move it; for fewer than four values it is the mean.

    Args:
        values: (n,), one or more.

    Raises:
        ValueError: there is none, or one is no finite number.
    """
    numbers = np.sort(_numbers(values, 1))
    outer = len(numbers) // 4
    return float(numbers[outer : len(numbers) - outer].mean())


def _numbers(values: Values, least: int) -> NDArray[np.float64]:
    numbers = np.asarray(values, np.float64)
    if numbers.ndim != 1 or len(numbers) < least:
        raise ValueError(f"values must be {least} or more numbers in one row, not of shape {numbers.shape}")
    if not np.isfinite(numbers).all():
        raise ValueError("values must be finite numbers, leave out what is not")
    return numbers

"""Survival: lifespans where some creatures are still alive."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def survival_curve(died: Mapping[int, int], living: Mapping[int, int]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the ages at which creatures have died, ascending, and the share that lives on beyond each.

        S(n) = prod over t <= n of (1 - deaths at age t / those who came to age t)

    To count only those who have died would make lives look the shorter, the fewer are over: whoever lives on counts
    among those who came to their age.

    Source: Kaplan and Meier, Nonparametric estimation from incomplete observations (1958).

    Args:
        died: by lifespan, how many have died.
        living: by age, how many live.
    """
    deaths, all_lives = Counter(died), Counter(died)
    all_lives.update(living)
    ages = np.array(sorted(all_lives), np.int64)
    counts = np.array([all_lives[age] for age in ages.tolist()])
    lost = np.array([deaths[age] for age in ages.tolist()])
    at_risk = counts.sum() - np.concatenate([[0], np.cumsum(counts)])[:-1]
    shares = np.cumprod(1.0 - lost / np.maximum(at_risk, 1))
    return ages[lost > 0], shares[lost > 0]


def median_lifespan(died: Mapping[int, int], living: Mapping[int, int]) -> float | None:
    """Return the lifespan that half of the creatures reach; None where more than half outlive all that is known.

    It is the first age beyond which half of them live or fewer, see `survival_curve`; the arguments are as there.
    """
    ages, shares = survival_curve(died, living)
    beyond = np.flatnonzero(shares <= 0.5 + 4 * np.finfo(float).eps)
    return float(ages[beyond[0]]) if len(beyond) else None

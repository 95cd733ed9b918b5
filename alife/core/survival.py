"""Survival: lifespans where some creatures are still alive."""

from collections.abc import Mapping

import numpy as np


def median_lifespan(died: Mapping[int, int], living: Mapping[int, int]) -> float | None:
    """Return the lifespan that half of the creatures reach; None where more than half outlive all that is known.

        S(n) = prod over t <= n of (1 - deaths at age t / those who came to age t),   the median is the first n with
        S(n) <= 1/2

    To count only those who have died would make lives look the shorter, the fewer are over: whoever lives on counts
    among those who came to their age.

    Source: Kaplan and Meier, Nonparametric estimation from incomplete observations (1958).

    Args:
        died: by lifespan, how many have died.
        living: by age, how many live.
    """
    at_risk, share = sum(died.values()) + sum(living.values()), 1.0
    for age in sorted({*died, *living}):
        share *= 1.0 - died.get(age, 0) / at_risk
        at_risk -= died.get(age, 0) + living.get(age, 0)
        if share <= 0.5 + 4 * np.finfo(float).eps and died.get(age, 0):
            return float(age)
    return None

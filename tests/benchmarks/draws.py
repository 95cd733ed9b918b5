"""What a mean of random draws equals."""

import pytest


def near(mean: float, deviation: float, count: int) -> object:
    """Return what a mean of `count` draws equals but once in 15,000 times."""
    return pytest.approx(mean, abs=4 * deviation / count**0.5)

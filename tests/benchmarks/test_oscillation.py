"""Period and delay of two populations, of numbers that are known."""

import numpy as np
import pytest

from benchmarks.oscillation import EVERY, delay, describe, period


def test_period_and_delay_are_those_of_the_numbers() -> None:
    """Two noisy waves of 8,000 ticks, the second a quarter later: both are found to a few ticks."""
    ticks, random = EVERY * np.arange(600), np.random.default_rng(0)
    prey, predators = (
        50.0 + 20.0 * np.sin(np.pi * (ticks - late) / 4000.0) + random.normal(0.0, 3.0, len(ticks))
        for late in (0, 2000)
    )

    found = period(prey)
    assert found is not None
    assert found[0] == pytest.approx(8000, abs=300)
    assert delay(prey, predators, 4000)[0] == pytest.approx(2000, abs=300)
    assert delay(predators, prey, 4000)[0] == pytest.approx(-2000, abs=300)
    assert ", 0.2" in describe({"grazers": prey, "hunters": predators})


def test_what_only_grows_has_no_period() -> None:
    """A trend is no oscillation."""
    assert period(np.arange(500.0)) is None

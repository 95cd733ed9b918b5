"""Statistics over seeds, against what can be worked out by hand."""

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from alife.core.statistics import confidence_interval, interquartile_mean


def test_the_interval_of_two_values_is_known() -> None:
    """With one degree of freedom Student's t is Cauchy's: its 97.5 % point is tan(0.475 pi), s / sqrt(2) is 1."""
    low, high = confidence_interval([4.0, 6.0])

    assert (low + high) / 2 == pytest.approx(5.0)
    assert (high - low) / 2 == pytest.approx(np.tan(0.475 * np.pi))


def test_the_interval_of_three_values_is_known() -> None:
    """With two degrees of freedom the p point of t is (2p - 1) sqrt(2 / (4 p (1 - p)))."""
    point = 0.95 * sqrt(2 / (4 * 0.975 * 0.025))
    low, high = confidence_interval([1.0, 2.0, 3.0])

    assert (low, high) == (pytest.approx(2 - point / sqrt(3)), pytest.approx(2 + point / sqrt(3)))


def test_the_interval_is_that_of_scipy() -> None:
    """Of any values it is the interval that a t distribution of scipy gives."""
    values = np.random.default_rng(0).normal(3.0, 2.0, 10)

    assert confidence_interval(values) == pytest.approx(stats.t.interval(0.95, 9, values.mean(), stats.sem(values)))


@pytest.mark.slow
def test_the_interval_holds_the_mean_as_often_as_it_says() -> None:
    """Of intervals from five normal values each, 95 % hold the true mean (4,000 tries, four standard errors)."""
    tries = np.random.default_rng(1).normal(1.0, 3.0, (4000, 5))
    covered = np.mean([low <= 1.0 <= high for low, high in map(confidence_interval, tries)])

    assert covered == pytest.approx(0.95, abs=4 * sqrt(0.95 * 0.05 / 4000))


def test_equal_values_leave_no_doubt() -> None:
    """Where all seeds agree the interval is a point."""
    assert confidence_interval([0.1] * 7) == (pytest.approx(0.1), pytest.approx(0.1))
    assert np.ptp(confidence_interval([0.1] * 7)) == 0.0


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([5.0], 5.0),
        ([9.0, 0.0, 3.0], 4.0),  # too few to leave any out
        ([100.0, 1.0, 2.0, -50.0], 1.5),
        ([1.0, 2.0, 3.0, 4.0, 1000.0], 3.0),
        ([8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 900.0], 5.5),
    ],
)
def test_the_interquartile_mean_leaves_the_outer_quarters_out(values: list[float], mean: float) -> None:
    """It is the mean of the rest, as scipy trims."""
    assert interquartile_mean(values) == pytest.approx(mean)
    assert interquartile_mean(values) == pytest.approx(stats.trim_mean(values, 0.25))


@pytest.mark.parametrize("wrong", [[], [[1.0, 2.0]], [1.0, float("nan")], [1.0, float("inf")]])
def test_what_is_no_row_of_numbers_is_refused(wrong: list[float]) -> None:
    """Nothing, a table, and what is not finite have no interval and no mean."""
    for statistic in (confidence_interval, interquartile_mean):
        with pytest.raises(ValueError, match="values must be"):
            statistic(wrong)


def test_one_value_has_no_interval() -> None:
    """A single seed says nothing about the spread."""
    with pytest.raises(ValueError, match="2 or more numbers"):
        confidence_interval([1.0])

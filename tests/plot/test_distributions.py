"""Densities have an area of one, stand where the values are, and never fail on odd collections."""

import io

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy.stats import gaussian_kde

from alife.plot import distributions
from alife.plot.distributions import estimate_density


def _names(figure: Figure) -> list[str]:
    legend = figure.axes[0].get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(st.lists(st.floats(-1e100, 1e100), min_size=2, max_size=60))
def test_the_area_is_one(values: list[float]) -> None:
    """Whatever the values, their scale included, the area under the density is one and none of it is negative."""
    array = np.array(values)
    assume(np.ptp(array) > 1e-9 * np.abs(array).max() > 1e-100)
    at, density = estimate_density(array)

    assert (density >= 0.0).all()
    assert (np.diff(at) >= 0.0).all()
    assert np.trapezoid(density * np.ptp(at), at / np.ptp(at)) == pytest.approx(1.0, abs=0.02)


def test_it_is_the_estimate_of_scipy() -> None:
    """A small collection gives scipy's Gaussian kernel estimate, with its own width."""
    values = np.random.default_rng(0).gamma(2.0, size=200) + 5.0
    at, density = estimate_density(values)

    np.testing.assert_allclose(gaussian_kde(values)(at), density, rtol=1e-9, atol=1e-12)


@pytest.mark.slow
def test_a_large_collection_is_estimated_from_counts() -> None:
    """Twenty thousand values, counted into bins first, give nearly what each by itself would give."""
    values = np.random.default_rng(0).standard_normal(20_000)
    at, density = estimate_density(values)

    np.testing.assert_allclose(gaussian_kde(values)(at), density, atol=1e-4)


def test_a_narrow_peak_beside_an_outlier_is_found() -> None:
    """Points are where values are: one far outlier does not hide the peak between two points."""
    values = np.append(np.random.default_rng(0).normal(0.0, 1e-3, 10_000), 100.0)
    at, density = estimate_density(values)

    assert np.trapezoid(density, at) == pytest.approx(1.0, abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "name", "lines"),
    [
        ([], "a: no values", 1),
        ([float("nan"), float("inf")], "a (2 not finite): no values", 1),
        ([3.0], "a: one value, 3", 1),
        (torch.tensor(3.0), "a: one value, 3", 1),
        ([0.1 + 0.2, 0.3, 0.3], "a: always 0.3", 1),
        (np.zeros((4, 4)), "a: always 0", 1),
        ([5e-324, 0.0], "a: always 4.941e-324", 1),
        ([1e-200, 0.0], "a", 1),
        ([1.0, 2.0, float("nan")], "a (1 not finite)", 1),
    ],
)
def test_odd_collections_say_what_they_are(values: object, name: str, lines: int) -> None:
    """Empty, constant and single collections are drawn, and the legend says which they are."""
    figure = distributions({"a": values})  # type: ignore[dict-item]
    figure.savefig(io.BytesIO(), format="png")

    assert _names(figure) == [name]
    assert len(figure.axes[0].lines) == lines


def test_a_constant_is_a_line_at_its_value() -> None:
    """The line of a constant stands upright at it."""
    (line,) = distributions({"a": [2.5, 2.5]}).axes[0].lines

    assert list(line.get_xdata()) == [2.5, 2.5]


def test_nothing_is_an_empty_picture() -> None:
    """No collection leaves axes without a legend."""
    assert _names(distributions({})) == []


def test_an_array_is_refused() -> None:
    """Collections come with names."""
    with pytest.raises(TypeError, match=r"values.*mapping.*ndarray"):
        distributions(np.zeros(3))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"'a'.*real numbers"):
        distributions({"a": ["x"]})

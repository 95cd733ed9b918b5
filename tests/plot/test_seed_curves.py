"""The curves of several seeds: a mean within a band."""

import numpy as np
import pytest
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.figure import Figure

from alife.plot import seed_curves

TICKS = np.array([100, 200, 300])
VALUES = np.array([[0.0, 1.0, 2.0], [2.0, 5.0, 8.0], [4.0, 3.0, 2.0]])  # (seeds, points)


def _heading(figure: Figure) -> str:
    legend = figure.axes[0].get_legend()
    assert legend is not None
    return legend.get_title().get_text()


def test_the_mean_lies_in_a_band_from_the_lowest_to_the_highest_seed() -> None:
    """The line is the mean over seeds at each tick; the band has the extremes at its edges."""
    figure = seed_curves({"a": (TICKS, VALUES)}, title="pond", ylabel="meals")
    ax = figure.axes[0]
    _, line = ax.lines
    (band,) = (one for one in ax.collections if isinstance(one, FillBetweenPolyCollection))
    corners = {tuple(corner) for corner in band.get_paths()[0].vertices.tolist()}

    np.testing.assert_array_equal(line.get_xydata(), [[100, 2.0], [200, 3.0], [300, 4.0]])
    assert corners == {(100, 0.0), (200, 1.0), (300, 2.0), (100, 4.0), (200, 5.0), (300, 8.0)}
    assert (ax.get_title(), ax.get_ylabel()) == ("pond", "meals")


@pytest.mark.parametrize(
    ("counts", "heading"),
    [
        ([1], "one seed"),
        ([3, 3], "mean of 3 seeds,\nlowest to highest"),
        ([1, 3], "mean of 1 to 3 seeds,\nlowest to highest"),
    ],
)
def test_the_legend_says_of_how_many_seeds(counts: list[int], heading: str) -> None:
    """Its heading counts them, and each learner has its name below."""
    figure = seed_curves({f"learner {k}": (TICKS, VALUES[:count]) for k, count in enumerate(counts)})
    legend = figure.axes[0].get_legend()

    assert _heading(figure) == heading
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [f"learner {k}" for k in range(len(counts))]


def test_nothing_is_an_empty_picture() -> None:
    """Without learners there is the line at zero."""
    assert len(seed_curves({}).axes[0].lines) == 1


@pytest.mark.parametrize("values", [VALUES[0], VALUES[:, :2], VALUES[:0], VALUES[None]])
def test_values_have_a_row_for_each_seed(values: np.ndarray) -> None:
    """One curve alone, other ticks, no seed, and a third axis are refused with the shape that is right."""
    with pytest.raises(ValueError, match=r"'a'.*\(seeds, 3\)"):
        seed_curves({"a": (TICKS, values)})


@pytest.mark.parametrize("wrong", [[1.0], VALUES, "abc"])
def test_the_curves_want_names(wrong: object) -> None:
    """What is no mapping is refused."""
    with pytest.raises(TypeError, match=r"curves.*mapping"):
        seed_curves(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [None, 3.0, (TICKS,)])
def test_the_curves_want_pairs(wrong: object) -> None:
    """What is no pair of ticks and values is refused by name."""
    with pytest.raises(TypeError, match=r"'a'.*\(ticks, values\)"):
        seed_curves({"a": wrong})  # type: ignore[dict-item]

"""Lines go through their values and break where there is none."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from alife.plot import learning_curve, line_graph

VALUES = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([float("nan"), float("inf"), -float("inf")]))


def _lines(figure: Figure) -> list[np.ndarray]:
    """Return the points (points, 2) of every line."""
    return [np.asarray(line.get_xydata()) for line in figure.axes[0].lines]


def _names(figure: Figure) -> list[str]:
    legend = figure.axes[0].get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(st.lists(VALUES, max_size=30), st.integers(-10, 10**6))
def test_a_line_has_its_values_and_gaps(values: list[float], first: int) -> None:
    """A finite value is on the line, another is a gap, and a value between gaps is a dot of its own."""
    line, *dots = _lines(line_graph(values, first_tick=first))
    finite = np.isfinite(values)
    alone = [k for k in range(len(values)) if finite[k] and not finite[max(k - 1, 0) : k].any()]
    alone = [k for k in alone if not finite[k + 1 : k + 2].any()]

    np.testing.assert_array_equal(np.arange(first, first + len(values)), line[:, 0])
    np.testing.assert_array_equal(np.where(finite, values, np.nan), line[:, 1])
    assert [first + k for k in alone] == [tick for dot in dots for tick in dot[:, 0]]


def test_columns_are_series() -> None:
    """An array (ticks, n) is n lines, which have numbers or the names given."""
    values = torch.arange(6.0).reshape(3, 2)

    np.testing.assert_array_equal([[0, 1], [1, 3], [2, 5]], _lines(line_graph(values))[1])
    assert _names(line_graph(values)) == ["series 0", "series 1"]
    assert _names(line_graph(values, labels=["a", "b"])) == ["a", "b"]


def test_a_mapping_names_series_of_any_length() -> None:
    """Named series keep their own lengths, and none is no mistake."""
    figure = line_graph({"short": [1.0], "long": torch.arange(5), "none": []})

    assert _names(figure) == ["short", "long", "none"]
    assert [len(line) for line in _lines(figure)] == [1, 1, 5, 0]
    assert _lines(line_graph({})) == []


def test_one_series_needs_no_legend() -> None:
    """What stands on the axis is not said twice."""
    assert line_graph([1.0, 2.0]).axes[0].get_legend() is None
    assert _names(line_graph([1.0, 2.0], labels=["a"])) == ["a"]


@pytest.mark.parametrize("values", [[], [1.0], [float("nan")] * 3, np.zeros((0, 3)), np.zeros((3, 0))])
def test_little_is_drawn_as_well(values: object) -> None:
    """Nothing, one value, and nothing finite leave a picture."""
    line_graph(values).savefig(io.BytesIO(), format="png")  # type: ignore[arg-type]


def test_labels_are_checked() -> None:
    """Too few labels, a text in place of a list, and labels beside a mapping are refused."""
    for labels in (["a"], "ab"):
        with pytest.raises(ValueError, match=r"labels.*2 names"):
            line_graph(np.zeros((3, 2)), labels=labels)
    with pytest.raises(ValueError, match="labels"):
        line_graph({"a": [1.0]}, labels=["a"])


def test_a_wrong_series_is_named() -> None:
    """An error says which series it is about."""
    with pytest.raises(ValueError, match=r"'loss'.*\(ticks,\).*\(2, 2\)"):
        line_graph({"loss": np.zeros((2, 2))})
    with pytest.raises(TypeError, match=r"'loss'.*real numbers"):
        line_graph({"loss": ["low"]})


def test_tensors_that_learn_are_drawn_anywhere() -> None:
    """A list of losses with gradients is read, in a mapping, beside plain numbers and nested."""
    loss = torch.tensor(2.0, requires_grad=True)
    both = torch.tensor([3.0, 4.0], requires_grad=True)

    for values in ([1.0, loss], (1.0, loss), {"loss": [1.0, loss]}):
        np.testing.assert_array_equal([[0, 1], [1, 2]], _lines(line_graph(values))[0])  # type: ignore[arg-type]
    for values in ([[1.0, loss], both], [[1.0, loss], [3.0, loss + 2.0]]):
        np.testing.assert_array_equal([[0, 2], [1, 4]], _lines(line_graph(values))[1])  # type: ignore[arg-type]


def test_the_learning_curve_has_a_line_for_each_learner() -> None:
    """Beside the zero line, each learner has a line through its points and a name."""
    curves = {"learners": ([0, 100], [0.0, 2.0]), "control": (torch.tensor([50]), [1.0])}
    figure = learning_curve(curves, title="pond", ylabel="meals")
    zero, learners, control, dot = _lines(figure)

    np.testing.assert_array_equal([0.0, 0.0], zero[:, 1])
    np.testing.assert_array_equal([[0, 0], [100, 2]], learners)
    np.testing.assert_array_equal([[50, 1]], control)
    np.testing.assert_array_equal(control, dot)
    assert _names(figure) == ["learners", "control"]
    assert (figure.axes[0].get_title(), figure.axes[0].get_ylabel()) == ("pond", "meals")


def test_the_learning_curve_wants_as_many_ticks_as_values() -> None:
    """A learner whose arrays differ in length is named; no learner is no mistake."""
    with pytest.raises(ValueError, match=r"'a'.*2 ticks.*1 values"):
        learning_curve({"a": ([0, 1], [1.0])})
    assert len(_lines(learning_curve({}))) == 1


@pytest.mark.parametrize("wrong", [[1.0, 2.0], np.zeros((2, 3)), None])
def test_the_learning_curve_wants_names(wrong: object) -> None:
    """A list or an array has none."""
    sentence = rf"^curves.*mapping.*\(ticks, values\).*{type(wrong).__name__}"
    with pytest.raises(TypeError, match=sentence):
        learning_curve(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [[1, 2, 3], 3.0, None, np.zeros(9)])
def test_the_learning_curve_wants_pairs(wrong: object) -> None:
    """Values without their ticks are refused."""
    with pytest.raises(TypeError, match=r"'a'.*\(ticks, values\)"):
        learning_curve({"a": wrong})  # type: ignore[dict-item]

"""Running means against their closed form, and the bound of their memory."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from alife.plot import MeasurementManager
from alife.plot.measurement_manager import POINTS


def _names(figure: Figure) -> list[str]:
    legend = figure.axes[0].get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60),
    st.lists(st.floats(0.01, 0.99999), min_size=1, max_size=4, unique=True),
)
def test_a_mean_is_the_weighted_mean(values: list[float], decays: list[float]) -> None:
    """Each mean is sum d^age x / sum d^age over all numbers so far."""
    manager = MeasurementManager(decays)
    for value in values:
        manager.add_measurements(loss=value)
    ages = np.arange(len(values))[::-1]

    for decay, mean in manager.means("loss").items():
        expected = float(np.average(values, weights=np.power(decay, ages)))
        assert mean == pytest.approx(expected, rel=1e-6, abs=max(1e-6 * max(np.abs(values)), 1e-300))


def test_a_constant_is_its_own_mean_from_the_first_on() -> None:
    """There is no warm-up from zero, however slow the decay."""
    manager = MeasurementManager((0.5, 0.999, 1 - 1e-12))
    for _ in range(3):
        manager.add_measurements(loss=7.0)

        assert manager.means("loss") == pytest.approx(dict.fromkeys(manager.decays, 7.0), rel=1e-3)


@pytest.mark.parametrize(
    "value",
    [3, 3.0, True + 2, np.float32(3), np.array([[3]]), torch.tensor(3), torch.tensor([3.0], requires_grad=True)],
)
def test_any_single_number_is_taken(value: object) -> None:
    """Numbers, arrays and tensors of one element are one number."""
    manager = MeasurementManager()
    manager.add_measurements(**{"any name/at all": value, "self": 1.0})  # type: ignore[arg-type]

    assert manager.names == ("any name/at all", "self")
    assert manager.means("any name/at all") == pytest.approx({0.9: 3.0, 0.99: 3.0, 0.999: 3.0})


@pytest.mark.parametrize("ticks", [0, 1, 999, 1000, 1001, 1999, 2000, 8191, 25_000])
def test_a_history_is_bounded_and_ends_now(ticks: int) -> None:
    """At most 1,000 points are kept, evenly apart, and the last is the present."""
    manager = MeasurementManager((0.9,))
    manager.add_measurements(other=1.0)
    for tick in range(ticks):
        manager.add_measurements(count=float(tick))
    if ticks == 0:
        assert manager.names == ("other",)
        return
    counts, means = manager.history("count")

    assert len(counts) <= POINTS
    assert len(counts) >= min(ticks, POINTS // 2)
    assert len(set(np.diff(counts[:-1]))) <= 1
    assert counts[-1] == ticks
    assert means[-1, 0] == manager.means("count")[0.9]


def test_a_thinned_history_keeps_true_points() -> None:
    """Each point that is kept is the mean as it was at that count."""
    manager, seen = MeasurementManager((0.9, 0.99)), {}
    for count in range(1, 5001):
        manager.add_measurements(x=np.sin(count))
        seen[count] = list(manager.means("x").values())
    counts, means = manager.history("x")

    np.testing.assert_array_equal([seen[count] for count in counts], means)


def test_what_is_not_finite_is_left_out_and_counted() -> None:
    """A NaN leaves the means as they are, and the legend says that there was one."""
    manager = MeasurementManager()
    manager.add_measurements(loss=float("nan"))

    assert all(np.isnan(mean) for mean in manager.means("loss").values())
    manager.add_measurements(loss=2.0)
    manager.add_measurements(loss=float("inf"))
    assert manager.means("loss") == pytest.approx({0.9: 2.0, 0.99: 2.0, 0.999: 2.0})
    assert manager.left_out("loss") == 2
    assert _names(manager.plot())[0] == "loss (2 not finite)"


@pytest.mark.slow
def test_the_plot_has_a_line_for_each_name_and_decay() -> None:
    """Lines are the histories, also of names that were added later or less often; nothing is no mistake."""
    manager = MeasurementManager((0.99, 0.5))
    assert len(manager.plot().axes[0].lines) == 0
    manager.add_measurements(loss=1.0)
    manager.add_measurements(loss=2.0, reward=3.0)
    figure = manager.plot(xlabel="tick", ylabel="loss or reward")
    figure.savefig(io.BytesIO(), format="png")

    assert [len(line.get_xydata()) for line in figure.axes[0].lines] == [2, 2, 1, 1]
    assert _names(figure) == ["loss", "reward", "decay 0.5", "decay 0.99"]
    slow, fast, *_ = figure.axes[0].lines
    assert slow.get_linewidth() > fast.get_linewidth()


def test_an_unknown_name_is_refused() -> None:
    """The message names what there is."""
    manager = MeasurementManager()
    with pytest.raises(ValueError, match=r"'los'.*nothing yet"):
        manager.means("los")
    manager.add_measurements(loss=1.0, reward=2.0)
    with pytest.raises(ValueError, match=r"'los'.*loss, reward"):
        manager.means("los")


def test_a_wrong_value_leaves_everything_as_it_was() -> None:
    """Several numbers at once, or a text, are refused before any number is taken in."""
    manager = MeasurementManager()
    with pytest.raises(ValueError, match=r"'b'.*one number.*\(2,\)"):
        manager.add_measurements(a=1.0, b=torch.zeros(2))
    with pytest.raises(TypeError, match=r"'b'.*real numbers"):
        manager.add_measurements(a=1.0, b="high")

    assert manager.names == ()


@pytest.mark.parametrize("decays", [(), (1.0,), (0.0,), (-0.5,), (float("nan"),), (0.9, 0.9)])
def test_decays_are_checked(decays: tuple[float, ...]) -> None:
    """A decay is between 0 and 1, and no two are the same."""
    with pytest.raises(ValueError, match=r"decays.*between 0 and 1"):
        MeasurementManager(decays)

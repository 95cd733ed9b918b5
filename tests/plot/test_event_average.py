"""Event averages against a direct computation."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy import stats

from alife.plot import event_average
from alife.plot.event_average import event_windows, mean_and_half


def _means(figure: Figure) -> list[np.ndarray]:
    """Return the points (lags, 2) of every mean; the first line marks the event."""
    return [np.asarray(line.get_xydata()) for line in figure.axes[0].lines[1:]]


def _heading(figure: Figure) -> str:
    legend = figure.axes[0].get_legend()
    assert legend is not None
    return legend.get_title().get_text()


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(st.data(), st.integers(0, 6), st.integers(0, 6))
def test_the_mean_is_that_of_a_loop(data: st.DataObject, before: int, after: int) -> None:
    """The line is the mean over every event with its whole window in the signal, tick by tick."""
    signal = np.random.default_rng(data.draw(st.integers(0, 99))).standard_normal(40)
    events = [20, *data.draw(st.lists(st.integers(-3, 45), max_size=12))]
    windows = [signal[e - before : e + after + 1] for e in events if e - before >= 0 and e + after < 40]
    (mean,) = _means(event_average(signal, events, before, after))

    np.testing.assert_array_equal(np.arange(-before, after + 1), mean[:, 0])
    np.testing.assert_allclose(np.mean(windows, axis=0), mean[:, 1], atol=1e-12)


def test_the_band_is_the_confidence_of_the_mean() -> None:
    """Its half width is Student's, as scipy gives it, for each tick of the window."""
    windows = np.random.default_rng(0).standard_normal((7, 4, 2))
    mean, half = mean_and_half(windows)
    low, high = stats.t.interval(0.95, 6, loc=windows.mean(0), scale=stats.sem(windows, axis=0))

    np.testing.assert_allclose(low, mean - half)
    np.testing.assert_allclose(high, mean + half)


def test_what_is_not_finite_is_left_out() -> None:
    """Each tick of the window has the mean and the band of the finite values there; with none it is a gap."""
    windows = np.array([[1.0, np.nan, 2.0], [3.0, np.inf, np.nan], [5.0, np.nan, np.nan]])[:, :, None]
    mean, half = mean_and_half(windows)

    np.testing.assert_array_equal([3.0, np.nan, 2.0], mean[:, 0])
    np.testing.assert_array_equal([True, False, False], np.isfinite(half[:, 0]))


@pytest.mark.slow
def test_several_signals_have_several_lines() -> None:
    """A tensor (ticks, 2) has two means, with their names, and the heading counts the events."""
    signal = torch.arange(20.0).repeat(2, 1).T
    figure = event_average(signal, torch.tensor([0, 5, 10]), 2, 3, labels=["value", "error"])
    figure.savefig(io.BytesIO(), format="png")
    legend = figure.axes[0].get_legend()
    assert legend is not None

    np.testing.assert_allclose(np.arange(-2, 4) + 7.5, _means(figure)[1][:, 1])
    assert [text.get_text() for text in legend.get_texts()] == ["value", "error"]
    assert _heading(figure) == "mean of 2 events\nwith 95 % confidence\n(1 too near the ends)"


def test_a_mask_is_events() -> None:
    """A truth for each tick says where the events are, in numpy and in torch."""
    signal, mask = np.arange(10.0), np.zeros(10, bool)
    mask[[3, 6]] = True

    counted = mask.astype(int)
    for events in (
        mask,
        torch.from_numpy(mask),
        counted,
        counted.tolist(),
        torch.from_numpy(counted),
        [3, 6],
        np.array([3, 6], "u1"),
    ):
        np.testing.assert_array_equal([[-1, 3.5], [0, 4.5]], _means(event_average(signal, events, 1, 0))[0])


def test_of_two_ticks_whole_numbers_are_ticks() -> None:
    """There a 0 and a 1 for each tick may be both; they are what other whole numbers are."""
    assert _heading(event_average(np.arange(2.0), [0, 1], 0, 0)).startswith("mean of 2 events")


@pytest.mark.slow
def test_one_event_has_no_band() -> None:
    """One event is drawn as it was; a window of one tick is a dot."""
    figure = event_average(np.arange(9.0), [4], 0, 0)
    figure.savefig(io.BytesIO(), format="png")

    assert _heading(figure) == "one event"
    assert figure.axes[0].lines[1].get_marker() == "."


@pytest.mark.parametrize("events", [[], [0], [9, 1], np.zeros(10, bool)])
def test_no_whole_window_is_refused(events: object) -> None:
    """Without an event, or with none far enough from the ends, there is no average."""
    with pytest.raises(ValueError, match=r"\d events.*3 ticks before and 4 after.*10"):
        event_average(np.zeros(10), events, 3, 4)  # type: ignore[arg-type]


def test_events_are_checked() -> None:
    """Spikes as floats, a mask of another length and a table are no events."""
    with pytest.raises(TypeError, match=r"whole numbers.*mask.*float"):
        event_average(np.zeros(10), [3.5], 1, 1)
    with pytest.raises(ValueError, match=r"mask.*10 ticks, not 9"):
        event_average(np.zeros(10), np.ones(9, bool), 1, 1)
    with pytest.raises(ValueError, match=r"\(events,\)"):
        event_average(np.zeros(10), [[3]], 1, 1)


def test_windows_are_checked() -> None:
    """A window counts ticks."""
    with pytest.raises(ValueError, match=r"before and after.*0 or more.*-1 and 2"):
        event_average(np.zeros(10), [3], -1, 2)
    with pytest.raises(TypeError, match=r"before and after.*whole numbers.*1\.5 and 2"):
        event_windows(np.zeros((10, 1)), np.array([3]), 1.5, 2)  # type: ignore[arg-type]

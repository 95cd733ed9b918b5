"""The sense `clock`."""

import numpy as np
import pytest
from numpy.typing import NDArray

from alife.body.senses.clock import Clock
from tests.body.senses.around import surroundings


def _read(sense: Clock, tick: int, rows: int = 1) -> NDArray[np.float32]:
    out = np.full((rows, sense.observation_size(3)), np.nan, np.float32)
    sense.fill_observation(surroundings(np.zeros((rows, 0, 2)), np.zeros(0, np.int64), np.zeros(rows), tick=tick), out)
    return out


@pytest.mark.parametrize(("tick", "values"), [(0, [0.5, 1.0]), (25, [1.0, 0.5]), (50, [0.5, 0.0]), (75, [0.0, 0.5])])
def test_the_hand_goes_around_once_a_day(tick: int, values: list[float]) -> None:
    """Sine and cosine, from 0 to 1, the same for every row."""
    assert _read(Clock(100), tick, 2) == pytest.approx(np.array([values] * 2))


@pytest.mark.parametrize("sense", [Clock(100), Clock(7, 3), Clock(1), Clock(5, 5), Clock(2, 8)], ids=repr)
@pytest.mark.parametrize("tick", [0, 1, 99, 12_345, 10**15])
def test_days_are_alike(sense: Clock, tick: int) -> None:
    """A day later, and a billion days later, it is as now, to the bit."""
    assert np.array_equal(_read(sense, tick), _read(sense, tick + sense.period * 10**9))


def test_phases_follow_each_other() -> None:
    """Exactly one at a time, each as long as the others if the day can be parted so."""
    seen = [_read(Clock(6, 3), tick)[0].tolist() for tick in range(7)]

    assert seen == [[1, 0, 0]] * 2 + [[0, 1, 0]] * 2 + [[0, 0, 1]] * 2 + [[1, 0, 0]]


@pytest.mark.parametrize(("period", "phases"), [(7, 3), (2, 8), (1, 1), (1000, 7)])
def test_it_is_always_one_phase(period: int, phases: int) -> None:
    """Also where a day cannot be parted evenly, or has fewer ticks than parts."""
    assert all(_read(Clock(period, phases), tick).sum() == 1.0 for tick in range(2 * period))


def test_its_channels_have_no_role() -> None:
    """Sine and cosine, or the phases by number."""
    assert [channel.name for channel in Clock().channels(("food",))] == ["sine of the time", "cosine of the time"]
    assert [channel.name for channel in Clock(9, 2).channels(())] == ["phase 1 of 2", "phase 2 of 2"]

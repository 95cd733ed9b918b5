"""What is earned in environments of gymnasium."""

import numpy as np
import pytest

from alife.core.world import Outcome
from benchmarks.foreign import RANDOM, main, returns
from benchmarks.returns import EpisodeReturns


@pytest.mark.slow
def test_the_returns_are_those_of_late_episodes() -> None:
    """A pole without a balancer falls after some twenty ticks with a reward of 1 each, for every seed."""
    earned = returns("cartpole", [RANDOM, "ticks=2000"], seeds=3)

    assert earned.ticks == 2000
    assert earned.last.shape == (3,)
    assert (earned.last > 12.0).all()
    assert (earned.last < 40.0).all()


def test_an_episode_counts_where_it_begins_and_ends_in_the_window() -> None:
    """One that began before the window does not, unless all do that end in it; nor does one that goes on."""
    episodes, no = EpisodeReturns(2), np.zeros(2, bool)
    for tick in range(1, 21):
        ended = np.array([tick in (12, 15, 18), tick == 16])
        rewards = np.array([1.0, 10.0])
        episodes.add_tick(tick, Outcome(np.zeros((2, 1), np.float32), rewards, ended, no))

    assert episodes.mean(10, 20).tolist() == pytest.approx([3.0, np.nan], nan_ok=True)
    assert episodes.mean(10, 20, whole=False).tolist() == [6.0, 160.0]
    assert episodes.mean(12, 17).tolist() == pytest.approx([3.0, np.nan], nan_ok=True)


def test_where_no_episode_ended_there_is_no_number() -> None:
    """No pole falls within five ticks."""
    assert np.isnan(returns("cartpole", [RANDOM, "ticks=5"], seeds=2).last).all()


@pytest.mark.slow
def test_a_line_says_all(capsys: pytest.CaptureFixture[str]) -> None:
    """What it was, how long, what was earned by those who learn, seed by seed, and by chance."""
    main(["cartpole", "--ticks", "480"])
    line = capsys.readouterr().out

    assert line.startswith("cartpole, 480 ticks, mean return in the last eighth: ")
    assert line.count(",") == 6
    assert "; random " in line

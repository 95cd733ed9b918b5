"""What is earned in environments of gymnasium."""

import numpy as np
import pytest

from benchmarks.foreign import RANDOM, main, returns


def test_the_returns_are_those_of_the_episodes_that_ended_late() -> None:
    """A pole without a balancer falls after some twenty ticks with a reward of 1 each, for every seed."""
    earned = returns("cartpole", [RANDOM, "ticks=2000"], seeds=3)

    assert earned.ticks == 2000
    assert earned.last.shape == (3,)
    assert (earned.last > 12.0).all()
    assert (earned.last < 40.0).all()


def test_where_no_episode_ended_there_is_no_number() -> None:
    """No pole falls within five ticks."""
    assert np.isnan(returns("cartpole", [RANDOM, "ticks=5"], seeds=2).last).all()


def test_a_line_says_all(capsys: pytest.CaptureFixture[str]) -> None:
    """What it was, how long, what was earned by those who learn, seed by seed, and by chance."""
    main(["cartpole", "--ticks", "160"])
    line = capsys.readouterr().out

    assert line.startswith("cartpole, 160 ticks, mean return in the last eighth: ")
    assert line.count(",") == 6
    assert "; random " in line

"""Rewards in units of what they add up to."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.learning.return_scale import ReturnScale

DISCOUNT = 0.9
_seeds = st.integers(0, 2**32 - 1)


def _life(seed: int, ticks: int, rows: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return rewards, and where an episode begins, (ticks, rows); each life begins with one."""
    random = np.random.default_rng(seed)
    fresh = random.random((ticks, rows)) < 0.1
    fresh[0] = True
    return (random.normal(0.3, 2.0, (ticks, rows)) * ~fresh).astype(np.float32), fresh


def _lived(scale: ReturnScale, rewards: NDArray[np.float32], fresh: NDArray[np.bool_]) -> NDArray[np.float32]:
    scaled = []
    for now, begins in zip(rewards, fresh, strict=True):
        scale.zero_states(torch.from_numpy(np.flatnonzero(begins)))
        scaled.append(scale.scale(now, begins))
    return np.stack(scaled)


@settings(deadline=None, max_examples=40)
@given(_seeds, st.integers(2, 60))
def test_rewards_are_divided_by_the_deviation_of_all_returns(seed: int, ticks: int) -> None:
    """Whatever a life was like, it is numpy's of all discounted returns in it, and episodes do not see each other."""
    rewards, fresh = _life(seed, ticks, 2)
    scaled = _lived(ReturnScale(2, DISCOUNT), rewards, fresh)
    for row in range(2):
        returns, now = [], 0.0
        for reward, begins in zip(rewards[:, row], fresh[:, row], strict=True):
            now = 0.0 if begins else DISCOUNT * now + float(reward)
            returns += [] if begins else [now]
        spread = np.std(returns) if len(returns) > 1 else 1.0

        assert scaled[-1, row] == pytest.approx(rewards[-1, row] / spread, rel=1e-5)


@settings(deadline=None, max_examples=20)
@given(_seeds, st.floats(1e-3, 1e3))
def test_the_unit_of_rewards_does_not_matter(seed: int, unit: float) -> None:
    """Rewards some times as large come out the same once two returns have differed."""
    rewards, fresh = _life(seed, 30, 1)
    rewards[1:3] = [[1.0], [2.0]]
    fresh[1:3] = False
    plain, large = (_lived(ReturnScale(1, DISCOUNT), rewards * one, fresh) for one in (1.0, np.float32(unit)))

    assert large[3:] == pytest.approx(plain[3:], rel=1e-3, abs=1e-6)


def test_rows_do_not_know_of_each_other() -> None:
    """A row alone is scaled as among others."""
    rewards, fresh = _life(3, 50, 4)
    together = _lived(ReturnScale(4, DISCOUNT), rewards, fresh)

    for row in range(4):
        alone = _lived(ReturnScale(1, DISCOUNT), rewards[:, [row]], fresh[:, [row]])
        assert np.array_equal(alone[:, 0], together[:, row])


def test_a_saved_scale_goes_on_exactly() -> None:
    """What took on its state in the middle of a life gives the same from there on."""
    rewards, fresh = _life(4, 60, 3)
    first, second = ReturnScale(3, DISCOUNT), ReturnScale(3, DISCOUNT)
    _lived(first, rewards[:30], fresh[:30])
    second.load_state_dict(first.state_dict())

    assert np.array_equal(_lived(first, rewards[30:], fresh[30:]), _lived(second, rewards[30:], fresh[30:]))


def test_rewards_that_never_differ_stay_as_they_are() -> None:
    """Nothing at all, for ever, divides nothing; nor does the first reward there is."""
    scale = ReturnScale(1, DISCOUNT)
    nobody = np.zeros(1, bool)

    assert [scale.scale(np.zeros(1, np.float32), nobody).item() for _ in range(5)] == [0.0] * 5
    assert ReturnScale(1, DISCOUNT).scale(np.ones(1, np.float32), nobody).item() == 1.0

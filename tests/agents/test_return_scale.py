"""Rewards in units of what they add up to."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agents.return_scale import ReturnScale

DISCOUNT = 0.9
_seeds = st.integers(0, 2**32 - 1)


def _scale(rows: int) -> ReturnScale:
    return ReturnScale(np.full(rows, DISCOUNT))


def _life(seed: int, ticks: int, rows: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return rewards, and where an episode begins, (ticks, rows); each life begins with one."""
    random = np.random.default_rng(seed)
    fresh = random.random((ticks, rows)) < 0.1
    fresh[0] = True
    return random.normal(0.3, 2.0, (ticks, rows)) * ~fresh, fresh


def _lived(scale: ReturnScale, rewards: NDArray[Any], fresh: NDArray[np.bool_]) -> NDArray[Any]:
    scaled, rows = rewards.copy(), np.arange(rewards.shape[1])
    for now, begins in zip(scaled, fresh, strict=True):
        scale.reset(np.flatnonzero(begins))
        scale.scale(rows, now, begins)
    return scaled


@settings(deadline=None, max_examples=40)
@given(_seeds, st.integers(2, 60))
def test_rewards_are_divided_by_the_deviation_of_all_returns(seed: int, ticks: int) -> None:
    """Whatever a life was like, it is numpy's of all discounted returns in it, and episodes do not see each other."""
    rewards, fresh = _life(seed, ticks, 2)
    scaled = _lived(_scale(2), rewards, fresh)
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
    plain, large = (_lived(_scale(1), rewards * one, fresh) for one in (1.0, unit))

    assert large[3:] == pytest.approx(plain[3:], rel=1e-3, abs=1e-6)


def test_rows_do_not_know_of_each_other() -> None:
    """A row alone is scaled as among others, and one that began a life as if it had known no other."""
    rewards, fresh = _life(3, 50, 4)
    scale = _scale(4)
    together = _lived(scale, rewards, fresh)
    for row in range(4):
        assert np.array_equal(_lived(_scale(1), rewards[:, [row]], fresh[:, [row]])[:, 0], together[:, row])

    scale.begin_lives(np.array([2]))
    again = _lived(scale, rewards, fresh)
    assert np.array_equal(again[:, 2], together[:, 2])
    assert not np.array_equal(again[:, 1], together[:, 1])


def test_a_saved_scale_goes_on_exactly() -> None:
    """What took on its state in the middle of a life gives the same from there on."""
    rewards, fresh = _life(4, 60, 3)
    first, second = _scale(3), _scale(3)
    _lived(first, rewards[:30], fresh[:30])
    second.load_state_dict(first.state_dict())

    assert np.array_equal(_lived(first, rewards[30:], fresh[30:]), _lived(second, rewards[30:], fresh[30:]))


def test_rewards_that_never_differ_stay_as_they_are() -> None:
    """Nothing at all, for ever, divides nothing; nor does the first reward there is."""
    assert not _lived(_scale(1), np.zeros((5, 1)), np.zeros((5, 1), bool)).any()
    assert _lived(_scale(1), np.ones((1, 1)), np.zeros((1, 1), bool)).item() == 1.0


@pytest.mark.slow
def test_one_slip_of_a_world_is_no_scale() -> None:
    """After one reward beyond all others the next ones mean at least a fifth of what they meant, and soon the same."""
    rewards = np.random.default_rng(0).normal(0.0, 1.0, (60_000, 30))
    fresh, slipped = np.zeros(rewards.shape, bool), rewards.copy()
    slipped[5000] = np.repeat([1e3, 1e6, 1e12], 10)
    usual, then = np.split(_lived(_scale(60), np.hstack([rewards, slipped]), np.hstack([fresh, fresh])), 2, axis=1)

    assert np.abs(then).max() < 200.0
    assert (np.abs(then[5200:]) > 0.2 * np.abs(usual[5200:])).all()
    assert then[-100:] == pytest.approx(usual[-100:], rel=0.1)


@pytest.mark.slow
def test_a_world_that_pays_in_another_coin_is_measured_anew() -> None:
    """Rewards that become a thousand times as large, or much smaller, come out as before after some time."""
    rewards = np.repeat(np.random.default_rng(0).normal(0.0, 1.0, (120_000, 1)), 3, axis=1)
    rewards[20_000:] *= 1.0, 1e3, 0.03
    usual, *paid = _lived(_scale(3), rewards, np.zeros(rewards.shape, bool))[-100:].T

    for each in paid:
        assert each == pytest.approx(usual, rel=0.2)


@pytest.mark.parametrize("size", [1e30, float(np.finfo(np.float32).max)])
def test_the_largest_rewards_overflow_nothing(size: float) -> None:
    """Rewards as large as 32 bits hold, for a thousand ticks or once, come out as ordinary numbers."""
    signs = np.random.default_rng(0).choice([-size, size], (1000, 1)).astype(np.float32)
    fresh, ordinary = np.zeros((1000, 1), bool), np.ones((1000, 1), np.float32)
    ordinary[500] = size
    with np.errstate(over="raise", invalid="raise"):
        for rewards in (signs, ordinary):
            scale = _scale(1)
            assert np.abs(_lived(scale, rewards, fresh)[1:]).max() < 1e3
            assert all(np.isfinite(array).all() for array in scale.arrays())

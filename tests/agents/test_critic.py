"""The critic against TD(lambda), written down again in numpy."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.critic import Critic

DISCOUNT, TRACE_DECAY, DECAY = 0.9, 0.8, 0.25


class _Judge:
    """A critic and what it hears."""

    def __init__(
        self, rows: int, inputs: int, discount: float = DISCOUNT, trace_decay: float = TRACE_DECAY, **options: Any
    ) -> None:
        self.filtered, self.rows = np.zeros((rows, inputs)), np.arange(rows)
        given = (np.full(rows, value) for value in (DECAY, discount, discount * trace_decay, options.pop("rate", 0.1)))
        self.critic = Critic(options.pop("heard", inputs), *given)
        self.errors = np.zeros(rows)

    def tick(self, features: Any, rewards: Any, terminated: Any, fresh: Any = False) -> NDArray[Any]:
        """Judge and learn; return the errors."""
        self.judge(features, rewards, terminated, fresh)
        self.critic.update(self.rows, self.errors)
        return self.errors.copy()

    def judge(self, features: Any, rewards: Any, terminated: Any, fresh: Any = False) -> NDArray[Any]:
        self.filtered[:] = features
        rewards, terminated, fresh = (
            np.broadcast_to(each, self.rows.shape).copy()
            for each in (np.asarray(rewards, float), np.asarray(terminated, bool), np.asarray(fresh, bool))
        )
        beyond = np.zeros(len(self.rows), bool)
        assert self.critic.judge(self.rows, self.filtered, rewards, terminated, fresh, self.errors, beyond) == 0
        return self.errors.copy()


def _by_numpy(
    features: NDArray[Any], rewards: NDArray[Any], terminated: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the TD errors and the final weights of one creature, tick by tick from the equations."""
    weight, trace, value = np.zeros(features.shape[1] + 1), np.zeros(features.shape[1] + 1), 0.0
    errors = []
    for filtered, reward, end in zip(features, rewards, terminated, strict=True):
        f = np.append((1.0 - DECAY) * filtered, 1.0)
        expected = weight @ f
        errors.append(reward + DISCOUNT * (not end) * expected - value)
        weight = weight + 0.1 * errors[-1] * trace / (1.0 + trace @ trace)
        trace = DISCOUNT * TRACE_DECAY * trace + f
        value = expected
    return np.array(errors), weight


def test_it_is_td_lambda_with_a_normalised_step() -> None:
    """Over 100 ticks with terminations every error and the weights are what the equations give."""
    random, rows = np.random.default_rng(0), 3
    features, rewards = random.normal(size=(100, rows, 4)), random.normal(size=(100, rows))
    terminated = random.random((100, rows)) < 0.1
    judge = _Judge(rows, 4)
    errors = np.stack([judge.tick(*given) for given in zip(features, rewards, terminated, strict=True)])

    for row in range(rows):
        expected, weight = _by_numpy(features[:, row], rewards[:, row], terminated[:, row])

        assert errors[:, row] == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert judge.critic.weight[row] == pytest.approx(weight, rel=1e-9, abs=1e-12)


_STATES = np.eye(2)[:, None] / (1.0 - DECAY)  # the filtered input of two states whose features are one-hot


def test_on_a_ring_of_two_states_it_finds_their_values() -> None:
    """From A to B with reward 1 and back with 0: V(A) = 1 / (1 - g^2) and V(B) = g V(A)."""
    judge = _Judge(1, 2)
    for tick in range(4000):
        judge.tick(_STATES[tick % 2], tick % 2, False)  # the reward is on arriving in B
    of_a, weight = 1.0 / (1.0 - DISCOUNT**2), judge.critic.weight[0]

    assert weight[:2] + weight[2] == pytest.approx([of_a, DISCOUNT * of_a], rel=1e-3)


def test_on_a_chain_of_two_states_it_finds_their_values() -> None:
    """From A to B with reward 0, then to the end with reward 1: V(B) = 1 and V(A) = g, nothing after the end."""
    judge = _Judge(1, 2)
    for _ in range(2000):
        judge.critic.reset(judge.rows)
        for state, reward, end in ((0, 0.0, False), (1, 0.0, False), (0, 1.0, True)):
            judge.tick(_STATES[state], reward, end)
    weight = judge.critic.weight[0]

    assert weight[:2] + weight[2] == pytest.approx([DISCOUNT, 1.0], rel=1e-3)


def test_nothing_is_expected_after_a_termination_and_nothing_judged_at_a_first_tick() -> None:
    """V(s') counts where the episode goes on and does not where it terminated; a fresh row has no error."""
    judge = _Judge(3, 2)
    judge.critic.weight[:, -1] = 5.0
    judge.judge(0.0, 0.0, False)
    errors = judge.judge(0.0, 1.0, [False, True, False], [False, False, True])

    assert errors == pytest.approx([1.0 + DISCOUNT * 5.0 - 5.0, 1.0 - 5.0, 0.0])


def test_a_new_episode_forgets_the_trace_and_a_new_life_the_weights() -> None:
    """A reset clears traces and values of its rows only, and no weight; a life begins without."""
    judge = _Judge(3, 2)
    judge.critic.weight[:] = 1.0
    judge.judge(1.0, 1.0, False)
    judge.critic.update(judge.rows, judge.errors)
    judge.critic.reset(np.array([1]))
    judge.critic.begin_lives(np.array([2]))

    assert judge.critic.traces.any(1).tolist() == [True, False, False]
    assert (judge.critic.values != 0.0).tolist() == [True, False, False]
    assert judge.critic.weight.tolist() == [[1.0] * 3] * 2 + [[0.0] * 3]


def test_rows_that_are_not_asked_for_keep_everything() -> None:
    """What a row is judged by does not move without it."""
    judge = _Judge(3, 2)
    for _ in range(2):
        judge.tick(1.0, 1.0, False)
    before, row = [array.copy() for array in judge.critic.arrays()], np.array([1])
    judge.filtered[:], ones, flags = 9.0, np.ones(3), np.zeros(3, bool)
    judge.critic.judge(row, judge.filtered, ones, flags, flags, judge.errors, flags.copy())
    judge.critic.update(row, judge.errors)

    for old, new in zip(before, judge.critic.arrays(), strict=True):
        assert np.array_equal(old[[0, 2]], new[[0, 2]])
        assert not np.array_equal(old[1], new[1])


def test_without_a_trace_an_error_teaches_nothing_and_none_is_too_long_for_a_step() -> None:
    """Before the first decision weights stay; along a very long trace V(s) moves by at most 0.1 of the error."""
    judge = _Judge(2, 2)
    judge.critic.update(judge.rows, np.ones(2))
    assert not judge.critic.weight.any()

    judge.critic.traces[:] = 1e9
    judge.critic.update(judge.rows, np.ones(2))
    moved = (judge.critic.weight * judge.critic.traces).sum(1)
    assert ((moved > 0.0) & (moved <= 0.1)).all()


def test_one_that_sees_nothing_is_a_running_mean_of_returns() -> None:
    """With nothing discounted only the end of an episode is judged, by its reward less what episodes brought so far."""
    judge, random = _Judge(1, 4, 1.0, 1.0, rate=0.3, heard=0), np.random.default_rng(0)
    expected, decisions = 0.0, 16
    for _ in range(50):
        for decision in range(decisions):
            error = judge.tick(random.normal(size=(1, 4)), 0.0, False, fresh=decision == 0).item()
            assert error == pytest.approx(0.0, abs=1e-12)
        reward = random.normal()
        assert judge.tick(random.normal(size=(1, 4)), reward, True).item() == pytest.approx(reward - expected)
        judge.critic.reset(judge.rows)
        expected += 0.3 * (reward - expected) * decisions / (1.0 + decisions**2)

        assert judge.critic.weight.shape == (1, 1)
        assert judge.critic.weight.item() == pytest.approx(expected)

"""The critic against TD(lambda), written down again in numpy."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from alife.learning.critic import Critic
from alife.nn import LIS

DISCOUNT, TRACE_DECAY, DECAY = 0.9, 0.8, 0.25


def _critic(rows: int, inputs: int, discount: float = DISCOUNT, trace_decay: float = TRACE_DECAY) -> Critic:
    return Critic(LIS(inputs, 2, decay=DECAY, rows=(rows,)).double(), discount, trace_decay, 0.1)


def _by_numpy(
    features: NDArray[np.float64], rewards: NDArray[np.float64], not_terminated: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the TD errors and the final weights of one creature, tick by tick from the equations."""
    weight, trace, value = np.zeros(features.shape[1] + 1), np.zeros(features.shape[1] + 1), 0.0
    errors = []
    for filtered, reward, on in zip(features, rewards, not_terminated, strict=True):
        f = np.append((1.0 - DECAY) * filtered, 1.0)
        expected = weight @ f
        errors.append(reward + DISCOUNT * on * expected - value)
        weight = weight + 0.1 * errors[-1] * trace / (1.0 + trace @ trace)
        trace = DISCOUNT * TRACE_DECAY * trace + f
        value = expected
    return np.array(errors), weight


def test_it_is_td_lambda_with_a_normalised_step() -> None:
    """Over 100 ticks with terminations every error and the weights are what the equations give."""
    random, rows = np.random.default_rng(0), 3
    features = random.normal(size=(100, rows, 4))
    rewards = random.normal(size=(100, rows))
    not_terminated = (random.random((100, rows)) > 0.1).astype(float)
    critic, errors = _critic(rows, 4), []
    for x, reward, on in zip(features, rewards, not_terminated, strict=True):
        errors.append(critic.errors(x, reward, on))
        critic.learn(errors[-1])
        critic.write()

    for row in range(rows):
        expected, weight = _by_numpy(features[:, row], rewards[:, row], not_terminated[:, row])

        assert np.stack(errors)[:, row] == pytest.approx(expected, rel=1e-5, abs=1e-7)
        assert critic.weight[row].numpy() == pytest.approx(weight, rel=1e-5, abs=1e-7)


def _states() -> NDArray[np.float64]:
    """Return the filtered input of two states whose features are one-hot."""
    return np.eye(2)[:, None] / (1.0 - DECAY)


def test_on_a_ring_of_two_states_it_finds_their_values() -> None:
    """From A to B with reward 1 and back with 0: V(A) = 1 / (1 - g^2) and V(B) = g V(A)."""
    critic, on = _critic(1, 2), np.ones(1)
    for tick in range(4000):
        reward = np.full(1, float(tick % 2))  # on arriving in B
        errors = critic.errors(_states()[tick % 2], reward, on)
        critic.learn(errors)
        critic.write()
    of_a = 1.0 / (1.0 - DISCOUNT**2)
    weight = critic.weight[0].numpy()

    assert weight[:2] + weight[2] == pytest.approx([of_a, DISCOUNT * of_a], rel=1e-3)


def test_on_a_chain_of_two_states_it_finds_their_values() -> None:
    """From A to B with reward 0, then to the end with reward 1: V(B) = 1 and V(A) = g, nothing after the end."""
    critic, nothing = _critic(1, 2), np.zeros(1)
    one, end = np.ones(1), _states()[0]
    for _ in range(2000):
        critic.zero_states(torch.tensor([0]))
        for features, reward, on in ((0, nothing, one), (1, nothing, one), (None, one, nothing)):
            errors = critic.errors(end if features is None else _states()[features], reward, on)
            critic.learn(errors)
            critic.write()
    weight = critic.weight[0].numpy()

    assert weight[:2] + weight[2] == pytest.approx([DISCOUNT, 1.0], rel=1e-3)


def test_nothing_is_expected_after_a_termination() -> None:
    """V(s') counts where the episode goes on and does not where it terminated."""
    critic = _critic(2, 2)
    critic.weight[:, -1] = 5.0
    zeros = np.zeros(2)
    critic.errors(np.zeros((2, 2)), zeros, zeros + 1.0)
    errors = critic.errors(np.zeros((2, 2)), zeros + 1.0, np.array([1.0, 0.0]))

    assert errors.tolist() == pytest.approx([1.0 + DISCOUNT * 5.0 - 5.0, 1.0 - 5.0])


def test_a_new_episode_forgets_the_trace_and_keeps_the_weights() -> None:
    """zero_states clears traces and values of its rows only, and no weight."""
    critic = _critic(2, 2)
    critic.weight.fill_(1.0)
    critic.errors(np.ones((2, 2)), np.ones(2), np.ones(2))
    critic.write()
    critic.zero_states(torch.tensor([1]))

    assert critic.traces.any(1).tolist() == [True, False]
    assert (critic.values != 0.0).tolist() == [True, False]
    assert critic.weight.tolist() == [[1.0] * 3] * 2


def test_without_a_trace_an_error_teaches_nothing() -> None:
    """Before the first decision the weights stay as they are."""
    critic = _critic(2, 2)
    critic.learn(np.ones(2))

    assert not critic.weight.any()


def test_no_trace_is_too_long_for_a_step() -> None:
    """A step along a very long trace is short: it can never move V(s) by more than 0.1 of the error."""
    critic = _critic(1, 2)
    critic.traces.fill_(1e9)
    critic.learn(np.ones(1))

    assert 0.0 < (critic.weight * critic.traces).sum().item() <= 0.1


def test_one_that_sees_nothing_is_a_running_mean_of_returns() -> None:
    """With nothing discounted only the end of an episode is judged, by its reward less what episodes brought so far."""
    critic, on, random = (
        Critic(LIS(4, 2, rows=(1,)).double(), 1.0, 1.0, 0.3, sees=False),
        np.ones(1),
        np.random.default_rng(0),
    )
    expected, decisions = 0.0, 16
    for _ in range(50):
        for decision in range(decisions):
            errors = critic.errors(random.normal(size=(1, 4)), 0.0 * on, on)
            if decision:  # what is judged at the first one came before the episode
                assert errors.item() == pytest.approx(0.0, abs=1e-12)
                critic.learn(errors)
            critic.write()
        reward = random.normal()
        errors = critic.errors(random.normal(size=(1, 4)), reward * on, 0.0 * on)
        critic.learn(errors)
        critic.zero_states(torch.tensor([0]))

        assert errors.item() == pytest.approx(reward - expected)
        expected += 0.3 * (reward - expected) * decisions / (1.0 + decisions**2)
        assert critic.weight.shape == (1, 1)
        assert critic.weight.item() == pytest.approx(expected)

"""The learner: what an event does to a brain."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.core.errors import ConfigError, NumericError
from alife.learning import ActorCritic, Learner, Optimizer, OptimizerState, Trace, Traces, Trigger
from alife.learning.gated_trace import GatedTrace
from alife.learning.learner import Learned
from alife.learning.ring import Ring
from alife.learning.triggers.every import Every
from alife.learning.triggers.reward import Reward
from alife.learning.triggers.surprise import Surprise
from alife.nn import LIF, LIS, Layer

INPUTS, HIDDEN, ACTIONS = 5, 32, 3


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _random(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=_generator(seed))


@dataclass(frozen=True)
class _Plain(Optimizer):
    """Go uphill along the gradient as it is."""

    def start(self, weight: Tensor) -> OptimizerState:
        return _PlainState()


class _PlainState(OptimizerState):
    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        weight[rows] += learning_rate * gradient


class _Creatures:
    """Brains with one hidden layer and what they learn, run by hand."""

    def __init__(self, rows: int, rule: ActorCritic | None = None, spread: float = 1.0) -> None:
        hidden = LIF(INPUTS, HIDDEN, decay=0.5, rows=(rows,), generator=_generator(0), learn=())
        readout = LIS(HIDDEN, ACTIONS, rows=(rows,), learn=())
        readout.weight.copy_(spread * _random(rows, ACTIONS, HIDDEN, seed=1))
        self.layers: list[Layer] = [hidden, readout]
        self.learner = Learner(GatedTrace() if rule is None else rule, self.layers)
        self.rows = rows

    def think(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x

    def learn(
        self, rewards: list[float] | float, rewarded: bool | list[bool] = False, ended: list[bool] | None = None
    ) -> Learned:
        return self.learner.learn(
            [layer.tick for layer in self.layers],
            np.broadcast_to(np.asarray(rewards, np.float32), self.rows).copy(),
            np.ones(self.rows, np.float32),
            np.broadcast_to(rewarded, self.rows).copy(),
            None if ended is None else np.array(ended),
        )

    def decide(self, actions: Tensor) -> None:
        self.learner.write(torch.nn.functional.one_hot(actions, ACTIONS) - self.layers[-1].tick.output)

    def forget(self) -> None:
        for layer in self.layers:
            layer.zero_states()
        self.learner.zero_states(torch.arange(self.rows))

    def weights(self) -> list[Tensor]:
        return [*(layer.weight.clone() for layer in self.layers), self.learner.critic.weight.clone()]


def _decided(rows: int, rule: ActorCritic | None = None) -> _Creatures:
    """Return creatures that have made one decision and had the forward pass after it."""
    creatures = _Creatures(rows, rule)
    creatures.think(_random(rows, INPUTS, seed=2))
    creatures.learn(0.0)
    creatures.decide(torch.arange(rows) % ACTIONS)
    creatures.think(_random(rows, INPUTS, seed=3))
    return creatures


def _perceived(rows: int) -> Traces:
    """Return the traces of such creatures once they have taken in that forward pass."""
    creatures = _decided(rows)
    creatures.learner.traces.perceive([layer.tick for layer in creatures.layers])
    return creatures.learner.traces


@pytest.mark.parametrize("spread", [0.0, 0.3], ids=["newborn", "experienced"])
@pytest.mark.parametrize("reward", [1.0, -1.0])
def test_what_was_rewarded_becomes_more_likely(reward: float, spread: float) -> None:
    """In 100 of 100 seeds one reward makes the action just taken on an input likelier, a punishment less likely."""
    creatures = _Creatures(100, spread=spread)
    x, actions = 0.5 + _random(100, INPUTS, seed=4).abs(), torch.randint(ACTIONS, (100, 1), generator=_generator(5))
    before = creatures.think(x).gather(1, actions)
    creatures.learn(0.0)
    creatures.decide(actions.squeeze(1))
    creatures.think(_random(100, INPUTS, seed=6).abs())
    creatures.learn(reward, True)
    creatures.forget()
    after = creatures.think(x).gather(1, actions)

    assert ((after - before).sign() == reward).sum().item() == 100


def test_there_is_no_other_critic() -> None:
    """A word that names none is refused in one sentence; the two that do are taken."""
    with pytest.raises(ConfigError, match="critic must be 'state' or 'mean', got 'actor'"):
        _Creatures(1, GatedTrace(critic="actor"))  # type: ignore[arg-type]
    for critic, features in (("state", HIDDEN), ("mean", 0)):
        creatures = _Creatures(1, GatedTrace(critic=critic))  # type: ignore[arg-type]

        assert creatures.learner.critic.weight.shape == (1, features + 1)


def test_a_readout_has_one_decay() -> None:
    """The critic judges by it; several are refused in one sentence."""
    with pytest.raises(ConfigError, match="one decay of the readout; it has several"):
        Learner(Trace(), [LIS(INPUTS, ACTIONS, (0.2, 0.9), rows=(2,), learn=())])


def test_nothing_has_come_of_a_first_decision_yet() -> None:
    """At the first tick of its life no row learns or has an error, whatever it is given."""
    creatures = _Creatures(3, GatedTrace(trigger=Every()))
    before = creatures.weights()
    creatures.think(_random(3, INPUTS, seed=2))
    learned = creatures.learn(1.0, True)

    assert learned.errors.tolist() == [0.0] * 3
    assert learned.rows.tolist() == [False] * 3
    assert all(torch.equal(old, new) for old, new in zip(before, creatures.weights(), strict=True))


def test_a_new_episode_begins_like_a_life() -> None:
    """In the tick after zero_states these rows have no error and do not learn; the others do, and so do all later."""
    creatures = _decided(3, GatedTrace(trigger=Every()))
    creatures.learner.zero_states(torch.tensor([1]))
    first = creatures.learn(1.0, True)
    creatures.decide(torch.zeros(3, dtype=torch.int64))
    creatures.think(_random(3, INPUTS, seed=4))
    second = creatures.learn(1.0, True)

    assert first.rows.tolist() == [True, False, True]
    assert (first.errors != 0.0).tolist() == [True, False, True]
    assert second.rows.tolist() == [True, True, True]


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (Reward(), [True, False, False, False]),
        (Surprise(0.5), [True, True, False, True]),
        (Every(), [True, True, True, True]),
    ],
)
def test_the_trigger_decides_who_learns(trigger: Trigger, expected: list[bool]) -> None:
    """Only rows whose trigger fires change weights; one was rewarded, two were surprised, one had an ordinary tick."""
    creatures = _decided(4, GatedTrace(trigger=trigger))
    before = creatures.weights()
    learned = creatures.learn([0.1, 1.0, 0.2, -1.0], [True, False, False, False])
    changed = [(old != new).flatten(1).any(1).tolist() for old, new in zip(before, creatures.weights(), strict=True)]

    assert learned.errors.tolist() == pytest.approx([0.1, 1.0, 0.2, -1.0])
    assert learned.rows.tolist() == expected
    assert changed[:2] == [expected, expected]


def test_the_critic_learns_at_every_tick() -> None:
    """What a creature expects moves with every error, trigger or not."""
    creatures = _decided(2, GatedTrace(trigger=Reward()))
    creatures.learn(1.0)

    assert creatures.learner.critic.weight.any(1).tolist() == [True, True]


def test_a_step_is_the_error_times_what_is_eligible() -> None:
    """Without entropy each weight moves by learning rate * TD error * gradient."""
    rule = GatedTrace(learning_rate=0.1, entropy=0.0, trigger=Every(), optimizer=_Plain())
    creatures, gradients, rewards = _decided(3, rule), _perceived(3).gradients(slice(None)), [1.0, -2.0, 0.5]
    before = creatures.weights()
    errors = torch.from_numpy(creatures.learn(rewards).errors).view(-1, 1, 1)

    assert errors.flatten().tolist() == rewards  # the critic expects nothing yet
    for old, layer, gradient in zip(before, creatures.layers, gradients, strict=False):
        torch.testing.assert_close(layer.weight, old + 0.1 * errors * gradient)


def test_the_entropy_gradient_is_that_of_this_tick() -> None:
    """Without an error the readout goes up the gradient of its entropy, as automatic differentiation finds it."""
    creatures = _decided(3, GatedTrace(learning_rate=0.1, entropy=0.5, trigger=Every(), optimizer=_Plain()))
    before, features = creatures.weights(), _perceived(3).features
    creatures.learn(0.0)
    weight = before[1].clone().requires_grad_()
    entropy = torch.distributions.Categorical(logits=torch.einsum("roi,ri->ro", weight, features)).entropy()
    (uphill,) = torch.autograd.grad(entropy.sum(), weight)

    assert uphill.abs().max() > 1e-3
    torch.testing.assert_close(creatures.layers[1].weight, before[1] + 0.1 * 0.5 * uphill)
    assert torch.equal(before[0], creatures.layers[0].weight)


def test_entropy_does_nothing_where_no_event_is() -> None:
    """A row that does not learn is not pushed from certainty either."""
    creatures = _decided(2, GatedTrace(entropy=0.5, trigger=Reward()))
    before = creatures.weights()
    creatures.learn(0.0, [True, False])

    assert (before[1] != creatures.layers[1].weight).flatten(1).any(1).tolist() == [True, False]


@pytest.mark.parametrize("reward", [float("nan"), float("inf")])
def test_a_reward_that_is_no_number_touches_no_weight(reward: float) -> None:
    """It is an error that names the row, raised before anything is learned."""
    creatures = _decided(4)
    before = creatures.weights()

    with pytest.raises(NumericError, match="TD error of row 2 is no finite number"):
        creatures.learn([1.0, 1.0, reward, 1.0], True)
    assert all(torch.equal(old, new) for old, new in zip(before, creatures.weights(), strict=True))


@pytest.mark.parametrize("first", [True, False], ids=["everybody", "some"])
def test_an_exploding_trace_touches_no_weight(first: bool) -> None:
    """A gradient beyond all numbers is an error that names the row, raised before anything is learned."""
    creatures = _decided(4, GatedTrace(trigger=Reward()))
    before = creatures.weights()
    for traces in creatures.learner.traces.traces:
        traces.gated.now[2] = 3e38

    with pytest.raises(NumericError, match="gradient of row 2 is no finite number"):
        creatures.learn(100.0, [first, True, True, True])
    assert all(torch.equal(old, new) for old, new in zip(before, creatures.weights(), strict=True))


@pytest.mark.parametrize("reward", [1e10, 1e20, 1e30])
def test_a_huge_finite_reward_leaves_no_nan_in_a_weight(reward: float) -> None:
    """Either the row learns and its weights stay numbers, or it is an error and they stay what they were."""
    creatures = _decided(2)
    with suppress(NumericError):
        creatures.learn(reward, True)

    assert all(torch.isfinite(weight).all() for weight in creatures.weights())


def _live(creatures: _Creatures, rows: list[int], ticks: int = 40) -> None:
    """Let creatures live; what happens to a row depends on its place in `rows` alone."""
    for tick in range(ticks):
        everywhere = 0.3 + _random(5, INPUTS, seed=100 + tick)
        rewards = _random(5, seed=200 + tick) * (_random(5, seed=300 + tick) > 1.0)
        actions = torch.randint(ACTIONS, (5,), generator=_generator(400 + tick))
        creatures.think(everywhere[rows])
        creatures.learn(rewards[rows].tolist(), (rewards[rows] != 0).tolist())
        creatures.decide(actions[rows])


@pytest.mark.parametrize("row", range(5))
def test_rows_do_not_learn_from_each_other(row: int) -> None:
    """What a creature has learned after 40 ticks is the same alone and among others."""
    together, alone = _Creatures(5), _Creatures(1)
    for one, five in zip(alone.layers, together.layers, strict=True):
        one.weight.copy_(five.weight[[row]])
    before = together.weights()
    _live(together, [0, 1, 2, 3, 4])
    _live(alone, [row])

    for old, single, many in zip(before, alone.weights(), together.weights(), strict=True):
        assert not torch.equal(old[row], many[row])
        torch.testing.assert_close(single[0], many[row], rtol=1e-3, atol=1e-5)


def test_a_state_dict_holds_all_that_is_remembered() -> None:
    """A learner that takes on another's state, with the same layers, goes on exactly as that one."""
    first, second = _Creatures(5), _Creatures(5)
    _live(first, [0, 1, 2, 3, 4])
    for ours, theirs in zip(second.layers, first.layers, strict=True):
        ours.load_state_dict(theirs.state_dict())
    second.learner.load_state_dict(first.learner.state_dict())
    for creatures in (first, second):
        _live(creatures, [4, 3, 2, 1, 0], 10)

    assert all(torch.equal(ours, theirs) for ours, theirs in zip(first.weights(), second.weights(), strict=True))


def test_no_graph_is_kept() -> None:
    """After learning no buffer and no weight belongs to a graph."""
    creatures = _Creatures(5)
    _live(creatures, [0, 1, 2, 3, 4], 5)

    assert not any(buffer.requires_grad for buffer in creatures.learner.buffers())
    assert not any(layer.weight.requires_grad for layer in creatures.layers)


def test_the_end_of_an_episode_is_learned_from_whatever_the_trigger_says() -> None:
    """What is due would be forgotten; rows that go on wait for their trigger, and one that is fresh has nothing."""
    creatures = _decided(4, Ring(trigger=Surprise(1e9, rewards=False)))
    creatures.learner.fresh[2] = True
    before = creatures.weights()[1]
    learned = creatures.learn(1.0, True, ended=[False, True, True, False])

    assert learned.rows.tolist() == [False, True, False, False]
    assert (creatures.weights()[1] != before).flatten(1).any(1).tolist() == [False, True, False, False]


def test_rewards_are_judged_in_units_of_their_returns() -> None:
    """With scaled rewards the error of a second reward is that reward over the deviation of the two returns."""
    creatures = _decided(1, Ring(discount=0.5, scale_rewards=True, critic_learning_rate=0.0))
    first = creatures.learn(2.0, True).errors.item()
    creatures.decide(torch.zeros(1, dtype=torch.int64))
    creatures.think(_random(1, INPUTS, seed=4))
    second = creatures.learn(4.0, True).errors.item()

    assert first == 2.0
    assert second == pytest.approx(4.0 / np.std([2.0, 0.5 * 2.0 + 4.0]), rel=1e-6)

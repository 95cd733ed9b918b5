"""The learner: what an event does to a brain."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agents.actor_critic import ActorCritic
from agents.brain import Brain
from agents.layer import Layer
from agents.learner import Learner
from agents.neurons.lif import LIF
from agents.optimizers.factored_rms import FactoredRMS
from agents.optimizers.intentional import Intentional
from agents.optimizers.sgd import SGD
from agents.readouts.lis import LIS
from agents.rules.eprop import EProp
from agents.rules.gated_trace import GatedTrace
from agents.rules.ring import Ring
from agents.rules.rstdp import RSTDP
from agents.rules.slots import Slots
from agents.triggers.every import Every
from agents.triggers.reward import Reward
from agents.triggers.surprise import Surprise
from alife.core.brain import Trigger
from alife.core.errors import ConfigError, NumericError
from alife.core.random import Stream
from tests.agents.episode import ACTIONS, INPUTS, readout_of
from tests.errors import names

HIDDEN = 32
ACCUMULATING = [GatedTrace(), EProp(), RSTDP(), Ring(slots=4)]


def _random(*shape: int, seed: int) -> NDArray[Any]:
    return np.random.default_rng(seed).normal(size=shape)


class _Creatures:
    """Brains with one hidden layer and what they learn, run by hand."""

    def __init__(
        self, rows: int, rule: ActorCritic | None = None, spread: float = 1.0, seed: int | None = None, **options: Any
    ) -> None:
        random = np.random.default_rng(0)
        dtype = options.pop("dtype", np.float64)
        self.layers = [
            Layer(LIF(size=HIDDEN, decay=0.5), INPUTS, rows, random, dtype),
            Layer(LIS(size=ACTIONS), HIDDEN, rows, random, dtype),
        ]
        self.layers[0].weight += 0.5 / INPUTS  # so that nobody is silent
        self.layers[1].weight[:] = spread * random.normal(size=self.layers[1].weight.shape)
        stream = None if seed is None else Stream(seed, "learning")
        self.brain = Brain(self.layers, rule or GatedTrace(), stream)
        assert self.brain.learner is not None
        self.learner, self.readout, self.rows, self.dtype = self.brain.learner, readout_of(self.layers), rows, dtype
        self.all = np.arange(rows)

    def think(self, x: NDArray[Any]) -> NDArray[Any]:
        self.brain.think(self.all, np.ascontiguousarray(x, self.dtype))
        return self.readout.output.copy()

    def learn(self, rewards: Any, rewarded: Any = False, ended: Any = False) -> NDArray[np.bool_]:
        """Return who learned."""
        given = np.broadcast_to(np.asarray(rewards, self.dtype), self.rows).copy()
        flags = (np.broadcast_to(each, self.rows).copy() for each in (rewarded, ended))
        self.learner.learn(self.all, given, np.zeros(self.rows, bool), *flags)
        return self.learner.learned.copy()

    def decide(self, actions: NDArray[np.int64]) -> None:
        self.readout.action[:] = actions
        self.learner.record(self.all)
        self.brain.count_tick()

    def weights(self) -> list[NDArray[Any]]:
        return [*(layer.weight.copy() for layer in self.layers), self.learner.critic.weight.copy()]


def _decided(rows: int, rule: ActorCritic | None = None, **options: Any) -> _Creatures:
    """Return creatures that have made one decision and had the forward pass after it."""
    creatures = _Creatures(rows, rule, **options)
    creatures.think(_random(rows, INPUTS, seed=2))
    creatures.learn(0.0)
    creatures.decide(np.arange(rows) % ACTIONS)
    creatures.think(_random(rows, INPUTS, seed=3))
    return creatures


def _perceived(rows: int) -> Any:
    """Return the traces of such creatures once they have taken in that forward pass."""
    creatures = _decided(rows)
    creatures.learner.traces.perceive(creatures.all)
    return creatures.learner.traces


@pytest.mark.parametrize("spread", [0.0, 0.3], ids=["newborn", "experienced"])
@pytest.mark.parametrize("reward", [1.0, -1.0])
def test_what_was_rewarded_becomes_more_likely(reward: float, spread: float) -> None:
    """In 100 of 100 seeds one reward makes the action just taken on an input likelier, a punishment less likely."""
    creatures = _Creatures(100, spread=spread)
    x, actions = 0.5 + np.abs(_random(100, INPUTS, seed=4)), np.random.default_rng(5).integers(ACTIONS, size=100)
    before = creatures.think(x)[creatures.all, actions]
    creatures.learn(0.0)
    creatures.decide(actions)
    creatures.think(np.abs(_random(100, INPUTS, seed=6)))
    creatures.learn(reward, True)
    creatures.brain.reset(creatures.all)
    after = creatures.think(x)[creatures.all, actions]

    assert (np.sign(after - before) == reward).all()


def test_what_cannot_be_is_refused() -> None:
    """No third critic, no readout with several decays; each in one sentence."""
    with pytest.raises(ConfigError, match=r"critic.*'state', 'senses' or 'mean'.*'actor'"):
        _Creatures(1, GatedTrace(critic="actor"))  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="one decay of the readout"):
        Learner(GatedTrace(), [Layer(LIS(size=ACTIONS, decay=(0.2, 0.9)), INPUTS, 2, np.random.default_rng(0))])
    with pytest.raises(ConfigError, match=r"cannot accumulate credit.* accumulate: false"):
        _Creatures(1, Slots(accumulate=True))


@pytest.mark.parametrize(("critic", "features"), [("state", HIDDEN), ("mean", 0)])
def test_a_critic_judges_by_what_the_readout_hears_or_by_nothing(critic: Any, features: int) -> None:
    """Beside it there is the constant."""
    assert _Creatures(1, GatedTrace(critic=critic)).learner.critic.weight.shape == (1, features + 1)


def test_nothing_has_come_of_a_first_decision_yet() -> None:
    """At the first tick of its life no row learns or has an error, whatever it is given."""
    creatures = _Creatures(3, GatedTrace(trigger=Every()))
    before = creatures.weights()
    creatures.think(_random(3, INPUTS, seed=2))

    assert not creatures.learn(1.0, True).any()
    assert not creatures.learner.errors.any()
    assert all(map(np.array_equal, before, creatures.weights()))


def test_a_new_episode_begins_like_a_life() -> None:
    """In the tick after a reset these rows have no error and do not learn; the others do, and so do all later."""
    creatures = _decided(3, GatedTrace(trigger=Every()))
    creatures.learner.reset(np.array([1]))
    first, errors = creatures.learn(1.0, True), creatures.learner.errors.copy()
    creatures.decide(np.zeros(3, np.int64))
    creatures.think(_random(3, INPUTS, seed=4))

    assert first.tolist() == [True, False, True]
    assert (errors != 0.0).tolist() == [True, False, True]
    assert creatures.learn(1.0, True).tolist() == [True, True, True]


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (Reward(), [True, False, False, False]),
        (Surprise(0.5), [True, True, False, True]),
        (Every(), [True, True, True, True]),
    ],
)
def test_the_trigger_decides_who_learns(trigger: Trigger, expected: list[bool]) -> None:
    """Only rows whose trigger fires change weights, but every critic learns at every tick."""
    creatures = _decided(4, GatedTrace(trigger=trigger))
    before = creatures.weights()
    learned = creatures.learn([0.1, 1.0, 0.2, -1.0], [True, False, False, False])
    changed = [
        (old != new).reshape(4, -1).any(1).tolist() for old, new in zip(before, creatures.weights(), strict=True)
    ]

    assert creatures.learner.errors == pytest.approx([0.1, 1.0, 0.2, -1.0])
    assert learned.tolist() == expected
    assert changed == [expected, expected, [True] * 4]


@pytest.mark.parametrize("accumulate", [False, True])
def test_a_step_is_the_error_times_what_is_eligible(accumulate: bool) -> None:
    """Without entropy each weight moves by learning rate * TD error * gradient."""
    rule = GatedTrace(learning_rate=0.1, entropy=0.0, trigger=Every(), optimizer=SGD(), accumulate=accumulate)
    creatures, rewards = _decided(3, rule), np.array([1.0, -2.0, 0.5])
    gradients = _perceived(3).gradients(np.arange(3), False)
    before = creatures.weights()
    creatures.learn(rewards)

    assert creatures.learner.errors == pytest.approx(rewards)  # the critic expects nothing yet
    for old, layer, gradient in zip(before, creatures.layers, gradients, strict=False):
        assert layer.weight == pytest.approx(old + 0.1 * rewards[:, None, None] * gradient)


def test_the_entropy_gradient_is_that_of_this_tick() -> None:
    """Without an error the readout goes up the gradient of its entropy, as automatic differentiation finds it."""
    creatures = _decided(3, GatedTrace(learning_rate=0.1, entropy=0.5, trigger=Every(), optimizer=SGD()))
    before, features = creatures.weights(), torch.tensor(_perceived(3).features)
    creatures.learn(0.0)
    weight = torch.tensor(before[1], requires_grad=True)
    entropy = torch.distributions.Categorical(logits=torch.einsum("rio,ri->ro", weight, features)).entropy()
    (uphill,) = torch.autograd.grad(entropy.sum(), weight)

    assert uphill.abs().max() > 1e-3
    assert creatures.layers[1].weight == pytest.approx(before[1] + 0.1 * 0.5 * uphill.numpy())
    assert np.array_equal(before[0], creatures.layers[0].weight)


def _unlike(first: list[NDArray[Any]], second: list[NDArray[Any]]) -> list[bool]:
    """Return in which rows weights differ."""
    return np.any(
        [(one != other).reshape(len(one), -1).any(1) for one, other in zip(first, second, strict=True)], 0
    ).tolist()


def _is_finite(creatures: _Creatures) -> bool:
    return all(np.isfinite(array).all() for array in creatures.brain.arrays())


@pytest.mark.parametrize("reward", [float("nan"), float("inf"), -1e13, 3e38])
@pytest.mark.parametrize("rule", [*ACCUMULATING, Slots()], ids=lambda rule: type(rule).__name__)
def test_a_reward_that_is_too_large_is_refused_in_its_row(rule: ActorCritic, reward: float) -> None:
    """The fault names row and reward; that row keeps its weights and is well, all others learn."""
    creatures = _decided(4, rule, dtype=np.float32)
    before = creatures.weights()
    learned = creatures.learn([1.0, 1.0, reward, 1.0], True)
    (fault,) = creatures.brain.faults

    assert (fault.kind, fault.rows.tolist()) == ("reward", [2])
    assert f"{np.float32(reward):.6g}" in fault.what
    assert learned.tolist() == _unlike(before, creatures.weights()) == [True, True, False, True]
    assert _is_finite(creatures)


def test_a_critic_that_has_grown_is_told_from_a_reward() -> None:
    """Where the reward is an ordinary one, the sentence speaks of the critic and its weights, not of the reward."""
    creatures = _decided(4, Ring(), dtype=np.float32)
    creatures.learner.critic.weight[1] = 1e30
    creatures.learn(1.0, True)
    (fault,) = creatures.brain.faults

    assert (fault.kind, fault.rows.tolist()) == ("TD error", [1])
    assert names(fault.what, "reward is 1 ... critic ... 1e+30")
    assert _is_finite(creatures)


@pytest.mark.parametrize("first", [True, False], ids=["all", "some"])
def test_an_exploding_trace_touches_no_weight(first: bool) -> None:
    """A gradient beyond all numbers is refused in its row, whose traces are cleared; all others learn."""
    creatures = _decided(4, GatedTrace(trigger=Reward()), dtype=np.float32)
    before, traces = creatures.weights(), creatures.learner.traces
    for part in (*traces.hidden, traces.readout):  # type: ignore[attr-defined]
        part.gated.trace[2] = 3e38
    learned = creatures.learn(100.0, [first, True, True, True])

    assert {(fault.kind, *fault.rows.tolist()) for fault in creatures.brain.faults} == {("gradient", 2)}
    assert learned.tolist() == [first, True, False, True]
    assert _unlike(before[:2], creatures.weights()[:2]) == learned.tolist()
    assert _is_finite(creatures)


@dataclass(frozen=True)
class _Faulty(FactoredRMS):
    """An optimizer that leaves something wrong in row 2: a weight, or what it remembers."""

    wrong: float = np.nan
    weights: bool = True

    def start(self, weight: NDArray[Any]) -> Any:
        state, kind = super().start(weight), self
        right = state.update

        def update(rows: Any, weight: Any, *others: Any) -> None:
            right(rows, weight, *others)
            if 2 in rows:
                (weight if kind.weights else state.of_inputs)[2] = kind.wrong

        state.update, state.stays_finite = update, False  # type: ignore[misc, method-assign]
        return state


@pytest.mark.parametrize(("wrong", "weights"), [(np.nan, True), (np.inf, True), (2e12, True), (np.nan, False)])
def test_a_step_that_goes_wrong_is_taken_back_in_its_row(wrong: float, weights: bool) -> None:
    """Weights of all layers are what they were, and the optimizers begin anew there; all other rows have learned."""
    creatures = _decided(4, Ring(optimizer=_Faulty(wrong=wrong, weights=weights)), dtype=np.float32)
    before = creatures.weights()[:2]
    learned = creatures.learn(1.0, True)
    (fault,) = creatures.brain.faults

    assert (fault.kind, fault.rows.tolist()) == ("weight", [2])
    assert learned.tolist() == _unlike(before, creatures.weights()[:2]) == [True, True, False, True]
    assert all(not array[2].any() for each in creatures.learner.optimizers for array in each.arrays() if array.size)
    assert _is_finite(creatures)


@pytest.mark.parametrize(("wrong", "kind"), [("signal", "input"), ("weight", "membrane")])
def test_what_is_no_number_on_its_way_up_is_refused_in_its_row(wrong: str, kind: str) -> None:
    """The row is at rest, acts by chance and learns nothing; the fault tells what is sensed from what has grown."""
    creatures = _decided(4, dtype=np.float32)
    signal = np.ones((4, INPUTS), np.float32)
    if wrong == "signal":
        signal[1, 2] = np.inf
    else:
        creatures.layers[0].weight[1] = 3e38
    output = creatures.think(signal)
    (fault,) = creatures.brain.faults

    assert (fault.kind, fault.rows.tolist()) == (kind, [1])
    assert names(fault.what, "input 2 ... inf" if wrong == "signal" else "layer 0 ... largest weight ... 3e+38")
    assert output[1] == pytest.approx(np.full(ACTIONS, 1 / ACTIONS))
    assert creatures.learn(1.0, True).tolist() == [True, False, True, True]
    assert _is_finite(creatures)
    with pytest.raises(NumericError, match="row 1"):
        creatures.brain.raise_fault()


@pytest.mark.slow
@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.floats(width=32, allow_subnormal=False), min_size=12, max_size=12),
    st.lists(st.floats(width=32, allow_subnormal=False), min_size=12, max_size=12),
    st.sampled_from(
        [*ACCUMULATING, Slots(), Ring(scale_rewards=True, optimizer=Intentional()), EProp(trigger=Every())]
    ),
)
def test_whatever_comes_in_nothing_that_stays_is_not_finite(
    inputs: list[float], rewards: list[float], rule: ActorCritic
) -> None:
    """Any numbers of 32 bits, NaN and infinities among them, sensed or given."""
    creatures = _Creatures(1, rule, dtype=np.float32)
    with np.errstate(all="ignore"):
        for sensed, given_ in zip(inputs, rewards, strict=True):
            creatures.think(np.full((1, INPUTS), sensed))
            creatures.learner.refuse_rewards(creatures.all, reward := np.array([given_], np.float32))
            creatures.learn(reward, True)
            creatures.decide(np.zeros(1, np.int64))

    assert _is_finite(creatures)


def _live(creatures: _Creatures, rows: list[int], ticks: int = 40) -> list[NDArray[np.bool_]]:
    """Let creatures live; what happens to a row depends on its place in `rows` alone. Return who learned when."""
    learned = []
    for tick in range(ticks):
        rewards = _random(5, seed=200 + tick) * (_random(5, seed=300 + tick) > 1.0)
        creatures.think(0.3 + _random(5, INPUTS, seed=100 + tick)[rows])
        learned.append(creatures.learn(rewards[rows], rewards[rows] != 0.0))
        creatures.decide(np.random.default_rng(400 + tick).integers(ACTIONS, size=5)[rows])
    return learned


def _alone(rule: ActorCritic, row: int) -> list[NDArray[Any]]:
    together, alone = _Creatures(5), _Creatures(1, rule)
    for one, five in zip(alone.layers, together.layers, strict=True):
        one.weight[:] = five.weight[[row]]
    _live(alone, [row])
    return alone.weights()


@pytest.mark.parametrize("rule", ACCUMULATING, ids=lambda rule: type(rule).__name__)
def test_rows_do_not_learn_from_each_other(rule: ActorCritic) -> None:
    """What a creature has learned after 40 ticks is the same alone and among others, to the bit."""
    together = _Creatures(5, rule)
    before = together.weights()
    _live(together, [0, 1, 2, 3, 4])

    for row in range(5):
        for old, single, many in zip(before, _alone(rule, row), together.weights(), strict=True):
            assert not np.array_equal(old[row], many[row])
            assert np.array_equal(single[0], many[row])


@pytest.mark.parametrize("rule", [*ACCUMULATING, Slots()], ids=lambda rule: type(rule).__name__)
def test_a_brain_that_took_on_a_state_goes_on_to_the_bit(rule: ActorCritic) -> None:
    """All that is remembered is in it."""
    rule = replace(rule, scale_rewards=True)
    first, second = (_Creatures(5, rule, seed=3) for _ in range(2))
    _live(first, [0, 1, 2, 3, 4])
    for ours, theirs in zip(second.layers, first.layers, strict=True):
        ours.load_state_dict(theirs.state_dict())
    second.learner.load_state_dict(first.learner.state_dict())
    for creatures in (first, second):
        _live(creatures, [4, 3, 2, 1, 0], 10)

    assert all(map(np.array_equal, first.weights(), second.weights()))


def test_a_learner_hands_its_stream_on() -> None:
    """Two learners with different streams keep different decisions."""
    kept = []
    for seed in (0, 1):
        creatures = _Creatures(5, Slots(slots=4), seed=seed)
        _live(creatures, [0, 1, 2, 3, 4], 5)
        kept.append(creatures.learner.traces.grads)  # type: ignore[attr-defined]

    assert not np.array_equal(*kept)


def test_the_end_of_an_episode_is_learned_from_whatever_the_trigger_says() -> None:
    """What has accumulated would be forgotten; rows that go on wait for their trigger, a fresh one has nothing."""
    creatures = _decided(4, Ring(trigger=Surprise(1e9, rewards=False)))
    creatures.learner.fresh[2] = True
    before = creatures.weights()[1]
    learned = creatures.learn(1.0, True, ended=[False, True, True, False])

    assert learned.tolist() == [False, True, False, False]
    assert (creatures.weights()[1] != before).reshape(4, -1).any(1).tolist() == [False, True, False, False]


def test_rewards_are_judged_in_units_of_their_returns() -> None:
    """With scaled rewards the error of a second reward is that reward over the deviation of the two returns."""
    creatures = _decided(1, Ring(discount=0.5, scale_rewards=True, critic_learning_rate=1e-12))
    creatures.learn(2.0, True)
    first = creatures.learner.errors.item()
    creatures.decide(np.zeros(1, np.int64))
    creatures.think(_random(1, INPUTS, seed=4))
    creatures.learn(4.0, True)

    assert first == 2.0
    assert creatures.learner.errors.item() == pytest.approx(4.0 / np.std([2.0, 0.5 * 2.0 + 4.0]), rel=1e-6)


@pytest.mark.parametrize("rule", ACCUMULATING, ids=lambda rule: type(rule).__name__)
def test_where_every_tick_is_an_event_nothing_is_left_to_accumulate(rule: ActorCritic) -> None:
    """Then it makes no difference whether TD errors are, entropy included."""
    accumulating, dropping = (
        _Creatures(5, replace(rule, trigger=Every(), entropy=0.1, accumulate=accumulate))
        for accumulate in (True, False)
    )
    before = accumulating.weights()
    for creatures in (accumulating, dropping):
        _live(creatures, [0, 1, 2, 3, 4])

    assert np.abs(accumulating.weights()[1] - before[1]).max() > 1e-2
    for found, expected in zip(accumulating.weights(), dropping.weights(), strict=True):
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("rule", ACCUMULATING, ids=lambda rule: type(rule).__name__)
def test_an_event_clears_what_was_accumulated_in_its_rows_only(rule: ActorCritic) -> None:
    """After an event nothing is left there; where none has been something is."""
    creatures = _Creatures(5, replace(rule, trigger=Reward()))
    _live(creatures, [0, 1, 2, 3, 4])
    creatures.think(_random(5, INPUTS, seed=7))
    learned = creatures.learn([1.0, 0.0, 0.0, -1.0, 0.0], [True, False, False, True, False])
    learner = creatures.learner
    left = [*learner.traces.gradients(creatures.all, True), learner.entropy_push, learner.squares]

    assert learned.tolist() == [True, False, False, True, False]
    for each in left:
        assert (each.reshape(5, -1).any(1) == ~learned).all()

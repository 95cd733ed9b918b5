"""Populations: brains, their decisions and their episodes."""

import copy
from dataclasses import replace
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.typing import NDArray

from agents import Population
from agents.encoders.fitting import Fitting
from agents.neurons.li import LI
from agents.neurons.lif import LIF
from agents.readouts.lig import LIG
from agents.readouts.lis import LIS
from agents.rules.gated_trace import GatedTrace
from agents.rules.none import NoLearning
from agents.triggers.every import Every
from agents.triggers.reward import Reward
from agents.triggers.surprise import Surprise
from alife.core.brain import Rule
from alife.core.errors import ConfigError
from alife.core.frame import BrainProbe, Choice, Motion
from alife.core.world import Outcome, reward_events

WIDTH, ACTIONS, ROWS = 16, 3, 4
BOX = gymnasium.spaces.Box(0.0, 1.0, (WIDTH,), np.float32)
DISCRETE = gymnasium.spaces.Discrete(ACTIONS)
MOVES = gymnasium.spaces.Box(np.array([-1.0, 0.0], np.float32), np.array([1.0, 10.0], np.float32))
HIDDEN = LIF(size=64, decay=0.5)


def _moving(**options: Any) -> Population:
    """Return a population whose actions are two numbers."""
    given = {"layers": [HIDDEN], "readout": LIG(spread=0.5), "rule": GatedTrace(), "seed": 0}
    return Population("learners", options.pop("rows", ROWS), BOX, MOVES, **(given | options))


def _population(name: str = "learners", rows: int = ROWS, **options: Any) -> Population:
    given = {"layers": [HIDDEN], "readout": LIS(decay=0.2), "rule": GatedTrace(), "seed": 0}
    return Population(name, rows, BOX, DISCRETE, **(given | options))


def _outcome(tick: int, rows: int = ROWS, rewards: list[float] | None = None) -> Outcome:
    """Return what a tick brings: senses and rewards that depend on the tick alone."""
    random = np.random.default_rng(tick)
    start = Outcome.at_reset(random.random((rows, WIDTH), np.float32))
    drawn = random.normal(size=rows) * (random.random(rows) < 0.3)
    earned = drawn if rewards is None else np.array(rewards)
    return replace(start, rewards=earned, events=reward_events(earned))


def _ending(outcome: Outcome, row: int, how: str) -> Outcome:
    ended = np.arange(len(outcome.rewards)) == row
    return replace(outcome, **{how: ended})


def _live(population: Population, ticks: range) -> list[list[int]]:
    return [population.act(_outcome(tick, population.rows)).tolist() for tick in ticks]


def _same_brains(first: Population, second: Population) -> bool:
    arrays = (list(each.brain.arrays()) for each in (first, second))
    return all(np.array_equal(one, other) for one, other in zip(*arrays, strict=True))


# Brains and their seeds


def test_the_same_seed_gives_the_same_life() -> None:
    """Two populations of the same name and seed act alike for 100 ticks and learn the same weights."""
    first, second = _population(), _population()

    assert _live(first, range(100)) == _live(second, range(100))
    assert _same_brains(first, second)


@pytest.mark.parametrize("other", [{"name": "control"}, {"seed": 1}], ids=str)
def test_names_and_seeds_tell_brains_apart(other: dict[str, Any]) -> None:
    """Another species or another seed has other weights and acts otherwise."""
    first, second = _population(), _population(**other)

    assert not np.array_equal(first.brain.layers[0].weight, second.brain.layers[0].weight)
    assert _live(first, range(20)) != _live(second, range(20))


def test_every_tick_has_its_own_luck() -> None:
    """A brain to which everything is equally likely decides otherwise from tick to tick and from row to row."""
    actions = np.array(_live(_population(rule=NoLearning()), range(30)))

    assert all(set(of_one_row) == {0, 1, 2} for of_one_row in actions.T.tolist())
    assert len(np.unique(actions, axis=1).T) == ROWS


def test_hidden_layers_are_not_born_alike() -> None:
    """Two layers of one brain have weights of their own, and so have two creatures."""
    population = _population(layers=[LIF(size=WIDTH + 1), LIF(size=WIDTH + 1)])
    first, second = (layer.weight for layer in population.brain.layers[:2])

    assert not np.array_equal(first, second)
    assert not np.array_equal(first[0], first[1])


def test_without_hidden_layers_there_are_51_weights() -> None:
    """Sixteen senses and a constant, times three actions; and it acts and learns."""
    population = _population(layers=[])
    _live(population, range(20))

    assert sum(layer.weight[0].size for layer in population.brain.layers) == 51
    assert population.brain.layers[0].weight.any((1, 2)).all()


def test_actions_lie_in_the_action_space() -> None:
    """What a brain decides is an action of one creature."""
    assert all(DISCRETE.contains(action) for action in _population().act(_outcome(0)))


@pytest.mark.parametrize(
    "space", [gymnasium.spaces.Discrete(ACTIONS, start=5), gymnasium.spaces.MultiDiscrete([2, 3])], ids=str
)
def test_actions_are_those_of_the_space(space: gymnasium.Space[Any]) -> None:
    """Actions of a space that does not start at 0, or of several choices at once, lie in it."""
    population = Population("learners", ROWS, BOX, space, [], LIS(), GatedTrace(), 0)

    assert all(space.contains(action) for action in population.act(_outcome(0)))


def test_other_action_spaces_are_refused() -> None:
    """A space for which there is no readout is an error of one sentence with the path."""
    space = gymnasium.spaces.Text(2)
    with pytest.raises(ConfigError, match=r"^creatures\.learners: .*Discrete space, .*MultiDiscrete"):
        Population("learners", ROWS, BOX, space, [HIDDEN], LIS(), GatedTrace(), 0)


@pytest.mark.parametrize(
    ("space", "readout", "wrong", "right"),
    [
        (DISCRETE, LIG(), "lig", "lis"),
        (gymnasium.spaces.Discrete(4), LIG(), "lig", "lis"),
        (DISCRETE, LI(), "li", "lis"),
        (MOVES, LIS(), "lis", "lig"),
        (MOVES, LI(), "li", "lig"),
    ],
)
def test_the_wrong_readout_is_refused(space: Any, readout: Any, wrong: str, right: str) -> None:
    """One sentence names the path, what is there and the kind that fits, whatever the number of actions."""
    with pytest.raises(ConfigError) as caught:
        Population("learners", ROWS, BOX, space, [HIDDEN], readout, GatedTrace(), 0)

    assert str(caught.value) == (
        f"creatures.learners.brain.readout: {wrong} does not fit the action space {space}, {{kind: {right}}} does"
    )


# Learning


def test_the_control_learns_nothing() -> None:
    """With the rule `none` no weight ever changes, and nothing is remembered for learning."""
    population = _population(rule=NoLearning())
    before = [layer.weight.copy() for layer in population.brain.layers]
    _live(population, range(50))

    assert not population.learns
    assert all(np.array_equal(old, layer.weight) for old, layer in zip(before, population.brain.layers, strict=True))
    assert population.learning_state_bytes() == 0
    assert not population.report.learned.any()


def test_learning_state_is_traces_and_step_sizes() -> None:
    """The forage brain of 17 inputs, 64 LIF and 3 actions remembers 1,121 numbers and two flags, its weights apart."""
    hidden = 2 * 17 + 2 * 3 * 17 + 64  # two filters, three gated traces and what they accumulated, the mean slopes
    readout = 64 + 2 * 3 * 64  # a filter, three gated traces and what they accumulated
    entropy = 3 * 64 + 1  # its push, and the sum of squared errors, since the last event
    critic = 65 + 65 + 1 + 1  # features, traces, the last value, the last error
    steps = (64 + 17) + (3 + 64)  # a mean square for each row and each column of both weights
    schedule = 2 * 4 + 6 * 8  # bytes: the rate and the entropy; ages, means of reward, ticks since it learned

    assert _population().learning_state_bytes() == 4 * (hidden + readout + entropy + critic + steps) + 2 + schedule


def test_the_report_tells_who_learned_and_why() -> None:
    """Rewarded rows learn, surprised rows learn without a reward, the others do not."""
    population = _population(rule=GatedTrace(trigger=Surprise()))
    population.act(_outcome(0, rewards=[0.0] * 4))
    events = reward_events(np.array([1.0, 0.0, 0.0, 0.0]))
    population.act(replace(_outcome(1, rewards=[1.0, 1.0, 0.0, 0.05]), events=events))

    assert population.report.learned.tolist() == [True, True, False, False]
    assert population.report.surprised.tolist() == [False, True, False, False]
    assert population.report.errors.tolist() == pytest.approx([1.0, 1.0, 0.0, 0.05])


def test_an_event_of_value_zero_is_no_reward() -> None:
    """Something that happened with value 0 does not make a row learn."""
    population = _population(rule=GatedTrace(trigger=Reward()))
    population.act(_outcome(0))
    outcome = _outcome(1, rewards=[1.0] * 4)
    population.act(replace(outcome, events=outcome.events._replace(values=np.array([0.0, 1.0, 0.0, 1.0]))))

    assert population.report.learned.tolist() == [False, True, False, True]


def test_firing_rates_are_spikes_per_neuron_per_tick() -> None:
    """Each spiking layer's rate is the mean of all its spikes so far."""
    population, spikes = _population(), []
    for tick in range(10):
        population.act(_outcome(tick))
        spikes.append(population.brain.layers[0].neurons.output.mean())

    assert population.firing_rates() == pytest.approx([np.mean(spikes)])
    assert 0.0 < population.firing_rates()[0] < 1.0


# Shuffled rewards


def _felt(rewards: str, rewards_given: list[float], ticks: int = 30) -> NDArray[np.float32]:
    """Return the TD errors of a population whose critic expects nothing and never learns."""
    population = _population(rewards=rewards, rule=GatedTrace(trigger=Reward()))
    errors = []
    for tick in range(ticks):
        population.act(_outcome(tick, rewards=rewards_given))
        population.brain.learner.critic.weight[:] = 0.0
        population.brain.learner.critic.values[:] = 0.0
        errors.append(population.report.errors.copy())
    return np.array(errors[1:])


def test_shuffled_rewards_are_those_of_the_same_tick() -> None:
    """Every tick gives out the rewards of that tick, each once, and to others than those who earned them."""
    rewards_given = [1.0, 2.0, 3.0, 4.0]
    felt = _felt("shuffled", rewards_given)

    assert np.array_equal(np.tile(np.array(rewards_given, np.float32), (29, 1)), np.sort(felt, axis=1))
    assert [set(felt[:, row].tolist()) for row in range(4)] == [set(rewards_given) - {one} for one in rewards_given]


def test_own_rewards_are_one_s_own() -> None:
    """Without shuffling every creature feels what it earned."""
    rewards_given = [1.0, 2.0, 3.0, 4.0]

    assert np.array_equal(np.tile(np.array(rewards_given, np.float32), (29, 1)), _felt("own", rewards_given))


def test_an_event_goes_where_its_reward_goes() -> None:
    """Who is given a reward learns from it, and who earned it does not."""
    population = _population(rewards="shuffled", rule=GatedTrace(trigger=Reward()))
    population.act(_outcome(0, rewards=[0.0] * 4))
    receivers = set()
    for tick in range(1, 30):
        population.act(_outcome(tick, rewards=[1.0, 0.0, 0.0, 0.0]))
        (receiver,) = np.flatnonzero(population.report.learned)
        receivers.add(int(receiver))

    assert receivers == {1, 2, 3}


def test_a_single_creature_cannot_shuffle_rewards() -> None:
    """Shuffled rewards for one row are an error of one sentence with the path to the fault."""
    with pytest.raises(ConfigError, match=r"^creatures\.learners\.rewards: .*two creatures"):
        _population(rows=1, rewards="shuffled")


# Episodes


@pytest.mark.parametrize("how", ["terminated", "truncated"])
def test_an_episode_starts_with_silence_and_what_was_learned(how: str) -> None:
    """After an end a row's membranes and traces begin at zero and its weights stay; the other rows go on."""
    population = _population(rule=GatedTrace(trigger=Every()))
    _live(population, range(20))
    population.act(_ending(_outcome(20), 1, how))
    layers, learner = population.brain.layers, population.brain.learner
    weights = [layer.weight.copy() for layer in layers]
    critic = learner.critic.weight.copy()
    outcome = _outcome(21, rewards=[1.0] * 4)
    population.act(outcome)
    x = np.append(Fitting().gain * outcome.observations, np.ones((ROWS, 1), np.float32), 1)
    without_a_past = np.einsum("rio,ri->ro", weights[0], x)
    traces, only = learner.traces.hidden[0], [False, True, False, False]

    assert population.report.learned.tolist() == [True, False, True, True]
    assert population.report.errors[1] == 0.0
    assert np.isclose(layers[0].neurons.before, without_a_past, atol=1e-5).all(1).tolist() == only
    assert np.isclose(traces.filtered, x[:, None]).all((1, 2)).tolist() == only
    assert np.abs(traces.gated.trace[1]).sum(0) / x[1] == pytest.approx(_gate_size(population, 1), rel=1e-4)
    assert all(np.array_equal(old[1], layer.weight[1]) for old, layer in zip(weights, layers, strict=True))
    assert np.array_equal(critic[1], learner.critic.weight[1])
    assert weights[1][1].any()


def _gate_size(population: Population, row: int) -> float:
    """Return the sum of |onehot - p| of the last decision: twice the probability of all other actions."""
    decision = population.probe(row).decision
    assert isinstance(decision, Choice)
    return 2.0 * (1.0 - float(decision.probabilities[decision.action]))


@pytest.mark.parametrize(("how", "error"), [("terminated", -1.0), ("truncated", -0.05)])
def test_what_would_have_come_counts_only_where_life_was_cut_off(how: str, error: float) -> None:
    """A critic that expects 1 everywhere is wrong by -1 at a termination and by g - 1 at a truncation."""
    population = _population()
    population.brain.learner.critic.weight[:, -1] = 1.0
    quiet = [0.0] * 4
    population.act(_outcome(0, rewards=quiet))
    population.act(_ending(_outcome(1, rewards=quiet), 2, how))

    assert population.report.errors.tolist() == pytest.approx([-0.05, -0.05, error, -0.05])
    assert population.report.learned.tolist() == [False, False, True, False]  # an end is an event


# States and probes


@pytest.mark.parametrize("options", [{}, {"layers": []}, {"rewards": "shuffled"}, {"rule": NoLearning()}], ids=str)
def test_a_loaded_state_goes_on_as_if_it_had_never_stopped(options: dict[str, Any]) -> None:
    """A state taken in the middle, just after an end, continues to the bit in another population of the kind."""
    first, second = _population(**options), _population(**options)
    _live(first, range(30))
    _live(second, range(7))
    first.act(_ending(_outcome(30), 1, "terminated"))
    second.load_state_dict(first.state_dict())

    assert _live(first, range(31, 80)) == _live(second, range(31, 80))
    assert first.firing_rates() == second.firing_rates()
    assert _same_brains(first, second)


def test_a_state_is_not_changed_by_going_on() -> None:
    """What state_dict returned stays as it was."""
    population = _population()
    _live(population, range(10))
    state = population.state_dict()
    kept = copy.deepcopy(state)
    _live(population, range(10, 40))

    np.testing.assert_equal(state, kept)
    assert state["tick"] == 10


def test_a_probe_shows_the_last_tick() -> None:
    """It holds each layer's membranes before the reset, its outputs, and the decision of one creature."""
    population = _population()
    _live(population, range(9))
    actions = population.act(_outcome(9))
    probe = population.probe(2)
    hidden, readout = (layer.neurons for layer in population.brain.layers)

    assert isinstance(probe.decision, Choice)
    assert (probe.tick, probe.species, probe.row, probe.decision.action) == (9, "learners", 2, actions[2])
    assert np.array_equal(hidden.before[2], probe.layers[0].membranes)
    assert np.array_equal(hidden.output[2], probe.layers[0].outputs)
    assert np.array_equal(readout.output[2], probe.decision.probabilities)
    assert probe.layers[0].threshold == pytest.approx(1.0)
    assert probe.layers[1].threshold is None
    assert probe.value == population.brain.learner.critic.values[2]
    assert probe.error == population.report.errors[2]


def test_a_probe_has_arrays_of_its_own() -> None:
    """A probe stays as it was whatever comes after, and writing to it changes no brain."""
    population = _population()
    _live(population, range(10))
    arrays, writable = (_arrays(population.probe(0)) for _ in range(2))
    kept, before = [array.copy() for array in arrays], population.brain.state_dict()
    for array in writable:
        array.fill(9.0)

    np.testing.assert_equal(population.brain.state_dict(), before)
    _live(population, range(10, 20))
    assert all(np.array_equal(old, new) for old, new in zip(kept, arrays, strict=True))


def _arrays(probe: BrainProbe) -> list[NDArray[np.float32]]:
    assert isinstance(probe.decision, Choice)
    return [
        probe.decision.probabilities,
        *(part for layer in probe.layers for part in (layer.membranes, layer.outputs)),
    ]


def test_a_creature_without_a_critic_expects_nothing() -> None:
    """The probe of one that does not learn has no value and no error."""
    population = _population(rule=NoLearning())
    population.act(_outcome(0))
    probe = population.probe(0)

    assert (probe.value, probe.error, probe.learned) == (None, None, False)


def test_actions_have_names() -> None:
    """A probe names the actions as it was told, or numbers them."""
    numbered, named = _population(), _population(action_names=("left", "on", "right"))
    for population in (numbered, named):
        population.act(_outcome(0))

    assert numbered.probe(0).action_names == ("action 0", "action 1", "action 2")
    assert named.probe(0).action_names == ("left", "on", "right")


@pytest.mark.parametrize("rule", [GatedTrace(), NoLearning()])
def test_a_weight_that_is_no_number_is_noticed_at_once(rule: Rule) -> None:
    """A NaN in a readout weight is a fault of the row it is in, learner or control."""
    population = _population(rule=rule)
    population.act(_outcome(0))
    population.brain.layers[-1].weight[2] = float("nan")

    population.act(_outcome(1))
    assert [(fault.kind, fault.rows.tolist()) for fault in population.report.faults] == [("membrane", [2])]


def test_a_rule_that_cannot_be_carried_out_is_refused() -> None:
    """A rule that derives from Rule alone would be ignored in silence; it is refused by name."""

    class Idle(Rule):
        pass

    with pytest.raises(ConfigError, match="Idle"):
        _population(rule=Idle())


# Actions that are numbers


def test_numbers_are_drawn_scaled_and_cut_off() -> None:
    """Born with means of 0, creatures act around the middle of each range, rows apart and ticks apart, in the space."""
    population = _moving(rule=NoLearning(), rows=200)
    actions = np.array([population.act(_outcome(tick, 200)) for tick in range(50)])
    shares = np.mean((actions == MOVES.low) | (actions == MOVES.high), axis=(0, 1))

    assert all(MOVES.contains(action) for action in actions.reshape(-1, 2))
    assert actions.mean((0, 1)) == pytest.approx([0.0, 5.0], abs=0.1)
    assert shares == pytest.approx([0.0455, 0.0455], abs=0.01)  # two standard deviations of 0.5 away
    assert len(np.unique(actions[..., 0])) > 0.9 * actions[..., 0].size


def test_the_gradient_is_that_of_what_was_drawn() -> None:
    """The traces take in grad log pi of the numbers before they are cut off, (rows, twice the numbers)."""
    population = _moving(layers=[], readout=LIG(spread=2.0))
    outcome = _outcome(0)
    population.act(outcome)
    x = np.append(Fitting().gain * outcome.observations[1], np.float32(1.0))
    drawn = population.probe(1).decision.drawn
    z = drawn / 2.0
    grad_log_prob = np.append(z / 2.0, (z * z - 1.0) * (1.0 - np.exp(-2.0)) / 2.0)

    assert (np.abs(drawn) > 1.0).any()  # so that the difference would show
    np.testing.assert_allclose(
        population.brain.learner.traces.gradients(np.array([1]), False)[-1][0], np.outer(x, grad_log_prob), rtol=1e-4
    )


def test_a_probe_shows_means_spreads_and_what_was_drawn() -> None:
    """The decision is a Motion of as many numbers as the actions have, which scaled and cut off are the action."""
    population = _moving()
    for tick in range(20):
        actions = population.act(_outcome(tick))
    probe = population.probe(2)
    assert isinstance(probe.decision, Motion)
    expected = np.clip(probe.decision.drawn, -1.0, 1.0) * [1.0, 5.0] + [0.0, 5.0]

    assert probe.action_names == ("action 0", "action 1")
    np.testing.assert_allclose(actions[2], expected, rtol=1e-6)
    assert np.array_equal(population.brain.readout.output[2], np.append(probe.decision.means, probe.decision.spreads))


def test_numbers_go_on_from_a_state() -> None:
    """A state taken in the middle continues to the bit."""
    first, second = _moving(), _moving()
    _live(first, range(30))
    second.load_state_dict(first.state_dict())

    assert _live(first, range(30, 60)) == _live(second, range(30, 60))


def test_a_brain_that_moves_learns_at_events() -> None:
    """Rewarded rows change their weights, and keep finite numbers."""
    population = _moving()
    _live(population, range(200))

    assert population.report.learned.dtype == bool
    assert population.brain.layers[-1].weight.any((1, 2)).all()
    assert all(np.isfinite(array).all() for array in population.brain.arrays())


def test_outputs_too_large_to_square_are_noticed() -> None:
    """A mean beyond what 32 bits can square is a fault of the row it is in."""
    population = _moving()
    population.act(_outcome(0))
    population.brain.layers[-1].weight[2] = 1e30

    population.act(_outcome(1))
    assert [(fault.kind, fault.rows.tolist()) for fault in population.report.faults] == [("membrane", [2])]

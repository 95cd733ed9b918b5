"""Conditioning: what is shown when, what comes of it, and that it can be learned."""

import copy
import pickle
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body import Body
from alife.config.simulation_config import load_config, parse_config
from alife.core.errors import ConfigError
from alife.core.world import Outcome, Species
from alife.sim.build import build_simulation
from alife.sim.checked_world import CheckedWorld
from benchmarks.trials import run_protocol
from tests.worlds.lives import same
from worlds.conditioning import LICK, WAIT, Conditioning, Player
from worlds.protocol import NEVER, Phase, Protocol

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "conditioning.yaml"
ONE: Species = {"learners": (Body(), 1)}
CROWD: Species = {"learners": (Body(), 2), "others": (Body(), 3)}
FED = (Phase("acquisition", 10, {"light": 1.0}),)


def _world(protocol: Any = FED, species: Species = ONE, copies: int = 1, **more: Any) -> Conditioning:
    return Conditioning(species, copies, protocol=protocol, **more)


def _acts(world: Conditioning, action: int) -> dict[str, NDArray[np.int64]]:
    return {name: np.full(world.row_count(name), action) for name in world.species}


def _random(world: Conditioning, ticks: int) -> list[dict[str, NDArray[np.int64]]]:
    """Return actions of every row; those of a copy are the same whatever the number of copies."""
    counts = {name: count for name, (_, count) in world.species.items()}
    drawn = [np.random.default_rng(each).integers(0, 2, (ticks, sum(counts.values()))) for each in range(world.copies)]
    acts = []
    for tick in range(ticks):
        first, acts_now = 0, {}
        for name, count in counts.items():
            acts_now[name] = np.concatenate([each[tick, first : first + count] for each in drawn])
            first += count
        acts.append(acts_now)
    return acts


def _lives(world: Conditioning, ticks: int, action: int = WAIT, seed: int = 0) -> list[Outcome]:
    return [world.reset(seed)["learners"]] + [world.step(_acts(world, action))["learners"] for _ in range(ticks)]


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.integers(1, 8), st.integers(1, 12), st.integers(1, 6), st.integers(0, 6), st.integers(0, 2**40))
def test_cue_and_outcome_come_to_the_tick(lasts: int, delay: int, shortest: int, more: int, seed: int) -> None:
    """A cue is on for `lasts` ticks, the drop comes `delay` ticks after its first, the interval before is in range."""
    world = _world(lasts=lasts, delay=delay, interval=(shortest, shortest + more))
    lives = _lives(world, 200, seed=seed)
    lit = np.array([outcome.observations[0, 0] for outcome in lives])
    tasted = np.flatnonzero([outcome.observations[0, -1] for outcome in lives])
    changes = np.diff(lit, prepend=0.0)
    begins, ends = np.flatnonzero(changes > 0), np.flatnonzero(changes < 0)
    whole = begins[begins + max(lasts, delay) <= 200]
    quiet = begins[1:] - (begins[:-1] + max(lasts, delay + 1))

    assert len(whole) > 5
    assert np.array_equal(ends[: len(whole)], whole + lasts)
    assert np.array_equal(tasted[: len(whole)], whole + delay)
    assert [outcome.events.rows.tolist() for outcome in lives if len(outcome.events.rows)] == [[0]] * len(tasted)
    assert all(shortest <= gap <= shortest + more for gap in [begins[0], *quiet])


def test_intervals_have_equal_chances() -> None:
    """Over 3,000 trials every length from the shortest to the longest is drawn about equally often."""
    protocol = Protocol(FED, ("light",), 6, 6, (3, 7))
    onsets = [protocol.draw_trial(k, np.random.default_rng(k)).onset for k in range(3000)]

    assert np.bincount(onsets, minlength=9)[3:8] == pytest.approx(600, abs=100)
    assert set(onsets) == {3, 4, 5, 6, 7}


def test_a_lick_that_meets_the_drop_has_all_of_it() -> None:
    """Who waits has a quarter, who licks all less the effort; each lick is an event, and so is each drop."""
    for action, brings, causes in ((WAIT, 0.25, [1]), (LICK, 0.98, [0, 1])):
        drops = [outcome for outcome in _lives(_world(), 400, action) if outcome.observations[0, -1]]
        assert len(drops) > 3
        assert all(
            outcome.rewards[0] == pytest.approx(brings) and outcome.events.causes.tolist() == causes
            for outcome in drops
        )
    dry = [outcome for outcome in _lives(_world(), 200, LICK)[1:] if not outcome.observations[0, -1]]
    assert all(outcome.rewards[0] == pytest.approx(-0.02) for outcome in dry)


def test_a_bitter_drop_is_had_as_a_sweet_one() -> None:
    """It stings those who lick wholly, the others by the free share."""
    world = _world([Phase("aversion", 5, {"light": -2.0})], free=0.5, effort=0.0)
    waited, licked = (sum(outcome.rewards[0] for outcome in _lives(world, 200, action)) for action in (WAIT, LICK))

    assert licked == 2 * waited < 0
    world = _world([Phase("aversion", 5, {"light": -2.0})], free=0.0)
    assert {cause for outcome in _lives(world, 200) for cause in outcome.events.causes.tolist()} == {2}


@pytest.mark.slow
def test_what_is_shown_with_what_is_what_the_protocol_says() -> None:
    """In a phase of three pairs each comes a third of the time, the right cues are on, and the right drops come."""
    pairs = {"light": 1.0, "tone": 0.0, "light+tone": -1.0}
    world = _world([Phase("all", 1, pairs)], copies=20, interval=(2, 3))
    shown: dict[tuple[int, ...], list[float]] = {}
    for outcome in _lives(world, 1500):
        for row, cues in enumerate(outcome.observations[:, :-1].astype(int).tolist()):
            if any(cues):
                last = shown.setdefault((row, *cues), [])
                last.append(0.0)
    counts = {cues: sum(len(v) for key, v in shown.items() if key[1:] == cues) for cues in ((1, 0), (0, 1), (1, 1))}

    assert sorted(counts) == [(0, 1), (1, 0), (1, 1)]
    assert min(counts.values()) > 0.28 * sum(counts.values())

    protocol = Protocol([Phase("all", 1, pairs)], ("light", "tone"), 6, 6, (2, 3))
    for k in range(60):
        trial = protocol.draw_trial(k, np.random.default_rng(k))
        assert trial.reward == {(1, 0): 1.0, (0, 1): 0.0, (1, 1): -1.0}[tuple(trial.cues.astype(int).tolist())]
        assert (trial.outcome == NEVER) == (trial.reward == 0.0)


@pytest.mark.slow
def test_a_chance_is_a_chance() -> None:
    """With a chance of a third a third of 3,000 trials have their drop, with none none."""
    for chance, low, high in ((1 / 3, 900, 1100), (0.0, 0, 0), (1.0, 3000, 3000)):
        protocol = Protocol([Phase("partial", 1, {"light": 1.0}, chance)], ("light",), 6, 6, (2, 3))
        came = sum(protocol.draw_trial(k, np.random.default_rng(k)).outcome != NEVER for k in range(3000))
        assert low <= came <= high


@pytest.mark.slow
def test_unpaired_drops_come_at_any_tick() -> None:
    """They are as frequent with the cue on as with it off, and as many as trials."""
    world = _world([Phase("unpaired", 1, {"light": 1.0}, paired=False)], copies=40, interval=(5, 15))
    lives = _lives(world, 3000)
    lit, tasted = (np.array([outcome.observations[:, k] for outcome in lives]) for k in (0, -1))
    trials = world.trial_clock().trial.sum()

    assert tasted.sum() == pytest.approx(trials, abs=40)
    assert tasted[lit == 1].mean() == pytest.approx(tasted[lit == 0].mean(), rel=0.1)


def test_phases_follow_each_other_and_the_last_goes_on() -> None:
    """The annotations tell each phase as it begins; long after the protocol's end its last phase goes on."""
    phases = [Phase("first", 3, {"light": 1.0}), Phase("second", 2, {"tone": 1.0}), Phase("third", 1, {"light": 0.0})]
    world, told = _world(phases, copies=2, interval=(1, 9)), []
    world.reset(5)
    for _ in range(600):
        world.step(_acts(world, WAIT))
        told += [(copy, word, int(world.trial_clock().trial[copy])) for copy, word in world.annotations()]

    assert sorted(told) == [(0, "second", 3), (0, "third", 5), (1, "second", 3), (1, "third", 5)]
    assert world.trial_clock().trial.min() > 20
    assert (world.trial_clock().phase == 2).all()
    assert "third, trial" in world.scene(0).text()


@pytest.mark.slow
@pytest.mark.parametrize("species", [ONE, CROWD], ids=["one", "crowd"])
def test_a_copy_goes_as_it_would_alone(species: Species) -> None:
    """Copy i of a world of seed s equals, to the bit, the only copy of a world of seed s + i."""
    protocol = [Phase("all", 4, {"light": 1.0, "tone": -1.0}), Phase("none", 3, {"light": 1.0}, 0.5, paired=False)]
    for number in (0, 2):
        many, alone = _world(protocol, species, 3), _world(protocol, species)
        acts = _random(many, 400)
        pairs = [(many.reset(40), alone.reset(40 + number))]
        for act in acts:
            own = {name: act[name][number * count : (number + 1) * count] for name, (_, count) in species.items()}
            pairs.append((many.step(act), alone.step(own)))
        for together, apart in pairs:
            for name, (_, count) in species.items():
                part = slice(number * count, (number + 1) * count)
                here = together[name].events.rows // count == number
                assert np.array_equal(together[name].observations[part], apart[name].observations)
                assert np.array_equal(together[name].rewards[part], apart[name].rewards)
                assert np.array_equal(together[name].events.causes[here], apart[name].events.causes)
        if number == 0:
            assert many.scene(0).text() == alone.scene(0).text()


@pytest.mark.slow
@pytest.mark.parametrize("ticks", [1, 22, 24, 27, 200])
@pytest.mark.parametrize("by", ["state", "pickle", "copy"])
def test_a_life_goes_on_as_if_it_had_never_stopped(ticks: int, by: str) -> None:
    """In an interval, in a cue and at a drop; what was given out is not changed by it."""
    phases = [Phase("first", 3, {"light": 1.0}, 0.5), Phase("second", 2, {"tone": -1.0, "light+tone": 1.0})]
    first = _world(phases, CROWD, 2)
    first.reset(8)
    acts = _random(first, 2 * ticks + 60)
    for act in acts[:ticks]:
        first.step(act)
    state = first.state_dict()
    second = _world(phases, CROWD, 2)
    if by == "state":
        second.load_state_dict(copy.deepcopy(state))
    else:
        second = pickle.loads(pickle.dumps(first)) if by == "pickle" else copy.deepcopy(first)  # noqa: S301

    assert first.scene(1).text() == second.scene(1).text()
    kept = copy.deepcopy(state)
    for act in acts[ticks:]:
        assert same(first.step(act), second.step(act))
        assert first.annotations() == second.annotations()
    assert all(np.array_equal(state[name], kept[name]) for name in ("clock", "trial"))


@pytest.mark.slow
def test_what_is_told_is_what_a_world_must_tell() -> None:
    """Shapes, spaces, channels and events for all rewards: nothing that the guard would not let pass."""
    world = _world([Phase("all", 1, {"light": 1.0, "tone": -1.0})], CROWD, 2)
    outcome_check = CheckedWorld(world, {name: count for name, (_, count) in CROWD.items()})
    outcomes = outcome_check.call_world(0, world.reset, 0)
    for tick, act in enumerate(_random(world, 200)):
        outcome_check.check_outcomes(tick, outcomes)
        for name, outcome in outcomes.items():
            expected = np.zeros(len(outcome.rewards))
            np.add.at(expected, outcome.events.rows, outcome.events.values)
            assert np.allclose(expected, outcome.rewards)
            assert (np.diff(outcome.events.rows) >= 0).all()
            assert all(world.observation_spaces[name].contains(row) for row in outcome.observations)
            assert [channel.name for channel in world.channels(name)] == ["light", "tone", "taste"]
        outcomes = outcome_check.call_world(tick, world.step, act)


def test_the_scene_tells_what_goes_on() -> None:
    """A lamp is lit with its cue, a tongue is out with a lick, and a drop hangs at each spout when it comes."""
    world = _world(species=CROWD)
    world.reset(0)
    seen = set()
    for _ in range(90):
        world.step(_acts(world, LICK))
        text, since = world.scene(0).text(), int(world.trial_clock().since_cue[0])
        assert ("light on" in text) == (0 <= since < world.lasts)
        assert text.count("tongue polygon") == 5
        if since == world.delay:
            assert text.count("food circle") == 6  # at five spouts, and on the course of the trial
            after = {world.scene(0).text().count("food circle") for _ in range(3) if world.step(_acts(world, LICK))}
            assert after == {6}  # for a moment longer, so that one can see it
        seen.add(since == world.delay)
    assert seen == {True, False}
    world.step(_acts(world, WAIT))
    assert "tongue" not in world.scene(0).text()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"protocol": []}, "world.protocol: must have at least one phase"),
        ({"protocol": [{"name": "a", "trials": 0, "pairs": {"light": 1.0}}]}, "world.protocol.0.trials: must be 1"),
        ({"protocol": [{"name": "a", "trials": 1, "pairs": {}}]}, "world.protocol.0.pairs: must say what is shown"),
        (
            {"protocol": [{"name": "a", "trials": 1, "pairs": {"bell": 1.0}}]},
            "world.protocol.0.pairs: there is no cue 'bell' (cues here: light, tone)",
        ),
        ({"protocol": [{"name": "a", "trials": 1, "pairs": {"light+light": 1.0}}]}, "names a cue twice"),
        (
            {"protocol": [{"name": "a", "trials": 1, "pairs": {"light+tone": 1.0, "tone+light": 0.0}}]},
            "'tone+light' shows the same as 'light+tone'",
        ),
        ({"protocol": [{"name": "a", "trials": 1, "pairs": {"light": 1.0}, "pair": 1}]}, "world.protocol.0.pair: unkn"),
        ({"protocol": [{"name": "a", "trials": 1, "pairs": {"light": "x"}}]}, "world.protocol.0.pairs.light"),
        (
            {"protocol": [{"name": "a", "trials": 1, "pairs": {"light": 1.0}, "chance": 2.0}]},
            "world.protocol.0.chance: must be 1 or less",
        ),
        ({"cues": []}, "world.cues: must be one or more"),
        ({"cues": ["light", "light", "tone"]}, "world.cues: must be one or more, each named once"),
        ({"cues": ["light", "tone", "a+b"]}, "world.cues.2: must be a word without a plus"),
        ({"interval": [9, 3]}, "world.interval: must be the shortest"),
        ({"delay": 0}, "world.delay: must be 1 or more"),
        ({"lasts": 0}, "world.lasts: must be 1 or more"),
        ({"free": 1.5}, "world.free: must be 1 or less"),
    ],
)
def test_a_fault_is_named_with_its_place(change: dict[str, Any], says: str) -> None:
    """Whatever is wrong in a file is told in one sentence, with the key it stands at."""
    with pytest.raises(ConfigError) as raised:
        build_simulation(parse_config({"world": {"kind": "conditioning", **change}}, "test"))
    assert any(fault.startswith(says) or says in fault for fault in raised.value.faults), raised.value.faults
    assert len(raised.value.faults) == 1


def test_numbers_that_are_none_are_refused_in_python_too() -> None:
    """Where no file is checked, an outcome without a number is still an error."""
    with pytest.raises(ConfigError, match="must be a finite number"):
        _world([Phase("odd", 1, {"light": float("nan")})])


@pytest.mark.filterwarnings("error")
def test_gymnasium_has_nothing_to_complain_about() -> None:
    """It is made by its name."""
    check_env(gymnasium.make("worlds:alife/Conditioning-v0").unwrapped, skip_render_check=True)


def _earned(world: Conditioning, play: Any, ticks: int = 1500) -> float:
    outcome, total = world.reset(0)["learners"], 0.0
    for _ in range(ticks):
        outcome = world.step({"learners": play(outcome)})["learners"]
        total += float(outcome.rewards.sum())
    return 100.0 * total / (world.copies * ticks)


@pytest.mark.slow
def test_the_player_is_far_above_chance() -> None:
    """Where each cue has a drop it earns near 0.98 a trial, far more than chance and than waiting."""
    phases = [Phase("both", 1, {"light": 1.0, "tone": 1.0, "light+tone": -1.0})]
    player, random = Player(24), np.random.default_rng(0)
    by_hand = _earned(_world(phases, copies=24), lambda seen: player(seen.observations, seen.rewards))
    by_chance = _earned(_world(phases, copies=24), lambda seen: random.integers(0, 2, 24))
    waiting = _earned(_world(phases, copies=24), lambda seen: np.zeros(24, np.int64))

    assert by_hand > 3 * waiting > 0 > by_chance


def test_the_player_gives_up_what_no_longer_comes() -> None:
    """In extinction it licks once more for each cue, and then no more."""
    world, player = _world([Phase("fed", 5, {"light": 1.0}), Phase("not", 1, {"light": 0.0})]), Player(1)
    outcome, licks = world.reset(0)["learners"], []
    for _ in range(1000):
        actions = player(outcome.observations, outcome.rewards)
        licks += [int(world.trial_clock().trial[0])] * int(actions[0])
        outcome = world.step({"learners": actions})["learners"]

    assert licks == [1, 2, 3, 4, 5]


@pytest.mark.slow
def test_creatures_learn_it() -> None:
    """In 40 trials the TD error rises at the cue, and licking after it; not so where the cue says nothing.

    Of 400 creatures the mean rise is 0.21, the mean licking 0.27, and -0.06 where the cue says nothing. They differ by
    0.2, so that the means of 96 lie within 0.06 of these.
    """
    phase = {"name": "acquisition", "trials": 40, "pairs": {"light": 1.0}}
    paired, unpaired = run_protocol([phase], 96), run_protocol([{**phase, "paired": False}], 96)
    rise, control = (
        outcome.over(outcome.at_cue(), "acquisition", -15, 0) - outcome.over(outcome.at_cue(), "acquisition", 0, 10)
        for outcome in (paired, unpaired)
    )
    licking, at_random = (outcome.over(outcome.licking(), "acquisition", -15, 0) for outcome in (paired, unpaired))

    assert rise.mean() > 0.18 > 0.15 > abs(control.mean())
    assert licking.mean() > 0.2
    assert licking.mean() > at_random.mean() + 0.25


def test_the_configuration_shows_what_it_says() -> None:
    """The file's protocol fits into its ticks, so that the last phase is seen to its end."""
    config = load_config(CONFIG)
    world = build_simulation(config).world
    assert isinstance(world, Conditioning)
    mean = 20 + world.delay + 1
    assert config.ticks is not None
    assert sum(phase.trials for phase in world.protocol.phases) * mean <= config.ticks

"""The contract of a world, kept by every shipped one."""

import inspect
from collections.abc import Callable
from functools import partial

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from alife.world import Species, World
from tests.worlds.lives import ONE, any_species, random_actions, same
from worlds.forage import Forage
from worlds.lantern import Lantern
from worlds.reversal import Reversal

Make = Callable[..., World]
WORLDS = {"forage": Forage, "lantern": partial(Lantern, flip=0.05), "reversal": partial(Reversal, season=70)}

every = pytest.mark.parametrize("make", WORLDS.values(), ids=WORLDS.keys())


@every
@any_species
@pytest.mark.parametrize("copy", [0, 2])
def test_a_copy_goes_as_it_would_alone(make: Make, species: Species, copy: int) -> None:
    """Copy i of a world of seed s equals, to the bit and for 300 ticks, the only copy of a world of seed s + i."""
    many, alone = make(species, copies=3, size=5.0), make(species, copies=1, size=5.0)
    pairs = [(many.reset(40), alone.reset(40 + copy))]
    for actions in random_actions(species, 3, 300):
        mine = {name: actions[name][copy * count : (copy + 1) * count] for name, (_, count) in species.items()}
        pairs.append((many.step(actions), alone.step(mine)))
    for together, apart in pairs:
        for name, (_, count) in species.items():
            rows = slice(copy * count, (copy + 1) * count)
            events = together[name].events
            own = events.rows // count == copy

            assert np.array_equal(together[name].observations[rows], apart[name].observations)
            assert np.array_equal(together[name].rewards[rows], apart[name].rewards)
            assert np.array_equal(events.rows[own] - copy * count, apart[name].events.rows)
            assert np.array_equal(events.causes[own], apart[name].events.causes)
            assert np.array_equal(events.values[own], apart[name].events.values)
    assert sum(len(apart[name].events.rows) for _, apart in pairs for name in species) > 10


@every
@any_species
def test_twins_have_equal_lives(make: Make, species: Species) -> None:
    """Two worlds with the same seed and actions bring the same outcomes, another seed others."""
    first, second, other = (make(species, copies=2) for _ in range(3))

    assert same(first.reset(3), second.reset(3))
    assert not same(first.reset(3), other.reset(9))
    for actions in random_actions(species, 2, 100):
        assert same(first.step(actions), second.step(actions))


@every
@any_species
def test_a_reset_leaves_nothing_of_the_life_before(make: Make, species: Species) -> None:
    """Reset again with the same seed, a world begins and goes on as the first time."""
    world = make(species, copies=2)
    lives = [[world.reset(5)] + [world.step(actions) for actions in random_actions(species, 2, 50)] for _ in range(2)]

    assert all(same(first, second) for first, second in zip(*lives, strict=True))


@every
@any_species
def test_a_loaded_state_goes_on_as_if_it_had_never_stopped(make: Make, species: Species) -> None:
    """A state taken in the middle and loaded into another world continues to the bit, and is not changed by it."""
    first, second = make(species, copies=2), make(species, copies=2)
    first.reset(8)
    actions = list(random_actions(species, 2, 200))
    for before in actions[:100]:
        first.step(before)
    state = first.state_dict()
    kept = state["things"].copy()
    second.load_state_dict(state)

    for after in actions[100:]:
        assert same(first.step(after), second.step(after))
    assert np.array_equal(kept, state["things"])
    assert not np.array_equal(kept, first.state_dict()["things"])


@every
@any_species
def test_what_is_sensed_lies_in_the_space(make: Make, species: Species) -> None:
    """Every observation of 100 ticks is contained in the observation space of its species."""
    world = make(species, copies=2)
    world.reset(0)
    for actions in random_actions(species, 2, 100):
        for name, outcome in world.step(actions).items():
            assert all(world.observation_spaces[name].contains(row) for row in outcome.observations)


@every
def test_life_goes_on(make: Make) -> None:
    """No row ever ends."""
    world = make(ONE, copies=4)
    world.reset(0)
    outcomes = [world.step(actions)["learners"] for actions in random_actions(ONE, 4, 100)]

    assert not any(outcome.terminated.any() or outcome.truncated.any() for outcome in outcomes)


@every
@any_species
def test_rewards_are_what_the_events_were_worth(make: Make, species: Species) -> None:
    """For each row the reward is the sum of its events: +1 for each it ate, -1 for each that stung it."""
    world = make(species, copies=3, size=5.0)
    world.reset(1)
    seen = 0
    for actions in random_actions(species, 3, 100):
        for outcome in world.step(actions).values():
            expected = np.zeros(len(outcome.rewards))
            for row, cause in zip(outcome.events.rows, outcome.events.causes, strict=True):
                expected[row] += {"ate": 1.0, "stung": -1.0}[world.causes[cause]]
            seen += len(outcome.events.rows)

            assert np.array_equal(expected, outcome.rewards)
            assert np.array_equal(np.sort(outcome.events.rows), outcome.events.rows)
    assert seen > 50


@pytest.mark.parametrize("drive", ["steps", "glide"])
@pytest.mark.parametrize("name", ["Forage", "Lantern", "Reversal"])
def test_gymnasium_has_nothing_to_complain_about(name: str, drive: str) -> None:
    """Each world is made by its name, with each drive, and `check_env` gives no error and no warning."""
    env = gymnasium.make(f"worlds:alife/{name}-v0", body={"drive": drive})
    check_env(env.unwrapped, skip_render_check=True)


@pytest.mark.parametrize("world", [Lantern, Reversal])
def test_what_grew_out_of_forage_has_its_defaults(world: type[Forage]) -> None:
    """A parameter of forage has the same type and default in the worlds that derive from it."""
    ours, theirs = (inspect.signature(each).parameters for each in (world, Forage))

    assert {name: ours[name] for name in theirs} == dict(theirs)

"""What holds for every world of the house, found by its registration: a new one is tested by itself."""

import inspect
import pickle
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env
from numpy.typing import NDArray

import worlds
from alife.body import Body
from alife.body.motors.compass import Compass
from alife.body.senses.place_cells import PlaceCells
from alife.config.resolve import WORLD, kind_of, load_object, resolve, short_names
from alife.core.errors import AlifeError
from alife.core.world import Species, World
from alife.testing import check_world
from tests.pairwise import pairwise
from tests.worlds.lives import CROWD, MIXED, ONE, random_actions, same

SPECS = {name: spec for name, spec in gymnasium.registry.items() if spec.namespace == "alife"}
SETTINGS: dict[str, dict[str, Any]] = {
    "lantern": {"flip": 0.05, "size": 5.0},
    "forage": {"size": 5.0},
    "island": {"season": 40, "turn": 1, "size": 8.0},
    "savanna": {"day": 40, "size": 6.0},
    "reversal": {"season": 70, "size": 5.0},
    "water_maze": {"platform": 3.0, "patience": 60},
    "clicks_maze": {"listening": 20, "silence": 5, "answer": 8},
    "phototaxis": {"size": 3.0},
}
"""With which more happens in a short life than with the defaults."""
NAMES = [name for name in short_names(WORLD) if name != "gymnasium"]  # that is the door to environments of others
NEEDS_TWO = {"predator_prey", "savanna"}
"""Worlds for two species, which no environment of gymnasium's can be: there one creature lives alone."""

SWIMMER = Body((PlaceCells(12.0, 1.0, 1.0),), Compass())
LIVES: dict[str, Species] = {
    "one": ONE,
    "crowd": CROWD,
    "mixed": MIXED,
    "swimmers": {"learners": (SWIMMER, 2)},
    "hunt": {"prey": (Body(), 3), "predators": (Body(), 2)},
    "herd": {"grazers": (Body(), 3), "hunters": (Body(), 2)},
}
any_species = pytest.mark.parametrize("species", LIVES.values(), ids=LIVES)

registered = pytest.mark.parametrize("name", SPECS)
every_world = pytest.mark.parametrize("name", NAMES)


def _made(name: str, species: Species, copies: int) -> World:
    """Return a world with these species in it, or skip the test for the reason for which it has no room for them."""
    kind = resolve(WORLD, name)
    if not kind.bodies and species is MIXED:
        pytest.skip("here bodies cannot be chosen, nor how they move")
    try:
        world: World = kind(species=species, copies=copies, **SETTINGS.get(name, {}))
    except AlifeError as error:
        pytest.skip(str(error))
    return world


@every_world
def test_creatures_can_live_there(name: str) -> None:
    """So that nothing of what follows is skipped for all."""
    assert any(_has_room(name, species) for species in LIVES.values())


def _has_room(name: str, species: Species) -> bool:
    try:
        resolve(WORLD, name)(species=species, copies=1)
    except AlifeError:
        return False
    return True


def test_every_module_of_worlds_is_registered() -> None:
    """Under a name of gymnasium's with a version, so that all that follows is said of it."""
    assert {kind_of(WORLD, load_object(spec.kwargs["world"])) for spec in SPECS.values()} == set(NAMES) - NEEDS_TWO
    assert set(worlds._WORLDS) == set(SPECS)
    assert all(spec.version is not None for spec in SPECS.values())


@pytest.mark.slow
@registered
def test_it_keeps_the_contract_of_a_world(name: str) -> None:
    """Twins, copies, seeds, states, pickles, pictures: all that any world is asked for."""
    spec = SPECS[name]
    if set(spec.kwargs) != {"world"}:
        pytest.skip(f"the usual body is not for it: {spec.kwargs}")
    check_world(spec.kwargs["world"], 150, **SETTINGS.get(kind_of(WORLD, load_object(spec.kwargs["world"])), {}))


@registered
@pytest.mark.parametrize("motor", ["steps", "glide"])
def test_gymnasium_has_nothing_to_complain_about(name: str, motor: str) -> None:
    """It is made by its name, with each motor, and `check_env` gives no error and no warning."""
    body = {**SPECS[name].kwargs.get("body", {}), "motor": motor}
    check_env(gymnasium.make(f"worlds:{name}", body=body).unwrapped, skip_render_check=True)


def _lived(env: gymnasium.Env[Any, Any], ticks: int, actions: NDArray[Any]) -> list[Any]:
    """Return what every tick brought, over ends."""
    told, over = [], False
    for tick in range(ticks):
        step: Any = (*env.reset(), 0.0) if over else env.step(actions[tick])
        over = len(step) == 5 and (step[2] or step[3])
        told.append((step[0].tobytes(), *step[1:]))
    return told


def _actions(env: gymnasium.Env[Any, Any], ticks: int, seed: int = 0) -> NDArray[Any]:
    env.action_space.seed(seed)
    return np.array([env.action_space.sample() for _ in range(ticks)])


@pytest.mark.slow
@registered
def test_a_spec_survives_json(name: str) -> None:
    """A spec written as JSON and read again makes an environment that behaves the same."""
    env = gymnasium.make(f"worlds:{name}")
    assert env.spec is not None
    again = gymnasium.make(EnvSpec.from_json(env.spec.to_json()))
    first, second = env.reset(seed=1)[0], again.reset(seed=1)[0]
    actions = _actions(env, 200)

    assert np.array_equal(first, second)
    assert _lived(env, 200, actions) == _lived(again, 200, actions)


@pytest.mark.slow
@registered
def test_two_instances_live_the_same_life(name: str) -> None:
    """For 400 random ticks, to the bit."""
    first, second = (gymnasium.make(f"worlds:{name}") for _ in range(2))
    assert np.array_equal(first.reset(seed=4)[0], second.reset(seed=4)[0])
    actions = _actions(first, 400)

    assert _lived(first, 400, actions) == _lived(second, 400, actions)


@pytest.mark.slow
@registered
def test_pickled_in_the_middle_of_an_episode_it_goes_on(name: str) -> None:
    """As gymnasium's workers do it, resets included."""
    env = gymnasium.make(f"worlds:{name}").unwrapped
    env.reset(seed=2)
    _lived(env, 50, _actions(env, 50))
    copy = pickle.loads(pickle.dumps(env))  # noqa: S301 - that of another would be a danger
    actions = _actions(env, 150, seed=1)

    assert _lived(env, 150, actions) == _lived(copy, 150, actions)
    assert np.array_equal(env.reset()[0], copy.reset()[0])


@pytest.mark.slow
@registered
def test_a_copy_of_the_vector_is_the_single_one_of_its_seed(name: str) -> None:
    """For 200 ticks, over ends, copy i of seed s equals the single environment of seed s + i to the bit."""
    if SPECS[name].vector_entry_point is None:
        pytest.skip("it has no vector face of its own")
    many = gymnasium.make_vec(f"worlds:{name}", num_envs=3)
    alone = [gymnasium.make(f"worlds:{name}").unwrapped for _ in range(3)]
    together, _ = many.reset(seed=7)
    assert np.array_equal(together, [env.reset(seed=7 + k)[0] for k, env in enumerate(alone)])
    actions = [_actions(env, 200, seed=k) for k, env in enumerate(alone)]
    told: Any = [many.step(np.array([own[tick] for own in actions])) for tick in range(200)]

    for k, env in enumerate(alone):
        for (observations, rewards, *ends, _), step in zip(told, _lived(env, 200, actions[k]), strict=True):
            assert observations[k].tobytes() == step[0]
            if len(step) == 5:  # not where it began anew
                assert (rewards[k], *(bool(end[k]) for end in ends)) == step[1:4]


# With several creatures


@pytest.mark.slow
@pytest.mark.parametrize(("name", "lives", "copy"), pairwise(NAMES, list(LIVES), [0, 2]))
def test_a_copy_goes_as_it_would_alone(name: str, lives: str, copy: int) -> None:
    """Copy i of a world of seed s equals, to the bit and for 80 ticks, the only copy of a world of seed s + i."""
    species = LIVES[lives]
    many, alone = _made(name, species, 3), _made(name, species, 1)
    pairs = [(many.reset(40), alone.reset(40 + copy))]
    for actions in random_actions(species, 3, 80):
        mine = {each: actions[each][copy * count : (copy + 1) * count] for each, (_, count) in species.items()}
        pairs.append((many.step(actions), alone.step(mine)))
    for together, apart in pairs:
        for each, (_, count) in species.items():
            rows = slice(copy * count, (copy + 1) * count)
            events = together[each].events
            own = events.rows // count == copy

            for part in ("observations", "rewards", "terminated", "truncated"):
                assert np.array_equal(getattr(together[each], part)[rows], getattr(apart[each], part))
            assert np.array_equal(events.rows[own] - copy * count, apart[each].events.rows)
            assert np.array_equal(events.causes[own], apart[each].events.causes)
            assert np.array_equal(events.values[own], apart[each].events.values)
    assert sum(len(apart[each].events.rows) for _, apart in pairs for each in species) > 0


@pytest.mark.slow
@every_world
@any_species
def test_a_reset_leaves_nothing_of_the_life_before(name: str, species: Species) -> None:
    """Reset again with the same seed, a world begins and goes on as the first time, with another seed otherwise."""
    world = _made(name, species, 2)
    lives = [
        [world.reset(seed)] + [world.step(actions) for actions in random_actions(species, 2, 30)] for seed in (5, 5, 9)
    ]

    assert all(same(first, second) for first, second in zip(*lives[:2], strict=True))
    assert not all(same(first, second) for first, second in zip(*lives[1:], strict=True))


@pytest.mark.slow
@every_world
@any_species
def test_a_loaded_state_goes_on_as_if_it_had_never_stopped(name: str, species: Species) -> None:
    """A state taken in the middle and loaded into another world continues to the bit, and is not changed by it."""
    first, second = _made(name, species, 2), _made(name, species, 2)
    first.reset(8)
    actions = list(random_actions(species, 2, 80))
    for before in actions[:28]:
        first.step(before)
    state, kept = first.state_dict(), pickle.dumps(first.state_dict())
    second.load_state_dict(state)

    for after in actions[28:]:
        assert same(first.step(after), second.step(after))
    assert pickle.dumps(state) == kept
    assert pickle.dumps(first.state_dict()) != kept


@pytest.mark.slow
@every_world
@any_species
def test_what_is_sensed_lies_in_the_space(name: str, species: Species) -> None:
    """Every observation of 40 ticks is contained in the observation space of its species, and each number is named."""
    world = _made(name, species, 2)
    world.reset(0)
    for actions in random_actions(species, 2, 40):
        for each, outcome in world.step(actions).items():
            assert all(world.observation_spaces[each].contains(row) for row in outcome.observations)
    for each in species:
        assert world.observation_spaces[each].shape == (len(world.channels(each)),)


def test_who_lives_in_these_worlds() -> None:
    """One creature, a crowd of two species, and two species that move in different ways."""
    assert [sum(count for _, count in species.values()) for species in (ONE, CROWD, MIXED)] == [1, 5, 5]
    assert all(name in NAMES for name in SETTINGS)
    for name, settings in SETTINGS.items():
        assert set(settings) <= set(inspect.signature(resolve(WORLD, name)).parameters)

"""A world with one creature, through the eyes of gymnasium."""

import pickle
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from numpy.typing import NDArray

from alife.adapters.single import SingleCreature
from alife.body import Body
from alife.core.errors import ConfigError, WorldError
from tests.errors import names
from worlds.forage import Forage

FORAGE = "worlds:alife/Forage-v0"
WORLD = "worlds.forage:Forage"
Step = tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]


def _rollout(env: gymnasium.Env[Any, Any], ticks: int, seed: int = 0) -> list[Step]:
    random = np.random.default_rng(seed)
    return [env.step(random.integers(3)) for _ in range(ticks)]


def _same(first: list[Step], second: list[Step]) -> bool:
    return all(np.array_equal(a[0], b[0]) and a[1:] == b[1:] for a, b in zip(first, second, strict=True))


def test_gymnasium_makes_it_by_name() -> None:
    """`gymnasium.make` finds the world, and steps pass its checks in silence."""
    env = gymnasium.make(FORAGE)
    env.reset(seed=0)
    _rollout(env, 20)

    assert isinstance(env.unwrapped, SingleCreature)


def test_gymnasium_has_nothing_to_complain_about() -> None:
    """`check_env` gives no error and no warning."""
    check_env(gymnasium.make(FORAGE).unwrapped, skip_render_check=True)


def test_the_same_seed_gives_the_same_life() -> None:
    """Two resets with one seed bring the same steps; another seed brings others."""
    env = SingleCreature(WORLD)
    starts, lives = [], []
    for seed in (3, 3, 4):
        starts.append(env.reset(seed=seed)[0])
        lives.append(_rollout(env, 100))

    assert np.array_equal(starts[0], starts[1])
    assert _same(lives[0], lives[1])
    assert not np.array_equal(starts[0], starts[2])


def test_a_reset_without_a_seed_starts_another_life() -> None:
    """Each one differs from the last, and all of them follow from the first seed."""
    first, second = SingleCreature(WORLD), SingleCreature(WORLD)
    lives = [[env.reset(seed=seed)[0] for seed in (3, None, None)] for env in (first, second)]

    assert np.array_equal(lives[0], lives[1])
    assert len({start.tobytes() for start in lives[0]}) == 3


def test_it_is_the_world_with_one_creature() -> None:
    """Every step is that of a world of one copy with one creature in a body like any."""
    env, world = SingleCreature(WORLD, size=5.0), Forage({"creature": (Body(), 1)}, size=5.0)
    observation, _ = env.reset(seed=7)
    outcome = world.reset(7)["creature"]

    assert np.array_equal(outcome.observations[0], observation)
    for action in np.random.default_rng(0).integers(0, 3, 200):
        observation, reward, terminated, truncated, information = env.step(action)
        outcome = world.step({"creature": np.array([action])})["creature"]

        assert np.array_equal(outcome.observations[0], observation)
        assert (reward, terminated, truncated) == (outcome.rewards[0], False, False)
        assert information == {"events": [world.causes[cause] for cause in outcome.events.causes]}


def test_a_step_returns_plain_values() -> None:
    """Rewards and ends are Python's own, the observation lies in the space, and `info` has only events by name."""
    env = SingleCreature(WORLD, size=4.0)
    _, information = env.reset(seed=0)
    steps = _rollout(env, 100)

    assert information == {"events": []}
    assert all(env.observation_space.contains(step[0]) for step in steps)
    assert {(type(step[1]), type(step[2]), type(step[3])) for step in steps} == {(float, bool, bool)}
    assert {tuple(step[4]) for step in steps} == {("events",)}
    assert {name for step in steps for name in step[4]["events"]} == {"ate", "stung"}


def test_observations_are_arrays_of_their_own() -> None:
    """Writing to one changes nothing that comes later."""
    first, second = SingleCreature(WORLD), SingleCreature(WORLD)
    first.reset(seed=0)[0].fill(9.0)
    second.reset(seed=0)
    for action in (0, 1, 2, 1):
        step = first.step(action)

        assert _same([step], [second.step(action)])
        step[0].fill(9.0)


def test_a_spec_survives_json() -> None:
    """A spec written as JSON and read again makes the same world, settings included."""
    env = gymnasium.make(FORAGE, size=5.0, food=3)
    assert env.spec is not None
    again = gymnasium.make(gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    env.reset(seed=1)
    again.reset(seed=1)

    assert _same(_rollout(env, 50), _rollout(again, 50))


def test_pickled_in_the_middle_it_goes_on() -> None:
    """A copy by pickle, taken in mid-episode, goes on as the original does, and resets as it does."""
    env = SingleCreature(WORLD, size=5.0)
    env.reset(seed=2)
    _rollout(env, 50)
    copy = pickle.loads(pickle.dumps(env))  # noqa: S301 - gymnasium's workers do

    assert _same(_rollout(env, 100, seed=1), _rollout(copy, 100, seed=1))
    assert np.array_equal(env.reset()[0], copy.reset()[0])


def test_settings_reach_the_world() -> None:
    """What else is given goes to the world's constructor: without things there is nothing to sense."""
    env = SingleCreature(WORLD, food=0, poison=0)

    assert not env.reset(seed=0)[0].any()


@pytest.mark.parametrize("world", ["worlds.forage:Forrage", "worlds.nowhere:Forage", "forage"])
def test_a_world_that_is_not_there_is_refused(world: str) -> None:
    """A wrong name is a configuration error."""
    with pytest.raises(ConfigError):
        SingleCreature(world)


def test_a_picture_is_an_array() -> None:
    """In the mode "rgb_array" a picture is uint8 (height, width, 3), and it changes as the creature moves."""
    env = gymnasium.make(FORAGE, render_mode="rgb_array")
    env.reset(seed=0)
    before = env.render()
    _rollout(env, 10)
    after = env.render()

    assert isinstance(before, np.ndarray)
    assert (before.dtype, before.ndim, before.shape[2]) == (np.uint8, 3, 3)
    assert not np.array_equal(before, after)


def test_without_a_mode_nothing_is_drawn() -> None:
    """It renders nothing, and closing it twice is no fault."""
    env = SingleCreature(WORLD)
    env.reset(seed=0)

    assert env.render() is None
    env.close()
    env.close()


def test_a_body_is_written_as_in_a_configuration() -> None:
    """Its motor and senses give the spaces, its parameters count, and the spec survives JSON."""
    body = {"senses": [{"kind": "sectors", "count": 4}], "motor": {"kind": "glide", "max_speed": 0.0001}}
    env = gymnasium.make(FORAGE, body=body)
    assert env.spec is not None
    again = gymnasium.make(gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    first, second = env.reset(seed=0)[0], again.reset(seed=0)[0]
    after = env.step(np.array([0.0, 1.0], np.float32))[0]

    assert env.action_space == gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32)
    assert env.observation_space.shape == (8,)
    assert np.array_equal(first, second)
    assert after == pytest.approx(first, abs=1e-3)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"motor": "slide"}, "body.motor.kind: there is no motor 'slide'"),
        ({"motor": {"kind": "glide", "max_turn": -1}}, "body.motor.max_turn: ... greater than 0 ... -1"),
        ({"legs": 2}, "body.legs: unknown"),
    ],
    ids=str,
)
def test_a_body_that_is_none_is_refused(body: dict[str, Any], words: str) -> None:
    """What is wrong with it is an error of one sentence with the path."""
    with pytest.raises(ConfigError) as caught:
        SingleCreature(WORLD, body=body)

    assert names(caught.value, words)
    assert "\n" not in str(caught.value)


def test_a_step_of_another_drive_is_refused() -> None:
    """A choice given to a body that takes numbers is one sentence."""
    env = SingleCreature(WORLD, body={"motor": "glide"})
    env.reset(seed=0)
    with pytest.raises(WorldError, match="motor glide"):
        env.step(1)


@pytest.mark.parametrize("name", ["Forage", "Lantern", "Reversal"])
def test_what_made_it_can_be_written_down(name: str) -> None:
    """The spec of an environment goes through JSON and makes one that lives the same life."""
    env = gymnasium.make(f"worlds:alife/{name}-v0", size=9.0)
    assert env.spec is not None
    again = gymnasium.make(gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json()))

    assert again.spec is not None
    assert again.spec.kwargs == env.spec.kwargs
    assert np.array_equal(env.reset(seed=5)[0], again.reset(seed=5)[0])

"""All creatures in one copy of a world, as PettingZoo sees them."""

import warnings
from typing import Any

import numpy as np
import pytest

from alife.core.errors import WorldError

pytest.importorskip("pettingzoo", reason="pettingzoo is not installed")

with warnings.catch_warnings():  # it imports some of its own old games
    warnings.simplefilter("ignore", DeprecationWarning)
    from pettingzoo.test import parallel_api_test, parallel_seed_test

from alife.adapters.parallel import ManyCreatures

FORAGE, MORTAL = "worlds.forage:Forage", "tests.adapters.mortal:Mortal"
TWO = {"learners": 3, "others": 2}


def _env(world: str) -> ManyCreatures:
    return ManyCreatures(world, TWO, {"others": {"motor": {"kind": "steps", "turn": 0.5}}})


def _acts(env: ManyCreatures, action: int = 1) -> dict[str, Any]:
    return dict.fromkeys(env.agents, action)


@pytest.mark.slow
@pytest.mark.parametrize("world", [FORAGE, MORTAL])
def test_pettingzoo_has_nothing_to_complain_about(world: str) -> None:
    """Its test of the interface and its test of seeds pass; that agents are born has no list of them all."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*possible_agents.*")
        warnings.filterwarnings("ignore", message="No agents present")
        parallel_api_test(_env(world), num_cycles=200)
    parallel_seed_test(lambda: _env(world), num_cycles=100)


def test_a_dead_agents_name_is_never_used_again() -> None:
    """Over 100 ticks of short lives no name comes back, and there are always as many as there is room for."""
    env = _env(MORTAL)
    env.reset(seed=0)
    dead: set[str] = set()
    for _ in range(100):
        living = set(env.agents)
        _, _, terminated, _, _ = env.step(_acts(env))

        assert len(terminated) == 5
        assert not dead & set(terminated)
        assert living <= set(terminated)
        dead |= {agent for agent, over in terminated.items() if over}
        assert set(env.agents) == set(terminated) - dead
    assert len(dead) > 50


def test_agents_are_the_rows_of_the_world() -> None:
    """Each agent gets an observation of its own space, and its reward."""
    env = _env(MORTAL)
    observations, _ = env.reset(seed=0)
    observations, rewards, *_ = env.step({agent: k % 3 for k, agent in enumerate(env.agents)})

    assert list(rewards) == ["learners_0", "learners_1", "learners_2", "others_0", "others_1"]
    assert list(rewards.values()) == [0.0, 1.0, 2.0, 0.0, 1.0]
    assert all(env.observation_space(agent).contains(observations[agent]) for agent in env.agents)


def test_the_same_seed_gives_the_same_lives() -> None:
    """Names included; another seed gives others."""
    first, second, other = _env(MORTAL), _env(MORTAL), _env(MORTAL)
    starts = [env.reset(seed=seed)[0] for env, seed in ((first, 3), (second, 3), (other, 4))]
    for _ in range(30):
        first.step(_acts(first))
        second.step(_acts(second))

    assert first.agents == second.agents
    assert all(np.array_equal(starts[0][agent], starts[1][agent]) for agent in starts[0])
    assert not all(np.array_equal(starts[0][agent], starts[2][agent]) for agent in starts[0])


def test_an_agent_without_an_action_is_an_error() -> None:
    """The sentence names it."""
    env = _env(FORAGE)
    env.reset(seed=0)
    with pytest.raises(WorldError, match="others_1"):
        env.step(dict.fromkeys(env.agents[:-1], 1))


def test_it_can_be_looked_at() -> None:
    """In the mode "rgb_array" there is a picture, else none."""
    env = ManyCreatures(FORAGE, {"learners": 2}, render_mode="rgb_array")
    env.reset(seed=0)
    picture = env.render()

    assert picture is not None
    assert picture.shape == (480, 480, 3)
    assert _env(FORAGE).render() is None


HUNT = "worlds.predator_prey:PredatorPrey"


def _hunt(**metabolism: Any) -> ManyCreatures:
    """Return predators and prey whose lives are short."""
    short = {"start": 2.0, "basal": 0.1, "hazard": {"kind": "constant", "rate": 0.03}, **metabolism}
    bodies = {name: {"metabolism": short} for name in ("prey", "predators")}
    return ManyCreatures(HUNT, {"prey": 3, "predators": 2}, bodies, size=6.0)


@pytest.mark.parametrize("refill", [True, False])
def test_pettingzoo_has_nothing_to_complain_about_where_rows_are_empty(refill: bool) -> None:
    """Its tests pass where creatures starve, are hunted, and follow each other in their rows or not."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*possible_agents.*")
        warnings.filterwarnings("ignore", message="No agents present")
        parallel_api_test(_hunt(refill=refill), num_cycles=150)
    parallel_seed_test(lambda: _hunt(refill=refill), num_cycles=100)


@pytest.mark.parametrize("refill", [True, False])
def test_an_agent_that_died_in_a_world_of_births_is_never_named_again(refill: bool) -> None:
    """Nor is an empty row named; each named agent lives, and its birth comes first unless it was there at the start."""
    env = _hunt(refill=refill, extinction="reseed")
    env.reset(seed=1)
    dead, known = set[str](), set(env.agents)
    for _ in range(150):
        living = set(env.agents)
        _, _, terminated, truncated, information = env.step(_acts(env))

        assert not dead & set(terminated)
        assert living <= set(terminated)
        for agent in set(terminated) - known:
            assert information[agent]["events"] == ["born"]
        known |= set(terminated)
        dead |= {agent for agent in terminated if terminated[agent] or truncated[agent]}
        assert set(env.agents) == set(terminated) - dead
    assert len(dead) > 15


def test_where_all_are_gone_for_good_there_are_no_agents() -> None:
    """Steps without actions change nothing any more."""
    env = _hunt(refill=False, extinction="continue")
    env.reset(seed=0)
    for _ in range(60):
        env.step(_acts(env))

    assert env.agents == []
    assert env.step({}) == ({}, {}, {}, {}, {})

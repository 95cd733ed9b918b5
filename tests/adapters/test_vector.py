"""A world with one creature in each copy, as a vector environment."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers.vector import NormalizeObservation, RecordEpisodeStatistics

from alife.adapters.single import SingleCreature
from alife.adapters.vector import ManyCopies
from alife.core.errors import ConfigError

WORLDS = ["worlds.forage:Forage", "tests.adapters.mortal:Mortal"]
COPIES = 3


def _random_actions(ticks: int) -> Any:
    return np.random.default_rng(0).integers(0, 3, (ticks, COPIES))


def test_gymnasium_makes_it_by_name() -> None:
    """`make_vec` takes it, not so many single ones."""
    env = gymnasium.make_vec("worlds:alife/Forage-v0", num_envs=COPIES)
    observations, _ = env.reset(seed=0)

    assert isinstance(env.unwrapped, ManyCopies)
    assert env.metadata["autoreset_mode"] == AutoresetMode.NEXT_STEP
    assert env.observation_space.contains(observations)


@pytest.mark.parametrize("world", WORLDS)
def test_a_copy_goes_as_the_single_environment_of_its_seed(world: str) -> None:
    """For 200 ticks, over all episodes, copy i of seed s equals to the bit the single one of seed s + i."""
    many, single = ManyCopies(world, COPIES), [SingleCreature(world) for _ in range(COPIES)]
    together, _ = many.reset(seed=7)
    ended = np.zeros(COPIES, bool)

    assert np.array_equal(together, [env.reset(seed=7 + i)[0] for i, env in enumerate(single)])
    for actions in _random_actions(200):
        observations, rewards, terminated, truncated, information = many.step(actions)
        for i, env in enumerate(single):
            if ended[i]:
                apart: tuple[Any, ...] = (env.reset()[0], 0.0, False, False, {"events": []})
            else:
                apart = env.step(actions[i])

            assert np.array_equal(observations[i], apart[0])
            assert (rewards[i], terminated[i], truncated[i]) == apart[1:4]
            assert information["events"][i] == apart[4]["events"]
        ended = terminated | truncated


def test_wrappers_of_gymnasium_take_it() -> None:
    """Statistics and normalisation, which look at how copies begin anew, run over ended episodes."""
    env = NormalizeObservation(RecordEpisodeStatistics(ManyCopies(WORLDS[1], COPIES)))
    env.reset(seed=0)
    lengths = []
    for actions in _random_actions(50):
        information = env.step(actions)[4]
        if "episode" in information:
            lengths += information["episode"]["l"][information["_episode"]].tolist()

    assert set(lengths) == {2, 3, 4, 5}


def test_nothing_returned_is_used_again() -> None:
    """What a step has returned stays as it was."""
    env = ManyCopies(WORLDS[0], COPIES)
    first, _ = env.reset(seed=0)
    kept = first.copy()
    for actions in _random_actions(20):
        env.step(actions)

    assert np.array_equal(first, kept)


def test_seeds_follow_each_other() -> None:
    """A list of s, s + 1, ... is s; any other is refused in a sentence; none is another life each time."""
    env = ManyCopies(WORLDS[0], COPIES)
    by_list, by_number = env.reset(seed=[4, 5, 6])[0], env.reset(seed=4)[0]

    assert np.array_equal(by_list, by_number)
    assert not np.array_equal(env.reset()[0], env.reset()[0])
    with pytest.raises(ConfigError, match=r"follow each other, s to s \+ 2"):
        env.reset(seed=[4, 9, 6])


def test_each_copy_can_be_looked_at() -> None:
    """One picture of each."""
    env = ManyCopies(WORLDS[0], 2, render_mode="rgb_array")
    env.reset(seed=0)
    pictures = env.render()

    assert pictures is not None
    assert [picture.shape for picture in pictures] == [(480, 480, 3)] * 2
    assert ManyCopies(WORLDS[0]).render() is None

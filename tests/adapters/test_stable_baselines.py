"""Our worlds under the learners of stable-baselines3."""

import gymnasium
import pytest

pytest.importorskip("stable_baselines3", reason="stable-baselines3 is not installed")

from stable_baselines3 import PPO
from stable_baselines3.common.env_checker import check_env

NAMES = ["Forage", "Lantern", "Reversal"]


@pytest.mark.parametrize("motor", ["steps", "glide"])
@pytest.mark.parametrize("name", NAMES)
def test_its_checker_has_nothing_to_complain_about(name: str, motor: str) -> None:
    """`check_env` gives no error and, warnings being errors here, no warning."""
    check_env(gymnasium.make(f"worlds:alife/{name}-v0", body={"motor": motor}))


@pytest.mark.slow
def test_ppo_learns_in_it() -> None:
    """A short run of PPO takes its steps and changes its weights."""
    model = PPO("MlpPolicy", gymnasium.make("worlds:alife/Forage-v0"), n_steps=64, batch_size=32, n_epochs=1, seed=0)
    before = model.policy.action_net.weight.detach().clone()
    model.learn(128)

    assert model.num_timesteps == 128
    assert not before.equal(model.policy.action_net.weight)

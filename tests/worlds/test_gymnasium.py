"""Environments of gymnasium as worlds."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from numpy.typing import NDArray

from alife.body import Body
from alife.config.simulation_config import effective, parse_config
from alife.core.errors import CheckpointError, ConfigError
from alife.core.flatten import Flattened
from alife.core.world import Species
from alife.runs.checkpoint import load_state, save_state
from alife.sim.build import build_simulation
from tests.errors import names
from tests.worlds.lives import same
from worlds.gymnasium import Gymnasium, world_of

ONE: Species = {"learners": (Body(), 1)}
SMALL = {"learners": {"brain": {"layers": [{"kind": "lif", "size": 8}]}}}


def _actions(copies: int, ticks: int) -> NDArray[np.int64]:
    return np.random.default_rng(0).integers(0, 2, (ticks, copies))


def _config(world: Mapping[str, Any], creatures: Mapping[str, Any] = SMALL, **more: Any) -> Any:
    return parse_config({"world": dict(world), "creatures": dict(creatures), **more}, "test")


class Odd(gymnasium.Env[Any, Any]):
    """Everything in one: spaces within spaces, two choices at once counted from 1, an end every `length` steps."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012
    observation_space = spaces.Dict(
        {
            "place": spaces.Discrete(3, start=2),
            "pair": spaces.Tuple((spaces.MultiBinary(2), spaces.MultiDiscrete([2, 3]))),
            "word": spaces.Text(5),
            "numbers": spaces.Box(-np.inf, np.inf, (2, 2)),
        }
    )
    action_space = spaces.MultiDiscrete([2, 3], start=[1, 1])

    def __init__(self, length: int = 4) -> None:
        self._length = length

    def _sees(self) -> dict[str, Any]:
        pair = (np.array([1, 0]), np.array([1, 2]))
        return {"place": 4, "pair": pair, "word": "hello", "numbers": np.arange(4.0).reshape(2, 2)}

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        super().reset(seed=seed)
        self._age = 0
        return self._sees(), {}

    def step(self, action: Any) -> tuple[dict[str, Any], int, bool, bool, dict[str, Any]]:
        assert self.action_space.contains(action)
        self._age += 1
        return self._sees(), 0, False, self._age == self._length, {}


class Haunted(Odd):
    """Its seed does not decide what is seen."""

    observation_space = spaces.Box(0.0, 1.0, (1,))  # type: ignore[assignment]
    action_space = spaces.Discrete(2)  # type: ignore[assignment]

    def _sees(self) -> Any:
        return np.random.default_rng().random(1, dtype=np.float32)


def test_a_copy_goes_as_the_environment_of_its_seed() -> None:
    """Copy i of seed s is, until it ends, the environment reset with s + i; it ends, and begins anew, as it says."""
    world, envs = Gymnasium(ONE, "CartPole-v1", 3), [gymnasium.make("CartPole-v1") for _ in range(3)]
    first = world.reset(11)["learners"].observations

    assert np.array_equal(first, [env.reset(seed=11 + i)[0] for i, env in enumerate(envs)])
    living, ended = np.ones(3, bool), 0
    for actions in _actions(3, 300):
        outcome = world.step({"learners": actions})["learners"]
        for i in np.flatnonzero(living):
            observation, reward, terminated, truncated, _ = envs[i].step(actions[i])

            assert np.array_equal(outcome.observations[i], observation)
            assert (outcome.rewards[i], outcome.terminated[i]) == (reward, terminated)
            assert outcome.truncated[i] == truncated
            living[i] = not terminated
        ended += int(outcome.terminated.sum())
    assert ended > 10


def test_the_step_after_an_end_begins_anew() -> None:
    """It brings a first observation and no reward, whatever the action; an end by time is no termination."""
    world = Gymnasium(ONE, "CartPole-v1", 1, {"max_episode_steps": 3})
    world.reset(0)
    steps = [world.step({"learners": np.array([0])})["learners"] for _ in range(8)]

    assert [bool(step.truncated[0]) for step in steps] == [False, False, True, False] * 2
    assert not any(step.terminated[0] for step in steps)
    assert [step.rewards[0] for step in steps] == [1.0, 1.0, 1.0, 0.0] * 2
    assert np.abs(steps[3].observations).max() <= 0.05


class Won(Haunted):
    """It brings 1 at every step and says at each how it stands; one option tells what it says last."""

    def __init__(self, key: str = "is_success", last: Any = True) -> None:
        super().__init__(3)
        self._key, self._last = key, last

    def step(self, action: Any) -> tuple[dict[str, Any], int, bool, bool, dict[str, Any]]:
        sees, _, over, cut, _ = super().step(action)
        return sees, 1, over, cut, {self._key: self._last if cut else True}


@pytest.mark.parametrize(
    ("key", "last", "said"),
    [
        ("is_success", True, True),
        ("success", np.float32(1.0), True),
        ("is_success", 0.0, False),
        ("success", np.array([1, 1]), False),
        ("score", True, False),
    ],
)
def test_an_episode_is_a_success_where_its_last_info_says_so(key: str, last: Any, said: bool) -> None:
    """It comes as an event worth nothing, behind the reward of its row, and with that tick alone."""
    world = world_of(Won)(ONE, 2, {"key": key, "last": last})  # type: ignore[call-arg]
    world.reset(0)
    told = [world.step({"learners": np.zeros(2, np.int64)})["learners"].events for _ in range(4)]

    rewards = ([0, 1], [0, 0], [1.0, 1.0])
    ended = ([0, 0, 1, 1], [0, 1, 0, 1], [1.0, 0.0, 1.0, 0.0]) if said else rewards
    assert [tuple(column.tolist() for column in each) for each in told] == [rewards, rewards, ended, ([], [], [])]


def test_a_copy_goes_as_it_would_alone() -> None:
    """Over all its episodes, copy 2 of a world of seed 5 equals the only copy of one of seed 7."""
    many, alone = Gymnasium(ONE, "CartPole-v1", 3), Gymnasium(ONE, "CartPole-v1", 1)
    many.reset(5)
    alone.reset(7)
    for actions in _actions(3, 200):
        together = many.step({"learners": actions})["learners"]
        apart = alone.step({"learners": actions[2:]})["learners"]

        assert np.array_equal(together.observations[2:], apart.observations)
        assert np.array_equal(together.terminated[2:], apart.terminated)


@pytest.mark.parametrize("ticks", [0, 7, 150])
def test_a_saved_world_goes_on_as_if_it_had_never_stopped(ticks: int, tmp_path: Any) -> None:
    """In the middle of an episode and through a file, another world takes on the state and continues to the bit."""
    first, second = Gymnasium(ONE, "CartPole-v1", 2), Gymnasium(ONE, "CartPole-v1", 2)
    first.reset(3)
    for actions in _actions(2, ticks):
        first.step({"learners": actions})
    save_state(tmp_path, first.state_dict())
    second.load_state_dict(load_state(tmp_path))

    for actions in _actions(2, 100):
        assert same(first.step({"learners": actions}), second.step({"learners": actions}))


def test_a_world_that_its_seed_does_not_decide_cannot_go_on() -> None:
    """Loading its state is one sentence that says why; running and saving it is no error."""
    first, second = world_of(Haunted)(ONE), world_of(Haunted)(ONE)  # type: ignore[call-arg]
    first.reset(0)
    first.step({"learners": np.array([0])})
    with pytest.raises(CheckpointError, match="led it elsewhere"):
        second.load_state_dict(first.state_dict())


def test_a_too_long_episode_cannot_be_lived_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its actions are forgotten, so that memory stays flat, and loading its state says so."""
    monkeypatch.setattr("worlds._environment._LONGEST", 5)
    world = Gymnasium(ONE, "Pendulum-v1")
    world.reset(0)
    for _ in range(20):
        world.step({"learners": np.zeros((1, 1), np.float32)})
    state = world.state_dict()

    assert len(state["lives"]["0"]["actions"]) <= 5
    with pytest.raises(CheckpointError, match="Pendulum-v1 had an episode"):
        world.load_state_dict(state)


def test_a_class_needs_nothing_but_its_name() -> None:
    """A plain gymnasium.Env from a YAML file: spaces within spaces, two choices at once, options."""
    name = "tests.worlds.test_gymnasium:Odd"
    simulation = build_simulation(_config({"kind": name, "copies": 2, "options": {"length": 3}}))
    ends = []
    for _ in range(8):
        simulation.run_tick()
        ends.append(simulation.outcome("learners").truncated.tolist())
    sensed = simulation.outcome("learners").observations[0]

    assert ends == [[False] * 2, [False] * 2, [True] * 2, [False] * 2] * 2
    assert sensed.tolist() == [0, 1, 2, 3, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    assert "Odd paints no picture of itself" in simulation.scene(0).text()


def test_parts_keep_their_names() -> None:
    """Each number is named by the keys that lead to it; what is no number is left out."""
    flat = Flattened(Odd.observation_space)

    assert [channel.name for channel in flat.channels()][:6] == [
        *(f"numbers {k}" for k in range(4)),
        *(f"pair 0 {k}" for k in range(2)),
    ]
    assert flat.shape == (14,)
    with pytest.raises(ConfigError, match="observation space"):
        Flattened(spaces.Text(3))


@pytest.mark.slow
def test_a_run_is_repeated_and_goes_on_from_its_state(tmp_path: Any) -> None:
    """The same configuration gives the same events, also when it stops half-way and another run takes over."""
    config = _config({"kind": "gymnasium", "id": "CartPole-v1", "copies": 2})
    first, twin = build_simulation(config), build_simulation(config)
    for _ in range(60):
        first.run_tick()
        twin.run_tick()
    save_state(tmp_path, first.state_dict())
    later = build_simulation(config)
    later.load_state_dict(load_state(tmp_path))
    for simulation in (first, twin, later):
        for _ in range(60):
            simulation.run_tick()

    assert first.events.digest == twin.events.digest == later.events.digest


def test_there_is_a_picture_for_who_looks() -> None:
    """The environment paints the copy that is asked for, and only then."""
    world = Gymnasium(ONE, "CartPole-v1", 2)
    world.reset(0)
    image = world.scene(1).image

    assert image is not None
    assert (image.shape, image.dtype) == ((400, 600, 3), np.uint8)


def test_the_effective_configuration_has_no_body() -> None:
    """And reads back as an equal one."""
    config = _config({"kind": "gymnasium", "id": "CartPole-v1"})

    assert "body" not in effective(config)["creatures"]["learners"]
    assert parse_config(effective(config), "test") == config


@pytest.mark.parametrize(
    ("world", "creatures", "words"),
    [
        ({"id": "CartPole-v1"}, {"learners": {"body": {}}}, "creatures.learners.body: in the world gymnasium the env"),
        ({"id": "CartPole-v1"}, {"learners": {"count": 2}}, "creatures: CartPole-v1 has room for one creature of one"),
        ({"id": "CartPole-v1"}, {"a": {}, "b": {}}, "creatures: CartPole-v1 has room for one creature of one species"),
        ({"id": "CartPole-v9"}, SMALL, "world.id: Environment version `v9` for environment `CartPole` doesn't exist"),
        ({"id": "CrtPole-v1"}, SMALL, "world.id: Environment `CrtPole` doesn't exist. Did you mean: `CartPole`?"),
        ({"id": "no_such:CartPole-v1"}, SMALL, "world.id: no_such:CartPole-v1 ... the module 'no_such', which"),
        ({"id": "CartPole-v1", "options": {"legs": 2}}, SMALL, "world.options.legs: CartPole-v1 has no such option"),
        ({}, SMALL, "world.id: is missing"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(world: dict[str, Any], creatures: dict[str, Any], words: str) -> None:
    """In one sentence that says where and why."""
    with pytest.raises(ConfigError) as caught:
        build_simulation(_config({"kind": "gymnasium", **world}, creatures))

    assert names(caught.value, words)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["Pendulum-v1", "Blackjack-v1", "FrozenLake-v1", "CliffWalking-v1", "Acrobot-v1"])
def test_environments_of_gymnasium_are_lived_in(name: str) -> None:
    """Numbers, cards, places: whatever their spaces, a brain runs in them."""
    simulation = build_simulation(_config({"kind": "gymnasium", "id": name}, {"learners": {}}))
    for _ in range(30):
        simulation.run_tick()

    assert simulation.tick == 30


FIELD = {
    "minigrid": ["minigrid:MiniGrid-Empty-5x5-v0", "minigrid:MiniGrid-DoorKey-5x5-v0"],
    "minatar": ["minatar:MinAtar/Breakout-v1"],
    "highway_env": ["highway_env:parking-v0"],
    "flappy_bird_gymnasium": ["flappy_bird_gymnasium:FlappyBird-v0"],
    "gym_simplegrid": ["gym_simplegrid:SimpleGrid-4x4-v0"],
    "popgym": [
        f"popgym:popgym-{name}Easy-v0"
        for name in (
            "RepeatPrevious",
            "CountRecall",
            "Autoencode",
            "NoisyPositionOnlyPendulum",
            "MultiarmedBandit",
            "HigherLower",
            "Battleship",
            "MineSweeper",
        )
    ],
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # theirs
@pytest.mark.parametrize(("package", "name"), [(package, name) for package, ids in FIELD.items() for name in ids])
def test_environments_of_others_are_lived_in(package: str, name: str) -> None:
    """Their ids are all that a file must name; they are learned in, saved, and gone on with."""
    pytest.importorskip(package, exc_type=ImportError)
    config = _config({"kind": "gymnasium", "id": name, "copies": 2})
    with closing(build_simulation(config)) as first, closing(build_simulation(config)) as second:
        for _ in range(120):
            first.run_tick()
        if package == "minatar":  # its seed does not decide all that happens
            with pytest.raises(CheckpointError, match="led it elsewhere"):
                second.load_state_dict(first.state_dict())
            return
        second.load_state_dict(first.state_dict())
        assert second.outcome("learners").observations.tolist() == first.outcome("learners").observations.tolist()

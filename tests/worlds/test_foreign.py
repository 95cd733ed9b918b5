"""Environments of others: what breaks the contract is refused by name, what reaches for the process reaches nothing."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from alife.body import Body
from alife.config.simulation_config import parse_config
from alife.core.errors import AlifeError, ConfigError, WorldError, WorldWarning
from alife.core.plain_word import PlainWord
from alife.core.world import Species
from alife.runs.checkpoint import load_state, save_state
from alife.sim.build import build_simulation
from tests.command import ROOT, alife
from tests.errors import names
from tests.worlds import foreign
from worlds.gymnasium import world_of

ONE: Species = {"learners": (Body(), 1)}
MODULE = "tests.worlds.foreign"


def _config(name: str, **world: Any) -> Any:
    creatures = {"learners": {"brain": {"layers": [{"kind": "lif", "size": 8}]}}}
    return parse_config({"world": {"kind": f"{MODULE}:{name}", **world}, "creatures": creatures}, "test")


def _live(env: type[Any], ticks: int = 3, copies: int = 1) -> Any:
    """Return what comes of some ticks with the first action."""
    world = world_of(env)(ONE, copies=copies)  # type: ignore[call-arg]
    outcome = world.reset(0)["learners"]
    action = np.zeros((copies, *world.action_spaces["learners"].shape), world.action_spaces["learners"].dtype)
    for _ in range(ticks):
        outcome = world.step({"learners": action})["learners"]
    return outcome


FLOATS = spaces.Box(-1.0, 1.0, (3,), np.float32)
IMAGE = spaces.Box(0, 255, (8, 6, 3), np.uint8)
NESTED = spaces.Dict({"a": spaces.Tuple((spaces.Discrete(2), FLOATS)), "b": spaces.MultiBinary(2)})
RIGHT = {"a": (1, np.zeros(3)), "b": np.array([0, 1])}


@pytest.mark.parametrize(
    ("space", "seen", "words"),
    [
        (FLOATS, 0.5, "the observation is 0.5, its space promises the shape (3,)"),
        (FLOATS, None, "the observation is None"),
        (FLOATS, np.zeros((1, 3)), "shape (1, 3), its space promises the shape (3,)"),
        (FLOATS, ["a", "b", "c"], "its space promises numbers (float32)"),
        (FLOATS, [0, [1], 2], "of type list that is no array"),
        (FLOATS, np.zeros(3, complex), "of complex128, its space promises numbers"),
        (IMAGE, np.zeros((3, 8, 6), np.uint8), "shape (3, 8, 6), its space promises the shape (8, 6, 3)"),
        (IMAGE, np.zeros((8, 6, 3)), "of float64, its space promises whole numbers (uint8)"),
        (spaces.Discrete(3), -1, "-1, its space promises a choice from 0 to 2"),
        (spaces.Discrete(3), 3, "3, its space promises a choice from 0 to 2"),
        (spaces.Discrete(3, start=5), 4, "4, its space promises a choice from 5 to 7"),
        (spaces.Discrete(3), 2.9, "of float64, its space promises whole numbers"),
        (spaces.Discrete(3), np.array([1]), "shape (1,), its space promises one number"),
        (spaces.MultiDiscrete([2, 3]), [2, 0], "2 in place 0, its space promises a choice from 0 to 1"),
        (spaces.MultiDiscrete([2, 3], start=[1, 1]), [1, 0], "0 in place 1, its space promises a choice from 1 to 3"),
        (spaces.MultiBinary(2), [0, 7], "7 in place 1, its space promises a choice from 0 to 1"),
        (NESTED, {"a": RIGHT["a"]}, "its space promises a mapping with 'b'"),
        (NESTED, {**RIGHT, "a": (1,)}, "the observation's a is a tuple of 1, its space promises a tuple of 2"),
        (NESTED, {**RIGHT, "a": (2, np.zeros(3))}, "the observation's a.0 is 2, its space promises a choice from 0"),
        (NESTED, {**RIGHT, "a": (1, np.zeros(2))}, "the observation's a.1 is an array of shape (2,)"),
        (NESTED, (1, 2), "the observation is a tuple of 2, its space promises a mapping"),
    ],
)
def test_what_is_seen_is_what_the_space_promises(space: Any, seen: Any, words: str) -> None:
    """From the first observation on, and at every tick after it."""
    env = foreign.seeing(space, seen)
    with pytest.raises(WorldError) as caught:
        _live(env)
    assert names(caught.value, f"{MODULE}:Seeing: reset ... {words}")

    later = foreign.seeing(space, space.sample())
    later.step = lambda self, action: (seen, 0.0, False, False, {})  # type: ignore[method-assign]
    with pytest.raises(WorldError) as caught:
        _live(later, copies=2)
    assert names(caught.value, f"copy 0 of {MODULE}:Seeing: step 1 ... {words}")


@pytest.mark.parametrize(
    ("space", "seen"),
    [
        (FLOATS, [0, 0, 1]),
        (FLOATS, np.array([-1.0000001, 0.0, 1.0])),
        (spaces.Box(-np.inf, np.inf, (2,)), np.array([1e9, -1e9])),
        (spaces.Discrete(3), np.int8(2)),
        (spaces.Discrete(3), True),
        (spaces.MultiBinary(2), [True, False]),
        (NESTED, {**RIGHT, "more": 3}),
    ],
)
def test_what_means_the_same_is_taken(space: Any, seen: Any) -> None:
    """Numbers of another width, lists, what rounding has done, what nobody asked for."""
    _live(foreign.seeing(space, seen))


def test_a_number_a_little_outside_of_its_bounds_is_said_once() -> None:
    """And taken for its bound: environments of others do that, and live well with it."""
    with pytest.warns(WorldWarning, match=r"reset: number 0 of the observation is 1.5, .* -1 to 1") as said:
        outcome = _live(foreign.seeing(FLOATS, np.array([1.5, 0.0, 0.0])))

    assert len(said) == 1
    assert outcome.observations[0, 0] == 1.0


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"reward": None}, "a number as reward, it returned None"),
        ({"reward": np.ones(2)}, "a number as reward, it returned an array of shape (2,)"),
        ({"reward": {"a": 1.0}}, "a number as reward, it returned of type dict"),
        ({"reward": "1.0"}, "a number as reward, it returned of type str"),
        ({"reward": 10**400}, "a number as reward"),
        ({"terminated": None}, "True or False as terminated, it returned None"),
        ({"truncated": np.zeros(2, bool)}, "True or False as truncated, it returned an array of shape (2,)"),
        ({"terminated": 0.5}, "True or False as terminated, it returned 0.5"),
        ({"info": None}, "a dict as info, it returned None"),
        ({"info": np.zeros(0)}, "a dict as info, it returned an array of shape (0,)"),
    ],
)
def test_what_a_step_returns_is_what_the_contract_says(parts: dict[str, Any], words: str) -> None:
    """Reward, ends and info, each by its name."""
    with pytest.raises(WorldError) as caught:
        _live(foreign.returning(**parts))
    assert names(caught.value, f"Returning: step 1 must return {words}")
    assert "_environment.py" not in str(caught.value)


@pytest.mark.parametrize("reward", [1, True, np.float32(1.0), np.array(1.0), np.array([[1]])])
def test_a_reward_of_one_number_is_taken(reward: Any) -> None:
    """Also an array of one; and numpy's booleans are booleans."""
    outcome = _live(foreign.returning(reward=reward, terminated=np.bool_(True), truncated=np.array([False])), 1)

    assert (outcome.rewards[0], outcome.terminated[0], outcome.truncated[0]) == (1.0, True, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("OldReset", WorldError, "OldReset: reset must return (observation, info), it returned an array of shape (3,)"),
        ("Seedless", WorldError, "Seedless cannot be called as reset(self, *, seed=None, options=None)"),
        ("OldStep", WorldError, "OldStep: step 1 must return (observation, reward, ... it returned a tuple of 4"),
        ("NoSpace", WorldError, "the action_space of tests.worlds.foreign:NoSpace must be a Space ... it is missing"),
        ("Needy", ConfigError, "Needy needs the module 'nunpy', which is missing"),
        ("Needs", ConfigError, "world.options.map: is missing"),
        ("Legacy", WorldError, "it does not derive from alife.core.world:World or gymnasium:Env"),
    ],
)
def test_older_contracts_are_named(name: str, error: type[AlifeError], words: str, tmp_path: Path) -> None:
    """In one sentence without a line of ours, and nothing is left."""
    with pytest.raises(error) as caught:
        build_simulation(_config(name)).run_tick()

    assert names(caught.value, words)
    assert not re.search(r"worlds/_?(gymnasium|environment|options)\.py|pip install", str(caught.value))


def test_seeds_and_actions_are_what_environments_expect() -> None:
    """A seed of 31 bits at every reset, a choice that is an int; a picture that cannot be painted ends nothing."""
    simulation = build_simulation(_config("Careful", copies=2))
    for _ in range(12):
        simulation.run_tick()

    assert "Careful" in simulation.scene(0).text()


def test_spaces_stay_what_they_were() -> None:
    """Of one environment from episode to episode, and of all copies."""
    with pytest.raises(WorldError) as caught:
        _live(foreign.Grows, 7)
    assert names(caught.value, "Grows: reset: the observation is an array of shape (4,), its space promises ... (3,)")
    with pytest.raises(WorldError, match=r"copy 1 of .*Unlike has another observation_space than copy 0"):
        _live(foreign.Unlike, copies=2)


def test_an_environment_may_do_to_its_action_what_it_likes(tmp_path: Path) -> None:
    """What is remembered is what was decided, so a run with it is saved and goes on."""
    config = _config("Scales", copies=2)
    first, second = build_simulation(config), build_simulation(config)
    for _ in range(8):
        first.run_tick()
    save_state(tmp_path, first.state_dict())
    second.load_state_dict(load_state(tmp_path))
    for simulation in (first, second):
        simulation.run_tick()

    assert first.events.digest == second.events.digest
    assert np.array_equal(first.outcome("learners").observations, second.outcome("learners").observations)


def test_an_array_that_is_used_again_was_copied() -> None:
    """What was seen at a tick stays what was seen at it."""
    world = world_of(foreign.Reuses)(ONE)  # type: ignore[call-arg]
    first = world.reset(0)["learners"].observations
    world.step({"learners": np.array([0])})

    assert first.tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.slow
def test_all_that_was_opened_is_closed(tmp_path: Path) -> None:
    """At the end of a run and of a check, and where the third of three copies cannot be made."""
    (tmp_path / "holds.yaml").write_text(f'world: {{kind: "{MODULE}:Holds", copies: 3}}\nticks: 8\n')
    assert alife("run", tmp_path / "holds.yaml", "--headless", "--out", tmp_path / "run").returncode == 0
    assert alife("validate", tmp_path / "holds.yaml").returncode == 0
    alife("check-world", f"{MODULE}:Holds", "--ticks", "5")
    assert foreign.Holds.made > 20
    assert not foreign.Holds.open

    with pytest.raises(WorldError, match=r"Third cannot be made: RuntimeError: no more of these \(.*foreign.py:\d+\)"):
        build_simulation(_config("Third", copies=3))
    assert not foreign.Third.open


def test_what_cannot_be_closed_ends_no_run() -> None:
    """It is said."""
    simulation = build_simulation(_config("Unclosable"))
    with pytest.warns(WorldWarning, match="Unclosable cannot be closed: RuntimeError: stuck"):
        simulation.close()


OFF, ON = PlainWord("off"), PlainWord("Yes")


@pytest.mark.parametrize(
    ("name", "options", "given"),
    [
        ("Options", {"wind": OFF, "ice": ON}, {"wind": False, "ice": True}),
        ("Options", {"mode": "off", "size": 4}, {"mode": "off", "size": 4}),
        ("Passes", {"rain": ON, "wind": OFF}, {"rain": True, "wind": False}),
    ],
)
def test_options_mean_what_the_constructor_takes(name: str, options: dict[str, Any], given: dict[str, Any]) -> None:
    """A word that older YAML takes for a boolean is one where its annotation or default is, also further up."""
    build_simulation(_config(name, options=options))

    assert foreign.Options.given == {**foreign.Options.given, **given}


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("Options", {"mode": OFF}, "world.options.mode: 'off' could be text or false; write false, or put ... quotes"),
        ("Options", {"size": PlainWord("y")}, "world.options.size: 'y' could be text or true; write true"),
        ("Passes", {"sky": {"blue": [OFF]}}, "world.options.sky.blue.0: 'off' could be text"),
        ("Options", {"wnd": True}, "world.options.wnd: ... has no such option, did you mean 'wind'?"),
        ("Passes", {"wnd": True}, "world.options.wnd: ... has no such option, did you mean 'wind'?"),
        ("Base", {"zzz": 1}, "world.options.zzz: ... has no such option, it takes none"),
    ],
)
def test_options_that_mean_nothing_are_refused(name: str, options: Mapping[str, Any], words: str) -> None:
    """With the path, and what would be right."""
    with pytest.raises(ConfigError) as caught:
        build_simulation(_config(name, options=options))

    assert names(caught.value, words)


def _run(folder: Path, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Return what the command leaves that runs an environment in a process of its own."""
    file = folder / "config.yaml"
    file.write_text(f'world: {{kind: "{MODULE}:{name}"}}\nticks: 60\nseed: 3\ncreatures: {{learners: {{}}}}\n')
    return subprocess.run(
        [sys.executable, "-m", "alife", "run", file, "--headless", "--json", "--out", name, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
def test_what_an_environment_does_to_its_process_reaches_no_run(tmp_path: Path) -> None:
    """It prints, warns, seeds, changes directories, signals and floating point; hash, files and exit code are right."""
    right, nasty = _run(tmp_path, "Base"), _run(tmp_path, "Nasty")
    summary = json.loads(nasty.stdout.splitlines()[-1])

    assert (right.returncode, nasty.returncode) == (0, 0), nasty.stderr
    assert summary["event_log_sha256"] == json.loads(right.stdout.splitlines()[-1])["event_log_sha256"]
    assert sorted(each.name for each in (tmp_path / "Nasty").rglob("*")) == sorted(
        each.name for each in (tmp_path / "Base").rglob("*")
    )
    assert "printed" not in nasty.stdout
    said = [line for line in nasty.stderr.splitlines() if "warning: " in line]
    assert sum("warned of 0" in line for line in said) == 1
    assert sum("has changed the working directory; it is put back" in line for line in said) == 1
    assert sum("has changed what happens at SIGTERM; it is put back" in line for line in said) == 1


@pytest.mark.slow
def test_a_thread_of_a_world_keeps_no_command_from_ending(tmp_path: Path) -> None:
    """It is given some seconds, and named."""
    ended = _run(tmp_path, "Restless")

    assert ended.returncode == 0
    assert "'for ever' of the world did not end; left without" in ended.stderr


def test_signals_stay_those_of_the_program() -> None:
    """Where an environment has taken one, it is put back, and said."""
    before = signal.getsignal(signal.SIGTERM), os.getcwd()
    with pytest.warns(WorldWarning, match="has changed"), pytest.warns(UserWarning, match="warned of"):
        build_simulation(_config("Rude"))

    assert (signal.getsignal(signal.SIGTERM), os.getcwd()) == before

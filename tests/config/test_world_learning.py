"""What a world says of learning in it, where a configuration says nothing."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.rules.ring import Ring
from agents.triggers.every import Every
from agents.triggers.surprise import Surprise
from alife.config.simulation_config import dump_config, effective, parse_config
from alife.config.yaml_file import parse_yaml
from alife.core.errors import ConfigError
from alife.sim.build import build_simulation

CARTPOLE = {"kind": "gymnasium", "id": "CartPole-v1"}
FOREIGN = Ring(
    learning_rate=0.002,
    trace_decay=0.9,
    discount=0.99,
    critic="senses",
    entropy=0.01,
    scale_rewards=True,
    trigger=Surprise(threshold=0.3, rewards=False),
)


def _learning(species: Any, *overrides: str, world: Any = CARTPOLE) -> Any:
    return parse_config({"world": world, "creatures": {"a": species}}, "test", overrides).creatures["a"].learning


@pytest.mark.parametrize("species", [{}, None, {"learning": None}, {"learning": "ring"}, {"learning": {}}], ids=str)
def test_who_says_nothing_learns_as_the_world_has_it(species: Any) -> None:
    """No section, an empty one, and the name of the same rule alone: all the same."""
    assert _learning(species).build() == FOREIGN


def test_whoever_names_no_creatures_has_learners_like_that() -> None:
    """The world alone is enough."""
    config = parse_config({"world": CARTPOLE}, "test")
    named = parse_config({"world": CARTPOLE}, "test", ["creatures.mice.count=1"])

    assert config.creatures["learners"].learning.build() == FOREIGN
    assert list(named.creatures) == ["mice"]
    assert named.creatures["mice"].learning.build() == FOREIGN


def test_what_is_said_changes_it_key_by_key() -> None:
    """In the file and from the command line, with the rule's name or without."""
    for section in ({"entropy": 0.5}, {"kind": "ring", "entropy": 0.5}):
        learning = _learning({"learning": section}, "creatures.a.learning.discount=0.5").build()

        assert learning == replace(FOREIGN, entropy=0.5, discount=0.5)


def test_another_rule_stands_by_itself() -> None:
    """Its defaults are those of its own constructor."""
    for section in ("eprop", {"kind": "eprop"}, "none"):
        assert _learning({"learning": section}) == _learning({"learning": section}, world={"kind": "forage"})


def test_our_own_worlds_say_nothing() -> None:
    """There the default is the rule's."""
    assert _learning({}, world="forage").build() == Ring()


def test_a_number_of_that_name_is_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world may have a parameter `learning` of its own; then it says nothing of rules."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1])
    assert _learning({}, world="fake_plugins:School").build() == Ring()


def test_an_environment_that_is_registered_nowhere_says_the_same() -> None:
    """Any class that derives from gymnasium.Env."""
    assert _learning({}, world="gymnasium.envs.classic_control.cartpole:CartPoleEnv").build() == FOREIGN


def test_it_is_taken_along_by_like() -> None:
    """A species like another learns as that one."""
    raw = {"world": CARTPOLE, "creatures": {"a": {"learning": {"entropy": 0.5}}, "b": {"like": "a"}}}
    config = parse_config(raw, "test")

    assert config.creatures["a"] == config.creatures["b"]


def test_the_effective_configuration_holds_it() -> None:
    """It can be read there, reads back as the same, and what was given is left as it was."""
    raw: dict[str, Any] = {"world": dict(CARTPOLE), "creatures": {"a": {}}}
    before = copy.deepcopy(raw)
    config = parse_config(raw, "test")

    assert raw == before
    assert effective(config)["creatures"]["a"]["learning"]["trigger"]["rewards"] is False
    assert parse_config(parse_yaml(dump_config(config), "test"), "test") == config


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"world": {"kind": "gymnasiun"}, "creatures": {"a": {}}}, "did you mean 'gymnasium'"),
        ({"world": CARTPOLE, "creatures": {"a": 3}}, "creatures.a"),
        ({"world": CARTPOLE, "creatures": [1]}, "creatures"),
        ({"world": CARTPOLE, "creatures": {"a": {"learning": 3}}}, r"creatures\.a\.learning"),
        ({"world": CARTPOLE, "creatures": {"a": {"learning": {"kind": 3}}}}, r"creatures\.a\.learning\.kind"),
        ({"world": CARTPOLE, "creatures": {"a": {"learning": {"entrpy": 3}}}}, "did you mean 'entropy'"),
    ],
    ids=str,
)
def test_what_is_wrong_is_found_as_ever(raw: dict[str, Any], fault: str) -> None:
    """One sentence, at the place where it stands."""
    with pytest.raises(ConfigError, match=fault):
        parse_config(raw, "test")


def test_a_part_of_a_part_changes_alone() -> None:
    """The threshold of the trigger that the world names, for one."""
    learning = _learning({}, "creatures.a.learning.trigger.threshold=0.2").build()

    assert learning == replace(FOREIGN, trigger=Surprise(threshold=0.2, rewards=False))
    assert _learning({"learning": {"trigger": "every"}}).build().trigger == Every()


def test_surprises_are_told_where_every_tick_brings_a_reward() -> None:
    """There it is not the reward that makes creatures learn."""
    simulation = build_simulation(parse_config({"world": CARTPOLE}, "test"))
    surprises = 0
    for _ in range(60):
        simulation.run_tick()
        surprises += int(simulation.populations["learners"].report.surprised.sum())

    assert surprises > 0

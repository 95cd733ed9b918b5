"""The JSON schema takes what the house takes, and refuses what an editor can know to be wrong."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from alife.config.json_schema import Schema, json_schema
from alife.config.resolve import RULE, TRIGGER, WORLD
from alife.config.simulation_config import effective, load_config
from alife.config.yaml_file import load_yaml, parse_yaml
from alife.core.errors import ConfigError
from alife.runs.sweep.plan import plan_sweep

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted([*(ROOT / "configs").glob("*.yaml"), *(ROOT / "examples").glob("*.yaml")])


@pytest.fixture(scope="module")
def schema() -> Schema:
    return json_schema(plug_ins=False)


@pytest.fixture(scope="module")
def editor(schema: Schema) -> Draft202012Validator:
    """Return what checks a configuration as an editor does."""
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_configuration_is_taken(path: Path, editor: Draft202012Validator) -> None:
    """As it is written, and with every default filled in."""
    editor.validate(load_yaml(path))
    editor.validate(effective(load_config(path)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "world: forage",
        "world: {food: 3}",
        "world: {kind: 'my_package.my_module:Pond', depth: 3}",
        "creatures: {learners: }",
        "creatures: {learners: {body: , learning: {learning_rate: 0.01}}}",
        "creatures: {learners: {learning: {trigger: {silence: 30}}}}",
        "creatures: {learners: {brain: {layers: [], readout: }}}",
        "creatures: {learners: {heredity: {genes: {step: {low: 0.5, high: 1, spread: 0.1, start: [0.5, 1]}}}}}",
        "record: {spikes: [0, 3]}",
        "record: {spikes: {learners: [0]}}",
        "sweep:",
        "sweep: {vary: {world.food: [4, [8], {kind: x}]}, seeds: [0, 3-5], how: zip}",
        "sweep: {seeds: 0-4}",
    ],
)
def test_each_short_form_is_taken(text: str, editor: Draft202012Validator) -> None:
    """What stands for something longer is no fault in an editor."""
    editor.validate(parse_yaml(text, "text"))


@pytest.mark.parametrize(
    "text",
    [
        "tick: 10",
        "ticks: 0",
        "seed: one",
        "threads: 65",
        "world: frage",
        "world: {kind: frage}",
        "world: {kind: forage, fod: 3}",
        "world: {kind: forage, food: -1}",
        "world: {kind: forage, on_fault: clib}",
        "world: {kind: gymnasium}",
        "creatures: {learners: {cuont: 3}}",
        "creatures: {learners: {body: {senses: {kind: sectors}}}}",
        "creatures: {learners: {body: {senses: [{kind: sectors, count: 0}]}}}",
        "creatures: {learners: {body: {metabolism: {hazard: {kind: constant, rate: 2}}}}}",
        "creatures: {learners: {brain: {layers: [{size: 3}]}}}",
        "creatures: {learners: {brain: {layers: [{kind: lif, decay: 1}]}}}",
        "creatures: {learners: {learning: {kind: none, learning_rate: 0.1}}}",
        "creatures: {learners: {learning: {learning_rte: 0.1}}}",
        "creatures: {learners: {learning: {kind: ring, trigger: {silence: 0}}}}",
        "creatures: {learners: {heredity: {genes: {setp: {low: 0.5, high: 1, spread: 0.1}}}}}",
        "creatures: {learners: {heredity: {genes: {step: {low: 0.5, high: 2, spread: 0.1}}}}}",
        "creatures: {learners: {heredity: {genes: {step: {low: 0.5}}}}}",
        "record: {spikes: {learners: 0}}",
        "view: {on_close: go}",
        "sweep: []",
        "sweep: {very: {}}",
        "sweep: {vary: {world.food: 4}}",
        "sweep: {vary: {world.food: []}}",
        "sweep: {how: side}",
        "sweep: {seeds: 1.5}",
        "sweep: {seeds: -1}",
    ],
)
def test_what_is_wrong_is_refused(text: str, editor: Draft202012Validator, tmp_path: Path) -> None:
    """A key, a number, a kind; and the house refuses the same."""
    file = tmp_path / "text.yaml"
    file.write_text(text)

    assert not editor.is_valid(load_yaml(file))
    with pytest.raises(ConfigError):
        plan_sweep(file, [])


def test_every_default_is_of_its_own_key(schema: Schema, editor: Draft202012Validator) -> None:
    """What an editor would fill in, it takes."""
    keys = list(_keys_with_defaults(schema))

    assert len(keys) > 300
    assert [
        key for key in keys if not editor.evolve(schema={**key, "$defs": schema["$defs"]}).is_valid(key["default"])
    ] == []


def _keys_with_defaults(value: Any) -> Iterator[Schema]:
    if isinstance(value, dict):
        yield from (key for key in value.get("properties", {}).values() if "default" in key)
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _keys_with_defaults(each)


@pytest.mark.slow
def test_what_cannot_be_described_spoils_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parameter that JSON has no word for: its class may have any keys, and all others stay as they are."""
    source = "from collections.abc import Callable\nfrom alife.core.brain import Rule\n\n\nclass Odd(Rule):\n"
    (tmp_path / "odd.py").write_text(f"{source}    def __init__(self, when: Callable[[int], bool]) -> None: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    editor = Draft202012Validator(json_schema(also=[(RULE, "odd:Odd")]))
    monkeypatch.delitem(sys.modules, "odd")

    assert editor.is_valid({"creatures": {"a": {"learning": {"kind": "odd:Odd", "when": "now"}}}})
    assert not editor.is_valid({"creatures": {"a": {"learning": {"kind": "ring", "when": "now"}}}})


def test_a_class_of_others_has_its_own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its parts and its defaults, plug-ins of its own among them, are defined with it."""
    monkeypatch.syspath_prepend(ROOT / "tests")
    also = [(WORLD, "fake_plugins:Lagoon"), (RULE, "fake_plugins:Moonlight"), (TRIGGER, "fake_plugins:Gust")]
    editor = Draft202012Validator(json_schema(also=also))

    def takes(world: dict[str, Any]) -> bool:
        return bool(editor.is_valid({"world": {"kind": "fake_plugins:Lagoon", **world}}))

    assert takes({"depth": 2.0, "shore": {"slope": 1.0}, "level": "low", "alarm": None})
    assert editor.is_valid({"creatures": {"a": {"learning": {"kind": "fake_plugins:Moonlight", "trigger": {}}}}})

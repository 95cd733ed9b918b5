import copy
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.neurons.lif import LIF
from alife.config import yaml_file
from alife.config.schema import Part, PlugIn
from alife.config.simulation_config import SimulationConfig, dump_config, effective, load_config, parse_config
from alife.core.errors import ConfigError, WorldError
from alife.core.world import World
from tests.errors import names

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
FORAGE = ROOT / "configs/forage.yaml"
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))


@pytest.fixture(autouse=True)
def _somebody_elses_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(TESTS)


def write(folder: Path, text: str) -> Path:
    file = folder / "test.yaml"
    file.write_text(text)
    return file


def refusals(raw: dict[str, Any]) -> tuple[str, ...]:
    """Return all that is wrong with a configuration."""
    with pytest.raises(ConfigError) as caught:
        parse_config(raw, "test")
    return caught.value.faults


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_config_loads_and_says_what_it_shows(path: Path) -> None:
    """Each file in configs/ is sound, is named like its file, and begins with a sentence."""
    assert load_config(path).name == path.stem
    assert yaml_file.first_comment(path).endswith(".")


@pytest.mark.parametrize("text", ["{}", "creatures: {learners: }", "creatures: {learners: {}}", "view:\nrecord:\n"])
def test_a_species_needs_no_more_than_a_name(text: str, tmp_path: Path) -> None:
    """Every default is a working one, and an empty section is one with nothing but defaults."""
    assert load_config(write(tmp_path, text)) == parse_config({}, "test")


def test_the_defaults_are_the_ones_promised() -> None:
    """A configuration that says nothing is one forager with 64 neurons that learns from gated traces."""
    values = effective(parse_config({}, "test"))
    learners = values["creatures"]["learners"]

    assert (values["name"], values["seed"], values["ticks"], values["world"]["kind"]) == ("test", 0, None, "forage")
    assert learners["count"] == 1
    wiring = {"connections": 1.0, "dale": None, "delay": 0}
    assert learners["brain"]["layers"] == [
        {"kind": "lif", "size": 64, "decay": 0.2, "threshold": 1.0, "refractory": 0, **wiring}
    ]
    assert learners["brain"]["readout"] is None  # the one that fits the action space
    assert learners["learning"]["kind"] == "ring"
    assert learners["rewards"] == "own"
    assert values["view"] == {"fps": 30, "ticks_per_second": 30.0, "on_close": "stop"}
    assert values["record"] == {
        "metrics": 100,
        "events": 1_000_000,
        "lives": 100_000,
        "checkpoint": {"seconds": 20.0, "keep": 3},
        "spikes": {},
        "tensorboard": False,
    }


def _parts(value: Any) -> Iterator[Part]:
    """Yield every part in a configuration."""
    if isinstance(value, SimulationConfig | Part) or hasattr(type(value), "model_fields"):
        if isinstance(value, Part):
            yield value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))
    elif isinstance(value, tuple | dict):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _parts(entry)


def test_a_default_is_typed_once() -> None:
    """What a section holds unasked is its constructor's default; the standard brain has no number of its own."""
    differing = {
        (part.target.__name__, name): getattr(part, name)
        for part in _parts(parse_config({}, "test"))
        for name, parameter in inspect.signature(part.target).parameters.items()
        if name in type(part).model_fields
        and isinstance(parameter.default, int | float)
        and getattr(part, name) != parameter.default
    }

    assert differing == {}


def test_the_name_is_that_of_the_file(tmp_path: Path) -> None:
    """A file whose name cannot be the name of a run lends what can."""
    for stem, name in {
        "pond": "pond",
        "my pond (2)": "my_pond_2_",
        ".hidden": "_hidden",
        "ü": "_",
        "a.b": "a.b",
    }.items():
        file = tmp_path / f"{stem}.yaml"
        file.write_text("seed: 1")
        assert load_config(file).name == name


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a b", "-x", "x" * 101, "a\n", "C:\\x", "ü"])
def test_a_name_can_be_a_folder_and_nothing_worse(name: str) -> None:
    """No name of a run leads out of the folder it is used in."""
    (fault,) = refusals({"name": name})

    assert fault.startswith("name: must be letters, digits,")


@pytest.mark.slow
def test_the_configuration_builds_what_it_says() -> None:
    """World, bodies, layers and rules come out of the sections with the values of the file."""
    config = load_config(FORAGE)
    learners = config.creatures["learners"]
    body = learners.body.build()
    world = config.world.build(species={"learners": (body, learners.count)})
    neuron = learners.brain.layers[0].build()

    assert isinstance(world, World)
    assert world.copies == 24
    assert neuron == LIF(size=64)
    assert learners.learning.build().trace_decay == 0.8
    assert type(config.creatures["control"].learning.build()).__name__ == "NoLearning"


def test_a_configuration_is_frozen() -> None:
    """Nothing in a configuration can be assigned."""
    config = parse_config({}, "test")

    with pytest.raises(ValidationError):
        config.seed = 3  # type: ignore[misc]
    with pytest.raises(ValidationError):
        config.creatures["learners"].count = 3  # type: ignore[misc]


def test_like_takes_whole_sections(tmp_path: Path) -> None:
    """A species takes each section it does not give itself, and nothing of those it gives."""
    config = load_config(
        write(
            tmp_path,
            """
            creatures:
              a:
                count: 3
                brain: {layers: [{kind: lif, size: 7}], readout: {kind: lis, decay: 0.6}}
                learning: {kind: gated_trace, discount: 0.5}
                rewards: shuffled
              b: {like: a, brain: {layers: []}}
              c: {count: 2, like: a}
            """,
        )
    )
    a, b, c = (config.creatures[name] for name in "abc")

    assert b.brain.layers == ()
    assert b.brain.readout != a.brain.readout
    assert (b.count, b.learning, b.rewards) == (3, a.learning, "shuffled")
    assert (c.count, c.brain, c.learning) == (2, a.brain, a.learning)
    assert "like" not in effective(config)["creatures"]["b"]


@pytest.mark.parametrize(
    ("creatures", "fault"),
    [
        (
            {"learners": {}, "b": {"like": "lerners"}},
            "'lerners' ... 'learners'? ... learners",
        ),
        ({"a": {}, "b": {"like": "b"}}, "a species cannot be like itself"),
        ({"a": {}, "b": {"like": 3}}, "must name a species ... 3"),
        ({"a": {}, "b": {"like": None}}, "must name a species ... nothing"),
        ({"a": {}, "c": {"like": "a"}, "b": {"like": "c"}}, "'c' is itself like another"),
    ],
)
def test_a_like_that_leads_nowhere(creatures: dict[str, Any], fault: str) -> None:
    """A species can be like one other that gives its sections itself."""
    (found,) = refusals({"creatures": creatures})
    assert names(found, f"creatures.b.like: ... {fault}")


def test_two_species_cannot_be_like_each_other() -> None:
    """A circle is a chain seen from both ends."""
    found = refusals({"creatures": {"a": {"like": "b"}, "b": {"like": "a"}}})

    assert [fault.partition(":")[0] for fault in found] == ["creatures.a.like", "creatures.b.like"]


def test_a_fault_that_is_inherited_is_told_once() -> None:
    """What is wrong in a section is reported where it is written."""
    raw = {"creatures": {"a": {"brian": 1, "count": 0, "learning": "nope"}, "b": {"like": "a"}}}

    assert {fault.partition(": ")[0] for fault in refusals(raw)} == {
        "creatures.a.brian",
        "creatures.a.count",
        "creatures.a.learning.kind",
    }


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("seed=7", "seed", 7),
        ("ticks=", "ticks", None),
        ("world.size=1e1", "world.size", 10.0),
        ("world.size = 20", "world.size", 20.0),
        ("world.copies=0x10", "world.copies", 16),
        ("view.fps=60", "view.fps", 60),
        ("creatures.control.count=8", "creatures.control.count", 8),
        ("creatures.learners.brain.layers=[]", "creatures.learners.brain.layers", []),
        ("creatures.learners.brain.layers.0.size=32", "creatures.learners.brain.layers.0.size", 32),
        ("creatures.learners.brain.layers.0=lif", "creatures.learners.brain.layers.0.decay", 0.2),
        ("creatures.learners.learning.trigger=reward", "creatures.learners.learning.trigger.silence", 50),
        ("creatures.learners.learning.optimizer.decay=.5", "creatures.learners.learning.optimizer.decay", 0.5),
        ("creatures.control.rewards=shuffled", "creatures.control.rewards", "shuffled"),
        ("creatures.third.like=control", "creatures.third", None),
        ("creatures.control={}", "creatures.control.learning.kind", "ring"),
        ("name=a=b", "name", None),
    ],
)
def test_an_override_is_one_value_of_the_file(override: str, path: str, value: Any) -> None:
    """`--set a.b=value` means what the same key and value in the file would mean."""
    if value is None and path != "ticks":
        with pytest.raises(ConfigError, match=path):
            load_config(FORAGE, [override])
        return
    found: Any = effective(load_config(FORAGE, [override]))
    for key in path.split("."):
        found = found[int(key) if key.isdecimal() else key]

    assert found == value
    assert type(found) is type(value)


def test_overrides_are_applied_in_order() -> None:
    """The last one wins, and each sees what the ones before it made."""
    config = load_config(
        FORAGE,
        [
            "seed=1",
            "seed=2",
            "creatures.x={}",
            "creatures.x.brain={layers: [lif]}",
            "creatures.x.brain.layers.0.size=5",
        ],
    )

    assert config.seed == 2
    assert config.creatures["x"].brain.layers[0].size == 5  # type: ignore[attr-defined]


def test_an_override_of_a_species_follows_its_like() -> None:
    """Changing what others are like changes them; changing one of them changes only that one."""
    path = "brain.layers.0.size"
    followed = load_config(FORAGE, [f"creatures.learners.{path}=8"])
    alone = load_config(FORAGE, [f"creatures.control.{path}=8"])

    def sizes(config: SimulationConfig) -> list[int]:
        return [species["brain"]["layers"][0]["size"] for species in effective(config)["creatures"].values()]

    assert sizes(followed) == [8, 8]
    assert sizes(alone) == [64, 8]


def test_a_missing_section_is_made(tmp_path: Path) -> None:
    """An override may name a section the file does not have; the defaults beside it stay."""
    config = load_config(write(tmp_path, "seed: 1"), ["creatures.learners.learning.trace_decay=0.5", "world.copies=3"])

    assert effective(config)["creatures"]["learners"]["learning"]["kind"] == "ring"
    assert effective(config)["world"]["copies"] == 3


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("seed", "--set seed: ... path=value"),
        ("=3", "--set =3: ... path=value"),
        ("", "--set : ... path=value"),
        ("a..b=3", "--set a..b=3: ... path=value"),
        ("world.=3", "--set world.=3: ... path=value"),
        ("seed=[1", "--set seed:"),
        ("seed=!!int 3", "--set seed:1:1: tags"),
        ("seed.x=3", "--set seed.x=3: 'seed' is 0, it ... 'x'"),
        ("creatures.learners.brain.layers.1.size=3", "'1' ... 0 to 0"),
        (f"creatures.learners.brain.layers.{'9' * 5000}.size=3", "is no index of a list of 1"),
        ("a\nb", "--set 'a\\nb': ... path=value"),
        ("creatures.learners.brain.layers.x.size=3", "'x' ... 0 to 0"),
        ("creatures.learners.brain.layers.-1.size=3", "'-1' ... 0 to 0"),
        ("creatures.new.brain.layers.0.size=3", "there is no list 'layers' in the file"),
        ("creatures.learners.body.senses[0].range=3", "creatures.learners.body.senses.0.range"),
        ("creatures[x].count=3", "'creatures[x]': unknown ... 'creatures'?"),
        ("creatures.learner.count=3", "creatures.learner.count=3: ... 'learners'? ... creatures.learner={"),
        ("wrld.size=3", "wrld: unknown ... 'world'?"),
        ("world.sise=3", "world.sise: unknown ... 'size'?"),
        ("world.size=-3", "world.size: ... 0.001 or more ... -3"),
        ("world.size=1e30", "world.size: ... 1e+06 or less ... 1e+30"),
        ("world.reach=1e9", "world.reach: ... 1e+06 or less ... 1000000000.0"),
        ("creatures.control.brain.layers.0.size=0", "creatures.control.brain.layers.0.size: ... 1 or more ... 0"),
        ("seed=\x00", "--set seed:1:1: the character U+0000"),
        ("seed=\udcff", "--set seed:1:1: the character U+DCFF"),
    ],
)
def test_an_override_that_cannot_be_applied_names_itself(override: str, words: str) -> None:
    """A malformed override is one sentence; one with a bad value is told like a bad value in the file."""
    with pytest.raises(ConfigError) as caught:
        load_config(FORAGE, [override])

    (fault,) = caught.value.faults
    assert names(fault, words)


def test_another_species_is_added_as_a_whole() -> None:
    """Only a change inside of one that is not there is taken for a typo, and only if the name is nearly that of one."""
    changes = ["creatures.learner={count: 3}", "creatures.learner.count=4", "creatures.others.count=2"]
    config = load_config(FORAGE, changes)

    assert {"learner": 4, "others": 2}.items() <= {name: one.count for name, one in config.creatures.items()}.items()


@pytest.mark.parametrize("changes", [[], ["creatures.b.count=3"], ["creatures.1.count=3"]])
def test_a_name_that_yaml_reads_as_a_number_is_a_fault_alone(changes: list[str], tmp_path: Path) -> None:
    """Whatever else is looked for among the names, where there is another that is not found."""
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, "creatures: {1: {count: 2}, a: {like: c}}"), changes)

    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["creatures.a.like", "creatures.1"]


def test_faults_of_overrides_and_file_come_together(tmp_path: Path) -> None:
    """Everything that is wrong is told at once, wherever it was said."""
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, "seed: -1\ncreatures: {a: {like: b}}"), ["x", "y.=1", "ticks=0"])

    assert len(caught.value.faults) == 5


SECTIONS = st.fixed_dictionaries(
    {},
    optional={
        "count": st.integers(1, 50),
        "body": st.fixed_dictionaries(
            {},
            optional={
                "senses": st.lists(
                    st.just("sectors") | st.builds(lambda n: {"kind": "sectors", "count": n}, st.integers(1, 9)),
                    max_size=3,
                ),
                "motor": st.just("steps") | st.builds(lambda step: {"step": step}, st.floats(0.001, 1e6)),
            },
        ),
        "brain": st.fixed_dictionaries(
            {},
            optional={
                "layers": st.lists(
                    st.just("lif")
                    | st.builds(
                        lambda d: {"kind": "lif", "decay": d}, st.floats(0, 1, exclude_min=True, exclude_max=True)
                    ),
                    max_size=3,
                ),
                "readout": st.builds(lambda d: {"decay": d}, st.floats(1e-9, 0.999)),
            },
        ),
        "learning": st.sampled_from(
            ["none", "gated_trace", {"trigger": "every"}, {"trigger": {"kind": "surprise", "threshold": 3}}]
        )
        | st.builds(lambda rate: {"learning_rate": rate}, st.floats(1e-12, 10.0) | st.integers(1, 10)),
        "rewards": st.sampled_from(["own", "shuffled"]),
    },
)
CREATURES = st.dictionaries(
    st.from_regex(r"\A[A-Za-z][A-Za-z0-9_-]{0,8}\Z"), SECTIONS | st.none(), min_size=1, max_size=3
)
RAW = st.fixed_dictionaries(
    {},
    optional={
        "name": st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,9}\Z")
        | st.sampled_from(["no", "1e3", "0x1", "null", "12"]),
        "seed": st.integers(0, 2**63 - 1),
        "ticks": st.none() | st.integers(1, 10**12),
        "world": st.just("forage") | st.builds(lambda size: {"size": size}, st.floats(0.1, 1e6)),
        "creatures": CREATURES,
        "view": st.builds(lambda fps: {"fps": fps}, st.integers(1, 240)) | st.none(),
        "record": st.builds(lambda events: {"events": events}, st.integers(0, 10**9)),
    },
)


@pytest.mark.slow
@settings(max_examples=40)
@given(RAW)
def test_the_effective_config_reads_back_as_an_equal_one(raw: dict[str, Any]) -> None:
    """Written out with every default, as data or as YAML, a configuration is still the same."""
    config = parse_config(raw, "test")

    assert parse_config(effective(config), "other") == config
    assert parse_config(yaml_file.parse_yaml(dump_config(config), "dump"), "other") == config
    assert effective(parse_config(effective(config), "other")) == effective(config)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_dumped_config_loads_like_its_file(path: Path, tmp_path: Path) -> None:
    """The file written beside a run stands for the same run."""
    config = load_config(path)

    assert load_config(write(tmp_path, dump_config(config))) == config


def test_plain_data_are_left_as_they_were() -> None:
    """Checking a configuration changes nothing in the data it was given."""
    raw = {"creatures": {"a": {"count": 2}, "b": {"like": "a"}}}
    parse_config(raw, "test")

    assert raw == {"creatures": {"a": {"count": 2}, "b": {"like": "a"}}}


def test_plug_ins_from_elsewhere_are_configured_like_ours() -> None:
    """A long name stands wherever a short one does, and its faults carry the whole path."""
    raw = {
        "world": {"kind": "fake_plugins:Lagoon", "depth": 2},
        "creatures": {"a": {"learning": "fake_plugins:Moonlight", "brain": {"readout": "fake_plugins:Chooser"}}},
    }
    config = parse_config(raw, "test")

    assert isinstance(config.world, PlugIn)
    assert parse_config(effective(config), "test") == config
    raw["creatures"]["a"]["learning"] = {"kind": "fake_plugins:Moonlight", "phase": 2, "trigger": {"treshold": 1}}
    assert refusals(raw) == (
        "creatures.a.learning.phase: must be less than 1, got 2",
        "creatures.a.learning.trigger.treshold: unknown key, did you mean 'threshold'? "
        "(keys here: kind, threshold, rewards)",
    )


def test_a_broken_plug_in_has_its_own_exit_code() -> None:
    """A world that is there but does not keep its contract is not the configuration's fault."""
    with pytest.raises(WorldError):
        parse_config({"world": "fake_plugins:Unfinished"}, "test")


WRONG = {
    "name": [3, None, True, [], "a/b"],
    "seed": [-1, 1.0, "0", True, None, 2**63, [0]],
    "ticks": [0, -5, 1.5, "abc", True, {}],
    "world": [None, 3, [], "nowhere", {"kind": None}, {"kind": 3}],
    "world.kind": ["nowhere", "worlds.forage", "a:b", 1, None, ""],
    "world.copies": [0, -1, 2.0, "24", True, None, 10**8],
    "world.size": [0, -3, "12", True, None, float("nan"), float("inf"), []],
    "creatures": [None, {}, [], 3, "learners", {"1x": {}}, {"a b": {}}, {"": {}}],
    "creatures.learners": [3, "lif", []],
    "creatures.learners.count": [0, 1.0, "1", True, None, 10**9],
    "creatures.learners.body": [3, "sectors", []],
    "creatures.learners.body.senses": [None, "sectors", {}, 3, [3], [None], [[]], ["eyes"]],
    "creatures.learners.body.senses.0.kind": ["eyes", None, 3],
    "creatures.learners.body.senses.0.count": [0, 8.0, "8", True],
    "creatures.learners.body.senses.0.range": [0, -5.0, "far", True, float("inf")],
    "creatures.learners.body.motor": [None, 3, [], "wings"],
    "creatures.learners.body.motor.kind": ["wings", None],
    "creatures.learners.brain": [3, "lif", []],
    "creatures.learners.brain.layers": [None, "lif", {}, 3, [3]],
    "creatures.learners.brain.layers.0.kind": ["lff", None, 3],
    "creatures.learners.brain.layers.0.size": [0, -1, 64.0, "64", True, None],
    "creatures.learners.brain.layers.0.decay": [0, 1, -0.5, 1.5, "0.5", True, float("nan")],
    "creatures.learners.brain.readout": [3, [], "softmax"],
    "creatures.learners.brain.readout.kind": ["softmax", None],
    "creatures.learners.brain.readout.decay": [0, 1, "x", False],
    "creatures.learners.learning": [None, 3, [], "hebb"],
    "creatures.learners.learning.kind": ["hebb", None],
    "creatures.learners.learning.learning_rate": [0, -1, "fast", True, float("inf")],
    "creatures.learners.learning.trace_decay": [-0.1, 1.1, "x"],
    "creatures.learners.learning.discount": [-0.1, 1.1, None],
    "creatures.learners.learning.entropy": [-0.1, "x", float("nan")],
    "creatures.learners.learning.trigger": [None, 3, [], "suprise"],
    "creatures.learners.learning.trigger.kind": ["suprise", None],
    "creatures.learners.learning.trigger.threshold": [-0.1, "x", True],
    "creatures.control.like": ["nobody", "control", 3, None],
    "creatures.control.learning.kind": ["nothing", None],
    "creatures.learners.rewards": ["others", None, True],
    "memory_gib": [0, -1.0, "8", True],
    "view.fps": [0, 30.0, "x"],
    "view.ticks_per_second": [0, -1, "x"],
    "record.metrics": [0, 1.5],
    "record.events": [-1, 1.5],
    "record.checkpoint.seconds": [0, -1.0, "soon", None],
    "record.checkpoint.keep": [-1, 1.5, "all", None],
    "record.spikes": [3, "learners", True, None],
    "record.spikes.learners": [3, "x", None, {}],
    "record.spikes.lerners": [[0], []],
}
CASES = [(path, value) for path, values in WRONG.items() for value in values]


def _changed(path: str, value: Any) -> dict[str, Any]:
    """Return configs/forage.yaml as plain data, with a trigger that has a parameter and one value replaced."""
    raw = yaml_file.load_yaml(FORAGE)
    raw["creatures"]["learners"]["learning"]["trigger"] = {"kind": "surprise", "threshold": 0.1}
    at: Any = raw
    *parents, last = path.split(".")
    for key in parents:
        at = at[int(key)] if isinstance(at, list) else at.setdefault(key, {})
    at[last] = value
    return raw


@pytest.mark.slow
@pytest.mark.parametrize(("path", "value"), CASES, ids=lambda value: str(value)[:50])
def test_a_wrong_value_is_told_with_its_path(path: str, value: Any) -> None:
    """Whatever has the wrong type or lies out of range gives one readable sentence that begins with its path."""
    found = refusals(_changed(path, value))
    # Sizes that are each in range, but not together, belong to all creatures.
    paths = (path, "creatures") if value in (10**8, 10**9) else (path,)

    about = [fault for fault in found if fault.startswith(paths)]
    assert len(about) == 1 or path == "creatures"
    assert all("\n" not in fault and len(fault) < 250 and "Input should" not in fault for fault in found)


def test_rows_to_record_are_those_of_the_first_species_or_named() -> None:
    """A list alone means the first species, also where that is the default one; written out it is named."""
    raw: dict[str, Any] = {"record": {"spikes": [0]}}
    config = parse_config(raw, "test")

    assert effective(config)["record"]["spikes"] == {"learners": [0]}
    assert parse_config(effective(config), "test") == config
    assert raw == {"record": {"spikes": [0]}}
    for spikes, expected in (([1, 0], {"b": [1, 0]}), ({"a": [5]}, {"a": [5]}), ([], {"b": []}), ({}, {})):
        creatures = {"b": None, "a": {"count": 3}}
        config = parse_config({"world": {"copies": 2}, "creatures": creatures, "record": {"spikes": spikes}}, "test")
        assert effective(config)["record"]["spikes"] == expected


@pytest.mark.parametrize(
    ("spikes", "faults"),
    [
        ([0, 4], ["record.spikes.a.1: ... row 4 of a ... 0 to 3"]),
        ({"a": [0, 0]}, ["record.spikes.a.1: row 0 is named twice"]),
        ({"b": [2, 1]}, ["record.spikes.b.0: ... row 2 of b ... 0 to 1"]),
        ({"a": [-1]}, ["record.spikes.a.0: ... 0 or more ... -1"]),
        ([1.5], ["record.spikes.a.0: ... a whole number ... 1.5"]),
        ({"c": [0]}, ["record.spikes.c: ... 'c' ... a, b"]),
    ],
)
def test_a_row_that_is_not_there_is_told_with_its_path(spikes: Any, faults: list[str]) -> None:
    """Before anything is built, each row is looked for among count x copies."""
    raw = {"world": {"copies": 2}, "creatures": {"a": {"count": 2}, "b": {}}, "record": {"spikes": spikes}}

    assert all(names(*each) for each in zip(refusals(raw), faults, strict=True))


def test_creatures_that_are_too_many_are_refused() -> None:
    """However small they are, and however much memory there is."""
    (fault,) = refusals({"world": {"copies": 10**6}, "creatures": {"a": {"count": 6}, "b": {"count": 5}}})
    assert fault == "creatures: 11,000,000 in 1,000,000 copies of the world; at most 10,000,000 are taken"


def _keys(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every key that has one right spelling; the names of species are free."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        if isinstance(key, str) and path != ("creatures",):
            yield (*path, key)
        yield from _keys(entry, (*path, key))


def _mistyped(word: str) -> set[str]:
    """Return a word with one letter dropped, doubled, swapped with its neighbour or replaced."""
    places = range(len(word))
    dropped = {word[:k] + word[k + 1 :] for k in places}
    doubled = {word[:k] + word[k] + word[k:] for k in places}
    swapped = {word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in places[:-1]}
    replaced = {word[:k] + letter + word[k + 1 :] for k in places for letter in "aeirx_"}
    return (dropped | doubled | swapped | replaced) - {word, ""}


def _rename(raw: Any, path: tuple[str | int, ...], word: str) -> None:
    *parents, last = path
    at = raw
    for key in parents:
        at = at[key]
    renamed = {word if key == last else key: value for key, value in at.items()}
    at.clear()
    at.update(renamed)


def _typos() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield, for every mistyped key of configs/forage.yaml, the right key and the faults that were found."""
    right = yaml_file.load_yaml(FORAGE)
    for path in _keys(right):
        key = str(path[-1])
        for word in sorted(_mistyped(key)):
            raw = copy.deepcopy(right)
            _rename(raw, path, word)
            yield key, refusals(raw)


@pytest.mark.slow
def test_a_mistyped_key_is_refused_and_the_right_one_named() -> None:
    """Every typo of every key is an error with exit code 2; nine in ten name the right key."""
    told = [any(f"did you mean {key!r}" in fault for fault in faults) for key, faults in _typos()]
    share = sum(told) / len(told)
    print(f"{len(told)} mistyped keys, the right one named for {share:.1%}")

    assert ConfigError.exit_code == 2
    assert len(told) > 1000
    assert share >= 0.9


@pytest.mark.slow
def test_loading_needs_no_window_and_no_plots() -> None:
    """Checking a configuration loads neither pygame nor matplotlib, and naming the loader not even torch."""
    program = (
        "import sys; from pathlib import Path; from alife.config.simulation_config import load_config;"
        "first = 'torch' in sys.modules;"
        f"load_config(Path({str(FORAGE)!r})); print(first, [m for m in ('pygame', 'matplotlib') if m in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert printed.stdout.split() == ["False", "[]"]


@pytest.mark.parametrize(
    ("override", "path", "now"),
    [
        ("creatures.learners.body.drive=glide", "creatures.learners.body.drive", "motor"),
        ("creatures.learners.learning.step=sgd", "creatures.learners.learning.step", "optimizer"),
        ("creatures.learners.learning.carry=false", "creatures.learners.learning.carry", "accumulate"),
        ("creatures.learners.learning.optimizer=plain", "creatures.learners.learning.optimizer.kind", "'sgd'"),
        ("creatures.learners.brain.encoder=population", "creatures.learners.brain.encoder.kind", "'population_code'"),
    ],
)
def test_an_old_word_is_answered_with_the_new_one(override: str, path: str, now: str) -> None:
    """A key or a kind that was renamed is named with its path and what it is called now."""
    with pytest.raises(ConfigError, match=rf"^{path}: .*{now}"):
        parse_config({"creatures": {"learners": {}}}, "old", [override])

import inspect
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from agents.neurons.lif import LIF
from agents.readouts.lis import LIS
from agents.triggers.surprise import Surprise
from alife.body import Body
from alife.body.motors.steps import Steps
from alife.body.senses.sectors import Sectors
from alife.config.resolve import FAMILIES, LAYER, READOUT, RULE, TRIGGER, WORLD, Family, resolve, short_names
from alife.config.schema import Part, PlugIn, part, plain_data, plug_in, schema_of, validation_faults
from alife.core.errors import ConfigError, WorldError
from tests.errors import names

TESTS = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _somebody_elses_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(TESTS)


def read(family: Family, raw: Any, default: Any = None) -> Any:
    """Return the checked section of a plug-in."""
    return TypeAdapter(Annotated[PlugIn, plug_in(family, default)]).validate_python(raw)


def refusals(family: Family, raw: Any, default: Any = None) -> list[str]:
    """Return what is wrong with the section of a plug-in."""
    with pytest.raises(ValidationError) as caught:
        read(family, raw, default)
    return [sentence for _, sentence in validation_faults(caught.value)]


def lagoon(**given: Any) -> dict[str, Any]:
    return {"kind": "fake_plugins:Lagoon", "depth": 2.0, **given}


def test_the_fields_are_the_parameters_less_the_given_ones() -> None:
    """A section holds what the constructor takes, in its order, without what the house gives."""
    options = ["connections", "dale", "delay"]

    assert list(schema_of(LIF, LAYER).model_fields) == ["kind", "size", *options, "decay", "threshold", "refractory"]
    assert list(schema_of(LIS, READOUT).model_fields) == ["kind", *options, "decay"]
    assert list(schema_of(Body).model_fields) == ["senses", "motor", "metabolism"]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_plug_in_of_the_house_has_a_schema(family: Family) -> None:
    """Each short name leads to a class whose constructor can be configured."""
    for name in short_names(family):
        assert issubclass(schema_of(resolve(family, name), family), PlugIn)


def test_defaults_come_from_the_constructor() -> None:
    """A section that names nothing but its kind holds the constructor's defaults."""
    section = read(LAYER, "lif")
    parameters = inspect.signature(LIF).parameters

    for name in ("size", "decay", "threshold"):
        assert getattr(section, name) == parameters[name].default


def test_a_bare_word_is_a_kind() -> None:
    """`trigger: reward` is `trigger: {kind: reward}`."""
    assert read(TRIGGER, "reward") == read(TRIGGER, {"kind": "reward"})


def test_a_python_default_becomes_a_section() -> None:
    """A default that is an object is written as the section which would build it."""
    rule = read(RULE, "fake_plugins:Moonlight")

    assert plain_data(rule) == {
        "kind": "fake_plugins:Moonlight",
        "phase": 0.5,
        "trigger": {"kind": "surprise", "threshold": 0.7, "rewards": True},
        "senses": [{"kind": "sectors", "count": 3, "range": 5.0}],
    }
    assert rule.build().trigger == Surprise(0.7)


def test_an_entry_without_a_kind_changes_its_default() -> None:
    """Where there is a default, a section may leave out the kind, and keeps what it does not name."""
    rule = read(RULE, {"kind": "fake_plugins:Moonlight", "trigger": {}})
    motor = schema_of(Body).model_validate({"motor": {"step": 0.4}})

    assert rule.trigger.threshold == 0.7
    assert plain_data(motor)["motor"]["kind"] == "steps"


def test_a_kind_that_is_named_starts_from_its_own_defaults() -> None:
    """Naming the kind asks for the defaults of its class, not for those of the object it replaces."""
    rule = read(RULE, {"kind": "fake_plugins:Moonlight", "trigger": {"kind": "surprise"}})

    assert rule.trigger.threshold == Surprise().threshold


def test_a_class_without_a_family_needs_no_kind() -> None:
    """A body is built from its own parameters, its senses and motor being plug-ins."""
    body = TypeAdapter(Annotated[Part, part(Body)]).validate_python(
        {"senses": ["sectors", {"kind": "sectors", "count": 3}]}
    )

    assert body.build() == Body((Sectors(), Sectors(3)), Steps())


def test_build_makes_the_parts_first() -> None:
    """Nested plug-ins arrive in the constructor as objects."""
    body = Body()
    section = read(WORLD, lagoon(alarm="reward", islands=[[1, 2.5]], shore={"slope": 2}, names={"a": 1}))
    world = section.build(species={"learners": (body, 1)})

    assert world.species["learners"][0] is body
    assert type(world.alarm).__name__ == "Reward"
    assert world.guests == (Sectors(count=4),)
    assert world.islands == ((1.0, 2.5),)
    assert (world.shore.slope, world.shore.sand) == (2.0, True)
    assert world.names == {"a": 1}


def test_build_gives_what_the_house_gives() -> None:
    """A readout is told its size; what it sets itself is in no file."""
    chooser = read(READOUT, "fake_plugins:Chooser")

    assert list(type(chooser).model_fields) == ["kind"]
    assert (chooser.build(size=2).size, chooser.build(size=2).decay) == (2, 0.1)


def test_sections_are_frozen_and_comparable() -> None:
    """Equal sections are equal, and none can be changed."""
    section = read(WORLD, lagoon())

    assert section == read(WORLD, lagoon())
    assert section != read(WORLD, lagoon(depth=3.0))
    with pytest.raises(ValidationError):
        section.depth = 3.0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"depht": 1.0},
            "depht: unknown ... 'depth'? ... kind, depth, copies",
        ),
        ({"depth": 0}, "depth: ... greater than 0 ... 0"),
        ({"depth": 10.5}, "depth: ... 10 or less ... 10.5"),
        ({"depth": "deep"}, "depth: ... a number ... 'deep'"),
        ({"depth": True}, "depth: ... a number ... true"),
        ({"depth": None}, "depth: ... a number ... nothing"),
        ({"depth": float("nan")}, "depth: ... a finite number ... nan"),
        ({"depth": float("inf")}, "depth: ... a finite number ... inf"),
        ({"copies": 64.0}, "copies: ... a whole number ... 64.0"),
        ({"copies": True}, "copies: ... a whole number ... true"),
        ({"copies": "1"}, "copies: ... a whole number ... '1'"),
        ({"copies": 0}, "copies: ... 1 or more ... 0"),
        ({"copies": [1]}, "copies: ... a whole number ... a list of 1"),
        ({"tide": "hihg"}, "tide: ... 'low' or 'high' ... 'hihg'"),
        ({"islands": 3}, "islands: ... a list ... 3"),
        ({"islands": "ab"}, "islands: ... a list ... 'ab'"),
        ({"islands": [[1, 2], [1, "x"]]}, "islands.1.1: ... a number ... 'x'"),
        ({"islands": [[1]]}, "islands.0.1: is missing"),
        ({"names": {"a": 1.5}}, "names.a: ... a whole number ... 1.5"),
        ({"names": [1]}, "names: ... a mapping, key: value ... a list of 1"),
        ({"level": 1.5}, "level: ... a whole number ... 1.5; or ... text ... 1.5"),
        ({"shore": {"slop": 1}}, "shore.slop: unknown ... 'slope'?"),
        ({"shore": {"slope": -1}}, "shore.slope: ... greater than 0 ... -1"),
        ({"shore": {"sand": "yes"}}, "shore.sand: ... true or false ... 'yes'"),
        ({"shore": 5}, "shore: ... a mapping, key: value ... 5"),
        ({"guests": []}, "guests: ... a list of 1 or more ... a list of 0"),
        ({"guests": [{"kind": "sectors", "count": 0}]}, "guests.0.count: ... 1 or more ... 0"),
        ({"guests": [{"count": 3}]}, "guests.0.kind: is missing"),
        ({"guests": [{"knd": "sectors"}]}, "guests.0.kind: is missing ... 'kind' ... 'knd'"),
        ({"guests": [7]}, "guests.0: ... a sense, {kind: ...} ... 7"),
        ({"guests": [{"kind": 7}]}, "guests.0.kind: ... a sense ... 7"),
        (
            {"guests": ["sector"]},
            "guests.0.kind: ... 'sector' ... 'sectors'? ... clock, goal_direction, mouth, place_cells",
        ),
        (
            {"alarm": "rewards"},
            "alarm.kind: ... 'rewards' ... 'reward'? ... every, reward, surprise",
        ),
        ({"alarm": {"kind": "surprise", "threshold": -0.5}}, "alarm.threshold: ... 0 or more ... -0.5"),
        ({"species": {}}, "species: is never written"),
        ({"a b": 1}, "'a b': unknown ... kind, depth, copies"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_plug_in_from_elsewhere_is_checked_as_strictly_as_ours(given: dict[str, Any], words: str) -> None:
    """Whatever is wrong in the section of a plug-in's class is one sentence with its path."""
    (found,) = refusals(WORLD, lagoon(**given))
    assert names(found, words)


def test_all_faults_come_at_once() -> None:
    """Faults at every depth are reported together."""
    raw = lagoon(depth=-1, tide="x", guests=["sectorz", {"kind": "sectors", "rang": 1}], shore={"slope": 0})

    found = refusals(WORLD, raw)

    assert [fault.partition(":")[0] for fault in found] == [
        "depth",
        "tide",
        "shore.slope",
        "guests.0.kind",
        "guests.1.rang",
    ]


def test_what_must_be_given_must_be_given() -> None:
    """A parameter without a default is asked for; if it was mistyped, both faults say so."""
    assert refusals(TRIGGER, "fake_plugins:Gust") == ["strength: is missing"]
    assert refusals(TRIGGER, {"kind": "fake_plugins:Gust", "strenght": 1}) == [
        "strength: is missing",
        "strenght: unknown key, did you mean 'strength'? (keys here: kind, strength)",
    ]


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("Bare", "its parameter 'depth' has no annotation"),
        ("Greedy", "its constructor takes **options: Any; every parameter needs a name of its own"),
        ("Arrays", "Unable to generate pydantic-core schema"),
        ("Reserved", "its parameter 'kind' has a name that is taken here; rename it"),
    ],
)
def test_a_constructor_that_says_too_little_is_refused(kind: str, why: str) -> None:
    """A class whose constructor cannot be checked cannot be configured, and the fault names class and reason."""
    (sentence,) = refusals(WORLD, f"fake_plugins:{kind}")

    assert sentence.startswith(f"kind: fake_plugins:{kind} cannot be configured: {why}")
    assert "\n" not in sentence


def test_a_default_must_keep_to_its_own_range() -> None:
    """A default is checked like a value, so that what is written down can be read back."""
    assert refusals(WORLD, "fake_plugins:BadDefault") == ["depth: must be greater than 0, got -1.0"]


def test_values_at_odds_are_the_users_fault() -> None:
    """A ValueError of a constructor is about the configuration and leaves with its exit code."""
    with pytest.raises(ConfigError, match=r"^fake_plugins:Lagoon: deep water has one copy only"):
        read(WORLD, lagoon(depth=6, copies=2)).build(species={})


def test_any_other_failure_is_the_plug_ins_fault() -> None:
    """A constructor that fails otherwise is named with its last words and the place."""
    with pytest.raises(
        WorldError,
        match=r"^fake_plugins:Lagoon cannot be built: RuntimeError: the dam broke \(.*fake_plugins.py:\d+\)$",
    ):
        read(WORLD, lagoon(tide="high", level="boom")).build(species={})

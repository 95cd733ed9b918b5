"""The options that a layer passes on to the ones above it, as keys of a configuration."""

import inspect
from typing import Annotated, Any

import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from alife.config.resolve import LAYER, READOUT, Family, short_names
from alife.config.schema import PlugIn, plain_data, plug_in, schema_of, validation_faults
from alife.config.simulation_config import parse_config
from alife.core.errors import ConfigError
from alife.nn import ALIF, LIF, LIG, LIS
from tests.sim.layers import Fixed, Noisy

NOISY = "tests.sim.layers:Noisy"
FIXED = "tests.sim.layers:Fixed"
PASSED_ON = ["decay", "threshold", "refractory", "connections", "dale", "delay"]


def read(raw: Any, family: Family = LAYER) -> Any:
    """Return the checked section of a layer."""
    return TypeAdapter(Annotated[PlugIn, plug_in(family)]).validate_python(raw)


def refusals(raw: Any, family: Family = LAYER) -> list[str]:
    """Return what is wrong with the section of a layer."""
    with pytest.raises(ValidationError) as caught:
        read(raw, family)
    return [sentence for _, sentence in validation_faults(caught.value)]


def test_options_are_keys() -> None:
    """What a constructor passes on stands in the section like its own parameters, with the defaults from above."""
    section = read({"kind": "alif", "size": 5, "refractory": 2, "delay": [1, 0, 3], "adaptation": 0.2})
    layer = section.build(inputs=3, rows=(4,), generator=None)

    assert isinstance(layer, ALIF)
    assert (layer.refractory, layer.rows, layer.size) == (2, (4,), 5)
    assert layer.delays is not None
    assert layer.delays.tolist() == [1, 0, 3]
    assert layer.adaptation.flatten().tolist() == pytest.approx([0.2] * 4)
    assert (section.decay, section.threshold, section.connections, section.dale) == (0.9, 1.0, 1.0, None)


def test_a_layer_of_somebody_else_has_its_options_and_those_of_the_house() -> None:
    """Its section holds both, checked alike, and builds it with both."""
    section = read({"kind": NOISY, "dropped": 0.5, "dale": 0.8, "decay": [0.5, 0.9]})
    layer = section.build(inputs=5, rows=(2,), generator=torch.Generator().manual_seed(0))

    assert sorted(type(section).model_fields) == sorted(["kind", "size", "dropped", *PASSED_ON])
    assert isinstance(layer, Noisy)
    assert (layer.dropped, layer.size) == (0.5, 8)
    assert layer.signs is not None
    assert layer.signs.tolist() == [1.0] * 4 + [-1.0]
    assert layer.decay.shape == (2, 8)
    assert refusals({"kind": NOISY, "dropped": 1.5}) == ["dropped: must be 1 or less, got 1.5"]


def test_a_layer_without_options_has_its_own_parameters_only() -> None:
    """What its constructor does not take is an unknown key, though a class above it would take it."""
    assert list(schema_of(Fixed, LAYER).model_fields) == ["kind", "size", "gain"]
    (sentence,) = refusals({"kind": FIXED, "refractory": 1})

    assert sentence == "refractory: unknown key (keys here: kind, size, gain)"


@pytest.mark.parametrize("key", ["trace_decay", "learn", "mean_spikes", "rows", "inputs", "generator"])
@pytest.mark.parametrize("kind", ["lif", NOISY])
def test_what_the_house_gives_is_never_written(key: str, kind: str) -> None:
    """A rule keeps its own traces and decides what is learned; the keys for that are refused in a sentence."""
    assert refusals({"kind": kind, key: 0.9}) == [f"{key}: is never written, it follows from the rest"]


@pytest.mark.parametrize("key", ["trace_decay", "learn", "mean_spikes"])
def test_a_configuration_says_where_such_a_key_stands(key: str) -> None:
    """In a whole configuration the sentence begins with the place, in a layer and in a readout."""
    for brain, place in (
        ({"layers": [{"kind": "lif", key: 0.5}]}, "layers.0"),
        ({"readout": {"kind": "lis", key: 0.5}}, "readout"),
    ):
        with pytest.raises(ConfigError) as caught:
            parse_config({"creatures": {"learners": {"brain": brain}}}, "test")

        assert caught.value.faults == (
            f"creatures.learners.brain.{place}.{key}: is never written, it follows from the rest",
        )


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("connections", 1.5, "connections: must be 1 or less, got 1.5"),
        ("connections", "half", "connections: must be a number, got 'half'"),
        ("connections", [[1, 0]], "connections: must be a number, got a list of 1"),
        ("dale", -0.5, "dale: must be 0 or more, got -0.5"),
        ("refractory", -1, "refractory: must be 0 or more, got -1"),
        ("refractory", 1.5, "refractory: must be a whole number, got 1.5"),
        ("delay", -1, "delay: must be 0 or more, got -1; or must be a list, got -1"),
        ("decay", [0.5, 1.0], "decay: must be a number, got a list of 2; or must be less than 1, got 1.0"),
        ("threshold", 0, "threshold: must be greater than 0, got 0"),
    ],
)
def test_a_file_holds_numbers_where_a_program_may_give_tensors(key: str, value: Any, sentence: str) -> None:
    """Each option keeps its range; a mask or signs as tensors are for programs only."""
    assert refusals({"kind": "lif", key: value}) == [sentence]


def test_the_defaults_are_those_of_the_signatures() -> None:
    """Every section with nothing but its kind holds what its class would take unasked, wherever it is typed."""
    for name in short_names(LAYER):
        section = read(name) if name not in ("lis", "lib", "lig", "li") else read({"kind": name, "size": 2})
        parameters = inspect.signature(type(section).target).parameters

        assert {key: value for key, value in plain_data(section).items() if key not in ("kind", "size")} == {
            key: parameters[key].default for key in type(section).model_fields if key not in ("kind", "size")
        }


def test_the_layers_of_the_house_have_names() -> None:
    """What others are built on has none."""
    assert short_names(LAYER) == ["alif", "li", "lib", "lif", "lig", "lis", "rlif", "slif", "tanh"]
    assert short_names(READOUT) == ["lib", "lig", "lis"]


@pytest.mark.parametrize(("cls", "own"), [(LIF, []), (LIG, ["spread"]), (LIS, [])])
def test_a_signature_names_what_is_passed_on(cls: type, own: list[str]) -> None:
    """Python shows no `**options`, but every option by its name, each once."""
    parameters = inspect.signature(cls).parameters

    assert {"inputs", "size", "decay", "connections", "dale", "delay", "trace_decay", "learn", "rows", *own} <= set(
        parameters
    )
    assert not any(each.kind == each.VAR_KEYWORD for each in parameters.values())

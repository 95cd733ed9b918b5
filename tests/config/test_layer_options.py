"""The options of neurons, and of layers of `alife.nn`, as keys of a configuration."""

import inspect
from typing import Annotated, Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from agents.layer import Layer
from agents.neurons.alif import ALIF, ALIFNeurons
from agents.torch_layer import TorchLayer
from alife.config.resolve import LAYER, READOUT, Family, short_names
from alife.config.schema import PlugIn, plain_data, plug_in, schema_of, validation_faults
from tests.errors import names
from tests.sim.layers import Fixed, Noisy

NOISY = "tests.sim.layers:Noisy"
FIXED = "tests.sim.layers:Fixed"


def read(raw: Any, family: Family = LAYER) -> Any:
    """Return the checked section of a layer."""
    return TypeAdapter(Annotated[PlugIn, plug_in(family)]).validate_python(raw)


def refusals(raw: Any, family: Family = LAYER) -> list[str]:
    """Return what is wrong with the section of a layer."""
    with pytest.raises(ValidationError) as caught:
        read(raw, family)
    return [sentence for _, sentence in validation_faults(caught.value)]


def test_what_all_neurons_have_are_keys_of_each() -> None:
    """Fields of the classes above stand in the section like its own, with their defaults."""
    section = read({"kind": "alif", "size": 5, "refractory": 2, "delay": [1, 0, 3], "adaptation": 0.2})
    neuron = section.build()
    layer = Layer(neuron, 3, 4, np.random.default_rng(0))

    assert isinstance(neuron, ALIF)
    assert isinstance(layer.neurons, ALIFNeurons)
    assert (neuron.refractory, neuron.size) == (2, 5)
    assert layer.wiring[2].tolist() == [1, 0, 3]
    assert layer.neurons.adaptation == pytest.approx(np.full((4, 5), 0.2))
    assert (section.decay, section.threshold, section.connections, section.dale) == (0.2, 1.0, 1.0, None)


def test_a_layer_of_torch_has_its_options_and_those_it_passes_on() -> None:
    """Its section holds both, checked alike, and builds the layer with both."""
    section = read({"kind": NOISY, "dropped": 0.5, "dale": 0.8, "decay": [0.5, 0.9]})
    layer = TorchLayer(section.build(), 5, 2, np.random.default_rng(0)).network_layer

    passed_on = ["decay", "threshold", "refractory", "connections", "dale", "delay"]
    assert sorted(type(section).model_fields) == sorted(["kind", "size", "dropped", *passed_on])
    assert isinstance(layer, Noisy)
    assert (layer.dropped, layer.size, tuple(layer.decay.shape)) == (0.5, 8, (2, 8))
    assert layer.signs is not None
    assert layer.signs.tolist() == [1.0] * 4 + [-1.0]
    assert refusals({"kind": NOISY, "dropped": 1.5}) == ["dropped: must be 1 or less, got 1.5"]


def test_a_layer_of_torch_without_options_has_its_own_parameters_only() -> None:
    """What its constructor does not take is an unknown key, though a class above it would take it."""
    assert list(type(read(FIXED)).model_fields) == ["kind", "size", "gain"]
    (sentence,) = refusals({"kind": FIXED, "refractory": 1})

    assert sentence == "refractory: unknown key (keys here: kind, size, gain)"
    assert Fixed(2).size == 8


@pytest.mark.parametrize("key", ["trace_decay", "learn", "mean_spikes", "rows", "inputs", "generator"])
@pytest.mark.parametrize("kind", ["lif", NOISY])
def test_what_the_house_gives_is_never_written(key: str, kind: str) -> None:
    """A rule decides what is learned and by which traces; there are no keys for that."""
    (sentence,) = refusals({"kind": kind, key: 0.9})

    assert sentence.startswith(f"{key}: unknown key")
    assert f", {key}" not in sentence


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("connections", 1.5, "connections: ... 1 or less ... 1.5"),
        ("connections", "half", "connections: ... a number ... 'half'"),
        ("connections", [[1, 0]], "connections: ... a number ... a list of 1"),
        ("dale", -0.5, "dale: ... 0 or more ... -0.5"),
        ("refractory", -1, "refractory: ... 0 or more ... -1"),
        ("refractory", 1.5, "refractory: ... a whole number ... 1.5"),
        ("delay", -1, "delay: ... 0 or more ... -1; or ... a list ... -1"),
        ("decay", [0.5, 1.0], "decay: ... a number ... a list of 2; or ... less than 1 ... 1.0"),
        ("threshold", 0, "threshold: ... greater than 0 ... 0"),
    ],
)
def test_every_option_keeps_its_range(key: str, value: Any, words: str) -> None:
    """One sentence says which, for neurons as for a layer of torch that takes masks and signs as tensors, too."""
    for kind in ("lif", NOISY):
        (found,) = refusals({"kind": kind, key: value})
        assert names(found, words)


@pytest.mark.parametrize("family", [LAYER, READOUT], ids=lambda family: family.name)
def test_the_defaults_are_those_of_the_constructors(family: Family) -> None:
    """A section with nothing but its kind holds what its class would take unasked, wherever that is typed."""
    for name in short_names(family):
        section = read(name, family)
        parameters = inspect.signature(type(section).target).parameters

        assert {key: value for key, value in plain_data(section).items() if key != "kind"} == {
            key: parameters[key].default for key in type(section).model_fields if key != "kind"
        }
        assert set(type(section).model_fields) == {"kind", *parameters} - set(family.given)


def test_the_neurons_of_the_house_have_names() -> None:
    """What others are built on has none, and a readout is no hidden layer."""
    assert short_names(LAYER) == ["alif", "li", "lif", "rlif", "slif", "tanh"]
    assert short_names(READOUT) == ["lib", "lig", "lis"]
    assert list(schema_of(ALIF, LAYER).model_fields)[:2] == ["kind", "size"]

"""Every kind of layer with every kind of option, small, for tests that hold for all of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from alife.nn import ALIF, LI, LIB, LIF, LIG, LIS, RLIF, SLIF, Layer, Spiking

INPUTS, SIZE = 4, 6
KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (LIF, ALIF, SLIF, RLIF, LI, LIS, LIB, LIG)
}  # constructors differ, so that mypy cannot know them
OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "connections": {"connections": 0.5},
    "dale": {"dale": 0.8},
    "delay": {"delay": 3},
    "delays": {"delay": [0, 2, 1, 3]},
    "decays": {"decay": [0.5, 0.8, 0.95]},
    "refractory": {"refractory": 2},
    "all": {"connections": 0.5, "dale": 0.5, "delay": [0, 2, 1, 3], "decay": [0.5, 0.8], "refractory": 1},
}

Make = Callable[..., Layer]


def random(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return normal numbers that depend on the seed alone."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def options_of(kind: str, option: str) -> dict[str, Any]:
    """Return the keyword arguments of an entry of OPTIONS, less what this kind does not have."""
    given = OPTIONS[option]
    return given if issubclass(KINDS[kind], Spiking) else {key: given[key] for key in given.keys() - {"refractory"}}


def make(kind: str, option: str = "plain", seed: int = 1, **more: Any) -> Layer:
    """Return a layer that fires now and then, every number in it drawn from the seed."""
    generator = torch.Generator().manual_seed(seed)
    layer: Layer = KINDS[kind](
        INPUTS, SIZE, **{"decay": 0.7, "generator": generator, **options_of(kind, option), **more}
    )
    with torch.no_grad():
        layer.weight.copy_(0.2 + 0.6 * random(*layer.weight.shape, seed=seed))
        if isinstance(layer, RLIF):
            layer.recurrent_weight.copy_(0.5 * random(*layer.recurrent_weight.shape, seed=seed + 1))
    return layer


def _cases() -> Iterator[Any]:
    for kind in KINDS:
        for option in OPTIONS:
            if issubclass(KINDS[kind], Spiking) or option != "refractory":
                yield pytest.param(kind, option, id=f"{kind}-{option}")


every_kind = pytest.mark.parametrize("kind", KINDS)
every_case = pytest.mark.parametrize(("kind", "option"), list(_cases()))


def parameter_of(layer: Layer, name: str) -> torch.nn.Parameter:
    """Return the parameter in which something learnable lives."""
    homes = {"weight": "weight", "recurrent_weight": "recurrent_weight", "trace_decay": "trace.free_decay"}
    return layer.get_parameter(homes.get(name, f"free_{name}"))


def gradients(layer: Layer) -> dict[str, Tensor]:
    """Return what backward passes left behind, by the name of the parameter."""
    return {name: parameter.grad for name, parameter in layer.named_parameters() if parameter.grad is not None}


def run(layer: Layer, inputs: Tensor) -> Tensor:
    """Return the outputs of one tick for each input, one beside the other."""
    return torch.stack([layer(x) for x in inputs])

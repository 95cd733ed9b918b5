"""Every kind of layer with every kind of option, small, for tests that hold for all of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from alife.nn import ALIF, LI, LIB, LIF, LIG, LIS, RLIF, SLIF, Layer, Spiking
from tests.pairwise import pairwise

INPUTS, SIZE = 4, 6
KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (LIF, ALIF, SLIF, RLIF, LI, LIS, LIB, LIG)
}  # constructors differ, so that mypy cannot know them
OPTIONS: dict[str, list[Any]] = {
    "connections": [1.0, 0.5],
    "dale": [None, 0.8],
    "delay": [0, 3, [0, 2, 1, 3]],
    "decay": [0.7, [0.5, 0.8, 0.95]],
    "refractory": [0, 2],  # of those that spike
}
"""What a layer may be given, the plain value first."""


def random(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return normal numbers that depend on the seed alone."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def make(kind: str, seed: int = 1, **options: Any) -> Layer:
    """Return a layer that fires now and then, every number in it drawn from the seed."""
    generator = torch.Generator().manual_seed(seed)
    layer: Layer = KINDS[kind](INPUTS, SIZE, **{"decay": 0.7, "generator": generator, **options})
    with torch.no_grad():
        layer.weight.copy_(0.2 + 0.6 * random(*layer.weight.shape, seed=seed))
        if isinstance(layer, RLIF):
            layer.recurrent_weight.copy_(0.5 * random(*layer.recurrent_weight.shape, seed=seed + 1))
    return layer


def every_case(**more: Sequence[Any]) -> pytest.MarkDecorator:
    """Give a test kinds and their options, and what else it takes: any two values stand together in some case."""
    spiking = [kind for kind in KINDS if issubclass(KINDS[kind], Spiking)]
    readouts = [kind for kind in KINDS if kind not in spiking]
    cases = [*_cases(spiking, OPTIONS, more), *_cases(readouts, OPTIONS.keys() - {"refractory"}, more)]
    return pytest.mark.parametrize(("kind", "options", *more), cases)


def _cases(kinds: list[str], names: Iterable[str], more: dict[str, Sequence[Any]]) -> Iterator[Any]:
    options = [name for name in OPTIONS if name in names]
    for kind, *values in pairwise(kinds, *(OPTIONS[name] for name in options), *more.values()):
        given = dict(zip(options, values, strict=False))
        said = [
            f"{name}s" if isinstance(given[name], list) else name for name in given if given[name] != OPTIONS[name][0]
        ]
        yield pytest.param(kind, given, *values[len(options) :], id="-".join([kind, *said]))


every_kind = pytest.mark.parametrize("kind", KINDS)


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

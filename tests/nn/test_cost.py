"""What the past costs: nothing."""

import copy
import gc
import time

import pytest
import torch
from torch import Tensor

from alife.nn import Layer
from tests.nn.cases import INPUTS, KINDS, SIZE, make, random

pytestmark = pytest.mark.slow

SHORT, LONG = 100, 5_000


def _bytes(tensors: list[Tensor]) -> int:
    return sum(tensor.element_size() * tensor.numel() for tensor in tensors)


def _alive() -> list[Tensor]:
    gc.collect()
    return [thing for thing in gc.get_objects() if issubclass(type(thing), Tensor)]


def _pass(layer: Layer, ticks: int) -> None:
    x = random(INPUTS)
    with torch.inference_mode():  # a fifth quicker
        for _ in range(ticks):
            layer(x)


@pytest.fixture(scope="module")
def young_and_old() -> tuple[Layer, Layer, int, int]:
    """A layer after few ticks, the same one after many, and the bytes in all tensors at both moments."""
    layer = make("lif")
    _pass(layer, SHORT)
    layer.backward(random(SIZE))
    young, before = copy.deepcopy(layer), _bytes(_alive())
    _pass(layer, LONG - SHORT)
    layer.backward(random(SIZE))
    return young, layer, before, _bytes(_alive())


def test_memory_does_not_grow(young_and_old: tuple[Layer, Layer, int, int]) -> None:
    """After 5,000 ticks the state is as large as after 100, within 5 %, and so is all that is in memory."""
    young, old, before, after = young_and_old
    sizes = [_bytes([*layer.state_dict().values(), *layer.tick]) for layer in (young, old)]

    assert sizes[1] <= 1.05 * sizes[0]
    assert after <= 1.05 * before
    assert not any(tensor.grad_fn for tensor in (*old.state_dict().values(), *old.tick))


def test_a_backward_pass_takes_no_longer(young_and_old: tuple[Layer, Layer, int, int]) -> None:
    """After 5,000 ticks it takes as long as after 100, within 20 %."""
    best, signal = [float("inf")] * 2, random(SIZE)
    for round_ in range(3000):  # in turn, so that a busy machine is busy for both; where it is, more often
        for k, layer in enumerate(young_and_old[:2]):
            start = time.perf_counter()
            layer.backward(signal)
            best[k] = min(best[k], time.perf_counter() - start)
        if round_ >= 300 and best[1] <= 1.2 * best[0]:
            break

    assert best[1] <= 1.2 * best[0]


def test_no_kind_of_layer_collects_tensors() -> None:
    """Over a hundred ticks and several backward passes leave as many tensors as ten ticks and one."""
    layers = [make(kind, delay=2, learn=KINDS[kind].learnable) for kind in KINDS]
    counts = []
    for ticks in (10, 40, 80):
        for layer in layers:
            _pass(layer, ticks)
            layer.backward(random(SIZE))
        counts.append(len(_alive()))

    assert counts[1:] <= counts[:1] * 2

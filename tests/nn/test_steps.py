"""Each layer's tick against its equations, written down again over plain numbers."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from alife.nn import ALIF, LIG, RLIF, SLIF, Layer, Spiking
from tests.nn.cases import INPUTS, SIZE, every_case, make, random

TICKS = 60


def _arrivals(inputs: list[list[float]], layer: Layer) -> Iterator[list[float]]:
    """Yield what reaches the synapses at each tick."""
    delays = [0] * INPUTS if layer.delays is None else layer.delays.tolist()
    for tick in range(len(inputs)):
        yield [inputs[tick - late][i] if tick >= late else 0.0 for i, late in enumerate(delays)]


def _synapses(layer: Layer) -> list[list[float]]:
    """Return W with its mask and signs."""
    weight = layer.weight.tolist()
    for j in range(SIZE):
        for i in range(INPUTS):
            if layer.signs is not None:
                weight[j][i] = abs(weight[j][i]) * layer.signs[i].item()
            if layer.mask is not None and layer.mask[j][i] == 0:
                weight[j][i] = 0.0
    return weight


def _expected(layer: Layer, inputs: list[list[float]], refractory: int) -> Iterator[list[float]]:
    """Yield the output of each tick as the equations have it."""
    weight, decay = _synapses(layer), layer.decays[-1].expand(SIZE).tolist()
    v, a, s, z, rest = ([0.0] * SIZE for _ in range(5))
    for x in _arrivals(inputs, layer):
        current = [sum(w * each for w, each in zip(weight[j], x, strict=True)) for j in range(SIZE)]
        if isinstance(layer, RLIF):
            recurrent = layer.recurrent_weight.tolist()
            heard = [sum(recurrent[j][k] * z[k] for k in range(SIZE) if k != j) for j in range(SIZE)]
            current = [c + h for c, h in zip(current, heard, strict=True)]
        for j in range(SIZE):
            if isinstance(layer, SLIF):
                s[j] = layer.synaptic_decay.item() * s[j] + current[j]
                current[j] = s[j]
            if not isinstance(layer, Spiking):
                v[j] = decay[j] * v[j] + current[j]
                continue
            threshold = raised = torch.nn.functional.softplus(layer.get_parameter("free_threshold")).item()
            if isinstance(layer, ALIF):
                a[j] = layer.adaptation_decay.item() * a[j] + z[j]
                raised = threshold + layer.adaptation.item() * a[j]
            z[j] = 0.0
            if rest[j] > 0:
                rest[j] -= 1
                continue
            v[j] = decay[j] * v[j] + current[j]
            if v[j] >= raised:
                z[j], v[j], rest[j] = 1.0, v[j] - threshold, refractory
        yield list(z) if isinstance(layer, Spiking) else _read_out(layer, v)


def _read_out(layer: Layer, v: list[float]) -> list[float]:
    match type(layer).__name__:
        case "LIS":
            return [math.exp(each) / sum(math.exp(other) for other in v) for each in v]
        case "LIB":
            return [1.0 / (1.0 + math.exp(-each)) for each in v]
        case "LIG":
            start = math.log(math.exp(1.0) - 1.0)  # a spread of 1
            return v[: SIZE // 2] + [math.log1p(math.exp(each + start)) for each in v[SIZE // 2 :]]
    return list(v)


@pytest.mark.slow
@every_case()
def test_every_output_is_where_the_equations_put_it(kind: str, options: dict[str, Any]) -> None:
    """Tick for tick, spikes are equal and numbers agree to 1e-9, from random inputs."""
    layer = make(kind, **options).double()
    inputs = random(TICKS, INPUTS, seed=7, dtype=torch.float64)
    spikes = 0.0
    for x, wanted in zip(inputs, _expected(layer, inputs.tolist(), options.get("refractory", 0)), strict=True):
        seen = layer(x).tolist()
        spikes += sum(seen)

        assert seen == (wanted if isinstance(layer, Spiking) else pytest.approx(wanted, rel=1e-9, abs=1e-12))
    if isinstance(layer, Spiking):
        assert 0.02 < spikes / (TICKS * SIZE) < 0.5


def test_a_resting_neuron_neither_leaks_nor_listens() -> None:
    """After a spike the membrane stands still for the refractory ticks, whatever comes in."""
    layer = make("lif", refractory=3)
    with torch.no_grad():
        layer.weight.fill_(1.0)
    layer(torch.full((INPUTS,), 0.5))
    before_rest = layer.membrane.clone()
    spikes = [layer(torch.full((INPUTS,), 0.5)).sum().item() for _ in range(4)]

    assert before_rest.all()
    assert spikes == [0.0, 0.0, 0.0, SIZE]


def test_an_adapted_neuron_needs_more() -> None:
    """`threshold_now` is what the membrane has to reach at this tick, th + b a; `threshold` stays th."""
    layer = ALIF(1, 1, decay=0.5, threshold=1.0, adaptation=0.5, adaptation_decay=0.5, learn=())
    layer.weight.fill_(1.2)
    thresholds = []
    for _ in range(3):
        layer(torch.ones(1))
        thresholds.append(layer.threshold_now.item())

    assert thresholds == pytest.approx([1.0, 1.5, 1.25])
    assert layer.threshold.item() == pytest.approx(1.0)


@pytest.mark.parametrize("delay", [1, 4])
def test_an_input_arrives_after_its_delay(delay: int) -> None:
    """A pulse is felt so many ticks later, once, and the trace takes it in then."""
    layer = make("li", delay=delay, decay=1e-6)
    pulse = [torch.ones(INPUTS), *(torch.zeros(INPUTS) for _ in range(6))]
    felt, seen = [], []
    for x in pulse:
        felt.append(bool((layer(x).abs() > 1e-3).any()))
        seen.append(layer.tick.input.sum().item())

    assert felt == [tick == delay for tick in range(7)]
    assert seen == [INPUTS * (tick == delay) for tick in range(7)]


def test_a_gaussian_action_is_drawn_around_its_mean() -> None:
    """Samples have the mean and the standard deviation of the output, and depend on the generator alone."""
    layer = LIG(1, 2, spread=0.7, rows=(20_000,))
    layer(torch.ones(20_000, 1))
    drawn = layer.sample(torch.Generator().manual_seed(0))

    assert drawn.shape == (20_000, 1)
    assert drawn.mean().item() == pytest.approx(0.0, abs=0.03)
    assert drawn.std().item() == pytest.approx(0.7, abs=0.02)
    assert torch.equal(drawn, layer.sample(torch.Generator().manual_seed(0)))

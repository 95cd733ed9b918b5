"""Weights with which a layer fires from the first tick on."""

from typing import Any

import pytest
import torch
from torch import Tensor

from alife.nn import ALIF, LIF, RLIF, SLIF, Spiking, fluctuation_driven_
from tests.errors import naming

DECAYS = (0.5, 0.7, 0.9, 0.99)
KINDS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "slif": (SLIF, {}),
    "alif": (ALIF, {}),
    "rlif": (RLIF, {}),
    "mask": (LIF, {"connections": 0.3}),
    "threshold": (LIF, {"threshold": 5.0}),
    "refractory": (LIF, {"refractory": 2}),
    "rows": (LIF, {"rows": (2,)}),
}


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _driven(cls: type[Any], inputs: int, input_rate: float, **given: Any) -> Spiking:
    layer = cls(inputs, 64, decay=DECAYS, trace_decay=None, generator=_generator(), **given)
    return fluctuation_driven_(layer, input_rate, generator=_generator(1))


def _rates(layer: Spiking, input_rate: float, ticks: int = 300) -> Tensor:
    """Return spikes per tick and neuron for each decay, after 200 ticks of settling."""
    generator, spikes = _generator(2), torch.zeros(*layer.rows, layer.size)
    for tick in range(200 + ticks):
        output = layer((torch.rand(*layer.rows, layer.inputs, generator=generator) < input_rate).float())
        if tick >= 200:
            spikes += output
    return (spikes / ticks).reshape(-1, len(DECAYS), layer.size // len(DECAYS)).mean((0, 2))


@pytest.mark.slow
@pytest.mark.parametrize("inputs", [16, 64, 256, 1024])
@pytest.mark.parametrize("input_rate", [0.01, 0.1, 0.5])
def test_a_layer_fires_at_once(inputs: int, input_rate: float) -> None:
    """Over widths, decays and input rates, 2 to 30 % of the neurons spike at a tick."""
    rates = _rates(_driven(LIF, inputs, input_rate), input_rate)

    assert rates.min() >= 0.02
    assert rates.max() <= 0.3


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("input_rate", [0.05, 0.5])
def test_every_kind_of_neuron_fires_at_once(kind: str, input_rate: float) -> None:
    """So it is with slow synapses, adaptation, a mask, another threshold, refractory ticks and several rows."""
    cls, given = KINDS[kind]
    rates = _rates(_driven(cls, 64, input_rate, **given), input_rate)

    assert rates.min() >= 0.02
    assert rates.max() <= 0.3


@pytest.mark.slow
def test_a_wanted_rate_is_met_by_slow_membranes() -> None:
    """The mean current carries the rate that is asked for."""
    layer = LIF(200, 64, decay=0.95, generator=_generator())
    found = []
    for wanted in (0.05, 0.2):
        layer.zero_states()
        fluctuation_driven_(layer, 0.2, firing_rate=wanted, generator=_generator(1))
        found.append(_rates(layer, 0.2).mean().item())

    assert found == pytest.approx([0.05, 0.2], rel=0.2)


def test_the_weights_have_the_moments_they_promise() -> None:
    """Each neuron's weights have exactly the mean m / (n r), and the standard deviation s / sqrt(n r (1 - r))."""
    n, r, d, th = 400, 0.1, 0.9, 2.0
    weight = fluctuation_driven_(LIF(n, 50, decay=d, threshold=th, learn=()), r, generator=_generator()).weight

    torch.testing.assert_close(weight.mean(-1), torch.full((50,), th * (0.1 + 0.05) / (n * r)))
    assert weight.std().item() == pytest.approx(0.5 * th * (1 - d**2) ** 0.5 / (n * r * (1 - r)) ** 0.5, rel=0.02)


def test_a_synapse_that_is_not_there_gets_no_weight() -> None:
    """With a mask only its synapses are drawn; a neuron without any stays without."""
    mask = torch.tensor([[1, 1, 0, 0], [0, 0, 0, 0]])
    weight = fluctuation_driven_(LIF(4, 2, connections=mask, learn=()), 0.5).weight

    assert torch.equal(weight != 0.0, mask != 0)
    assert weight.isfinite().all()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"input_rate": 0.0}, "input_rate ... greater than 0 and less than 1 ... 0"),
        ({"input_rate": 1.0}, "input_rate ... greater than 0 and less than 1 ... 1"),
        ({"input_rate": 0.5, "firing_rate": 1.5}, "firing_rate ... greater than 0 and less than 1 ... 1.5"),
        ({"input_rate": 0.5, "spread": -1.0}, "spread ... 0 or more ... -1"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, float], words: str) -> None:
    """One error names the number that is wrong."""
    with pytest.raises(ValueError, match=naming(words)):
        fluctuation_driven_(LIF(4, 2), **given)


def test_fixed_signs_are_refused() -> None:
    """Such weights need both signs."""
    with pytest.raises(ValueError, match=r"LIF.*dale.*both signs"):
        fluctuation_driven_(LIF(4, 2, dale=0.8), 0.5)

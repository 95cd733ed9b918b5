"""Neurons against their equations, written down again for one neuron at a time, and against closed forms."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.brain import Brain
from agents.layer import Layer
from agents.neurons.alif import ALIF
from agents.neurons.li import LI
from agents.neurons.lif import LIF
from agents.neurons.rlif import RLIF
from agents.neurons.slif import SLIF
from agents.neurons.tanh import Tanh
from agents.readouts.lis import LIS
from agents.rules.ring import Ring
from alife.core.brain import Neuron, Neurons
from alife.core.errors import ConfigError

_ROWS = np.arange(2)


def _neurons(kind: Neuron) -> Any:
    return kind.start(len(_ROWS), np.float64)


def _step(neurons: Neurons, *currents: float) -> list[float]:
    """Drive the neurons of both rows with a current each; return what those of the first put out."""
    neurons.step(_ROWS, np.tile(np.array(currents), (2, 1)))
    return [float(z) for z in neurons.output[0]]


def _random(size: int, ticks: int = 1000) -> NDArray[np.float64]:
    return np.random.default_rng(0).normal(0.3, 0.8, (ticks, 2, size))


@pytest.mark.parametrize("refractory", [0, 2])
def test_each_spike_of_alif_is_where_its_equations_put_it(refractory: int) -> None:
    """Over 1,000 random currents: spikes, membranes and thresholds."""
    kind = ALIF(size=3, decay=0.8, threshold=0.9, adaptation_decay=0.9, adaptation=0.3, refractory=refractory)
    neurons, v, a, z, rest = _neurons(kind), [0.0] * 3, [0.0] * 3, [0.0] * 3, [0] * 3
    count = 0.0
    for current in _random(3):
        neurons.step(_ROWS, current)
        for j in range(3):
            a[j] = 0.9 * a[j] + z[j]
            before = v[j] if rest[j] else 0.8 * v[j] + current[1, j]
            z[j] = float(before >= 0.9 + 0.3 * a[j] and not rest[j])
            rest[j] = refractory if z[j] else max(rest[j] - 1, 0)
            v[j] = before - 0.9 * z[j]

            assert neurons.output[1, j] == z[j]
            assert neurons.before[1, j] == pytest.approx(before, abs=1e-12)
            assert neurons.threshold[1, j] == pytest.approx(0.9 + 0.3 * a[j], abs=1e-12)
        count += sum(z)
    assert 100 < count < 1500


def test_alif_tires_and_recovers() -> None:
    """A spike raises the threshold by b one tick later, and q of it is left after each tick that follows."""
    neurons = _neurons(ALIF(size=1, decay=0.5, adaptation_decay=0.5, adaptation=0.25))
    thresholds = []
    for current in (1.0, 0.0, 0.0, 0.0):
        _step(neurons, current)
        thresholds.append(float(neurons.threshold[0, 0]))

    assert thresholds == [1.0, 1.25, 1.125, 1.0625]


def test_slif_below_its_threshold_has_a_closed_form() -> None:
    """A pulse of 1 leaves a membrane of (d^(n+1) - p^(n+1)) / (d - p) after n ticks more."""
    neurons = _neurons(SLIF(size=1, decay=0.9, synaptic_decay=0.6, threshold=1e4))
    for n in range(30):
        _step(neurons, 1.0 if n == 0 else 0.0)

        assert neurons.before[0, 0] == pytest.approx((0.9 ** (n + 1) - 0.6 ** (n + 1)) / 0.3, rel=1e-12)


def test_slif_is_lif_under_its_synaptic_current() -> None:
    """The same spikes come from a LIF that is given i <- p i + x W."""
    slif, lif = _neurons(SLIF(size=3, refractory=1, synaptic_decay=0.4)), _neurons(LIF(size=3, refractory=1))
    synaptic, count = np.zeros((2, 3)), 0.0
    for current in _random(3):
        synaptic = 0.4 * synaptic + current
        slif.step(_ROWS, current)
        lif.step(_ROWS, synaptic)
        count += slif.output.sum()

        np.testing.assert_array_equal(slif.output, lif.output)
    assert count > 100


def test_slif_is_born_with_weights_in_units_of_what_a_steady_input_brings() -> None:
    """They are those of LIF times 1 - p."""
    mean, spread = LIF(threshold=2.0).weights_at_birth()

    assert SLIF(threshold=2.0, synaptic_decay=0.75).weights_at_birth() == (0.25 * mean, 0.25 * spread)


def test_rlif_hears_the_others_one_tick_later_and_not_itself() -> None:
    """A spike comes through R from its own row of it, and what the diagonal holds counts for nothing."""
    neurons = _neurons(RLIF(size=3, decay=0.5))
    neurons.recurrent[:] = [[9.0, 0.5, 0.25], [0.0, 9.0, 0.0], [0.0, 0.0, 9.0]]
    _step(neurons, 1.0, 0.0, 0.0)
    first = neurons.before[0].copy()
    _step(neurons, 0.0, 0.0, 0.0)

    np.testing.assert_allclose(first, [1.0, 0.0, 0.0])
    np.testing.assert_allclose(neurons.before[0], [0.0, 0.5, 0.25])


def test_rlif_is_lif_until_its_recurrent_weights_are_given() -> None:
    """They start at zero, and `reset` leaves them as they are."""
    rlif, lif = _neurons(RLIF(size=3)), _neurons(LIF(size=3))
    for current in _random(3, 200):
        rlif.step(_ROWS, current)
        lif.step(_ROWS, current)

        np.testing.assert_array_equal(rlif.before, lif.before)
    rlif.recurrent[:] = 0.5
    rlif.reset(_ROWS)

    assert (rlif.recurrent == 0.5).all()
    assert not rlif.output.any()


@pytest.mark.parametrize(
    "kind", [RLIF(size=2), ALIF(size=2, adaptation=0.5, adaptation_decay=0.5)], ids=["rlif", "alif"]
)
def test_what_an_intervention_forces_is_what_is_remembered(kind: Neuron) -> None:
    """A neuron made to spike, or kept from it, is heard and tires accordingly."""
    spiking, silent = _neurons(kind), _neurons(kind)
    for neurons, output in ((spiking, 1.0), (silent, 0.0)):
        if isinstance(kind, RLIF):
            neurons.recurrent[:] = 0.75
        _step(neurons, 1.0, 0.0)
        neurons.output[:, 0] = output
        _step(neurons, 0.0, 0.0)
    changed = {"rlif": spiking.before - silent.before, "alif": spiking.threshold - silent.threshold}

    expected = {"rlif": [0.0, 0.75], "alif": [0.5, 0.0]}[type(kind).__name__.lower()]
    np.testing.assert_allclose(changed[type(kind).__name__.lower()][0], expected)


def test_rules_refuse_recurrent_layers_but_for_the_readout_alone() -> None:
    """No rule learns R; a control whose hidden layers stay as they were born may have it."""
    random = np.random.default_rng(0)
    layers = [Layer(RLIF(size=4), 3, 2, random), Layer(LIS(size=2), 4, 2, random)]

    with pytest.raises(ConfigError, match="layer 0 has them"):
        Brain(layers, Ring())
    assert Brain(layers, Ring(readout_only=True)).learner is not None


def test_tanh_squashes_and_has_its_own_derivative() -> None:
    """It puts out tanh(v), remembers nothing, and its surrogate is the slope by finite differences."""
    neurons = _neurons(Tanh(size=5))
    current, nudge = np.array([-3.0, -0.5, 0.0, 0.1, 2.0]), 1e-6
    high, low = (np.array(_step(neurons, *(current + change))) for change in (nudge, -nudge))
    _step(neurons, *current)

    np.testing.assert_allclose(neurons.output[0], np.tanh(current), rtol=1e-14)
    np.testing.assert_allclose(neurons.surrogate[0], (high - low) / (2.0 * nudge), rtol=1e-8)


def test_li_has_a_closed_form_and_keeps_its_membrane_from_interventions() -> None:
    """A steady current c brings c (1 - d^n) / (1 - d), whatever its output was made to be."""
    neurons = _neurons(LI(size=1, decay=0.7))
    for n in range(1, 20):
        (output,) = _step(neurons, 0.3)
        neurons.output[:] = 9.0

        assert output == pytest.approx(0.3 * (1.0 - 0.7**n) / 0.3, rel=1e-12)
    assert neurons.surrogate is None

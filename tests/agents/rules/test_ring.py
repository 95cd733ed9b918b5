"""The ring between gated traces and e-prop."""

from dataclasses import replace

import numpy as np
import pytest

from agents.neurons.lif import LIF
from agents.rules.eprop import EProp
from agents.rules.gated_trace import GatedTrace
from agents.rules.ring import Ring
from tests.agents.episode import FORGETS, Episode, brain, gradients


@pytest.mark.parametrize("slots", [21, 30])
def test_a_ring_with_room_for_all_is_e_prop(slots: int) -> None:
    """Of 20 decisions, eligible or accumulated, nothing leaves the ring; where membranes above forget it is exact."""
    layers = brain(LIF, decay=(0.3, 0.9), readout_decay=FORGETS)
    ring, eprop = Ring(slots=slots).traces(layers), EProp().traces(layers)
    Episode(layers, [ring, eprop], errors=True)

    for accumulated in (False, True):
        for found, exact in zip(gradients(ring, accumulated), gradients(eprop, accumulated), strict=True):
            assert np.abs(exact).max() > 1e-2
            assert found == pytest.approx(exact, rel=1e-6, abs=1e-9)


def test_what_leaves_the_ring_goes_on_in_gated_traces() -> None:
    """With surrogates that never change there is no difference between ring and gated trace, accumulated or not."""
    layers = brain(LIF, decay=0.6, readout_decay=FORGETS)
    ring, gated = Ring(slots=3).traces(layers), GatedTrace().traces(layers)
    Episode(layers, [ring, gated], errors=True)
    ring.kept[0].surrogates[:] = gated.hidden[0].mean_surrogate[:, None]

    for accumulated in (False, True):
        for found, expected in zip(gradients(ring, accumulated), gradients(gated, accumulated), strict=True):
            assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_a_longer_ring_points_closer_to_the_gradient() -> None:
    """Of 20 decisions, and of more slots less is left to a mean surrogate."""
    layers = brain(LIF, size=32, decay=0.6, readout_decay=FORGETS)
    rules = [GatedTrace(), *(Ring(slots=slots) for slots in (1, 4, 8)), EProp()]
    traces = [replace(rule, discount=1.0, trace_decay=1.0).traces(layers) for rule in rules]
    Episode(layers, traces)
    *found, exact = (gradients(each)[0].reshape(4, -1) for each in traces)
    norms = [np.linalg.norm(each, axis=1) for each in (*found, exact)]
    cosines = [
        float((np.vecdot(each, exact) / norm / norms[-1]).mean()) for each, norm in zip(found, norms, strict=False)
    ]

    assert cosines == sorted(cosines)
    assert cosines[-1] > cosines[0] + 0.05

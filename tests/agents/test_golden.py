"""Brains do, learn and keep what an independent implementation of the same equations recorded, in double precision."""

import copy

import pytest

from tests.agents import golden

_TOLERANCE = 1e-11  # relative to max(1, |value|)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", golden.SCENARIOS, ids=[scenario["name"] for scenario in golden.SCENARIOS])
def test_a_scenario_goes_as_recorded(scenario: golden.Scenario) -> None:
    """Outputs, spikes, TD errors, who learned, weights and gradients are all there, and right."""
    arrays = golden.arrays_of(scenario)
    off = golden.differences(golden.live(scenario, arrays), arrays)

    assert {name: by for name, by in off.items() if not by <= _TOLERANCE} == {}


@pytest.mark.parametrize("name", ["ring_alif", "none_kinds", "ring_lig"])
def test_a_small_fault_is_found(name: str) -> None:
    """The test above can fail: a decay that is off by a millionth is seen."""
    scenario = copy.deepcopy(next(each for each in golden.SCENARIOS if each["name"] == name))
    arrays = golden.arrays_of(scenario)
    scenario["layers"][0]["decay"] += 1e-6
    off = golden.differences(golden.live(scenario, arrays), arrays)

    assert max(off.values()) > _TOLERANCE


def test_nothing_recorded_is_left_out() -> None:
    """What a scenario records is compared, and what is not found counts as wrong."""
    scenario = golden.SCENARIOS[0]
    arrays = golden.arrays_of(scenario)
    off = golden.differences({}, arrays)

    assert set(off) == {"output", "spikes_0", "before_0", "error", "learned", "C", "W0", "W1", "g0", "g1", "a0", "a1"}
    assert set(off.values()) == {float("inf")}

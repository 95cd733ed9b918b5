"""The outcome check: what it lets pass. What it refuses is tested through the loop, in test_simulation."""

from typing import Any

import numpy as np
import pytest

from alife.body import Body
from alife.core.errors import WorldError
from alife.core.world import Events, Outcome, reward_events
from alife.sim.checked_world import CheckedWorld
from tests.sim.broken_world import BrokenWorld

ROWS, WIDTH = 3, 16


def _checked_world() -> CheckedWorld:
    return CheckedWorld(BrokenWorld({"a": (Body(), 1)}, copies=ROWS), {"a": 1})


def _outcome(**parts: Any) -> Outcome:
    nobody = np.zeros(ROWS, bool)
    return Outcome(
        **{
            "observations": np.zeros((ROWS, WIDTH), np.float32),
            "rewards": np.zeros(ROWS),
            "terminated": nobody,
            "truncated": nobody,
            **parts,
        }
    )


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"observations": np.ones((ROWS, WIDTH), np.float32)},
        {"observations": np.ones((ROWS, WIDTH))},
        {"observations": np.ones((ROWS, WIDTH), np.int64)},
        {"observations": np.ones((2 * ROWS, WIDTH), np.float32)[::2]},
        {"rewards": np.array([0, 1, -1]), "events": reward_events(np.array([0, 1, -1]))},
        {"rewards": np.array([0, 3e38, 0]), "events": reward_events(np.array([0, 3e38, 0]))},
        {"events": Events(np.array([0, 0, 2]), np.array([0, 1, 1]), np.array([1.0, -1.0, 1e300]))},
        {"events": Events(np.array([2], np.uint8), np.array([1], np.int32), np.array([1], np.float32))},
    ],
)
def test_what_keeps_the_contract_passes(parts: dict[str, Any]) -> None:
    """The ends of a box, large finite rewards, whole numbers, slices and several events of a row are as good as any."""
    _checked_world().check_outcomes(1, {"a": _outcome(**parts)})


def test_an_observation_of_the_wrong_type_is_named() -> None:
    """Text and complex numbers are no observations."""
    for kind in ("U1", complex, object):
        with pytest.raises(WorldError, match=r"species a, tick 7: observations.*numbers"):
            _checked_world().check_outcomes(7, {"a": _outcome(observations=np.zeros((ROWS, WIDTH), kind))})


def test_the_first_number_out_of_its_box_is_named() -> None:
    """Those before it that stand on a bound are in it."""
    sensed = np.zeros((ROWS, WIDTH))
    sensed[1, 2:6] = 1.0, 0.0, 1.5, -2.0
    with pytest.raises(WorldError, match=r"number 4 of the observation .* 0 to 1, it is 1.5"):
        _checked_world().check_outcomes(1, {"a": _outcome(observations=sensed)})


def test_a_species_with_other_rows_than_asked_for_is_named() -> None:
    """The rows a world speaks of are copies times count."""
    with pytest.raises(WorldError, match=r"species a.*4 rows.*2"):
        CheckedWorld(BrokenWorld({"a": (Body(), 1)}, copies=2), {"a": 2})


@pytest.mark.parametrize("success", ["won", None, 1, np.array(["ate"])], ids=repr)
def test_a_success_that_is_no_cause_is_named(monkeypatch: pytest.MonkeyPatch, success: Any) -> None:
    """Whatever it is, before the first tick."""
    monkeypatch.setattr(BrokenWorld, "success", success, raising=False)
    with pytest.raises(WorldError, match=r"success must be one of its causes"):
        _checked_world()

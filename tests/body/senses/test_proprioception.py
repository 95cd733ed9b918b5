"""The sense `proprioception`."""

import math
from dataclasses import replace

import numpy as np
import pytest

from alife.body import Surroundings
from alife.body.senses.proprioception import Proprioception
from alife.core.errors import WorldError
from tests.body.senses.around import surroundings

BARE = surroundings(np.zeros((3, 0, 2)), np.zeros(0, np.int64), np.zeros(3))
FULL = replace(
    BARE,
    steps=np.array([[0.0, 0.0], [0.09, -0.12], [3.0, 4.0]]),
    turns=np.array([0.0, math.pi / 8, -math.pi / 16]),
    energy=np.array([0.0, 0.25, 1.0]),
)


def _read(sense: Proprioception, surroundings: Surroundings = FULL) -> list[list[float]]:
    out = np.full((3, sense.observation_size(0)), np.nan, np.float32)
    sense.fill_observation(surroundings, out)
    return out.T.tolist()


def test_speed_turn_and_energy_are_scaled() -> None:
    """The step as a share of full speed, the turn around one half, left above, and the energy as it is."""
    speed, turn, energy = _read(Proprioception(energy=True))

    assert speed == pytest.approx([0.0, 0.5, 1.0])
    assert turn == pytest.approx([0.5, 1.0, 0.25])
    assert energy == pytest.approx([0.0, 0.25, 1.0])


@pytest.mark.parametrize("turn", [1.0, 40.0])
def test_what_is_beyond_the_scale_is_at_its_end(turn: float) -> None:
    """Fast turns to the right are 0, to the left 1."""
    turned = replace(FULL, turns=np.array([turn, -turn, 0.0]))
    assert _read(Proprioception(speed=False), turned) == [[1.0, 0.0, 0.5]]


@pytest.mark.parametrize("wanted", [(), ("speed",), ("turn",), ("energy",), ("speed", "energy")])
def test_each_is_felt_only_if_wanted(wanted: tuple[str, ...]) -> None:
    """In the order speed, turn, energy; the channels say which."""
    sense = Proprioception(*(name in wanted for name in ("speed", "turn", "energy")))

    assert [channel.name for channel in sense.channels(())] == list(wanted)
    assert len(_read(sense)) == sense.observation_size(5) == len(wanted)


_ENERGY = "the energy of creatures, which a body with a metabolism has"


@pytest.mark.parametrize(
    ("field", "name"), [("steps", "the steps of creatures"), ("turns", "the turns of creatures"), ("energy", _ENERGY)]
)
def test_a_world_must_give_what_is_felt(field: str, name: str) -> None:
    """In one sentence; what is not felt need not be given."""
    with pytest.raises(WorldError, match=rf"^the sense proprioception.*{name}"):
        _read(Proprioception(energy=True), replace(FULL, **{field: None}))
    assert _read(Proprioception(False, False, False), BARE) == []

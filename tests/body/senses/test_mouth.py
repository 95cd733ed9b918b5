"""The sense `mouth`."""

import numpy as np
import pytest

from alife.body import Surroundings
from alife.body.senses.mouth import Mouth
from alife.core.errors import WorldError
from tests.body.senses.around import surroundings


def _around(got: list[list[float]] | None) -> Surroundings:
    rows = 1 if got is None else len(got)
    tasted = None if got is None else np.array(got, float).reshape(rows, -1)
    return surroundings(np.zeros((rows, 0, 2)), np.zeros(0, np.int64), np.zeros(rows), got=tasted)


@pytest.mark.parametrize(("full", "values"), [(1.0, [[0, 1], [1, 1]]), (2.0, [[0, 0.5], [1, 1]])])
def test_it_tastes_what_was_got(full: float, values: list[list[float]]) -> None:
    """For each role the share of a mouthful, and never more than a mouthful."""
    out = np.full((2, 2), np.nan, np.float32)
    Mouth(full).fill_observation(_around([[0, 1], [3, 2]]), out)

    assert out.tolist() == values


def test_a_world_must_say_what_was_got() -> None:
    """In one sentence."""
    with pytest.raises(WorldError, match=r"^the sense mouth.*what each creature got"):
        Mouth().fill_observation(_around(None), np.zeros((1, 2), np.float32))


def test_its_channels_are_the_roles() -> None:
    """One for each."""
    names = [(channel.name, channel.role) for channel in Mouth().channels(("food", "poison"))]
    assert names == [("food in the mouth", "food"), ("poison in the mouth", "poison")]

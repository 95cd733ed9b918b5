"""The sense `smell`."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body.senses.smell import Smell
from tests.body.senses.around import surroundings

ONE = Smell(2.0, 1)


def _read(sense: Smell, offsets: list[list[float]], roles: list[int], heading: float = 0.0) -> NDArray[np.float32]:
    out = np.full((1, sense.observation_size(2)), np.nan, np.float32)
    shaped = np.array(offsets, float).reshape(1, -1, 2)
    sense.fill_observation(surroundings(shaped, np.array(roles, np.int64), np.array([heading])), out)
    return out[0]


@pytest.mark.slow
@given(st.lists(st.tuples(st.floats(0.0, 50.0), st.integers(0, 1)), max_size=8))
def test_scents_of_a_role_add_up(things: list[tuple[float, int]]) -> None:
    """It is scent / (1 + scent) of the sum of exp(-distance / decay), over things within 12 decay lengths."""
    scents = np.zeros(2)
    for distance, role in things:
        scents[role] += math.exp(-distance / 2.0) if distance <= 24.0 else 0.0
    values = _read(ONE, [[0.0, distance] for distance, _ in things], [role for _, role in things])

    assert values == pytest.approx(scents / (1.0 + scents), abs=1e-6)


@pytest.mark.parametrize(("distance", "value"), [(0.0, 0.5), (2.0, 1 / (1 + math.e)), (1e9, 0.0)])
def test_one_thing(distance: float, value: float) -> None:
    """One half at the nostril, and its scent is 1/e at the decay."""
    assert _read(ONE, [[distance, 0.0]], [1]) == pytest.approx([0.0, value])


def test_nothing_smells_of_nothing() -> None:
    """Without things every value is 0."""
    assert _read(Smell(), [], []).tolist() == [0.0] * 4


def test_many_things_never_smell_of_more_than_one() -> None:
    """A thousand things at the nose are just short of 1."""
    assert 0.99 < _read(ONE, [[0.0, 0.0]] * 1000, [0] * 1000)[0] < 1.0


@pytest.mark.parametrize("heading", [0.0, 1.0, 4.0])
def test_two_nostrils_tell_left_from_right(heading: float) -> None:
    """What is to the left smells more on the left, the first of the two; what is ahead smells alike."""
    left = [math.cos(heading + 1.0), math.sin(heading + 1.0)]
    ahead = [math.cos(heading), math.sin(heading)]
    values = _read(Smell(), [left, ahead], [0, 1], heading)

    assert values[0] > values[1]
    assert values[2] == pytest.approx(values[3])


def test_a_nostril_is_half_of_the_way_apart_from_the_middle() -> None:
    """A thing right at the left nostril smells of one half there."""
    assert _read(Smell(1.0, 2, 0.6), [[0.0, 0.3]], [0])[:2] == pytest.approx([0.5, 1 / (1 + math.exp(0.6))])


def test_channels_say_role_and_side() -> None:
    """The field goes all around, as far as the decay."""
    assert [channel.name for channel in Smell(2.0).channels(("food",))] == ["smell of food left", "smell of food right"]
    (single,) = ONE.channels(("food",))
    assert (single.name, single.role) == ("smell of food", "food")
    assert single.field is not None
    assert single.field.reach == 2.0

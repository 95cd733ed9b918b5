"""A body and its spaces."""

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from alife.body import Body, Surroundings
from alife.body.motors.steps import Steps
from alife.body.senses.sectors import Sectors

BODY = Body((Sectors(8, 5.0), Sectors(3, 2.0)), Steps())
ROLES = np.array([0, 1, 1])


def _surroundings(rows: int = 4) -> Surroundings:
    random = np.random.default_rng(0)
    return Surroundings(random.normal(size=(rows, 3, 2)), ROLES, random.uniform(0.0, 6.0, rows))


@pytest.mark.parametrize("roles", [1, 2, 3])
def test_widths_add_up(roles: int) -> None:
    """The observation is as wide as all senses together."""
    assert BODY.observation_space(roles).shape == (11 * roles,)


def test_senses_stand_side_by_side_in_their_order() -> None:
    """What a body senses is what each of its senses reads, one after the other."""
    around = _surroundings()
    apart = [Body((sense,)).sense_surroundings(around, 2) for sense in BODY.senses]

    assert np.array_equal(np.concatenate(apart, axis=1), BODY.sense_surroundings(around, 2))
    assert all(part.any() for part in apart)


@settings(deadline=None, max_examples=50)
@given(arrays(float, (3, 3, 2), elements=st.floats(-20.0, 20.0)), arrays(float, 3, elements=st.floats(0.0, 6.28)))
def test_the_space_contains_what_is_sensed(offsets: np.ndarray, headings: np.ndarray) -> None:
    """Wherever things are, each creature's observation lies in the space."""
    space = BODY.observation_space(2)

    assert all(space.contains(sensed) for sensed in BODY.sense_surroundings(Surroundings(offsets, ROLES, headings), 2))


def test_each_reading_is_an_array_of_its_own() -> None:
    """Writing to what was sensed does not change what is sensed next."""
    first = BODY.sense_surroundings(_surroundings(), 2)
    kept = first.copy()
    first.fill(9.0)

    assert np.array_equal(kept, BODY.sense_surroundings(_surroundings(), 2))


def test_the_actions_are_those_of_the_motor() -> None:
    """The action space of a body is that of its motor."""
    assert BODY.action_space() == gymnasium.spaces.Discrete(3)


def test_a_body_without_senses_is_blind() -> None:
    """It senses nothing, in as many rows as there are creatures."""
    assert Body(()).sense_surroundings(_surroundings(), 2).shape == (4, 0)

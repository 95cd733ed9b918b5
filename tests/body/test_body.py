"""A body and its spaces."""

from collections.abc import Sequence
from dataclasses import dataclass

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from alife.body import Body, Sense, Surroundings
from alife.body.motors.steps import Steps
from alife.body.senses.sectors import Sectors
from alife.core.channel import Channel
from alife.core.errors import WorldError
from tests.body.senses.around import surroundings

BODY = Body((Sectors(8, 5.0), Sectors(3, 2.0)), Steps())
ROLES = np.array([0, 1, 1])


def _surroundings(rows: int = 4) -> Surroundings:
    random = np.random.default_rng(0)
    return surroundings(random.normal(size=(rows, 3, 2)), ROLES, random.uniform(0.0, 6.0, rows))


def _sensed(body: Body, around: Surroundings) -> NDArray[np.float32]:
    return body.sense_surroundings(around, body.observation_sizes(2))


@pytest.mark.parametrize("roles", [1, 2, 3])
def test_widths_add_up(roles: int) -> None:
    """The observation is as wide as all senses together."""
    assert BODY.observation_space(roles).shape == (11 * roles,)


def test_senses_stand_side_by_side_in_their_order() -> None:
    """What a body senses is what each of its senses reads, one after the other."""
    around = _surroundings()
    apart = [_sensed(Body((sense,)), around) for sense in BODY.senses]

    assert np.array_equal(np.concatenate(apart, axis=1), _sensed(BODY, around))
    assert all(part.any() for part in apart)


@settings(deadline=None, max_examples=50)
@given(arrays(float, (3, 3, 2), elements=st.floats(-20.0, 20.0)), arrays(float, 3, elements=st.floats(0.0, 6.28)))
def test_the_space_contains_what_is_sensed(offsets: np.ndarray, headings: np.ndarray) -> None:
    """Wherever things are, each creature's observation lies in the space."""
    space = BODY.observation_space(2)

    assert all(space.contains(sensed) for sensed in _sensed(BODY, surroundings(offsets, ROLES, headings)))


def test_each_reading_is_an_array_of_its_own() -> None:
    """Writing to what was sensed does not change what is sensed next."""
    first = _sensed(BODY, _surroundings())
    kept = first.copy()
    first.fill(9.0)

    assert np.array_equal(kept, _sensed(BODY, _surroundings()))


@dataclass(frozen=True)
class Loud(Sense):
    """A sense of someone else's, which may write what it must not."""

    value: float = 0.5

    def observation_size(self, roles: int) -> int:
        return roles

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        out[1] = self.value


@pytest.mark.parametrize("value", [1.5, -0.1, np.nan, np.inf])
def test_what_a_sense_of_others_leaves_is_checked(value: float) -> None:
    """Numbers from 0 to 1 pass, all else is one sentence that names the sense and the row."""
    assert _sensed(Body((Loud(),)), _surroundings())[1].tolist() == [0.5, 0.5]
    with pytest.raises(WorldError, match=r"the sense .*test_body:Loud must write numbers from 0 to 1; for row 1 it"):
        _sensed(Body((Loud(value),)), _surroundings())


@dataclass(frozen=True)
class Clumsy(Sense):
    """A sense of someone else's that raises, and names too few of its numbers."""

    def observation_size(self, roles: int) -> int:
        return roles + 1

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        raise KeyError("smell")

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        if "nothing" in roles:
            raise KeyError("nothing")
        return tuple(Channel(role, role) for role in roles)


def test_a_sense_of_others_that_fails_is_named() -> None:
    """By its class and its line, whatever world was about to sense; and so is one whose numbers have no names."""
    with pytest.raises(WorldError, match=r"the sense .*test_body:Clumsy raised KeyError: 'smell' \(.*test_body.py:\d"):
        _sensed(Body((Clumsy(),)), _surroundings())
    with pytest.raises(WorldError, match=r"the sense .*test_body:Clumsy must name each of its 3 numbers"):
        Body((Clumsy(),)).channels(("food", "poison"))
    with pytest.raises(WorldError, match=r"test_body:Clumsy raised KeyError: 'nothing' \(.*test_body.py:\d"):
        Body((Clumsy(),)).channels(("nothing",))


def test_the_actions_are_those_of_the_motor() -> None:
    """The action space of a body is that of its motor."""
    assert BODY.action_space() == gymnasium.spaces.Discrete(3)


def test_a_body_without_senses_is_blind() -> None:
    """It senses nothing, in as many rows as there are creatures."""
    assert _sensed(Body(()), _surroundings()).shape == (4, 0)

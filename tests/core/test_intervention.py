"""Interventions as plain data: what is written down reads back as the same intervention, and nothing else is one."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alife.core.errors import ConfigError
from alife.core.intervention import (
    INTERVENTIONS,
    Clamp,
    Drop,
    Heal,
    Intervention,
    Lesion,
    LetLearn,
    Move,
    Reload,
    Set,
    Swap,
    from_plain,
    to_plain,
)

_TEXT, _WHOLE = st.text(max_size=5), st.integers(-3, 10**6)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
any_intervention = st.one_of(
    st.builds(Drop, _WHOLE, _TEXT, _FLOATS, _FLOATS),
    st.builds(Move, _TEXT, _WHOLE, _FLOATS, _FLOATS),
    st.just(Swap()),
    st.just(Reload()),
    st.builds(Lesion, _TEXT, _WHOLE, _WHOLE, _WHOLE),
    st.builds(Clamp, _TEXT, _WHOLE, _WHOLE, _WHOLE),
    st.builds(Heal, _TEXT, _WHOLE, _WHOLE, _WHOLE),
    st.builds(LetLearn, _TEXT, _WHOLE, st.booleans()),
    st.builds(Set, _TEXT, _FLOATS),
)


@pytest.mark.slow
@given(any_intervention)
def test_an_intervention_reads_back_from_its_line(intervention: Intervention) -> None:
    """Through JSON, to the bit."""
    assert from_plain(json.loads(json.dumps(to_plain(intervention)))) == intervention


def test_numbers_of_numpy_become_plain() -> None:
    """What a picture gives out can be written as JSON."""
    move = Move("learners", np.int64(3), np.float32(0.5), np.float64(1.5))  # type: ignore[arg-type]

    assert json.dumps(to_plain(move)) == '{"intervention": "move", "species": "learners", "row": 3, "x": 0.5, "y": 1.5}'
    assert json.dumps(to_plain(LetLearn("a", 0, np.bool_(True)))).endswith('"learns": true}')  # type: ignore[arg-type]


def test_every_cause_has_its_own_intervention() -> None:
    """No two interventions share a cause, by which they are found again."""
    assert sorted(INTERVENTIONS) == ["clamp", "drop", "heal", "lesion", "let learn", "move", "reload", "set", "swap"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            {"intervention": "pat"},
            "there is no such intervention: {'intervention': 'pat'}; there are drop, move, swap,",
        ),
        ({}, "there is no such intervention"),
        (None, "there is no such intervention: None"),
        (["drop"], "there is no such intervention"),
        ({"intervention": ["drop"]}, "there is no such intervention"),
        ({"intervention": "swap", "copy": 1}, "the intervention swap takes nothing, got copy"),
        (
            {"intervention": "lesion", "species": "a", "row": 0, "layer": 0},
            "takes species, row, layer, neuron, got species,",
        ),
        (
            {"intervention": "move", "species": "a", "row": 1.5, "x": 0.0, "y": 0.0},
            "row of the intervention move must be a whole nu",
        ),
        (
            {"intervention": "move", "species": "a", "row": True, "x": 0.0, "y": 0.0},
            "must be a whole number, got 'True'",
        ),
        (
            {"intervention": "move", "species": 3, "row": 0, "x": 0.0, "y": 0.0},
            "the species of the intervention move must be text",
        ),
        (
            {"intervention": "move", "species": "a", "row": 0, "x": "1", "y": 0.0},
            "the x of the intervention move must be a number",
        ),
        (
            {"intervention": "move", "species": "a", "row": 0, "x": 10**400, "y": 0},
            "the x of the intervention move must be a number",
        ),
        ({"intervention": "let learn", "species": "a", "row": 0, "learns": 1}, "must be true or false, got '1'"),
    ],
)
def test_what_is_no_intervention_is_one_sentence(data: Any, says: str) -> None:
    """It says what is wrong and what there is."""
    with pytest.raises(ConfigError) as caught:
        from_plain(data)

    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250

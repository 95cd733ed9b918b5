"""What a part of all brains remembers."""

import gc
import sys
from pathlib import Path

import numpy as np
import pytest

from alife.config.simulation_config import load_config
from alife.core.row_state import RowState
from alife.sim.build import build_simulation

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


class _Base(RowState):
    def __init__(self) -> None:
        self.first, self._hidden, self.number = np.zeros(2), np.ones(2), 3

    @property
    def doubled(self) -> object:
        return 2.0 * self.first


class _Part(_Base):
    counters = ("number",)

    def __init__(self) -> None:
        super().__init__()
        self.parts = (_Base(), "no part")
        self.start()

    def start(self) -> None:
        self.late = np.full(2, 5.0)


class _Odd(_Base):
    def __init__(self) -> None:
        super().__init__()
        for name in ("one", "other"):
            setattr(self, name, np.zeros(1))


def test_public_arrays_counters_and_parts_are_state() -> None:
    """Those of bases and of other methods, too; what is hidden, derived or no array is none."""
    state = _Part().state_dict()

    assert list(state) == ["first", "late", "number", "parts.0"]
    assert state["number"] == 3
    assert list(state["parts.0"]) == ["first"]


def test_however_an_attribute_came_it_is_state() -> None:
    """Also one that no method assigns by its name."""
    part = _Base()
    part.given = np.ones(1)  # type: ignore[attr-defined]

    assert list(_Odd().state_dict()) == ["first", "one", "other"]
    assert list(part.state_dict()) == ["first", "given"]


def _is_state(value: object) -> bool:
    parts = value if isinstance(value, tuple) else (value,)
    return isinstance(value, np.ndarray) or any(isinstance(part, RowState) for part in parts)


@pytest.mark.parametrize("name", ["hungry_pond", "conditioning", "glide", "source_method"])
def test_nothing_that_a_brain_holds_is_forgotten(name: str) -> None:
    """Each array is found before the object has been asked for its dictionary, in which all of them are."""
    simulation = build_simulation(load_config(CONFIGS / f"{name}.yaml", []))
    simulation.run_tick()
    for part in (each for each in gc.get_objects() if issubclass(type(each), RowState)):
        found = {key.partition(".")[0] for key in part.state_dict()}
        own = {key for key, value in vars(part).items() if not key.startswith("_") and _is_state(value)}

        assert own <= found


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="there it costs nothing")
def test_asking_for_the_state_makes_no_dictionary_of_attributes() -> None:
    """An object that has one is slower at every later look at an attribute."""
    part = _Part()
    part.state_dict()
    list(part.arrays())

    assert not any(isinstance(each, dict) for each in gc.get_referents(part))

"""RowState: arrays with rows first that are saved as they are."""

import dis
import gc
from collections.abc import Iterator, Mapping
from functools import cache
from types import FunctionType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

State = dict[str, Any]
"""What a thing must be given to go on as if it had never stopped: arrays, numbers, text, and dicts of these."""


class RowState:
    """A part of all brains of a species whose public attributes are its state.

    State is every public attribute that holds an array, and every public part, or tuple of parts, that is a RowState
    itself; whole numbers are state where `counters` names them. Arrays are loaded in place, so that whoever shares one
    goes on sharing it. What starts with an underscore is no state.
    """

    counters: ClassVar[tuple[str, ...]] = ()
    """The names of the whole numbers that are state."""

    def state_dict(self) -> State:
        """Return copies of all state, by name."""
        return {
            **{name: array.copy() for name, array in self._own_arrays()},
            **{name: int(getattr(self, name)) for name in self.counters},
            **{name: part.state_dict() for name, part in self._own_parts()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take on a state that `state_dict` returned.

        Raises:
            ValueError: an array has another shape; KeyError: one is missing.
        """
        for name, array in self._own_arrays():
            saved = np.asarray(state[name])
            if saved.shape != array.shape:
                raise ValueError(f"{name} must have the shape {array.shape}, it has {saved.shape}")
            array[...] = saved
        for name in self.counters:
            setattr(self, name, int(state[name]))
        for name, part in self._own_parts():
            part.load_state_dict(state[name])

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Return the arrays of this part and of its parts."""
        for _, array in self._own_arrays():
            yield array
        for _, part in self._own_parts():
            yield from part.arrays()

    def _own_arrays(self) -> Iterator[tuple[str, NDArray[Any]]]:
        for name, value in self._public():
            if isinstance(value, np.ndarray):
                yield name, value

    def _own_parts(self) -> Iterator[tuple[str, "RowState"]]:
        for name, value in self._public():
            if isinstance(value, RowState):
                yield name, value
            elif isinstance(value, tuple):
                yield from ((f"{name}.{k}", part) for k, part in enumerate(value) if isinstance(part, RowState))

    def _public(self) -> Iterator[tuple[str, Any]]:
        for name, value in _attributes(self).items():
            if not name.startswith("_"):
                yield name, value


def _attributes(part: object) -> Mapping[str, Any]:
    """Return vars(part), where it can be without asking for it.

    An object that was once asked for its own dictionary is slower ever after (CPython before 3.13): the first
    checkpoint of a run would cost each later tick eight per cent. So attributes are looked for by the names that
    methods assign; if the object holds anything else, it came by another way, and the dictionary is asked for.
    """
    kind: Any = type(part)
    found = {name: getattr(part, name) for name in _assigned(kind) if hasattr(part, name)}
    known = {id(kind), *map(id, found.values())}
    return found if all(id(each) in known for each in gc.get_referents(part)) else vars(part)


@cache
def _assigned(kind: Any) -> tuple[str, ...]:
    """Return the names that the methods of a class and of its bases assign to anything."""
    names: dict[str, None] = {}  # in order
    for base in reversed(kind.__mro__):
        for method in vars(base).values():
            if isinstance(method, FunctionType):
                steps = dis.get_instructions(method)
                names |= dict.fromkeys(step.argval for step in steps if step.opname == "STORE_ATTR")
    return tuple(name for name in names if not isinstance(getattr(kind, name, None), property))

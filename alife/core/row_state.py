"""RowState: arrays with rows first that are saved as they are."""

from collections.abc import Iterator, Mapping
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
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray) and not name.startswith("_"):
                yield name, value

    def _own_parts(self) -> Iterator[tuple[str, "RowState"]]:
        for name, value in vars(self).items():
            if name.startswith("_"):
                continue
            if isinstance(value, RowState):
                yield name, value
            elif isinstance(value, tuple):
                yield from ((f"{name}.{k}", part) for k, part in enumerate(value) if isinstance(part, RowState))

"""Outcome check: what a world returns is checked before anything else uses it."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.config.resolve import last_words
from alife.core.errors import AlifeError, WorldError
from alife.core.world import Events, Lives, Outcome, World

_NUMBERS, _WHOLE, _TRUTHS = "biuf", "iu", "b"  # kinds of numpy's dtypes
_SAFE_SQUARES = 1e38  # a sum of squares below it has only numbers that 32 bits hold


class OutcomeCheck:
    """Calls a world and checks what it answers.

    What does not change while a run lasts is read and checked once, here; the rest at every tick.

    Args:
        world: to be called.
        counts: by species, how many live in each copy.

    Raises:
        WorldError: the world does not say what it must about itself.
    """

    def __init__(self, world: World, counts: Mapping[str, int]) -> None:
        self._world, self._name = world, f"world {type(world).__module__}.{type(world).__qualname__}"
        self._causes = len(self._read_causes())
        copies = self._read("copies")
        if not isinstance(copies, int | np.integer) or copies < 1:
            raise WorldError(f"{self._name}: its copies must be a whole number of 1 or more, it is {_shown(copies)}")
        self._read_by_species("species", counts)
        rows = {name: self._rows(name, int(copies) * count) for name, count in counts.items()}
        observations = self._read_by_species("observation_spaces", counts)
        self._shapes = {name: (rows[name], self._width(name, observations[name])) for name in counts}
        for name, space in self._read_by_species("action_spaces", counts).items():
            if name in counts and not isinstance(space, gymnasium.Space):
                raise WorldError(
                    f"{self._name}: the action space of species {name} must be a gymnasium Space, it is {_shown(space)}"
                )

    def _read(self, what: str) -> Any:
        try:
            return getattr(self._world, what)
        except AlifeError:
            raise
        except Exception as error:
            raise WorldError(f"{self._name}: its {what} cannot be read: {error_line(error)}") from error

    def _read_by_species(self, what: str, counts: Mapping[str, int]) -> Mapping[str, Any]:
        found = self._read(what)
        if not isinstance(found, Mapping):
            raise WorldError(f"{self._name}: its {what} must be a mapping by species, it is {_shown(found)}")
        if missing := [name for name in counts if name not in found]:
            raise WorldError(f"{self._name}: its {what} must name every species, {', '.join(missing)} is missing")
        return found

    def _read_causes(self) -> Sequence[str]:
        causes = self._read("causes")
        if isinstance(causes, str) or not isinstance(causes, Sequence) or not all(isinstance(c, str) for c in causes):
            raise WorldError(f"{self._name}: its causes must be a tuple of names, it is {_shown(causes)}")
        return causes

    def _rows(self, name: str, expected: int) -> int:
        if (rows := self.call_world(0, self._world.row_count, name)) != expected:
            raise WorldError(f"{self._name}: species {name} must have {expected} rows, it has {_shown(rows)}")
        return expected

    def _width(self, name: str, space: Any) -> int:
        shape = space.shape if isinstance(space, gymnasium.spaces.Box) else None
        if shape is None or len(shape) != 1 or shape[0] < 1:
            found = _shown(space) if shape is None else f"one of shape {shape}"
            raise WorldError(
                f"{self._name}: the observation space of species {name} must be a Box with one axis of "
                f"at least one number, it is {found}"
            )
        return int(shape[0])

    def call_world(self, tick: int, method: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method of the world and return what it returns.

        Raises:
            WorldError: it raised; the message names the exception and the line.
        """
        try:
            return method(*arguments)
        except AlifeError:
            raise
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            line = f"{last.filename}:{last.lineno}"
            said = " ".join(str(error).split())
            raise WorldError(f"{self._name} raised {type(error).__name__} at tick {tick} ({line}): {said}") from error

    def check_outcomes(self, tick: int, outcomes: Mapping[str, Outcome]) -> None:
        """Check the outcomes of every species.

        Raises:
            WorldError: a species is missing, an array has the wrong shape or type, a number is not finite, or
                events do not say what the rewards say.
        """
        if not isinstance(outcomes, Mapping):
            must = "it must return a mapping from species to Outcome"
            raise WorldError(f"{self._name} returned {_shown(outcomes)} at tick {tick}, {must}")
        for name, shape in self._shapes.items():
            if name not in outcomes:
                raise WorldError(f"{self._name} returned no outcome for species {name} at tick {tick}")
            try:
                _check_outcome(outcomes[name], shape, self._causes)
            except _FaultError as fault:
                raise WorldError(f"{self._name}, species {name}, tick {tick}{fault}") from None


def error_line(error: BaseException) -> str:
    """Return the last line of an error and where it was raised, on one line."""
    return " ".join(last_words(error).split())


class _FaultError(Exception):
    """What is wrong with an outcome; the caller knows whose it is and when."""

    def __init__(self, what: str, row: int | None = None) -> None:
        super().__init__(f": {what}" if row is None else f", row {row}: {what}")


def _check_outcome(outcome: Any, shape: tuple[int, int], causes: int) -> None:
    if not isinstance(outcome, Outcome):
        raise _FaultError(f"the outcome must be an Outcome, it is {_shown(outcome)}")
    rows = shape[:1]
    _check_array("observations", outcome.observations, shape, _NUMBERS)
    _check_array("rewards", outcome.rewards, rows, _NUMBERS)
    _check_array("terminated", outcome.terminated, rows, _TRUTHS)
    _check_array("truncated", outcome.truncated, rows, _TRUTHS)
    _check_finite("observation", outcome.observations)
    _check_finite("reward", outcome.rewards)
    _check_events(outcome.events, rows[0], causes)
    if np.count_nonzero(outcome.rewards):
        _check_rewarded(outcome.rewards, outcome.events)
    if outcome.lives is not None:
        _check_lives(outcome.lives, outcome, causes)


_TYPES = {_NUMBERS: "numbers", _WHOLE: "int", _TRUTHS: "bool"}


def _check_array(what: str, array: Any, shape: tuple[int, ...], kinds: str) -> None:
    if not isinstance(array, np.ndarray) or array.shape != shape:
        found = f"{array.shape}" if isinstance(array, np.ndarray) else _shown(array)
        raise _FaultError(f"{what} must be an array of shape {shape}, it is {found}")
    if array.dtype.kind not in kinds:
        raise _FaultError(f"{what} must be of {_TYPES[kinds]}, it is of {array.dtype}")


def _check_finite(what: str, values: NDArray[Any]) -> None:
    """Raise unless all values are finite, also as the 32 bits in which brains take them in."""
    if values.dtype.kind != "f" or np.vdot(values, values) < _SAFE_SQUARES:  # vdot is quick and never warns
        return
    with np.errstate(over="ignore"):
        bad = ~np.isfinite(values.astype(np.float32)).reshape(len(values), -1)
    if bad.any():
        row = int(np.argmax(bad.any(1)))
        value = values.reshape(bad.shape)[row][bad[row]][0]
        raise _FaultError(f"the {what} is not a finite number of 32 bits, it is {value}", row)


def _check_events(events: Any, rows: int, causes: int) -> None:
    if not isinstance(events, Events):
        raise _FaultError(f"events must be an Events, it is {_shown(events)}")
    if not isinstance(events.rows, np.ndarray) or events.rows.ndim != 1:
        raise _FaultError(f"events.rows must be an array of one axis, it is {_shown(events.rows)}")
    shape = events.rows.shape
    _check_array("events.rows", events.rows, shape, _WHOLE)
    _check_array("events.causes", events.causes, shape, _WHOLE)
    _check_array("events.values", events.values, shape, _NUMBERS)
    if shape[0]:
        _check_happened(events, rows, causes)


def _check_happened(events: Events, rows: int, causes: int) -> None:
    """Check events of which there is at least one."""
    late = events.rows[1:] < events.rows[:-1]
    if np.count_nonzero(late):
        row = int(events.rows[1:][late][0])
        raise _FaultError("its event stands behind one of a later row, events must be in ascending order of rows", row)
    if events.rows[0] < 0 or events.rows[-1] >= rows:  # the least and the greatest
        raise _FaultError(f"an event names a row outside 0 to {rows - 1}")
    strange = events.causes.astype(np.uint64) >= causes  # what is below zero becomes very large
    if np.count_nonzero(strange):
        row = int(events.rows[strange][0])
        raise _FaultError(f"an event has a cause outside 0 to {causes - 1}, the indices of the world's causes", row)
    if not np.vdot(events.values, events.values) < _SAFE_SQUARES and not np.isfinite(events.values).all():
        row = int(events.rows[~np.isfinite(events.values)][0])
        raise _FaultError("the value of an event is not a finite number", row)


def _check_rewarded(rewards: NDArray[Any], events: Events) -> None:
    """Raise if a reward came without an event: the event log and the triggers would miss it."""
    missed = rewards != 0
    missed[events.rows[events.values != 0]] = False
    if np.count_nonzero(missed):
        row = int(np.argmax(missed))
        raise _FaultError(
            f"the reward {rewards[row]} has no event with a value beside it, "
            "add one, for example with reward_events(rewards) of alife.core.world",
            row,
        )


def _check_lives(lives: Any, outcome: Outcome, causes: int) -> None:
    if not isinstance(lives, Lives):
        raise _FaultError(f"lives must be a Lives, it is {_shown(lives)}")
    rows = outcome.rewards.shape
    _check_array("lives.alive", lives.alive, rows, _TRUTHS)
    for what, columns in (("born", ("born", "parents")), ("died", ("died", "causes"))):
        for name in columns:
            _check_array(f"lives.{name}", getattr(lives, name), np.shape(getattr(lives, what)), _WHOLE)
        _check_life_rows(what, getattr(lives, what), lives.alive)
    if len(lives.parents) and not (lives.parents.min() >= -1 and lives.parents.max() < rows[0]):
        raise _FaultError(f"a parent is outside 0 to {rows[0] - 1}, and not -1, which means no parent")
    if len(lives.causes) and not (lives.causes.min() >= 0 and lives.causes.max() < causes):
        raise _FaultError(f"a cause of death is outside 0 to {causes - 1}, the indices of the world's causes")
    if not outcome.terminated[lives.died].all():
        raise _FaultError("whoever has died must be terminated", int(lives.died[~outcome.terminated[lives.died]][0]))
    busy = (outcome.rewards != 0) | outcome.terminated | outcome.truncated
    if np.count_nonzero(busy & ~lives.alive):
        raise _FaultError("an empty row was given a reward, or has ended", int(np.argmax(busy & ~lives.alive)))


def _check_life_rows(what: str, rows: NDArray[Any], alive: NDArray[Any]) -> None:
    """Check the rows in which a creature was born or has died."""
    if rows.ndim != 1 or np.count_nonzero(rows[1:] <= rows[:-1]):
        raise _FaultError(f"lives.{what} must be rows in ascending order, each once")
    if len(rows) and not (rows[0] >= 0 and rows[-1] < len(alive) and alive[rows].all()):
        raise _FaultError(f"lives.{what} names an empty row")


def _shown(value: Any) -> str:
    """Return a short word for something that should not be there."""
    if value is None or isinstance(value, bool | int | float):
        return f"{value}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return f"of type {type(value).__name__}"

"""The contract of outcomes: the form in which kernels take their arrays, and one pass over their numbers."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.kernel import kernel
from alife.core.sentences import shown
from alife.core.world import Events, Lives, Outcome

_NUMBERS, _WHOLE, _TRUTHS = "biuf", "iu", "b"  # kinds of numpy's dtypes
_TYPES = {_NUMBERS: "numbers", _WHOLE: "int", _TRUTHS: "bool"}
_FLOAT32, _FLOAT64, _INT64, _BOOL = (np.dtype(name) for name in ("float32", "float64", "int64", "bool"))

_LARGEST = float(np.finfo(np.float32).max)
_OBSERVATION, _REWARD, _ORDER, _ROW, _CAUSE, _VALUE, _SILENT = range(1, 8)  # what may be wrong with an outcome
_BORN, _BORN_EMPTY, _DIED, _DIED_EMPTY, _PARENT, _DEATH, _NOT_OVER, _BUSY = range(8, 16)  # and with its lives


class FaultError(Exception):
    """What is wrong with an outcome; the caller knows whose it is and when."""

    def __init__(self, what: str, row: int | None = None) -> None:
        super().__init__(f": {what}" if row is None else f", row {row}: {what}")


class SpeciesCheck:
    """Checks the outcomes of one species.

    Numbers are looked at in every tick, in one pass. So are shapes and types, for with a wrong one a kernel would read
    beyond its array; but those of a world that is trusted only until they are right once.

    Args:
        rows: of the species.
        width: of an observation.
        causes: how many the world has.
        trusted: whether the world makes its arrays in the same form at every tick.
    """

    def __init__(self, rows: int, width: int, causes: int, trusted: bool) -> None:
        self._rows, self._width, self._causes, self._trusted = rows, width, causes, trusted
        self._in_form = False  # whether its arrays need no look any more

    def check_outcome(self, given: Any) -> Outcome:
        """Return an outcome in form: arrays in C order, observations of float32, other numbers of 64 bits.

        Raises:
            FaultError: it breaks the contract.
        """
        outcome: Outcome = given if self._in_form and given.lives is None else self._form(given)
        events, lives = outcome.events, outcome.lives
        fault, row = look_over(
            outcome.observations, outcome.rewards, events.rows, events.causes, events.values, self._causes
        )
        if fault == 0 and lives is not None:
            fault, row = look_over_lives(*lives, outcome.rewards, outcome.terminated, outcome.truncated, self._causes)
        if fault:
            raise FaultError(self._words_for(fault, row, given), row if row >= 0 else None)
        return outcome

    def look_again(self) -> None:
        """Trust the form of no outcome until one was in form again: the next comes from elsewhere."""
        self._in_form = False

    def _form(self, outcome: Any) -> Outcome:
        """Return an outcome with all its arrays in form; itself where they are."""
        if not isinstance(outcome, Outcome):
            raise FaultError(f"the outcome must be an Outcome, it is {shown(outcome)}")
        rows = (self._rows,)
        parts: dict[str, Any] = {
            "observations": _array("observations", outcome.observations, (*rows, self._width), _NUMBERS, _FLOAT32),
            "rewards": _array("rewards", outcome.rewards, rows, _NUMBERS, _FLOAT64),
            "terminated": _array("terminated", outcome.terminated, rows, _TRUTHS, _BOOL),
            "truncated": _array("truncated", outcome.truncated, rows, _TRUTHS, _BOOL),
            "events": _events(outcome.events),
            "lives": None if outcome.lives is None else _lives(outcome.lives, rows),
        }
        if any(part is not getattr(outcome, name) for name, part in parts.items()):
            return replace(outcome, **parts)
        self._in_form = self._trusted
        return outcome

    def _words_for(self, fault: int, row: int, given: Outcome) -> str:
        """Return a fault in words."""
        within, causes = f"0 to {self._rows - 1}", f"0 to {self._causes - 1}, the indices of the world's causes"
        if fault == _OBSERVATION:
            return f"the observation is not a finite number of 32 bits, it is {_beyond(given.observations[row])}"
        if fault == _REWARD:
            return f"the reward is not a finite number of 32 bits, it is {given.rewards[row]}"
        if fault == _SILENT:
            return (
                f"the reward {given.rewards[row]} has no event with a value beside it, "
                "add one, for example with reward_events(rewards) of alife.core.world"
            )
        return {
            _ORDER: "its event stands behind one of a later row, events must be in ascending order of rows",
            _ROW: f"an event names a row outside {within}",
            _CAUSE: f"an event has a cause outside {causes}",
            _VALUE: "the value of an event is not a finite number",
            _BORN: "lives.born must be rows in ascending order, each once",
            _DIED: "lives.died must be rows in ascending order, each once",
            _BORN_EMPTY: "lives.born names an empty row",
            _DIED_EMPTY: "lives.died names an empty row",
            _PARENT: f"a parent is outside {within}, and not -1, which means no parent",
            _DEATH: f"a cause of death is outside {causes}",
            _NOT_OVER: "whoever has died must be terminated",
            _BUSY: "an empty row was given a reward, or has ended",
        }[fault]


def _array(what: str, array: Any, shape: tuple[int, ...], kinds: str, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return an array in C order and of this type; itself where it is."""
    if type(array) is np.ndarray and array.shape == shape and array.dtype == dtype and array.flags.c_contiguous:
        return array
    if not isinstance(array, np.ndarray) or array.shape != shape:
        found = f"{array.shape}" if isinstance(array, np.ndarray) else shown(array)
        raise FaultError(f"{what} must be an array of shape {shape}, it is {found}")
    if array.dtype.kind not in kinds:
        raise FaultError(f"{what} must be of {_TYPES[kinds]}, it is of {array.dtype}")
    with np.errstate(over="ignore", invalid="ignore"):  # what 32 bits do not hold becomes infinite, and is found so
        return np.array(array, dtype, order="C", subok=False)


def _events(events: Any) -> Events:
    """Return events with their columns in form."""
    if not isinstance(events, Events):
        raise FaultError(f"events must be an Events, it is {shown(events)}")
    if not isinstance(events.rows, np.ndarray) or events.rows.ndim != 1:
        raise FaultError(f"events.rows must be an array of one axis, it is {shown(events.rows)}")
    shape = events.rows.shape
    rows = _array("events.rows", events.rows, shape, _WHOLE, _INT64)
    causes = _array("events.causes", events.causes, shape, _WHOLE, _INT64)
    values = _array("events.values", events.values, shape, _NUMBERS, _FLOAT64)
    if rows is events.rows and causes is events.causes and values is events.values:
        return events
    return Events(rows, causes, values)


def _lives(lives: Any, rows: tuple[int]) -> Lives:
    """Return lives with their columns in form."""
    if not isinstance(lives, Lives):
        raise FaultError(f"lives must be a Lives, it is {shown(lives)}")
    formed = {"alive": _array("lives.alive", lives.alive, rows, _TRUTHS, _BOOL)}
    for what, columns in (("born", ("born", "parents")), ("died", ("died", "causes"))):
        if np.ndim(getattr(lives, what)) != 1:
            raise FaultError(f"lives.{what} must be rows in ascending order, each once")
        for name in columns:
            shape = np.shape(getattr(lives, what))
            formed[name] = _array(f"lives.{name}", getattr(lives, name), shape, _WHOLE, _INT64)
    same = all(array is getattr(lives, name) for name, array in formed.items())
    return lives if same else Lives(**formed)


def _beyond(numbers: NDArray[Any]) -> Any:
    """Return the first of these numbers that 32 bits do not hold."""
    with np.errstate(over="ignore"):
        return numbers[~np.isfinite(numbers.astype(np.float32))][0]


@kernel
def look_over(
    observations: NDArray[Any],
    rewards: NDArray[Any],
    event_rows: NDArray[Any],
    causes: NDArray[Any],
    values: NDArray[Any],
    known: int,
) -> tuple[int, int]:
    """Return the first fault of an outcome and its row, or -1 for none; (0, -1) where there is no fault.

    Args:
        observations: (rows, width).
        rewards: (rows,).
        event_rows: (events,).
        causes: (events,).
        values: (events,).
        known: how many causes there are.
    """
    rows, width = observations.shape
    total, worth = 0.0, 0.0  # sums in 64 bits, which are finite where all numbers are
    numbers = observations.ravel()
    for k in range(numbers.size):
        total += abs(numbers[k])
    for r in range(rows):
        worth += abs(rewards[r])
    if not total < np.inf:
        for r in range(rows):
            for i in range(width):
                if not abs(observations[r, i]) < np.inf:
                    return _OBSERVATION, r
    if worth != 0.0:
        for r in range(rows):
            if not abs(rewards[r]) <= _LARGEST:
                return _REWARD, r
    events = event_rows.size
    for e in range(1, events):
        if event_rows[e] < event_rows[e - 1]:
            return _ORDER, int(event_rows[e])
    if events > 0 and (event_rows[0] < 0 or event_rows[events - 1] >= rows):
        return _ROW, -1
    for e in range(events):
        if causes[e] < 0 or causes[e] >= known:
            return _CAUSE, int(event_rows[e])
    for e in range(events):
        if not abs(values[e]) < np.inf:
            return _VALUE, int(event_rows[e])
    e = 0
    for r in range(rows if worth != 0.0 else 0):
        told = rewards[r] == 0.0
        while e < events and event_rows[e] == r:
            told = told or values[e] != 0.0
            e += 1
        if not told:
            return _SILENT, r
    return 0, -1


@kernel
def look_over_lives(
    alive: NDArray[np.bool_],
    born: NDArray[np.int64],
    parents: NDArray[np.int64],
    died: NDArray[np.int64],
    causes: NDArray[np.int64],
    rewards: NDArray[np.float64],
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    known: int,
) -> tuple[int, int]:
    """Return the first fault of births and deaths and its row, or -1 for none; (0, -1) where there is no fault."""
    wrong = _fault_of_rows(born, alive)
    if wrong != 0:
        return _BORN - 1 + wrong, -1
    wrong = _fault_of_rows(died, alive)
    if wrong != 0:
        return _DIED - 1 + wrong, -1
    for n in range(parents.size):
        if parents[n] < -1 or parents[n] >= alive.size:
            return _PARENT, -1
    for n in range(causes.size):
        if causes[n] < 0 or causes[n] >= known:
            return _DEATH, -1
    for n in range(died.size):
        if not terminated[died[n]]:
            return _NOT_OVER, int(died[n])
    for r in range(alive.size):
        if not alive[r] and (rewards[r] != 0.0 or terminated[r] or truncated[r]):
            return _BUSY, r
    return 0, -1


@kernel
def _fault_of_rows(rows: NDArray[np.int64], alive: NDArray[np.bool_]) -> int:
    """Return 1 where rows do not ascend, 2 where one of them is empty, else 0."""
    for n in range(1, rows.size):
        if rows[n] <= rows[n - 1]:
            return 1
    if rows.size > 0 and (rows[0] < 0 or rows[rows.size - 1] >= alive.size):
        return 2
    for r in rows:
        if not alive[r]:
            return 2
    return 0

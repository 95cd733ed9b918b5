"""The contract of outcomes: the form in which kernels take their arrays, and one pass over their numbers."""

from dataclasses import replace
from typing import Any

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from alife.config.resolve import OnFault
from alife.core.fault import RowFaults
from alife.core.kernel import kernel
from alife.core.sentences import shown
from alife.core.world import Events, Lives, Outcome

_NUMBERS, _WHOLE, _TRUTHS = "biuf", "iu", "b"  # kinds of numpy's dtypes
_TYPES = {_NUMBERS: "numbers", _WHOLE: "int", _TRUTHS: "bool"}
_FLOAT32, _FLOAT64, _INT64, _BOOL = (np.dtype(name) for name in ("float32", "float64", "int64", "bool"))

_LARGEST = float(np.finfo(np.float32).max)
_ROUNDING = 1e-5  # of the size of a bound
_OBSERVATION, _REWARD, _ORDER, _ROW, _CAUSE, _VALUE, _SILENT = range(1, 8)  # what may be wrong with an outcome
_BORN, _BORN_EMPTY, _DIED, _DIED_EMPTY, _PARENT, _DEATH, _NOT_OVER, _BUSY = range(8, 16)  # and with its lives


_KINDS = {_OBSERVATION: "observation", _REWARD: "reward", _VALUE: "event value", _SILENT: "reward without event"}
"""What is wrong with single rows, all others being well."""


class FaultError(Exception):
    """What is wrong with an outcome; the caller knows whose it is and when."""

    def __init__(self, what: str, row: int | None = None, kind: str = "form") -> None:
        super().__init__(what)
        self.what, self.row, self.kind = what, row, kind


class SpeciesCheck:
    """Checks the outcomes of one species.

    Numbers are looked at in every tick, in one pass. So are shapes and types, for with a wrong one a kernel would read
    beyond its array; but those of a world that is trusted only until they are right once.

    Args:
        rows: of the species.
        space: of an observation.
        causes: how many the world has.
        trusted: whether the world makes its arrays in the same form at every tick.
        on_fault: what becomes of rows that are given what no creature can take, see OnFault.
    """

    def __init__(self, rows: int, space: Box, causes: int, trusted: bool, on_fault: OnFault = "stop") -> None:
        self._rows, self._width, self._causes, self._trusted = rows, space.shape[0], causes, trusted
        self._in_form = False  # whether its arrays need no look any more
        self._low, self._high = _bounds(space)
        self._box = _wider(self._low, -1.0), _wider(self._high, 1.0)
        self._box_of_empty = np.minimum(self._box[0], 0.0), np.maximum(self._box[1], 0.0)  # an empty row observes zeros
        self._on_fault, self._stops = on_fault, on_fault == "stop"
        self._good = np.tile(np.clip(np.zeros(self._width, np.float32), self._low, self._high), (rows, 1))
        self.mended: list[RowFaults] = []  # since somebody has cleared it

    def check_outcome(self, given: Any) -> Outcome:
        """Return an outcome in form: arrays in C order, observations of float32, other numbers of 64 bits.

        Raises:
            FaultError: it breaks the contract, and cannot be mended as `on_fault` says.
        """
        if self._in_form and self._stops and given.lives is None:  # as nearly always, without another call
            events, (low, high) = given.events, self._box
            fault, row = look_over(
                given.observations, low, high, given.rewards, events.rows, events.causes, events.values, self._causes
            )
            if not fault:
                return given  # type: ignore[no-any-return]
        outcome = self._form(given)
        fault, row = self._look(outcome)
        if fault:
            outcome = self._mend(outcome, int(fault), int(row), given)
        if not self._stops:
            self._good[...] = outcome.observations
        return outcome

    def _look(self, outcome: Outcome) -> tuple[int, int]:
        """Return the first fault of an outcome and its row, or 0."""
        events, lives = outcome.events, outcome.lives
        low, high = self._box if lives is None else self._box_of_empty
        fault, row = look_over(
            outcome.observations, low, high, outcome.rewards, events.rows, events.causes, events.values, self._causes
        )
        if fault == 0 and lives is not None:
            fault, row = look_over_lives(
                lives.alive,
                lives.born,
                lives.parents,
                lives.parents if lives.partners is None else lives.partners,
                lives.died,
                lives.causes,
                outcome.rewards,
                outcome.terminated,
                outcome.truncated,
                self._causes,
            )
        return fault, row

    def _mend(self, outcome: Outcome, fault: int, row: int, given: Outcome) -> Outcome:
        """Return an outcome in which rows with a fault are as `on_fault` says.

        Raises:
            FaultError: a fault is none of single rows, or not to be mended.
        """
        if self._stops:
            raise self._error(fault, row, given)
        mended: list[RowFaults] = []
        while fault:
            if fault not in _KINDS or (fault == _SILENT and self._on_fault == "clip"):
                raise self._error(fault, row, given)
            rows = np.union1d(self._rows_with(fault, outcome), [row])
            mended.append(RowFaults(_KINDS[fault], rows, self._words_for(fault, row, given)))
            outcome = self._clip(outcome) if self._on_fault == "clip" else self._end_episodes(outcome, rows)
            fault, row = self._look(outcome)
        self.mended += mended
        return outcome

    def _rows_with(self, fault: int, outcome: Outcome) -> NDArray[np.int64]:
        """Return the rows of an outcome that have a fault, as far as it can be told."""
        if fault == _OBSERVATION:
            low, high = self._box if outcome.lives is None else self._box_of_empty
            return np.flatnonzero(~((outcome.observations >= low) & (outcome.observations <= high)).all(1))
        if fault == _REWARD:
            return np.flatnonzero(~(np.abs(outcome.rewards) <= _LARGEST))
        return outcome.events.rows[~np.isfinite(outcome.events.values)]

    def _end_episodes(self, outcome: Outcome, rows: NDArray[np.int64]) -> Outcome:
        """Return an outcome in which these rows are cut off, with what they sensed last when it was well."""
        observations, rewards = outcome.observations.copy(), outcome.rewards.copy()
        truncated, events = outcome.truncated.copy(), outcome.events
        observations[rows], rewards[rows], truncated[rows] = self._good[rows], 0.0, ~outcome.terminated[rows]
        others = ~np.isin(events.rows, rows)
        events = Events(events.rows[others], events.causes[others], events.values[others])
        return replace(outcome, observations=observations, rewards=rewards, truncated=truncated, events=events)

    def _clip(self, outcome: Outcome) -> Outcome:
        """Return an outcome with what is sensed brought into its box, NaN as it was last; a wrong reward is none."""
        sensed, events = outcome.observations, outcome.events
        observations = np.clip(np.where(np.isnan(sensed), self._good, sensed), self._low, self._high)
        rewards = np.where(np.abs(outcome.rewards) <= _LARGEST, outcome.rewards, 0.0)
        values = np.where(np.isfinite(events.values), events.values, 0.0)
        return replace(
            outcome, observations=observations, rewards=rewards, events=Events(events.rows, events.causes, values)
        )

    def _error(self, fault: int, row: int, given: Outcome) -> FaultError:
        kind = _KINDS.get(fault, "events" if fault < _BORN else "lives")
        return FaultError(self._words_for(fault, row, given), row if row >= 0 else None, kind)

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

    def _observation_words(self, given: NDArray[Any]) -> str:
        """Return what is wrong with an observation, of the first number that is not finite, or else not in its box."""
        with np.errstate(over="ignore"):
            sensed = given.astype(np.float32)
        if len(strange := np.flatnonzero(~np.isfinite(sensed))):
            return f"the observation is not a finite number of 32 bits, it is {given[strange[0]]}"
        k = int(np.argmax(~((sensed >= self._box[0]) & (sensed <= self._box[1]))))
        inside = f"{self._low[k]:g} to {self._high[k]:g}"
        return f"number {k} of the observation is outside of its box, which goes from {inside}, it is {given[k]:g}"

    def _words_for(self, fault: int, row: int, given: Outcome) -> str:
        """Return a fault in words."""
        within, causes = f"0 to {self._rows - 1}", f"0 to {self._causes - 1}, the indices of the world's causes"
        if fault == _OBSERVATION:
            return self._observation_words(given.observations[row])
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


def _bounds(space: Box) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the bounds of each number; where there is none, the largest that 32 bits hold."""
    with np.errstate(over="ignore"):
        low, high = (np.clip(bound.ravel(), -_LARGEST, _LARGEST) for bound in (space.low, space.high))
        return low.astype(np.float32), high.astype(np.float32)


def _wider(bound: NDArray[np.float32], sign: float) -> NDArray[np.float32]:
    """Return a bound with room for what is lost when a number is rounded on its way."""
    wider = bound + sign * _ROUNDING * np.abs(bound, dtype=np.float64)
    return np.clip(wider, -_LARGEST, _LARGEST).astype(np.float32)


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
    if lives.partners is not None:
        formed["partners"] = _array("lives.partners", lives.partners, np.shape(lives.born), _WHOLE, _INT64)
    same = all(array is getattr(lives, name) for name, array in formed.items())
    return lives if same else Lives(**formed)


@kernel
def look_over(
    observations: NDArray[Any],
    low: NDArray[Any],
    high: NDArray[Any],
    rewards: NDArray[Any],
    event_rows: NDArray[Any],
    causes: NDArray[Any],
    values: NDArray[Any],
    known: int,
) -> tuple[int, int]:
    """Return the first fault of an outcome and its row, or -1 for none; (0, -1) where there is no fault.

    Args:
        observations: (rows, width).
        low: (width,) the least that each number may be; finite.
        high: (width,) the largest.
        rewards: (rows,).
        event_rows: (events,).
        causes: (events,).
        values: (events,).
        known: how many causes there are.
    """
    rows, width = observations.shape
    outside, worth = 0, 0.0
    for r in range(rows):
        for i in range(width):
            outside += not (low[i] <= observations[r, i] <= high[i])  # a NaN is, too
    for r in range(rows):
        worth += abs(rewards[r])
    if outside > 0:
        for r in range(rows):
            for i in range(width):
                if not low[i] <= observations[r, i] <= high[i]:
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
    partners: NDArray[np.int64],
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
    for kin in (parents, partners):
        for n in range(kin.size):
            if kin[n] < -1 or kin[n] >= alive.size:
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

"""Checked world: what a world returns is checked before anything else uses it."""

import signal
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import gymnasium
import numpy as np

from alife.config.resolve import OnFault
from alife.core.errors import AlifeError, WorldError, WorldWarning
from alife.core.fault import Fault, RowFaults
from alife.core.sentences import last_words, raised_at, shown
from alife.core.world import Outcome, World
from alife.sim._contract import FaultError, SpeciesCheck

RAISED = (Exception, SystemExit, KeyboardInterrupt)
"""What code of others may raise and is a fault of theirs: none of it ends a run without a word."""

_OURS = ("alife", "worlds")
"""The packages whose worlds are known to leave their arrays in the shape that they were made in."""


class CheckedWorld:
    """Calls a world and checks what it answers.

    What does not change while a run lasts is read and checked once, here; the rest at every tick.

    Args:
        world: to be called.
        counts: by species, how many live in each copy.
        on_fault: what becomes of rows that are given what no creature can take, see OnFault.

    Attributes:
        success: which of its causes makes an episode a success, -1 for none.

    Raises:
        WorldError: the world does not say what it must about itself.
    """

    def __init__(self, world: World, counts: Mapping[str, int], on_fault: OnFault = "stop") -> None:
        self.world = world
        self.mended: list[tuple[str, RowFaults]] = []  # with the species, since somebody has cleared it
        self.begun: dict[str, Outcome] | None = None  # first outcomes that no creature has been told of
        self._name = world.title
        names = self._read_causes()
        self.success = self._read_success(names)
        copies = self._read("copies")
        if not isinstance(copies, int | np.integer) or copies < 1:
            raise WorldError(f"{self._name}: its copies must be a whole number of 1 or more, it is {shown(copies)}")
        self._read_by_species("species", counts)
        rows = {name: self._rows(name, int(copies) * count) for name, count in counts.items()}
        observations = self._read_by_species("observation_spaces", counts)
        trusted = type(world).__module__.partition(".")[0] in _OURS
        self._species = {
            name: SpeciesCheck(rows[name], self._box(name, observations[name]), len(names), trusted, on_fault)
            for name in counts
        }
        for name, space in self._read_by_species("action_spaces", counts).items():
            if name in counts and not isinstance(space, gymnasium.Space):
                raise WorldError(
                    f"{self._name}: the action space of species {name} must be a gymnasium Space, it is {shown(space)}"
                )

    def _read(self, what: str) -> Any:
        try:
            return getattr(self.world, what)
        except AlifeError:
            raise
        except RAISED as error:
            _let_user_interrupt(error)
            raise WorldError(f"{self._name}: its {what} cannot be read: {error_line(error)}") from error

    def _read_by_species(self, what: str, counts: Mapping[str, int]) -> Mapping[str, Any]:
        found = self._read(what)
        if not isinstance(found, Mapping):
            raise WorldError(f"{self._name}: its {what} must be a mapping by species, it is {shown(found)}")
        if missing := [name for name in counts if name not in found]:
            raise WorldError(f"{self._name}: its {what} must name every species, {', '.join(missing)} is missing")
        return found

    def _read_causes(self) -> Sequence[str]:
        causes = self._read("causes")
        if isinstance(causes, str) or not isinstance(causes, Sequence) or not all(isinstance(c, str) for c in causes):
            raise WorldError(f"{self._name}: its causes must be a tuple of names, it is {shown(causes)}")
        return causes

    def _read_success(self, causes: Sequence[str]) -> int:
        """Return which of the causes makes an episode a success, -1 for none."""
        success, known = self._read("success"), ", ".join(causes)
        if not isinstance(success, str) or (success and success not in causes):
            raise WorldError(f"{self._name}: its success must be one of its causes, {known}, it is {shown(success)}")
        return causes.index(success) if success else -1

    def _rows(self, name: str, expected: int) -> int:
        if (rows := self.call_world(0, self.world.row_count, name)) != expected:
            raise WorldError(f"{self._name}: species {name} must have {expected} rows, it has {shown(rows)}")
        return expected

    def _box(self, name: str, space: Any) -> gymnasium.spaces.Box:
        shape = space.shape if isinstance(space, gymnasium.spaces.Box) else None
        if shape is None or len(shape) != 1 or shape[0] < 1:
            found = shown(space) if shape is None else f"one of shape {shape}"
            raise WorldError(
                f"{self._name}: the observation space of species {name} must be a Box with one axis of "
                f"at least one number, it is {found}"
            )
        box: gymnasium.spaces.Box = space
        return box

    def reset(self, seed: int) -> dict[str, Outcome]:
        """Reset the world and return its first outcomes, checked.

        Raises:
            WorldError: it raised, or broke its contract.
        """
        return self.check_outcomes(0, self.call_world(0, self.world.reset, seed))

    def step(self, tick: int, actions: Mapping[str, Any]) -> dict[str, Outcome]:
        """Advance the world to a tick and return the outcomes, checked; or those that it has begun with.

        Raises:
            WorldError: it raised, or broke its contract.
        """
        if self.begun is not None:
            outcomes, self.begun = self.begun, None
            return outcomes
        return self.check_outcomes(tick, self.call_world(tick, self.world.step, actions))

    def call_world(self, tick: int, method: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method of the world and return what it returns.

        Raises:
            WorldError: it raised; the message names the exception and the line.
        """
        try:
            return method(*arguments)
        except AlifeError:
            raise
        except RAISED as error:
            _let_user_interrupt(error)
            line = raised_at(error)
            said = " ".join(str(error).split())
            what = f"{self._name} raised {type(error).__name__} at tick {tick} ({line}): {said}"
            raise _world_error(what, Fault("raised", None, None, tick, what)) from error

    def close(self) -> None:
        """Close the world; where that fails, only say so."""
        try:
            self.world.close()
        except (Exception, SystemExit) as error:
            warnings.warn(f"{self._name} cannot be closed: {error_line(error)}", WorldWarning, stacklevel=2)

    def look_again(self) -> None:
        """Trust the form of no outcome until one was in form again: the next comes from elsewhere."""
        for species in self._species.values():
            species.look_again()

    def check_outcomes(self, tick: int, outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
        """Return the outcomes of every species, checked and in the types and the order that kernels take.

        Raises:
            WorldError: a species is missing, an array has the wrong shape or type, a number is not finite, or
                events do not say what the rewards say.
        """
        if type(outcomes) is not dict and not isinstance(outcomes, Mapping):
            must = "it must return a mapping from species to Outcome"
            raise WorldError(f"{self._name} returned {shown(outcomes)} at tick {tick}, {must}")
        checked: dict[str, Outcome] = {}
        for name, species in self._species.items():
            if name not in outcomes:
                raise WorldError(f"{self._name} returned no outcome for species {name} at tick {tick}")
            try:
                checked[name] = species.check_outcome(outcomes[name])
            except FaultError as wrong:
                row = "" if wrong.row is None else f", row {wrong.row}"
                what = f"{self._name}, species {name}, tick {tick}{row}: {wrong.what}"
                raise _world_error(what, Fault(wrong.kind, name, wrong.row, tick, what)) from None
            if species.mended:
                self.mended += ((name, each._replace(what=f"{self._name}: {each.what}")) for each in species.mended)
                species.mended.clear()
        return checked


@contextmanager
def closed_if_it_fails(world: World | CheckedWorld) -> Iterator[None]:
    """Close a world if what is done with it fails."""
    try:
        yield
    except BaseException:
        world.close()
        raise


def _world_error(what: str, fault: Fault) -> WorldError:
    error = WorldError(what)
    error.fault = fault
    return error


def _let_user_interrupt(error: BaseException) -> None:
    """Raise an interrupt again that may be the user's, where nothing else listens for one."""
    if isinstance(error, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        raise error


def error_line(error: BaseException) -> str:
    """Return the last line of an error and where it was raised, on one line."""
    return " ".join(last_words(error).split())

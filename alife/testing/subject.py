"""Subject: a world or an environment of gymnasium's under check, made as often as needed."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.adapters.single import SingleCreature
from alife.body import Body
from alife.config.resolve import WORLD, load_object, resolve
from alife.core.world import Outcome, World

Env = gymnasium.Env[Any, Any]
Outcomes = Mapping[str, Outcome]
Actions = dict[str, NDArray[Any]]

CREATURE = "creature"
"""The only species of a world under check."""

_LONG = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class Subject:
    """A world under check.

    Args:
        name: as it is written.
        kind: the class of the world.
        foreign: whether it is an environment of gymnasium's that is made a world.
        settings: what its constructor takes besides species and copies.
        make_environment: makes one environment of gymnasium's, for a render mode.
    """

    name: str
    kind: type[World]
    foreign: bool
    settings: Mapping[str, Any]
    make_environment: Callable[[str | None], Env]

    def make_world(self, copies: int = 1) -> World:
        """Return a new world of so many copies."""
        many = {"copies": copies} if self.has_copies else {}
        return self.kind(species={CREATURE: (Body(), 1)}, **many, **self.settings)  # type: ignore[call-arg]

    @property
    def has_copies(self) -> bool:
        """Whether it can have several copies."""
        return "copies" in inspect.signature(self.kind).parameters


def subject_of(target: str | type, settings: Mapping[str, Any]) -> Subject:
    """Return what a name or a class stands for.

    Args:
        target: a class, its "package.module:Class", the short name of a world, or the id of an environment.
        settings: what its constructor takes besides.

    Raises:
        ConfigError: there is no such thing.
        WorldError: there is, but it is no world, or cannot be imported.
    """
    if isinstance(target, str) and _is_id(target):
        named = {"id": target, **_gymnasium_options(settings)}
        return Subject(
            target, resolve(WORLD, "gymnasium"), True, named, lambda mode: _make_registered(target, mode, settings)
        )
    if isinstance(target, str):
        return _of_class(target, load_object(target) if ":" in target else resolve(WORLD, target), settings)
    return _of_class(f"{target.__module__}:{target.__qualname__}", target, settings)


def _of_class(name: str, found: Any, settings: Mapping[str, Any]) -> Subject:
    if isinstance(found, type) and issubclass(found, gymnasium.Env):
        assert WORLD.foreign is not None
        kind = load_object(WORLD.foreign[1])(found)
        return Subject(
            name, kind, True, _gymnasium_options(settings), lambda mode: _make_rendering(found, mode, settings)
        )
    if not (isinstance(found, type) and issubclass(found, World)) or inspect.isabstract(found):
        found = resolve(WORLD, name)  # which says why it is none
    made: type[World] = found
    return Subject(name, made, False, settings, lambda mode: SingleCreature(made, render_mode=mode, **settings))


def _gymnasium_options(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the settings of an environment stand among those of the world that is made of it."""
    return {"options": dict(settings)} if settings else {}


def _is_id(target: str) -> bool:
    """Return whether a name can only be that of a registered environment, as CartPole-v1 and worlds:alife/Forage-v0."""
    return not _LONG.fullmatch(target) and not re.fullmatch(r"[a-z_][a-z0-9_]*", target) and "-" in target


def _make_registered(name: str, mode: str | None, settings: Mapping[str, Any]) -> Env:
    return gymnasium.make(name, render_mode=mode, **settings).unwrapped


def _make_rendering(kind: type[Env], mode: str | None, settings: Mapping[str, Any]) -> Env:
    return kind(**({} if mode is None else {"render_mode": mode}), **settings)


def random_actions(world: World, ticks: int) -> Iterator[Actions]:
    """Yield actions drawn at random; those of a copy are the same whatever the number of copies."""
    spaces = [_seeded(world.action_spaces[CREATURE], row) for row in range(world.copies)]
    for _ in range(ticks):
        yield {CREATURE: np.stack([np.asarray(space.sample()) for space in spaces])}


def _seeded(space: gymnasium.Space[Any], seed: int) -> gymnasium.Space[Any]:
    own = deepcopy(space)
    own.seed(seed)
    return own


def first_difference(first: Outcomes, second: Outcomes) -> str:
    """Return in which part two ticks differ, to the bit; "" where they are the same."""
    one, other = first[CREATURE], second[CREATURE]
    parts = {name: (getattr(one, name), getattr(other, name)) for name in _PARTS}
    parts |= {f"{name} of events": (getattr(one.events, name), getattr(other.events, name)) for name in _COLUMNS}
    return next((name for name, (ours, theirs) in parts.items() if not _same(ours, theirs)), "")


_PARTS, _COLUMNS = ("observations", "rewards", "terminated", "truncated"), ("rows", "causes", "values")


def _same(ours: NDArray[Any], theirs: NDArray[Any]) -> bool:
    """Return whether two arrays are equal; NaN equals itself."""
    return np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == theirs.dtype.kind == "f")


def outcomes_of_copy(outcomes: Outcomes, copy: int) -> Outcomes:
    """Return the outcomes of one copy, as if it were the only one."""
    outcome = outcomes[CREATURE]
    own, rows = outcome.events.rows == copy, slice(copy, copy + 1)
    events = type(outcome.events)(*(column[own] for column in outcome.events))
    parts = {name: getattr(outcome, name)[rows] for name in _PARTS}
    return {CREATURE: Outcome(**parts, events=events._replace(rows=events.rows - copy))}

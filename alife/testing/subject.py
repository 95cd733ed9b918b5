"""Subject: a world or an environment of gymnasium's under check, made as often as needed."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

import gymnasium
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from alife.adapters.single import SingleCreature, make_body
from alife.body import Body
from alife.config.resolve import WORLD, load_object, resolve
from alife.config.schema import PlugIn, schema_of, validation_faults
from alife.core.errors import ConfigError
from alife.core.world import Outcome, World

Env = gymnasium.Env[Any, Any]
Outcomes = Mapping[str, Outcome]
Actions = dict[str, NDArray[Any]]

CREATURE = "creature"
"""The species of a world under check, where none is named."""

_LONG = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class Subject:
    """A world under check.

    Args:
        name: as it is written.
        kind: the class of the world.
        foreign: whether it is an environment of gymnasium's that is made a world.
        section: what a file would say of it; None where its constructor cannot be written in one.
        bodies: by species, of the one creature in it.
        new_environment: makes one environment of gymnasium's, for a render mode; None where there is none, for
            several species live in it.
    """

    name: str
    kind: type[World]
    foreign: bool
    section: PlugIn | None
    bodies: Mapping[str, Body]
    new_environment: Callable[[str | None], Env] | None
    _open: list[World] = field(default_factory=list)

    def make_world(self, copies: int = 1) -> World:
        """Return a new world of so many copies."""
        section = self.section or schema_of(self.kind, WORLD).model_construct()  # which says why there is none
        if self.has_copies:
            section = section.model_copy(update={"copies": copies})
        world: World = section.build(species={name: (body, 1) for name, body in self.bodies.items()})
        self._open.append(world)
        return world

    def make_environment(self, mode: str | None) -> Env:
        """Return a new environment for a render mode; whoever asks closes it."""
        assert self.new_environment is not None
        return self.new_environment(mode)

    def close(self) -> None:
        """Close all worlds that were made."""
        while self._open:
            self._open.pop().close()

    @property
    def has_copies(self) -> bool:
        """Whether it can have several copies."""
        return "copies" in inspect.signature(self.kind).parameters


def subject_of(
    target: str | type, settings: Mapping[str, Any], bodies: Mapping[str, Mapping[str, Any] | None] | None = None
) -> Subject:
    """Return what a name or a class stands for.

    Args:
        target: a class, its "package.module:Class", the short name of a world, or the id of an environment.
        settings: what its constructor takes besides.
        bodies: by species, the section `body` of a configuration; one creature of the usual body when omitted.

    Raises:
        ConfigError: there is no such thing, or its constructor does not take the settings.
        WorldError: there is, but it is no world, or cannot be imported.
    """
    made = {name: make_body(body) for name, body in (bodies or {CREATURE: None}).items()}
    if isinstance(target, str) and _is_id(target):
        id, kind = target, resolve(WORLD, "gymnasium")
        section = _section(kind, {"kind": "gymnasium", "id": target, **_gymnasium_options(settings)})
        return Subject(target, kind, True, section, made, lambda mode: _make_registered(id, mode, settings))
    if isinstance(target, str):
        found: Any = load_object(target) if ":" in target else resolve(WORLD, target)
    else:
        found, target = target, f"{target.__module__}:{target.__qualname__}"
    if isinstance(found, type) and issubclass(found, gymnasium.Env):
        env = found
        assert WORLD.foreign is not None
        kind = load_object(WORLD.foreign[1])(env)
        section = _section(kind, {"kind": target, **_gymnasium_options(settings)})
        return Subject(target, kind, True, section, made, lambda mode: _make_rendering(env, mode, settings))
    if not (isinstance(found, type) and issubclass(found, World)) or inspect.isabstract(found):
        found = resolve(WORLD, target)  # which says why it is none
    return _of_world(target, found, settings, bodies, made)


def _of_world(
    name: str,
    kind: type[World],
    settings: Mapping[str, Any],
    bodies: Mapping[str, Mapping[str, Any] | None] | None,
    made: Mapping[str, Body],
) -> Subject:
    section = _section(kind, {"kind": name, **settings})

    def single(mode: str | None) -> Env:
        return SingleCreature(kind, mode, (bodies or {}).get(CREATURE), **settings)

    return Subject(name, kind, False, section, made, single if list(made) == [CREATURE] else None)


def _section(kind: type[World], raw: Mapping[str, Any]) -> PlugIn | None:
    """Return the section of a world, None where its constructor allows of none."""
    try:
        model = schema_of(kind, WORLD)
    except ConfigError:
        return None
    try:
        section: Any = model.model_validate(dict(raw))
    except ValidationError as error:
        raise ConfigError([fault for _, fault in validation_faults(error)]) from None
    return cast(PlugIn, section)


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
    spaces = {name: [_seeded(space, row) for row in range(world.copies)] for name, space in world.action_spaces.items()}
    for _ in range(ticks):
        yield {name: np.stack([np.asarray(space.sample()) for space in rows]) for name, rows in spaces.items()}


def step_world(world: World, actions: Actions) -> Outcomes:
    """Advance a world by one tick, with actions that it may do with what it likes."""
    return world.step({name: given.copy() for name, given in actions.items()})


def _seeded(space: gymnasium.Space[Any], seed: int) -> gymnasium.Space[Any]:
    own = deepcopy(space)
    own.seed(seed)
    return own


def first_difference(first: Outcomes, second: Outcomes) -> str:
    """Return in which part two ticks differ, to the bit; "" where they are the same."""
    for species, one in first.items():
        other = second[species]
        parts = {name: (getattr(one, name), getattr(other, name)) for name in _PARTS}
        parts |= {f"{name} of events": (getattr(one.events, name), getattr(other.events, name)) for name in _COLUMNS}
        if found := next((name for name, (ours, theirs) in parts.items() if not _same(ours, theirs)), ""):
            return found if len(first) == 1 else f"{found} of {species}"
    return ""


_PARTS, _COLUMNS = ("observations", "rewards", "terminated", "truncated"), ("rows", "causes", "values")


def _same(ours: NDArray[Any], theirs: NDArray[Any]) -> bool:
    """Return whether two arrays are equal; NaN equals itself."""
    return np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == theirs.dtype.kind == "f")


def outcomes_of_copy(outcomes: Outcomes, copy: int) -> Outcomes:
    """Return the outcomes of one copy, as if it were the only one."""
    return {name: _outcome_of_copy(outcome, copy) for name, outcome in outcomes.items()}


def _outcome_of_copy(outcome: Outcome, copy: int) -> Outcome:
    own, rows = outcome.events.rows == copy, slice(copy, copy + 1)
    events = type(outcome.events)(*(column[own] for column in outcome.events))
    parts = {name: getattr(outcome, name)[rows] for name in _PARTS}
    return Outcome(**parts, events=events._replace(rows=events.rows - copy))

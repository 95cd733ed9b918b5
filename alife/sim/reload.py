"""Reload: the world begins anew from the code that its file holds now, and whoever lives in it keeps its brain."""

import importlib.util
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from alife.config.schema import plain_data
from alife.config.simulation_config import SimulationConfig, effective, parse_config
from alife.core.errors import AlifeError, ConfigError, InterventionError
from alife.core.world import Outcome, World
from alife.sim.build import build_world, world_seed
from alife.sim.outcome_check import OutcomeCheck, words

_GOES_ON = "the run goes on with the world as it was"


class Renewed(NamedTuple):
    """A world that has just begun."""

    config: SimulationConfig
    world: World
    outcome_check: OutcomeCheck
    outcomes: dict[str, Outcome]  # of its reset


class Watch:
    """Looks whether a file has been saved.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = self._seen = self._saved()

    def changed(self) -> bool:
        """Return whether it has been saved since the last time that this was true, and not again since the last look.

        So who looks four times a second sees no file that is still being written.
        """
        before, self._seen = self._seen, self._saved()
        if self._seen is None or self._seen == self._known or self._seen != before:
            return False
        self._known = self._seen
        return True

    def _saved(self) -> tuple[int, int] | None:
        """Return when the file was saved and how long it is; None while it is not there."""
        with suppress(OSError):
            about = self.path.stat()
            return about.st_mtime_ns, about.st_size
        return None


def watch_world(config: SimulationConfig, world: World) -> Watch:
    """Return what looks at the file in which the class of a world stands.

    Raises:
        ConfigError: there is no such file, or it is not the file of what happens.
    """
    if config.world.kind == "gymnasium":
        raise ConfigError(
            "--reload: an environment that is named by its id has its code elsewhere; name its class, "
            'world: {kind: "package.module:Class"}'
        )
    file = getattr(sys.modules.get(type(world).__module__), "__file__", None)
    if file is None:
        raise ConfigError(f"--reload: the world {config.world.kind} comes from no file that could be saved")
    return Watch(Path(file))


def renewed(config: SimulationConfig, before: World) -> Renewed:
    """Return the world of a configuration, begun anew from the code that its file holds now.

    What the configuration leaves out is what the new code says. Where anything is wrong, the old code stays.

    Raises:
        InterventionError: the file cannot be imported, its class does not fit the configuration or breaks the
        contract of
            worlds, or its copies or spaces are not those that the brains have grown for.
    """
    old = sys.modules[type(before).__module__]
    try:
        _read_anew(old)
        return _begun(config, before, Path(str(old.__file__)).name)
    except BaseException as error:
        _put(old)
        if isinstance(error, InterventionError) or not isinstance(error, Exception | SystemExit):
            raise
        said = "; ".join(str(error).splitlines()) if isinstance(error, AlifeError) else words(error)
        raise InterventionError(f"{Path(str(old.__file__)).name} cannot be reloaded, {said}; {_GOES_ON}") from error


class _Fresh(SourceFileLoader):
    """Loads a module from its source alone: what was compiled in the same second might be older."""

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return code


def _read_anew(old: ModuleType) -> None:
    """Put the module that its file makes now in the place of a module; the old one is left as it is."""
    path = str(old.__file__)
    inside = getattr(old, "__path__", None)
    spec = importlib.util.spec_from_file_location(
        old.__name__, path, loader=_Fresh(old.__name__, path), submodule_search_locations=inside
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    _put(module)
    spec.loader.exec_module(module)


def _put(module: ModuleType) -> None:
    """Let a module be what is imported under its name."""
    sys.modules[module.__name__] = module
    package, _, name = module.__name__.rpartition(".")
    if package in sys.modules:
        setattr(sys.modules[package], name, module)


def _begun(config: SimulationConfig, before: World, file: str) -> Renewed:
    section = config.world
    written = {
        name: plain_data(getattr(section, name))
        for name in type(section).model_fields
        if name in section.model_fields_set
    }
    now = parse_config({**effective(config), "world": written}, config.name)
    world = build_world(now)
    counts = {name: species.count for name, species in config.creatures.items()}
    _check_copies(world, before, file)
    outcome_check = OutcomeCheck(world, counts)
    for what in ("observation_spaces", "action_spaces"):
        _check_spaces(what.removesuffix("_spaces"), getattr(before, what), getattr(world, what), counts, file)
    outcomes = outcome_check.call(0, world.reset, world_seed(now))
    outcome_check.check(0, outcomes)
    return Renewed(now, world, outcome_check, outcomes)


def _check_copies(world: World, before: World, file: str) -> None:
    if world.copies != before.copies:
        raise InterventionError(
            f"{file} has {world.copies} copies now, and there are brains for {before.copies}; end the run and begin "
            f"another, {_GOES_ON}"
        )


def _check_spaces(what: str, ours: Mapping[str, Any], theirs: Mapping[str, Any], species: Any, file: str) -> None:
    for name in species:
        if ours[name] != theirs[name]:
            raise InterventionError(
                f"{file} has another {what} space for {name} now, {_shown(theirs[name])}, and brains have grown for "
                f"{_shown(ours[name])}; end the run and begin another, {_GOES_ON}"
            )


def _shown(space: Any) -> str:
    """Return a space on one line; that of many unlike numbers would be many."""
    text = " ".join(str(space).split())
    return text if len(text) <= 120 else f"{text[:117]}..."


def cut_off(outcome: Outcome) -> Outcome:
    """Return what a tick has brought to those whose world is then no more: there would have come something after."""
    there = True if outcome.lives is None else outcome.lives.alive
    return replace(outcome, truncated=np.asarray(outcome.truncated | (~outcome.terminated & there)))

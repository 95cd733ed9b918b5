"""Reload: the world begins anew from the code that its file holds now, and creatures keep their brains."""

import importlib.util
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from alife.config.schema import plain_data
from alife.config.simulation_config import SimulationConfig, effective, parse_config
from alife.core.errors import AlifeError, ConfigError, InterventionError
from alife.core.frame import FrameEvent
from alife.core.world import Outcome, World
from alife.sim.build import build_world, check_world
from alife.sim.checked_world import CheckedWorld, closed_if_it_fails, error_line
from alife.sim.simulation import Simulation

_GOES_ON = "the run goes on with the world as it was"


class FileWatch:
    """Looks whether a file has been saved.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = self._seen = self._file_stamp()

    def has_changed(self) -> bool:
        """Return whether it has been saved since the last time that this was true, and not again since the last look.

        So a file that is looked at four times a second and is still being written has not changed.
        """
        before, self._seen = self._seen, self._file_stamp()
        if self._seen is None or self._seen == self._known or self._seen != before:
            return False
        self._known = self._seen
        return True

    def _file_stamp(self) -> tuple[int, int] | None:
        """Return when the file was saved and how long it is; None while it does not exist."""
        with suppress(OSError):
            about = self.path.stat()
            return about.st_mtime_ns, about.st_size
        return None


def watch_world(config: SimulationConfig, world: World) -> FileWatch:
    """Return a watch on the file that holds the class of a world.

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
    return FileWatch(Path(file))


def reload_world(simulation: Simulation) -> FrameEvent:
    """Begin the world of a run anew from the code that its file holds now, and return what the log says of it.

    What the configuration leaves out is what the new code says. Where anything is wrong, the old code stays.

    Raises:
        InterventionError: the file cannot be imported, its class does not fit the configuration or breaks the
            contract of worlds, or its copies or spaces are not those that the brains were made for.
    """
    old = sys.modules[type(simulation.world).__module__]
    try:
        _reimport(old)
        begun = _begin_world(simulation.config, simulation.world, Path(str(old.__file__)).name)
    except BaseException as error:
        _install_module(old)
        if isinstance(error, InterventionError) or not isinstance(error, Exception | SystemExit):
            raise
        said = "; ".join(str(error).splitlines()) if isinstance(error, AlifeError) else error_line(error)
        raise InterventionError(f"{Path(str(old.__file__)).name} cannot be reloaded, {said}; {_GOES_ON}") from error
    return simulation.change_world(*begun)


class _SourceLoader(SourceFileLoader):
    """Loads a module from its source alone: what was compiled in the same second might be older."""

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return code


def _reimport(old: ModuleType) -> None:
    """Replace an imported module by the one that its file makes now; the old module object stays as it is."""
    path = str(old.__file__)
    inside = getattr(old, "__path__", None)
    spec = importlib.util.spec_from_file_location(
        old.__name__, path, loader=_SourceLoader(old.__name__, path), submodule_search_locations=inside
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    _install_module(module)
    spec.loader.exec_module(module)


def _install_module(module: ModuleType) -> None:
    """Install a module under its name."""
    sys.modules[module.__name__] = module
    package, _, name = module.__name__.rpartition(".")
    if package in sys.modules:
        setattr(sys.modules[package], name, module)


def _begin_world(
    config: SimulationConfig, before: World, file: str
) -> tuple[SimulationConfig, CheckedWorld, dict[str, Outcome]]:
    """Return the configuration as the new code completes it, the world, to be called, and what it has begun with."""
    section = config.world
    written = {
        name: plain_data(getattr(section, name))
        for name in type(section).model_fields
        if name in section.model_fields_set
    }
    now = parse_config({**effective(config), "world": written}, config.name)
    world = build_world(now)
    with closed_if_it_fails(world):
        return now, *_fitting_world(now, world, before, file)


def _fitting_world(
    now: SimulationConfig, world: World, before: World, file: str
) -> tuple[CheckedWorld, dict[str, Outcome]]:
    """Return a new world, to be called, and what it has begun with; it fits the brains of the one before."""
    counts = {name: species.rows for name, species in now.creatures.items()}
    _check_copies(world, before, file)
    checked = check_world(now, world)
    for what in ("observation_spaces", "action_spaces"):
        _check_spaces(what.removesuffix("_spaces"), getattr(before, what), getattr(world, what), counts, file)
    return checked, checked.reset(now.world_seed)


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

"""From names to classes: a short name is a module of its family's package, `module:Class` is any other.

A short name that no module of the house has may be announced by an installed package (alife.config.entry_points).
What the house has goes first, so that installing a package changes no configuration that ran without it.
"""

import importlib
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from alife.config._renamed import RENAMED_KINDS
from alife.config.entry_points import PlugInEntryPoint, entry_points_of
from alife.core.errors import ConfigError, WorldError
from alife.core.process import kept_process
from alife.core.sentences import last_words, long_name, missing_module, nearest

_SHORT = re.compile(r"[a-z_][a-z0-9_]*")
LONG_NAME = r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)"
"""How package.module:Class is written, as a regular expression of ASCII letters."""
_LONG = re.compile(LONG_NAME, re.ASCII)


HOUSE = ("alife", "agents", "worlds")
"""The packages whose code is the house's own."""

_refused: ContextVar[list[str] | None] = ContextVar("refused", default=None)


@contextmanager
def only_the_house() -> Iterator[list[str]]:
    """Refuse every name of code that is not of the house, and import none of it; the list says which there were."""
    refused: list[str] = []
    token = _refused.set(refused)
    try:
        yield refused
    finally:
        _refused.reset(token)


@dataclass(frozen=True)
class Family:
    """Things that stand in for each other under one key of a configuration.

    Args:
        name: what one of them is called.
        package: where those of the house live, one module each.
        base_name: the class they all derive from, as "module:Class"; imported when it is needed.
        given: the constructor parameters which the house gives and no file writes.
        kept: keys of a section that the house keeps for itself and no constructor is given: name, type, default, and
            what it is.
        foreign: what else may be named, as "module:Class" it derives from, and the function that makes a class of
            the family of it, as "module:function".
    """

    name: str
    package: str
    base_name: str
    given: tuple[str, ...] = ()
    foreign: tuple[str, str] | None = None
    kept: tuple[tuple[str, Any, Any, str], ...] = ()

    @property
    def group(self) -> str:
        """The group of entry points in which packages announce what they have of it."""
        return f"tracelife.{self.name}s"

    @property
    def base(self) -> type:
        """The class they all derive from."""
        base = load_object(self.base_name)
        assert isinstance(base, type)
        return base


OnFault = Literal["stop", "end_episode", "clip"]
"""What becomes of a run whose world gives what no creature can take: the run ends, the episodes of those rows do, or
numbers are clipped."""

WORLD = Family(
    "world",
    "worlds",
    "alife.core.world:World",
    ("species",),
    ("gymnasium:Env", "worlds.gymnasium:world_of"),
    kept=(("on_fault", OnFault, "stop", "what becomes of a run whose world gives what no creature can take."),),
)
ENCODER = Family(
    "encoder",
    "agents.encoders",
    "agents.encoders.encoder:Encoder",
    ("space",),
    ("torch.nn:Module", "agents.torch_encoder:encoder_of"),
)
LAYER = Family(
    "layer",
    "agents.neurons",
    "alife.core.brain:Neuron",
    foreign=("alife.nn.layers.layer:Layer", "agents.torch_layer:neuron_of"),
)
READOUT = Family("readout", "agents.readouts", "alife.core.brain:Readout", ("size",))
RULE = Family("rule", "agents.rules", "alife.core.brain:Rule")
TRIGGER = Family("trigger", "agents.triggers", "alife.core.brain:Trigger")
OPTIMIZER = Family("optimizer", "agents.optimizers", "alife.core.brain:Optimizer")
SENSE = Family("sense", "alife.body.senses", "alife.body.sense:Sense")
MOTOR = Family("motor", "alife.body.motors", "alife.body.motor:Motor")
HAZARD = Family("hazard", "alife.body.hazards", "alife.body.hazard:Hazard")
POPULATION = "agents.population:Population"
"""All brains of a species; the only thing that alife takes from agents, and by name."""

FAMILIES = (WORLD, ENCODER, LAYER, READOUT, RULE, TRIGGER, OPTIMIZER, SENSE, MOTOR, HAZARD)


def resolve(family: Family, kind: str) -> type:
    """Return the class that `kind` names.

    Raises:
        ConfigError: there is no such thing.
        WorldError: there is, but it cannot be imported or does not keep the family's contract.
    """
    return _by_long_name(family, kind) if ":" in kind else _by_short_name(family, kind)


def kind_of(family: Family, cls: type) -> str:
    """Return the name by which `resolve` finds a class: short if it lives in the family's package."""
    package, _, short = cls.__module__.rpartition(".")
    if package == family.package and _members(family, importlib.import_module(cls.__module__)) == [cls]:
        return short
    return long_name(cls)


def short_names(family: Family) -> list[str]:
    """Return every short name of a family: the modules of its package that hold exactly one of its kind.

    They are imported to find out, so this is for listings and error messages. A module that cannot be
    imported is left out.
    """
    package = importlib.import_module(family.package)
    modules = (module.name for module in pkgutil.iter_modules(package.__path__) if not module.ispkg)
    return sorted(name for name in modules if _SHORT.fullmatch(name) and _resolves(family, name))


def kinds_of(family: Family) -> list[str]:
    """Return every short name that a configuration may hold, those that installed packages announce among them."""
    return sorted({*short_names(family), *(one.name for other, one in list_entry_points() if other is family)})


def list_entry_points() -> list[tuple[Family, PlugInEntryPoint]]:
    """Return the entry points of installed packages that a short name finds; none of it is imported."""
    return [
        (family, one)
        for family in FAMILIES
        for one in entry_points_of(family.group)
        if _SHORT.fullmatch(one.name) and not _is_of_the_house(family, one.name)
    ]


def _is_of_the_house(family: Family, name: str) -> bool:
    package = importlib.util.find_spec(family.package)
    folders = (package.submodule_search_locations or ()) if package is not None else ()
    return any((Path(folder) / f"{name}.py").exists() for folder in folders)


def load_object(name: str) -> Any:
    """Return what "module:Name" names.

    Raises:
        ConfigError: the module or the name in it does not exist.
        WorldError: the module cannot be imported.
    """
    match = _LONG.fullmatch(name)
    if match is None:
        raise ConfigError(f"{name[:80]!r} is no name of a class; write package.module:Class")
    module = _import(match[1])
    if not hasattr(module, match[2]):
        like = nearest(match[2], [word for word in vars(module) if not word.startswith("_")])
        raise ConfigError(f"the module {match[1]!r} has no {match[2]!r}{like}")
    return getattr(module, match[2])


def _by_long_name(family: Family, kind: str) -> type:
    _refuse_others(kind)
    found = load_object(kind)
    base = family.base
    if isinstance(found, type) and not issubclass(found, base) and family.foreign is not None:
        found = _made_our_own(found, *family.foreign)
    if not (isinstance(found, type) and issubclass(found, base)):
        bases = " or ".join([family.base_name, *(family.foreign[:1] if family.foreign else ())])
        raise WorldError(f"{kind} is no {family.name}: it does not derive from {bases}")
    if found is base:
        raise WorldError(f"{kind} is no {family.name}: it is what every {family.name} derives from")
    if inspect.isabstract(found):
        missing = ", ".join(sorted(getattr(found, "__abstractmethods__", ())))
        raise WorldError(f"{kind} is not finished: it does not define {missing}")
    return found


def _refuse_others(kind: str) -> None:
    """Raise where only the house may be named, and this is somebody else's."""
    refused = _refused.get()
    if refused is not None and _LONG.fullmatch(kind) and kind.partition(":")[0].partition(".")[0] not in HOUSE:
        refused.append(kind[:80])
        raise ConfigError(f"{kind[:80]} is not of the house")


def _made_our_own(found: type, foreign_base: str, adapter: str) -> type:
    """Return a class of the family made of one that derives from its foreign base; any other class as it is."""
    made: type = load_object(adapter)(found) if issubclass(found, load_object(foreign_base)) else found
    return made


def _by_short_name(family: Family, kind: str) -> type:
    if not _SHORT.fullmatch(kind):
        raise ConfigError(
            f"{kind[:80]!r} is no name of a {family.name}; write a word in small letters or package.module:Class"
        )
    if importlib.util.find_spec(f"{family.package}.{kind}") is None:
        return _by_entry_point(family, kind)
    found = _members(family, _import(f"{family.package}.{kind}"))
    if len(found) > 1:
        options = ", ".join(map(long_name, found))
        raise ConfigError(f"{kind!r} could be any of {options}; write one of these")
    return found[0] if found else _by_entry_point(family, kind)


def _by_entry_point(family: Family, kind: str) -> type:
    """Return the class that an installed package announces under a short name."""
    offers = [one for one in entry_points_of(family.group) if one.name == kind]
    if not offers:
        raise _unknown_kind_error(family, kind)
    if len(offers) > 1:
        options = ", ".join(f"{one.value} ({one.package})" for one in offers)
        raise ConfigError(
            f"{kind!r} is announced by several packages, it could be {options}; write one of these classes"
        )
    (one,) = offers
    try:
        return _by_long_name(family, one.value)
    except (ConfigError, WorldError) as error:
        raise WorldError(f"the {family.name} {kind!r} of the package {one.package} is of no use: {error}") from error


def _unknown_kind_error(family: Family, kind: str) -> ConfigError:
    if (now := RENAMED_KINDS.get(kind)) and _is_of_the_house(family, now):
        return ConfigError(f"the {family.name} {kind!r} is called {now!r} now")
    known = kinds_of(family)
    listing = f"({family.name}s here: {', '.join(known)})"
    return ConfigError(f"there is no {family.name} {kind[:80]!r}{nearest(kind, known)} {listing}")


def _members(family: Family, module: ModuleType) -> list[type]:
    """Return the public, finished classes of a family that a module itself defines."""
    base = family.base
    return [
        value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, base)
        and value is not base
        and value.__module__ == module.__name__
        and not name.startswith("_")
        and not inspect.isabstract(value)
    ]


@cache
def _resolves(family: Family, name: str) -> bool:
    try:
        return len(_members(family, _import(f"{family.package}.{name}"))) == 1
    except (ConfigError, WorldError):
        return False


def _import(name: str) -> ModuleType:
    try:
        with kept_process(name):
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise ConfigError(f"there is no module {name!r}; is its package installed?") from None
        raise WorldError(f"{name} cannot be imported, it {missing_module(error)}: {last_words(error)}") from error
    except (Exception, SystemExit) as error:
        raise WorldError(f"{name} cannot be imported: {last_words(error)}") from error

"""Completion: what was written becomes a whole configuration as plain data, before it is checked.

In this order: changes from the command line, what a species takes from another (`like`), changes inside of that, what a
list of rows to record stands for, and what the world says of learning. Defaults are the schema's.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from alife.config import yaml_file
from alife.config.resolve import WORLD, resolve
from alife.config.schema import KeyPath, dotted, quoted
from alife.core.errors import AlifeError, ConfigError
from alife.core.sentences import nearest


class Completed(NamedTuple):
    """A configuration as plain data."""

    raw: dict[str, Any]
    inherited: set[KeyPath]  # the sections that a species has taken from another
    faults: list[str]


def complete(given: Mapping[str, Any], name: str, overrides: Sequence[str], creatures: Mapping[str, Any]) -> Completed:
    """Complete what was written; what is wrong in it stays as it is, to be found later.

    Args:
        given: what was written.
        name: of the configuration where it gives none.
        overrides: `a.b=value` texts.
        creatures: the species where it names none.
    """
    raw = {"name": name, **copy.deepcopy(dict(given))}
    found: list[str] = []
    later = [
        change
        for change in _parse_overrides(overrides, found)
        if not (_is_of_no_species(raw, change, creatures, found) or _apply_override_early(raw, change, found))
    ]
    inherited = _expand_likes(raw, found)
    for change in later:
        _apply_override(raw, change, found)
        inherited.discard(change.path[:3])
    _expand_spikes(raw, creatures)
    _fill_in_learning(raw, creatures)
    return Completed(raw, inherited, found)


class _Override(NamedTuple):
    text: str
    path: tuple[str, ...]
    value: Any


def _parse_overrides(overrides: Sequence[str], found: list[str]) -> list[_Override]:
    changes = []
    for text in overrides:
        path, equals, value = text.partition("=")
        keys = tuple(path.strip().split("."))
        if not equals or not all(keys):
            found.append(f"--set {_quoted(text)}: must be path=value, as in world.size=20")
            continue
        if (right := re.sub(r"\[(\d+)\]", r".\1", path)) != path:
            found.append(f"--set {_quoted(text)}: what stands in a list is named by its number, as in {_quoted(right)}")
            continue
        try:
            changes.append(_Override(text, keys, yaml_file.parse_yaml(value, f"--set {_quoted(path)}")))
        except ConfigError as error:
            found += error.faults
    return changes


def _is_of_no_species(raw: Mapping[str, Any], change: _Override, default: Mapping[str, Any], found: list[str]) -> bool:
    """Tell whether a change lies inside of a species that is not there, and whose name is nearly that of one that is.

    It would make another species. One of whatever name is made as a whole, by `creatures.name={...}`.
    """
    top, *rest = change.path
    creatures = raw.get("creatures", default)
    if top != "creatures" or len(rest) < 2 or not isinstance(creatures, Mapping):
        return False
    known = [str(name) for name in creatures]  # YAML reads 1 as a number
    if rest[0] in known or not nearest(rest[0], known):
        return False
    another = f"another is made as a whole, as in {_quoted(f'creatures.{rest[0]}={{count: 2}}')}"
    found.append(f"--set {_quoted(change.text)}: {no_species(rest[0], known)}; {another}")
    return True


def _apply_override_early(raw: dict[str, Any], change: _Override, found: list[str]) -> bool:
    """Apply a change unless it lies inside a section that a species has yet to take from another."""
    top, *rest = change.path
    creatures = raw.get("creatures")
    if top == "creatures" and isinstance(creatures, dict) and len(rest) > 2:
        species = creatures.get(rest[0])
        if isinstance(species, dict) and "like" in species and rest[1] not in species:
            return False
    _apply_override(raw, change, found)
    return True


def _apply_override(raw: dict[str, Any], change: _Override, found: list[str]) -> None:
    at: Any = raw
    *parents, last = change.path
    try:
        for key, following in zip(parents, change.path[1:], strict=True):
            at = _child_for(at, key, following)
        at[_key_or_index(at, last)] = change.value
    except ConfigError as error:
        found.append(f"--set {_quoted(change.text)}: {error}")


def _quoted(text: str) -> str:
    return text if text.isprintable() and len(text) <= 80 else quoted(text)


def _child_for(at: Any, key: str, following: str) -> Any:
    """Return the value under a key, made if it is missing, as something that can be changed."""
    index = _key_or_index(at, key)
    child = at.get(index) if isinstance(at, dict) else at[index]
    if isinstance(child, str):
        child = {"kind": child}  # a plug-in written as a bare word
    if child is None and following.isdecimal():
        raise ConfigError(f"there is no list {quoted(key)} in the file; set the whole list")
    if child is None:
        child = {}
    if not isinstance(child, dict | list):
        raise ConfigError(f"{quoted(key)} is {quoted(child)}, it has no {quoted(following)}")
    at[index] = child
    return child


def _key_or_index(at: Any, key: str) -> str | int:
    if isinstance(at, dict):
        return key
    if not re.fullmatch("[0-9]{1,6}", key) or int(key) >= len(at):
        raise ConfigError(f"{quoted(key)} is no index of a list of {len(at)}, they go from 0 to {len(at) - 1}")
    return int(key)


def _expand_likes(raw: dict[str, Any], found: list[str]) -> set[KeyPath]:
    """Replace every `like` by what it stands for and return the paths of the sections taken."""
    creatures = raw.get("creatures")
    if not isinstance(creatures, dict):
        return set()
    likes = {
        name: species.pop("like")
        for name, species in creatures.items()
        if isinstance(species, dict) and "like" in species
    }
    inherited: set[KeyPath] = set()
    for name, other in likes.items():
        if fault := _bad_like(name, other, likes, list(creatures)):
            found.append(f"{dotted(('creatures', name, 'like'))}: {fault}")
            continue
        sections = creatures[other] if isinstance(creatures[other], dict) else {}
        taken = {key: copy.deepcopy(value) for key, value in sections.items() if key not in creatures[name]}
        creatures[name].update(taken)
        inherited |= {("creatures", name, key) for key in taken}
    return inherited


def _bad_like(name: str, other: Any, likes: Mapping[str, Any], known: list[str]) -> str:
    if not isinstance(other, str):
        return f"must name a species, got {quoted(other)}"
    if other == name:
        return "a species cannot be like itself"
    if other not in known:
        return no_species(other, [str(species) for species in known if species != name])
    if other in likes:
        return f"{other!r} is itself like another; name that one"
    return ""


def no_species(name: str, known: list[str]) -> str:
    return f"there is no species {quoted(name)}{nearest(name, known)} (species here: {', '.join(known)})"


def _expand_spikes(raw: dict[str, Any], default: Mapping[str, Any]) -> None:
    """Replace a list of rows to record by what it stands for, those rows of the first species."""
    record, creatures = raw.get("record"), raw.get("creatures", default)
    if isinstance(record, dict) and isinstance(record.get("spikes"), list) and isinstance(creatures, dict):
        raw["record"] = {**record, "spikes": dict.fromkeys(list(creatures)[:1], record["spikes"])}


def _fill_in_learning(raw: dict[str, Any], default: Mapping[str, Any]) -> None:
    """Fill in `World.learning` where the species of a configuration say nothing of their own.

    A section that names no rule, or the same one, changes it key by key; one that names another stands by itself.
    """
    learning, given = _learning_in(raw.get("world")), raw.get("creatures", default)
    if learning and isinstance(given, dict):
        raw["creatures"] = {name: _taught(species, learning) for name, species in given.items()}


def _taught(species: Any, learning: Mapping[str, Any]) -> Any:
    if not isinstance(species, dict | None):
        return species
    sections = species or {}
    return {**sections, "learning": _merged(learning, sections.get("learning"))}


def _learning_in(world: Any) -> Mapping[str, Any]:
    """Return what a world says; nothing where there is no such world."""
    kind = world.get("kind") if isinstance(world, dict) else world
    if not isinstance(kind, str):
        return {}
    try:
        learning = getattr(resolve(WORLD, kind), "learning", None)
    except AlifeError:
        return {}
    return learning if isinstance(learning, Mapping) else {}  # a place may call one of its numbers so


def _merged(learning: Mapping[str, Any], given: Any) -> Any:
    section = {} if given is None else {"kind": given} if isinstance(given, str) else given
    kind = learning.get("kind")
    if not isinstance(section, dict) or section.get("kind", kind) != kind:
        return given
    merged = copy.deepcopy(dict(learning))
    for key, value in section.items():
        said = merged.get(key)
        merged[key] = _merged(said, value) if isinstance(said, dict) else value
    return merged

"""Defaults for learning that a world declares, filled in where a configuration leaves them out."""

import copy
from collections.abc import Mapping
from typing import Any

from alife.config.resolve import WORLD, resolve
from alife.core.errors import AlifeError


def fill_in_learning(raw: dict[str, Any], creatures: Mapping[str, Any]) -> None:
    """Fill in `World.learning` where the species of a configuration say nothing of their own.

    A section that names no rule, or the same one, changes it key by key; one that names another stands by itself.

    Args:
        raw: a configuration as plain data; what is wrong in it stays as it is, to be found later.
        creatures: the species where a configuration names none.
    """
    learning, given = _learning_in(raw.get("world")), raw.get("creatures", creatures)
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

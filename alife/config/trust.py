"""Trust: a configuration that came with a run imports no code but the house's, unless its user says so."""

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any

import gymnasium

from alife.config.resolve import only_the_house
from alife.config.simulation_config import SimulationConfig, parse_config
from alife.core.errors import ConfigError

_ID = re.compile(r"[\w.:/-]{1,80}", re.ASCII)


def parse_foreign(
    raw: Mapping[str, Any], source: str, overrides: Sequence[str] = (), trust: bool = False
) -> SimulationConfig:
    """Return the configuration that plain data stand for; without trust they name nothing that must be imported.

    Args:
        raw: the data.
        source: named in front of a fault.
        overrides: `a.b=value` texts.
        trust: whether code that is not of the house may be imported where they name it.

    Raises:
        ConfigError: they name code of others; none of it was imported. Or as in `parse_config`.
    """
    if trust:
        return parse_config(raw, "config", overrides)
    with only_the_house() as others:
        try:
            config = parse_config(raw, "config", overrides)
        except ConfigError:
            if others:
                raise _distrust(others, source) from None
            raise
    is_foreign = type(config.world).target.__module__ == "worlds.gymnasium"
    if is_foreign and (package := _code_of(getattr(config.world, "id", ""))):
        raise _distrust([package], source)
    return config


def _code_of(name: str) -> str | None:
    """Return what gymnasium would import for an environment; None for its own, and for one that nobody has."""
    module, colon, own_name = name.rpartition(":")
    if colon:
        return module if _ID.fullmatch(module) else repr(module[:80])
    spec = gymnasium.registry.get(own_name)
    if spec is not None:
        entry = spec.entry_point
        home = entry if isinstance(entry, str) else getattr(entry, "__module__", "")
        return None if home.startswith("gymnasium.") else home
    # an installed package may know it: those of its namespace are asked
    announced = entry_points(group="gymnasium.envs", name=own_name.partition("/")[0])
    return next((package.value for package in announced), None)


def _distrust(others: Sequence[str], source: str) -> ConfigError:
    named = list(dict.fromkeys(others))
    more = f" and {len(named) - 5} more" if len(named) > 5 else ""
    return ConfigError(
        f"{source}: names code that is not of the house, {', '.join(named[:5])}{more}; if you know it, add --trust "
        "and it will run"
    )

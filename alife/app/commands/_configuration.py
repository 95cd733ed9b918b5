"""The configuration that a command line names, and what it changes in it."""

import argparse
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from alife.app.loading import loading
from alife.app.shipped import find_config
from alife.core.errors import ConfigError

if TYPE_CHECKING:
    from alife.config.simulation_config import SimulationConfig


def load_config(path: Path, overrides: Sequence[str]) -> "SimulationConfig":
    """Read a configuration, and with it everything that it names."""
    with loading():
        from alife.config import simulation_config

        try:
            return simulation_config.load_config(find_config(path), overrides)
        except ConfigError as error:
            lists = (text.partition("=")[0].strip() for text in overrides if "," in text.partition("=")[2])
            several = tuple(f"{key}:" for key in lists)
            more = "; alife sweep runs once with each of several values"
            raise ConfigError([f"{one}{more if one.startswith(several) else ''}" for one in error.faults]) from error


def collect_overrides(options: argparse.Namespace) -> list[str]:
    """Return what the options change of a configuration, as `key=value`."""
    given: Sequence[str] = getattr(options, "overrides", ())
    own = [(key, getattr(options, key, None)) for key in ("ticks", "seed", "threads")]
    return [*given, *(f"{key}={_null_as_text(value)}" for key, value in own if value is not None)]


def _null_as_text(value: str) -> str:
    """Return a value as it is, unless YAML reads it as nothing, as it does a shell variable that is not set.

    That would mean to run for ever. As text it is refused, together with all else that is wrong.
    """
    from alife.config.yaml_file import parse_yaml

    with suppress(ConfigError):
        return json.dumps(value) if parse_yaml(value, "") is None else value
    return value

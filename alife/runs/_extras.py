"""Packages that are no dependencies: asked for in one sentence where they are missing."""

from importlib import import_module
from typing import Any

from alife.core.errors import ConfigError

_EXTRAS = {"pyarrow": "parquet", "tensorboard": "track"}
"""By package: the extra of tracelife that installs it."""


def import_extra(module: str, asked_by: str) -> Any:
    """Return a module of a package that is no dependency.

    Args:
        module: its full name.
        asked_by: the option or key that needs it.

    Raises:
        ConfigError: it cannot be imported; the message says how to install it.
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ImportError as error:
        how = f'pip install "tracelife[{_EXTRAS[package]}]" installs it'
        raise ConfigError(f"{asked_by}: needs the package {package} ({error}); {how}") from error

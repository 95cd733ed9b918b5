"""Entry points: what installed packages have for the families of the house; listing them imports none of it.

A package announces a world, as any other part, in its pyproject.toml:

    [project.entry-points."tracelife.worlds"]
    reef = "my_package.reef:Reef"

and `kind: reef` finds it wherever the package is installed.
"""

import sys
from functools import cache
from importlib.metadata import entry_points
from typing import NamedTuple


class PlugInEntryPoint(NamedTuple):
    """One thing that a package has."""

    name: str  # short, as a configuration writes it
    value: str  # "package.module:Class"
    package: str  # the distribution and its version


def entry_points_of(group: str) -> list[PlugInEntryPoint]:
    """Return the entry points of installed packages in a group, by name.

    Args:
        group: for example "tracelife.worlds".
    """
    return list(_on_path(group, tuple(sys.path)))


@cache
def _on_path(group: str, path: tuple[str, ...]) -> tuple[PlugInEntryPoint, ...]:
    """Return the entry points of a group; the path only says when to look again, for a look takes milliseconds."""
    found = {
        PlugInEntryPoint(
            entry.name, entry.value, f"{entry.dist.name} {entry.dist.version}" if entry.dist else "without a name"
        )
        for entry in entry_points(group=group)
    }
    return tuple(sorted(found))

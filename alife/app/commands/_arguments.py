"""Arguments that several commands take, and what their texts mean."""

import argparse
import os
import re
from pathlib import Path

from alife.app.commands._command import argument, flag
from alife.app.shipped import CONFIGS
from alife.core.errors import ConfigError


def path(text: str) -> Path:
    """Return a path in which ~ is the home directory: after --out= the shell leaves it to us."""
    if not text:  # which would mean the working directory, and is mostly a shell variable that is not set
        raise argparse.ArgumentTypeError("must name a file or a directory, got nothing")
    return Path(os.path.expanduser(text))


def parse_number(text: str, name: str, most: float) -> float:
    """Return a number above 0, as a text says it."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) or not 0 < float(text) <= most:
        raise ConfigError(f"{name}: must be a number above 0, at most {most:g}, got {text[:40]!r}")
    return float(text)


def parse_whole_number(text: str, name: str) -> int:
    """Return a whole number, as a text says it."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ConfigError(f"{name}: must be a whole number of 0 or more, got {text[:40]!r}")
    return int(text)


DEFAULT_CONFIG = CONFIGS / "pond.yaml"
FILM = "FILE ends in .mp4 or .gif, or has no ending: then it is a directory of PNG pictures"

CONFIG = argument(
    "config",
    nargs="?",
    type=path,
    default=DEFAULT_CONFIG,
    help="a YAML file, or a name of --list (default: the pond)",
)
SET = argument("--set", action="append", default=[], metavar="A.B=VALUE", dest="overrides", help="change one value")
SEED = argument("--seed", metavar="S", help="key of all random numbers")
RUN = argument("run", metavar="RUN", type=path, help="a run directory")
TRUST = flag("--trust", "import the code that the run's configuration names")
RAY = argument(
    "--ray",
    metavar="HOST:PORT",
    nargs="?",
    const="",
    help="run on the cluster of Ray there, or on one that is started here for as long as it takes",
)
JSON = flag("--json", "print the summary as the last line")
STRICT = flag("--strict", "end with code 6 where something cannot be written, instead of going on and trying again")

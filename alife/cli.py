"""The command line: alife run, alife validate, alife new-rule."""

import argparse
import json
import os
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from alife.errors import AlifeError, ConfigError
from alife.sim.loading import loading
from alife.sim.signals import Interruption, listening

if TYPE_CHECKING:
    from alife.sim.config import SimulationConfig

_INSTALLED = Path(__file__).resolve().parent / "configs"
_CONFIGS = _INSTALLED if _INSTALLED.is_dir() else _INSTALLED.parent.parent / "configs"  # a clone has them beside alife
_DEFAULT = _CONFIGS / "pond.yaml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        _see_what_lies_here()
        return int(options.command(options))
    except KeyboardInterrupt:  # where nobody listens for it, there is nothing to put in order
        return 128 + signal.SIGINT
    except AlifeError as error:
        for line in str(error).splitlines():
            print(f"error: {line}", file=sys.stderr)
        return error.exit_code


def _see_what_lies_here() -> None:
    """Let a configuration name a world that lies in the working directory."""
    try:
        here = os.getcwd()
    except OSError as error:  # libraries fail there, too, and less clearly
        raise ConfigError("the working directory is not there any more; change to one that is") from error
    if here not in sys.path:
        sys.path.append(here)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="alife", description="Artificial creatures that learn within one life.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run a simulation", description="Run a simulation.")
    run.set_defaults(command=_run)
    _add_config(run)
    run.add_argument("--headless", action="store_true", help="no window, no pictures")
    run.add_argument("--ticks", metavar="N", help="end after N ticks")
    run.add_argument("--seed", metavar="S", help="key of all random numbers")
    run.add_argument("--seeds", metavar="S-T", help="run once with each seed, as in 0-9 or 0,3,7; headless")
    run.add_argument("--workers", metavar="N", help="run so many seeds at a time (default: one for each processor)")
    run.add_argument(
        "--out", metavar="DIR", type=Path, help="the run directory, new or empty (with --seeds: or one to go on with)"
    )
    run.add_argument("--record", metavar="FILE", type=Path, help="film the run (mp4)")
    run.add_argument("--json", action="store_true", help="print the summary as the last line")
    run.add_argument("--list", action="store_true", help="list the shipped configurations and end")
    validate = commands.add_parser("validate", help="check a configuration", description="Check a configuration.")
    validate.set_defaults(command=_validate)
    _add_config(validate)
    new_rule = commands.add_parser("new-rule", help="write a learning rule to begin from", description=_NEW_RULE)
    new_rule.set_defaults(command=_new_rule)
    new_rule.add_argument("name", metavar="NAME", help="of the module, in small letters; its class is Name")
    return parser


_NEW_RULE = "Write NAME.py, a three-factor learning rule that works, and test_NAME.py into the working directory."


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", nargs="?", type=Path, default=_DEFAULT, help="a YAML file (default: the pond)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="A.B=VALUE", dest="overrides", help="change one value"
    )


def _run(options: argparse.Namespace) -> int:
    if options.list:
        return _list()
    _check_options(options)
    with listening() as interruption:  # from here on, for the imports take seconds
        return _run_one(options, interruption) if options.seeds is None else _run_seeds(options, interruption)


def _check_options(options: argparse.Namespace) -> None:
    """Raise if an option is of no use beside the others."""
    if options.seeds is None:
        if options.workers is not None:
            raise ConfigError("--workers: is of use with --seeds only; leave it out, or give seeds as in --seeds 0-9")
        return
    if options.record is not None:
        raise ConfigError("--record: films one run; leave it out beside --seeds")
    if options.seed is not None or any(change.partition("=")[0].strip() == "seed" for change in options.overrides):
        raise ConfigError("--seed: is one of --seeds; leave it out beside them")


def _run_one(options: argparse.Namespace, interruption: Interruption) -> int:
    config = _config(options.config, _overrides(options))
    from alife.launch import Options, launch
    from alife.sim.summary import readable

    ending = launch(config, Options(options.headless, options.out, options.record), interruption)
    print(readable(ending.summary))
    for picture in ending.pictures:
        print(picture)
    print(f"run directory: {ending.directory}")
    if options.json:
        print(json.dumps(ending.summary))
    return ending.exit_code


def _run_seeds(options: argparse.Namespace, interruption: Interruption) -> int:
    from alife.seeds.numbers import parse_seeds

    seeds, workers = parse_seeds(options.seeds), _workers(options.workers)
    config = _config(options.config, _overrides(options))
    from alife.seeds.report import readable
    from alife.seeds.sweep import sweep

    ended = sweep(config, seeds, interruption, options.out, workers)
    print(readable(ended.summary))
    if ended.picture is not None:
        print(ended.picture)
    if ended.directory is not None:
        print(f"run directories: {ended.directory}")
    if options.json:
        print(json.dumps(ended.summary))
    return ended.exit_code


def _workers(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"0*[1-9][0-9]{0,3}", text):
        raise ConfigError(f"--workers: must be a whole number from 1 to 9999, got {text[:40]!r}")
    return int(text)


def _config(path: Path, overrides: Sequence[str]) -> "SimulationConfig":
    """Read a configuration, and with it everything that it names."""
    with loading():
        from alife.sim.config import load_config

        return load_config(path, overrides)


def _overrides(options: argparse.Namespace) -> list[str]:
    own = [(key, getattr(options, key)) for key in ("ticks", "seed")]
    return [*options.overrides, *(f"{key}={_something(value)}" for key, value in own if value is not None)]


def _something(value: str) -> str:
    """Return a value as it is, unless YAML reads it as nothing, as it does a shell variable that is not set.

    That would mean to run for ever. As text it is refused, together with all else that is wrong.
    """
    from alife.sim.yaml_file import parse

    with suppress(ConfigError):
        return json.dumps(value) if parse(value, "") is None else value
    return value


def _validate(options: argparse.Namespace) -> int:
    config = _config(options.config, options.overrides)
    print(f"{options.config}: fine, {config.name} with {', '.join(config.creatures)}")
    return 0


def _new_rule(options: argparse.Namespace) -> int:
    from alife.new_rule import new_rule

    print(new_rule(options.name))
    return 0


def _list() -> int:
    from alife.sim.yaml_file import first_comment

    paths = sorted(_CONFIGS.glob("*.yaml"))
    if not paths:
        raise ConfigError(f"{_CONFIGS}: there are no configurations here")
    for path in paths:
        print(f"{path.name:<24} {first_comment(path)}")
    return 0

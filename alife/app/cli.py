"""The command line: alife run, sweep, validate, replay, resume, show, watch, play, doctor, describe and more."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from alife.app.commands.checks import check_world, doctor, validate
from alife.app.commands.results import creature, export, plot, then_and_now
from alife.app.commands.runs import resume, run
from alife.app.commands.sweep import sweep
from alife.app.commands.windows import play, replay, show, watch
from alife.app.commands.writing import describe, new_rule, new_world, schema
from alife.app.leaving import leave
from alife.app.warning_lines import warnings_in_lines
from alife.core.errors import AlifeError, ConfigError
from alife.core.terminal import print_warning, printable, secure_streams

_COMMANDS = (
    *(run, sweep, validate, replay, resume, show, watch),
    *(plot, export, creature, doctor, then_and_now),
    *(play, check_world, describe, schema, new_rule, new_world),
)
"""In the order in which help lists them."""


def command(arguments: Sequence[str] | None = None) -> NoReturn:
    """Do what the command line asks for, and end the process, whatever a world has left at work in it."""
    leave(main(arguments))


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for and return the exit code."""
    secure_streams()
    options = _parser().parse_args(arguments)
    try:
        _find_working_directory(getattr(options, "trust", True))
        with warnings_in_lines():
            return int(options.command(options))
    except KeyboardInterrupt:  # where no command listens for it, there is nothing to put in order
        return 128 + signal.SIGINT
    except AlifeError as error:
        for line in str(error).splitlines():
            print_warning(f"error: {line}")
        return error.exit_code


def _find_working_directory(trust: bool) -> None:
    """Add the working directory to the import path, so that a configuration can name a world in it.

    Not where that configuration came with a run, and who runs it has not said that its code is known.
    """
    try:
        here = os.getcwd()
    except OSError as error:  # libraries fail there, too, and less clearly
        raise ConfigError("the working directory is not there any more; change to one that is") from error
    if trust and here not in sys.path:
        sys.path.append(here)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words of a person, none of which commands the terminal."""
        super().error(printable(message))


def _parser() -> _Parser:
    parser = _Parser(prog="alife", description="Artificial creatures that learn within one life.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for one in _COMMANDS:
        own = commands.add_parser(one.name, help=one.help, description=one.run.__doc__)
        own.set_defaults(command=one.run)
        for names, keywords in one.arguments:
            own.add_argument(*names, **keywords)
    return parser

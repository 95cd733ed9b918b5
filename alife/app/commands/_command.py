"""What a command is: a function, and the arguments that stand above it.

Of what is loaded before the command line is read nothing is heavy: a command imports what it needs when it runs.
"""

from argparse import Namespace
from collections.abc import Callable
from typing import Any, NamedTuple

Argument = tuple[tuple[str, ...], dict[str, Any]]
Run = Callable[[Namespace], int]


class Subcommand(NamedTuple):
    """A command: what it does with its options, the exit code of which it returns, and what help says of it."""

    run: Run
    help: str
    arguments: tuple[Argument, ...]

    @property
    def name(self) -> str:
        """Return how it is called, which is the name of its function."""
        return self.run.__name__.replace("_", "-")


def command(help: str, *arguments: Argument) -> Callable[[Run], Subcommand]:
    """Make a command of a function, whose docstring describes it."""
    return lambda run: Subcommand(run, help, arguments)


def argument(*names: str, **keywords: Any) -> Argument:
    """Return an argument, as `ArgumentParser.add_argument` takes it."""
    return names, keywords


def flag(name: str, help: str) -> Argument:
    """Return an option that is given or not."""
    return argument(name, action="store_true", help=help)

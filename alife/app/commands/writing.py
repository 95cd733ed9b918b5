"""The commands for who writes a configuration, a rule or a world: describe, schema, new-rule, new-world."""

import argparse
import json

from alife.app.commands._command import argument, command
from alife.app.loading import loading
from alife.core.terminal import print_line

_NAME = argument("name", metavar="NAME", help="of the module, in small letters; its class is Name")


@command(
    "say what can stand in a configuration",
    argument("family", nargs="?", metavar="FAMILY", help="world, sense, rule, ...; or the name alone"),
    argument("name", nargs="?", metavar="NAME", help="one of them, as in alife describe rule ring"),
)
def describe(options: argparse.Namespace) -> int:
    """Say what can stand in a configuration: the families and sections there are, the members of one, or all keys of
    one member, with their types, ranges and defaults. What installed packages bring is among them.
    """
    with loading():
        from alife.app.describe import describe
    print_line(describe([word for word in (options.family, options.name) if word is not None]))
    return 0


@command("print the JSON schema of a configuration")
def schema(options: argparse.Namespace) -> int:
    """Print the JSON schema of a configuration, with which an editor completes and checks YAML: alife schema >
    alife.schema.json, and # yaml-language-server: $schema=alife.schema.json on top of a file.
    """
    with loading():
        from alife.config.json_schema import json_schema
    print_line(json.dumps(json_schema(), indent=1))
    return 0


@command("write a learning rule to begin from", _NAME)
def new_rule(options: argparse.Namespace) -> int:
    """Write NAME.py, a three-factor learning rule that works, and test_NAME.py into the working directory."""
    from alife.app.scaffold_rule import new_rule

    print_line(new_rule(options.name))
    return 0


@command("write a world to begin from", _NAME)
def new_world(options: argparse.Namespace) -> int:
    """Write NAME.py, a world of things and walls that works, test_NAME.py and NAME.yaml, into the working directory."""
    from alife.app.scaffold_world import new_world

    print_line(new_world(options.name))
    return 0

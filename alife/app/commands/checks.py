"""The commands that look whether something is as it must be: a configuration, a world, this machine."""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from alife.app.commands._arguments import CONFIG, SET, parse_whole_number
from alife.app.commands._command import argument, command, flag
from alife.app.commands._configuration import load_config
from alife.app.loading import loading
from alife.app.shipped import find_config
from alife.core.errors import ConfigError, WorldError
from alife.core.terminal import print_line


@command("check a configuration", CONFIG, SET)
def validate(options: argparse.Namespace) -> int:
    """Check a configuration: each key of it, and that world, bodies and brains can be built from it. Of a file that
    stands for many runs each combination of values is read; of more than a hundred, a hundred are built, and others
    until each value has been in one.
    """
    with loading():
        from alife.app.validate import check_config, check_plan
        from alife.runs.sweep.plan import is_sweep, plan_sweep

        path = find_config(options.config)
        plan = plan_sweep(path, options.overrides) if is_sweep(path) else None
    if plan is not None:
        print_line(f"{options.config}: fine, {check_plan(plan)}")
        return 0
    config = load_config(options.config, options.overrides)
    check_config(config)
    print_line(f"{options.config}: fine, {config.name} with {', '.join(config.creatures)}")
    return 0


@command(
    "check that a world keeps its contract",
    argument("world", metavar="WORLD", help="forage, package.module:Class, or an id of gymnasium's"),
    argument("--ticks", metavar="N", default="1000", help="how long twins live (default: 1000)"),
    argument("--set", action="append", default=[], metavar="KEY=VALUE", help="set one of its parameters"),
    argument(
        "--body",
        action="append",
        default=[],
        metavar="SPECIES=BODY",
        help="one species in it, and its body as a file writes it, or nothing for the usual one (default: creature=)",
    ),
)
def check_world(options: argparse.Namespace) -> int:
    """Check a world, whoever wrote it: one line for each check, ok or what is wrong and what would be right. The exit
    code is 3 if there is something to mend.
    """
    ticks = parse_whole_number(options.ticks, "--ticks")
    with loading():
        from alife.testing.world import examine_world

    faults = 0
    settings = _parse_pairs("--set", options.set, "key=value, as in size=20")
    bodies = _parse_pairs("--body", options.body, "SPECIES=BODY, as in creature={motor: glide}")
    for found in examine_world(options.world, max(ticks, 1), bodies, **settings):
        faults += bool(found.fault)
        print_line(f"{'MEND' if found.fault else 'ok':<5} {found.check:<10} {found.fault or found.remark}")
    return WorldError.exit_code if faults else 0


def _parse_pairs(option: str, given: Sequence[str], form: str) -> dict[str, Any]:
    """Return by name what `name=value` texts say; `form` is what an option of theirs must be."""
    from alife.config.yaml_file import parse_yaml

    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ConfigError(f"{option} {text[:40]!r}: must be {form}")
        found[name.strip()] = parse_yaml(value, f"{option} {name}")
    return found


@command("look whether all is as it must be here", flag("--json", "print one JSON object"))
def doctor(options: argparse.Namespace) -> int:
    """Look at what a run needs of this machine, a line each: ok, note for what a run does without, or MEND and what
    to do. The exit code is 1 if there is something to mend, or else 0.
    """
    from alife.app.doctor import examine_machine

    findings = examine_machine()
    if options.json:
        print_line(json.dumps({one.name: {"state": one.state, "finding": one.finding} for one in findings}))
    else:
        for one in findings:
            print_line(f"{one.state:<5} {one.name:<10} {one.finding}")
    return int(any(one.state == "MEND" for one in findings))

"""The command sweep: many runs side by side."""

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from alife.app.commands._arguments import JSON, RAY, STRICT, path
from alife.app.commands._command import argument, command, flag
from alife.app.commands._configuration import collect_overrides
from alife.app.loading import loading
from alife.app.shipped import find_config
from alife.core.errors import ConfigError
from alife.core.terminal import print_line
from alife.sim.signals import Interruption, listening

if TYPE_CHECKING:
    from alife.runs.sweep.plan import Plan
    from alife.runs.sweep.progress import Shown


@command(
    "run with many values and seeds",
    argument("config", type=path, help="a YAML file, which may have a section sweep, or a name of --list"),
    argument(
        "--set", action="append", default=[], metavar="A.B=V,W", dest="overrides", help="change a value, or vary it"
    ),
    flag("--zip", "the first values with each other, the second, and so on"),
    argument("--ticks", metavar="N", help="end each run after N ticks"),
    argument("--seeds", metavar="S-T", help="as in 0-4 or 0,3,7 (default: the configuration's)"),
    argument("--out", metavar="DIR", type=path, help="for the runs, new or empty, or to go on with"),
    argument("--workers", metavar="N", help="run so many at a time (default: one for each processor)"),
    RAY,
    argument("--only", metavar="K/N", help="run each N-th run from the K-th on, 0 being the first"),
    JSON,
    flag("--quiet", "say nothing of progress"),
    STRICT,
)
def sweep(options: argparse.Namespace) -> int:
    """Run a configuration once for each combination of values and each seed, side by side, each in a directory of its
    own. The same command again, or alife resume DIR, goes on with what is missing.
    """
    parse_workers(options.workers)
    only = _parse_share(options.only)
    if only[1] > 1 and options.out is None:
        raise ConfigError("--only: needs --out DIR, the directory that the commands with the other parts share")
    with listening() as interruption:
        with loading():
            from alife.runs.sweep.plan import plan_sweep

            changes = collect_overrides(options)
            config = find_config(options.config)
            plan = plan_sweep(config, changes, options.seeds, options.zip, options.quiet)
        return run_plan(plan, options.out, options, interruption, only, "nothing" if options.quiet else "table")


def run_plan(
    plan: "Plan",
    out: Path | None,
    options: argparse.Namespace,
    interruption: Interruption,
    only: tuple[int, int] = (0, 1),
    shown: "Shown" = "lines",
) -> int:
    """Take the runs of a plan, tell how they have ended, and return the exit code."""
    from alife.runs.sweep.report import sweep_text
    from alife.runs.sweep.sweep import SweepOptions, sweep

    ray = getattr(options, "ray", None)
    chosen = SweepOptions(out, parse_workers(options.workers), options.strict, only, shown, ray)
    ended = sweep(plan, chosen, interruption)
    print_line(sweep_text(ended.summary))
    for file in ended.files:
        print_line(file)
    if ended.directory is not None:
        print_line(f"run directories: {ended.directory}")
    if options.json:
        print_line(json.dumps(ended.summary))
    return ended.exit_code


def _parse_share(text: str | None) -> tuple[int, int]:
    if text is None:
        return 0, 1
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if found is None or int(found[1]) >= int(found[2]):
        raise ConfigError(f"--only: must be K/N with K from 0 to N - 1, as in 0/8, got {text[:40]!r}")
    return int(found[1]), int(found[2])


def parse_workers(text: str | None) -> int | None:
    """Return how many runs there may be at a time, as a text says it."""
    if text is None:
        return None
    if not re.fullmatch(r"0*[1-9][0-9]{0,3}", text):
        raise ConfigError(f"--workers: must be a whole number from 1 to 9999, got {text[:40]!r}")
    return int(text)

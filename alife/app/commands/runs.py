"""The commands that take runs: run and resume, one of them or one for each of several seeds."""

import argparse
import atexit
import json
import sys
from typing import TYPE_CHECKING

from alife.app.commands._arguments import CONFIG, DEFAULT_CONFIG, FILM, JSON, RAY, SEED, SET, STRICT, TRUST, path
from alife.app.commands._command import argument, command, flag
from alife.app.commands._configuration import collect_overrides, load_config
from alife.app.commands.sweep import parse_workers, run_plan
from alife.app.loading import loading
from alife.app.shipped import CONFIGS
from alife.core.errors import ConfigError
from alife.core.terminal import print_line
from alife.sim.signals import Interruption, listening

if TYPE_CHECKING:
    from alife.app.launch import Ending

_WORKERS = argument("--workers", metavar="N", help="run so many seeds at a time (default: one for each processor)")
_HEADLESS = flag("--headless", "no window, no pictures")
_QUIET = flag("--quiet", "say nothing of progress on standard error")


@command(
    "run a simulation",
    CONFIG,
    SET,
    _HEADLESS,
    argument("--ticks", metavar="N", help="end after N ticks"),
    SEED,
    argument("--threads", metavar="N", help="run the rows of a large species in N slices at once (default: 1)"),
    argument("--seeds", metavar="S-T", help="run once with each seed, as in 0-9 or 0,3,7; headless"),
    _WORKERS,
    argument(
        "--out", metavar="DIR", type=path, help="the run directory, new or empty (with --seeds: or one to go on with)"
    ),
    argument("--record", metavar="FILE", type=path, help=f"film the run: {FILM}"),
    argument(
        "--from", metavar="RUN", dest="brains_from", type=path, help="begin with the brains that another run has left"
    ),
    argument(
        "--creature",
        metavar="FILE",
        dest="creatures",
        type=path,
        action="append",
        default=[],
        help="let the creature of a file live in the first row of the species that it fits; may be given again",
    ),
    flag("--reload", "begin the world anew when its file is saved; brains stay"),
    JSON,
    _QUIET,
    STRICT,
    flag("--list", "list the shipped configurations and installed plug-ins, and end"),
)
def run(options: argparse.Namespace) -> int:
    """Run a simulation."""
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
    if options.reload:
        raise ConfigError("--reload: is for one run in a window; leave it out beside --seeds")
    for option, given in (("--from", options.brains_from), ("--creature", options.creatures)):
        if given:
            raise ConfigError(f"{option}: is for one run; leave it out beside --seeds")
    if options.record is not None:
        raise ConfigError("--record: films one run; leave it out beside --seeds")
    if options.seed is not None or any(change.partition("=")[0].strip() == "seed" for change in options.overrides):
        raise ConfigError("--seed: is one of --seeds; leave it out beside them")


def _run_one(options: argparse.Namespace, interruption: Interruption) -> int:
    config = load_config(options.config, collect_overrides(options))
    from alife.app.launch import LaunchOptions, launch

    launched = LaunchOptions(
        options.headless,
        options.out,
        options.record,
        options.quiet,
        brains_from=options.brains_from,
        creatures=tuple(options.creatures),
        reload=options.reload,
        story="always" if options.config == DEFAULT_CONFIG else "first time",
        strict=options.strict,
    )
    return _tell_ending(launch(config, launched, interruption), options.json)


def _run_seeds(options: argparse.Namespace, interruption: Interruption) -> int:
    from alife.runs.sweep.seed_list import parse_seeds

    seeds = parse_seeds(options.seeds)
    parse_workers(options.workers)  # what is wrong with it is said before anything is loaded
    config = load_config(options.config, collect_overrides(options))
    from alife.runs.sweep.plan import plan_seeds

    return run_plan(plan_seeds(config, seeds), options.out, options, interruption)


def _list() -> int:
    from alife.config.resolve import list_entry_points
    from alife.config.yaml_file import first_comment

    paths = sorted(CONFIGS.glob("*.yaml"))
    if not paths:
        raise ConfigError(f"{CONFIGS}: there are no configurations here")
    for file in paths:
        print_line(f"{file.name:<24} {first_comment(file)}")
    for family, one in list_entry_points():
        print_line(f"{f'kind: {one.name}':<24} A {family.name} of the installed package {one.package}.")
    return 0


@command(
    "go on with a run that was interrupted",
    argument("run", metavar="RUN", type=path, help="a run directory, or one of several runs"),
    TRUST,
    argument("--ticks", metavar="N", help="end after N ticks in all, so that a finished run goes on"),
    argument("--threads", metavar="N", help="run the rows of a large species in N slices at once"),
    _WORKERS,
    RAY,
    _HEADLESS,
    JSON,
    _QUIET,
    STRICT,
)
def resume(options: argparse.Namespace) -> int:
    """Go on with a run, or with each unfinished run of a sweep, from its last whole checkpoint: to the bit as if
    it had never stopped.
    """
    with listening() as interruption:
        with loading():
            from alife.app.launch import LaunchOptions, resume
            from alife.runs.results import SWEEP_FILE
        if (options.run / SWEEP_FILE).is_file():
            return _resume_sweep(options, interruption)
        if options.workers is not None:
            raise ConfigError(f"--workers: {options.run} holds one run, not those of several seeds; leave it out")
        if options.ray is not None:
            raise ConfigError(f"--ray: {options.run} holds one run, not those of a sweep; leave it out")
        launched = LaunchOptions(options.headless, quiet=options.quiet, strict=options.strict)
        changes = collect_overrides(options)
        return _tell_ending(resume(options.run, changes, launched, interruption, options.trust), options.json)


def _resume_sweep(options: argparse.Namespace, interruption: Interruption) -> int:
    for name in ("ticks", "threads"):
        if getattr(options, name) is not None:
            raise ConfigError(f"--{name}: changes one run; leave it out, or name the directory of one seed")
    with loading():
        from alife.runs._read_files import check_layout
        from alife.runs.sweep.directory import read_plan

        check_layout(options.run)
        plan = read_plan(options.run, options.trust)
    return run_plan(plan, options.run, options, interruption)


def _tell_ending(ending: "Ending", as_json: bool) -> int:
    from alife.runs.summary import summary_text

    print_line(summary_text(ending.summary))
    for picture in ending.pictures:
        print_line(picture)
    print_line(f"run directory: {ending.directory}")
    if as_json:
        print_line(json.dumps(ending.summary))
        atexit.register(_leave_last_line)
    return ending.exit_code


def _leave_last_line() -> None:
    """Let what code of others prints at its own end not stand below the last line; so it is registered after theirs."""
    sys.stdout = sys.stderr

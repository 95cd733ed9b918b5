"""The command line: alife run, sweep, validate, replay, resume, show, watch, play, doctor, describe and more."""

import argparse
import atexit
import json
import os
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from alife.app.leaving import leave
from alife.app.loading import loading
from alife.app.shipped import CONFIGS, find_config
from alife.app.warning_lines import warnings_in_lines
from alife.core.errors import AlifeError, ConfigError, WorldError
from alife.core.terminal import print_line, print_warning, printable, secure_streams
from alife.sim.signals import Interruption, listening

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction["_Parser"]
    from alife.app.launch import Ending
    from alife.config.simulation_config import SimulationConfig
    from alife.runs.sweep.plan import Plan
    from alife.runs.sweep.progress import Shown

_DEFAULT = CONFIGS / "pond.yaml"


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


def _path(text: str) -> Path:
    """Return a path in which ~ is the home directory: after --out= the shell leaves it to us."""
    if not text:  # which would mean the working directory, and is mostly a shell variable that is not set
        raise argparse.ArgumentTypeError("must name a file or a directory, got nothing")
    return Path(os.path.expanduser(text))


def _parser() -> _Parser:
    parser = _Parser(prog="alife", description="Artificial creatures that learn within one life.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run a simulation", description="Run a simulation.")
    run.set_defaults(command=_run)
    _add_config(run)
    run.add_argument("--headless", action="store_true", help="no window, no pictures")
    run.add_argument("--ticks", metavar="N", help="end after N ticks")
    run.add_argument("--seed", metavar="S", help="key of all random numbers")
    run.add_argument("--threads", metavar="N", help="run the rows of a large species in N slices at once (default: 1)")
    run.add_argument("--seeds", metavar="S-T", help="run once with each seed, as in 0-9 or 0,3,7; headless")
    run.add_argument("--workers", metavar="N", help="run so many seeds at a time (default: one for each processor)")
    run.add_argument(
        "--out", metavar="DIR", type=_path, help="the run directory, new or empty (with --seeds: or one to go on with)"
    )
    run.add_argument("--record", metavar="FILE", type=_path, help=f"film the run: {_FILM}")
    run.add_argument(
        "--from", metavar="RUN", dest="brains_from", type=_path, help="begin with the brains that another run has left"
    )
    run.add_argument(
        "--creature", metavar="FILE", dest="creatures", type=_path, action="append", default=[], help=_CREATURE
    )
    run.add_argument("--reload", action="store_true", help="begin the world anew when its file is saved; brains stay")
    run.add_argument("--json", action="store_true", help="print the summary as the last line")
    run.add_argument("--quiet", action="store_true", help=_QUIET)
    run.add_argument("--strict", action="store_true", help=_STRICT)
    run.add_argument(
        "--list", action="store_true", help="list the shipped configurations and installed plug-ins, and end"
    )
    _add_sweep(commands)
    validate = commands.add_parser("validate", help="check a configuration", description=_VALIDATE)
    validate.set_defaults(command=_validate)
    _add_config(validate)
    replay = commands.add_parser("replay", help="show a run again", description=_REPLAY)
    replay.set_defaults(command=_replay)
    replay.add_argument("run", metavar="RUN", type=_path, help="a run directory")
    _add_trust(replay)
    replay.add_argument("--headless", action="store_true", help="no window, only whether it equals the run")
    resume = commands.add_parser("resume", help="go on with a run that was interrupted", description=_RESUME)
    resume.set_defaults(command=_resume)
    resume.add_argument("run", metavar="RUN", type=_path, help="a run directory, or one of several runs")
    _add_trust(resume)
    resume.add_argument("--ticks", metavar="N", help="end after N ticks in all, so that a finished run goes on")
    resume.add_argument("--threads", metavar="N", help="run the rows of a large species in N slices at once")
    resume.add_argument("--workers", metavar="N", help="run so many seeds at a time (default: one for each processor)")
    _add_ray(resume)
    resume.add_argument("--headless", action="store_true", help="no window, no pictures")
    resume.add_argument("--json", action="store_true", help="print the summary as the last line")
    resume.add_argument("--quiet", action="store_true", help=_QUIET)
    resume.add_argument("--strict", action="store_true", help=_STRICT)
    show = commands.add_parser("show", help="open a window on the last state of a run", description=_SHOW)
    show.set_defaults(command=_show)
    show.add_argument("run", metavar="RUN", type=_path, help="a run directory")
    _add_trust(show)
    watch = commands.add_parser("watch", help="look at a run that another process takes", description=_WATCH)
    watch.set_defaults(command=partial(_show, follow=True))
    watch.add_argument("run", metavar="RUN", type=_path, help="a run directory")
    _add_trust(watch)
    plot = commands.add_parser("plot", help="draw what a run was like", description=_PLOT)
    plot.set_defaults(command=_plot)
    plot.add_argument("run", metavar="RUN", type=_path, help="a run directory")
    plot.add_argument("-o", dest="out", metavar="FILE", type=_path, help="the picture (default: plot.png in RUN)")
    export = commands.add_parser("export", help="write what a run has left for other programs", description=_EXPORT)
    export.set_defaults(command=_export)
    export.add_argument("run", metavar="RUN", type=_path, help="a run directory, or one of several runs")
    export.add_argument("--to", required=True, choices=("csv", "parquet", "tensorboard"), help="the format")
    export.add_argument("--out", metavar="DIR", type=_path, help="for the files (default: export in RUN)")
    creature = commands.add_parser("creature", help="save one creature of a run as a file", description=_SAVE_CREATURE)
    creature.set_defaults(command=_creature)
    creature.add_argument("run", metavar="RUN", type=_path, help="a run directory")
    creature.add_argument("--species", metavar="NAME", help="whose (default: the first)")
    creature.add_argument("--row", metavar="N", default="0", help="its row (default: 0)")
    creature.add_argument("-o", dest="out", metavar="FILE", type=_path, help="default: NAME-N.creature in RUN")
    doctor = commands.add_parser("doctor", help="look whether all is as it must be here", description=_DOCTOR)
    doctor.set_defaults(command=_doctor)
    doctor.add_argument("--json", action="store_true", help="print one JSON object")
    _add_then_and_now(commands)
    _add_play(commands)
    _add_check_world(commands)
    describe = commands.add_parser("describe", help="say what can stand in a configuration", description=_DESCRIBE)
    describe.set_defaults(command=_describe)
    describe.add_argument("family", nargs="?", metavar="FAMILY", help="world, sense, rule, ...; or the name alone")
    describe.add_argument("name", nargs="?", metavar="NAME", help="one of them, as in alife describe rule ring")
    schema = commands.add_parser("schema", help="print the JSON schema of a configuration", description=_SCHEMA)
    schema.set_defaults(command=_schema)
    new_rule = commands.add_parser("new-rule", help="write a learning rule to begin from", description=_NEW_RULE)
    new_rule.set_defaults(command=_new_rule)
    new_rule.add_argument("name", metavar="NAME", help="of the module, in small letters; its class is Name")
    new_world = commands.add_parser("new-world", help="write a world to begin from", description=_NEW_WORLD)
    new_world.set_defaults(command=_new_world)
    new_world.add_argument("name", metavar="NAME", help="of the module, in small letters; its class is Name")
    return parser


_QUIET = "say nothing of progress on standard error"
_STRICT = "end with code 6 where something cannot be written, instead of going on and trying again"
_SWEEP = (
    "Run a configuration once for each combination of values and each seed, side by side, each in a directory of its "
    "own. The same command again, or alife resume DIR, goes on with what is missing."
)
_VALIDATE = (
    "Check a configuration: each key of it, and that world, bodies and brains can be built from it. Of a file that "
    "stands for many runs each combination of values is read; of more than a hundred, a hundred are built, and others "
    "until each value has been in one."
)
_FILM = "FILE ends in .mp4 or .gif, or has no ending: then it is a directory of PNG pictures"
_REPLAY = "Live a run again from its configuration and its interventions; in the window one can go to any of its ticks."
_RESUME = (
    "Go on with a run, or with each unfinished run of a sweep, from its last whole checkpoint: to the bit as if "
    "it had never stopped."
)
_SHOW = (
    "Open a window on the last whole checkpoint of a run, where time stands still: SPACE lets its creatures live on. "
    "Nothing of it is kept; resume goes on with the run itself."
)
_WATCH = (
    "Open a window on the last whole checkpoint of a run that another process takes on this machine, and on each one "
    "that it makes: SPACE lets its creatures live on in between. The run is not touched and nothing is kept."
)
_PLOT = (
    "Draw a run on one page: how many of each species lived, how long, of whom they descend and with which genes; or, "
    "where nobody is born or dies, the learning curves."
)
_CREATURE = "let the creature of a file live in the first row of the species that it fits; may be given again"
_EXPORT = (
    "Write what a run, or each of several, has left as tables of CSV or Parquet, one for each kind of thing, or its "
    "metrics for TensorBoard. Files of an earlier export are replaced."
)
_SAVE_CREATURE = (
    "Save one creature as the last checkpoint of a run has it: its genes, its brain and what it has learned. "
    "alife run CONFIG --creature FILE lets it live in another world."
)
_DOCTOR = (
    "Look at what a run needs of this machine, a line each: ok, note for what a run does without, or MEND and what "
    "to do. The exit code is 1 if there is something to mend, or else 0."
)
_THEN_AND_NOW = (
    "Film the beginning of a run beside the same beginning with the brains that the run has left: what they have "
    "learned, and nothing else, is different."
)
_PLAY = (
    "Steer one creature with the keys. You see what it senses and nothing else; in the end your score stands beside "
    "that of chance, and of the player that lies beside the world."
)
_CHECK_WORLD = (
    "Check a world, whoever wrote it: one line for each check, ok or what is wrong and what would be right. The exit "
    "code is 3 if there is something to mend."
)
_DESCRIBE = (
    "Say what can stand in a configuration: the families and sections there are, the members of one, or all keys of "
    "one member, with their types, ranges and defaults. What installed packages bring is among them."
)
_SCHEMA = (
    "Print the JSON schema of a configuration, with which an editor completes and checks YAML: alife schema > "
    "alife.schema.json, and # yaml-language-server: $schema=alife.schema.json on top of a file."
)
_NEW_WORLD = (
    "Write NAME.py, a world of things and walls that works, test_NAME.py and NAME.yaml, into the working directory."
)
_NEW_RULE = "Write NAME.py, a three-factor learning rule that works, and test_NAME.py into the working directory."


def _add_sweep(commands: "_Commands") -> None:
    sweep = commands.add_parser("sweep", help="run with many values and seeds", description=_SWEEP)
    sweep.set_defaults(command=_sweep)
    sweep.add_argument("config", type=_path, help="a YAML file, which may have a section sweep, or a name of --list")
    sweep.add_argument(
        "--set", action="append", default=[], metavar="A.B=V,W", dest="overrides", help="change a value, or vary it"
    )
    sweep.add_argument("--zip", action="store_true", help="the first values with each other, the second, and so on")
    sweep.add_argument("--ticks", metavar="N", help="end each run after N ticks")
    sweep.add_argument("--seeds", metavar="S-T", help="as in 0-4 or 0,3,7 (default: the configuration's)")
    sweep.add_argument("--out", metavar="DIR", type=_path, help="for the runs, new or empty, or to go on with")
    sweep.add_argument("--workers", metavar="N", help="run so many at a time (default: one for each processor)")
    _add_ray(sweep)
    sweep.add_argument("--only", metavar="K/N", help="run each N-th run from the K-th on, 0 being the first")
    sweep.add_argument("--json", action="store_true", help="print the summary as the last line")
    sweep.add_argument("--quiet", action="store_true", help="say nothing of progress")
    sweep.add_argument("--strict", action="store_true", help=_STRICT)


def _add_ray(parser: _Parser) -> None:
    parser.add_argument(
        "--ray",
        metavar="HOST:PORT",
        nargs="?",
        const="",
        help="run on the cluster of Ray there, or on one that is started here for as long as it takes",
    )


def _add_then_and_now(commands: "_Commands") -> None:
    parser = commands.add_parser(
        "then-and-now", help="film beginners beside what a run has made of them", description=_THEN_AND_NOW
    )
    parser.set_defaults(command=_then_and_now)
    parser.add_argument("run", metavar="RUN", type=_path, help="a run directory in which the last state was saved")
    _add_trust(parser)
    parser.add_argument("-o", "--out", metavar="FILE", type=_path, default=Path("then-and-now.mp4"), help=_FILM)
    parser.add_argument("--portrait", action="store_true", help="1080 x 1920 and stacked, instead of 1280 x 720")
    parser.add_argument("--seconds", metavar="S", default="20", help="how long the film is (default: 20)")
    parser.add_argument("--species", metavar="NAME", help="whose creature is in view (default: the first that learns)")
    parser.add_argument("--row", metavar="R", default="0", help="which of them is in view (default: 0)")


def _add_play(commands: "_Commands") -> None:
    parser = commands.add_parser("play", help="steer a creature yourself", description=_PLAY)
    parser.set_defaults(command=_play)
    parser.add_argument("world", metavar="WORLD", help="forage, lantern, package.module:Class, or a YAML file")
    parser.add_argument("--ticks", metavar="N", help="end after N ticks (default: 1000)")
    parser.add_argument("--seed", metavar="S", help="key of all random numbers")
    _add_set(parser)


def _add_check_world(commands: "_Commands") -> None:
    parser = commands.add_parser("check-world", help="check that a world keeps its contract", description=_CHECK_WORLD)
    parser.set_defaults(command=_check_world)
    parser.add_argument("world", metavar="WORLD", help="forage, package.module:Class, or an id of gymnasium's")
    parser.add_argument("--ticks", metavar="N", default="1000", help="how long twins live (default: 1000)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="set one of its parameters")
    parser.add_argument(
        "--body",
        action="append",
        default=[],
        metavar="SPECIES=BODY",
        help="one species in it, and its body as a file writes it, or nothing for the usual one (default: creature=)",
    )


def _add_config(parser: _Parser) -> None:
    parser.add_argument(
        "config", nargs="?", type=_path, default=_DEFAULT, help="a YAML file, or a name of --list (default: the pond)"
    )
    _add_set(parser)


def _add_trust(parser: _Parser) -> None:
    parser.add_argument("--trust", action="store_true", help="import the code that the run's configuration names")


def _add_set(parser: _Parser) -> None:
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
    config = _load_config(options.config, _collect_overrides(options))
    from alife.app.launch import LaunchOptions, launch

    launched = LaunchOptions(
        options.headless,
        options.out,
        options.record,
        options.quiet,
        brains_from=options.brains_from,
        creatures=tuple(options.creatures),
        reload=options.reload,
        story="always" if options.config == _DEFAULT else "first time",
        strict=options.strict,
    )
    return _tell_ending(launch(config, launched, interruption), options.json)


def _resume(options: argparse.Namespace) -> int:
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
        changes = _collect_overrides(options)
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
    return _run_plan(plan, options.run, options, interruption)


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


def _run_seeds(options: argparse.Namespace, interruption: Interruption) -> int:
    from alife.runs.sweep.seed_list import parse_seeds

    seeds = parse_seeds(options.seeds)
    _parse_workers(options.workers)  # what is wrong with it is said before anything is loaded
    config = _load_config(options.config, _collect_overrides(options))
    from alife.runs.sweep.plan import plan_seeds

    return _run_plan(plan_seeds(config, seeds), options.out, options, interruption)


def _sweep(options: argparse.Namespace) -> int:
    _parse_workers(options.workers)
    only = _parse_share(options.only)
    if only[1] > 1 and options.out is None:
        raise ConfigError("--only: needs --out DIR, the directory that the commands with the other parts share")
    with listening() as interruption:
        with loading():
            from alife.runs.sweep.plan import plan_sweep

            changes = _collect_overrides(options)
            config = find_config(options.config)
            plan = plan_sweep(config, changes, options.seeds, options.zip, options.quiet)
        return _run_plan(plan, options.out, options, interruption, only, "nothing" if options.quiet else "table")


def _run_plan(
    plan: "Plan",
    out: Path | None,
    options: argparse.Namespace,
    interruption: Interruption,
    only: tuple[int, int] = (0, 1),
    shown: "Shown" = "lines",
) -> int:
    from alife.runs.sweep.report import sweep_text
    from alife.runs.sweep.sweep import SweepOptions, sweep

    ray = getattr(options, "ray", None)
    chosen = SweepOptions(out, _parse_workers(options.workers), options.strict, only, shown, ray)
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


def _parse_workers(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"0*[1-9][0-9]{0,3}", text):
        raise ConfigError(f"--workers: must be a whole number from 1 to 9999, got {text[:40]!r}")
    return int(text)


def _load_config(path: Path, overrides: Sequence[str]) -> "SimulationConfig":
    """Read a configuration, and with it everything that it names."""
    with loading():
        from alife.config.simulation_config import load_config

        try:
            return load_config(find_config(path), overrides)
        except ConfigError as error:
            lists = (text.partition("=")[0].strip() for text in overrides if "," in text.partition("=")[2])
            several = tuple(f"{key}:" for key in lists)
            more = "; alife sweep runs once with each of several values"
            raise ConfigError([f"{one}{more if one.startswith(several) else ''}" for one in error.faults]) from error


def _collect_overrides(options: argparse.Namespace) -> list[str]:
    given: Sequence[str] = getattr(options, "overrides", ())
    own = [(key, getattr(options, key, None)) for key in ("ticks", "seed", "threads")]
    return [*given, *(f"{key}={_null_as_text(value)}" for key, value in own if value is not None)]


def _null_as_text(value: str) -> str:
    """Return a value as it is, unless YAML reads it as nothing, as it does a shell variable that is not set.

    That would mean to run for ever. As text it is refused, together with all else that is wrong.
    """
    from alife.config.yaml_file import parse_yaml

    with suppress(ConfigError):
        return json.dumps(value) if parse_yaml(value, "") is None else value
    return value


def _validate(options: argparse.Namespace) -> int:
    with loading():
        from alife.app.validate import check_buildable, check_plan
        from alife.runs.sweep.plan import is_sweep, plan_sweep

        path = find_config(options.config)
        plan = plan_sweep(path, options.overrides) if is_sweep(path) else None
    if plan is not None:
        print_line(f"{options.config}: fine, {check_plan(plan)}")
        return 0
    config = _load_config(options.config, options.overrides)
    check_buildable(config)
    print_line(f"{options.config}: fine, {config.name} with {', '.join(config.creatures)}")
    return 0


def _replay(options: argparse.Namespace) -> int:
    with listening() as interruption:
        with loading():
            from alife.app.launch import replay
            from alife.runs.past_run import read_run

            run = read_run(options.run, options.trust)
        line, exit_code = replay(run, options.headless, interruption)
        print_line(line)
        return exit_code


def _show(options: argparse.Namespace, follow: bool = False) -> int:
    with listening() as interruption:
        with loading():
            from alife.app.launch import show
        return show(options.run, interruption, options.trust, follow)


def _plot(options: argparse.Namespace) -> int:
    with loading():
        from alife.app.plot_run import plot_run
    print_line(plot_run(options.run, options.out))
    return 0


def _export(options: argparse.Namespace) -> int:
    with loading():
        from alife.runs.export.export import export
    for file in export(options.run, options.to, options.out):
        print_line(file)
    return 0


def _creature(options: argparse.Namespace) -> int:
    with loading():
        from alife.app.creatures import save_creature_of_run
    row = _parse_whole_number(options.row, "--row")
    print_line(save_creature_of_run(options.run, options.species, row, options.out))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from alife.app.doctor import examine_machine

    findings = examine_machine()
    if options.json:
        print_line(json.dumps({one.name: {"state": one.state, "finding": one.finding} for one in findings}))
    else:
        for one in findings:
            print_line(f"{one.state:<5} {one.name:<10} {one.finding}")
    return int(any(one.state == "MEND" for one in findings))


def _then_and_now(options: argparse.Namespace) -> int:
    seconds, row = _parse_number(options.seconds, "--seconds", 3600), _parse_whole_number(options.row, "--row")
    with listening() as interruption:
        with loading():
            from alife.app.then_and_now import ThenAndNowOptions, then_and_now
        chosen = ThenAndNowOptions(options.portrait, seconds, options.species, row)
        film = then_and_now(options.run, options.out, chosen, interruption, options.trust)
        print_line(film if film is not None else "no film")
        return interruption.exit_code


def _parse_number(text: str, name: str, most: float) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) or not 0 < float(text) <= most:
        raise ConfigError(f"{name}: must be a number above 0, at most {most:g}, got {text[:40]!r}")
    return float(text)


def _parse_whole_number(text: str, name: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ConfigError(f"{name}: must be a whole number of 0 or more, got {text[:40]!r}")
    return int(text)


def _play(options: argparse.Namespace) -> int:
    with loading():
        from alife.app.play import check_screen, play, read_config

        config = read_config(options.world, _collect_overrides(options))
    check_screen()
    print_line(play(config).summary_line())
    return 0


def _check_world(options: argparse.Namespace) -> int:
    ticks = _parse_whole_number(options.ticks, "--ticks")
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


def _describe(options: argparse.Namespace) -> int:
    with loading():
        from alife.app.describe import describe
    print_line(describe([word for word in (options.family, options.name) if word is not None]))
    return 0


def _schema(options: argparse.Namespace) -> int:
    with loading():
        from alife.config.json_schema import json_schema
    print_line(json.dumps(json_schema(), indent=1))
    return 0


def _new_rule(options: argparse.Namespace) -> int:
    from alife.app.scaffold_rule import new_rule

    print_line(new_rule(options.name))
    return 0


def _new_world(options: argparse.Namespace) -> int:
    from alife.app.scaffold_world import new_world

    print_line(new_world(options.name))
    return 0


def _list() -> int:
    from alife.config.resolve import list_entry_points
    from alife.config.yaml_file import first_comment

    paths = sorted(CONFIGS.glob("*.yaml"))
    if not paths:
        raise ConfigError(f"{CONFIGS}: there are no configurations here")
    for path in paths:
        print_line(f"{path.name:<24} {first_comment(path)}")
    for family, one in list_entry_points():
        print_line(f"{f'kind: {one.name}':<24} A {family.name} of the installed package {one.package}.")
    return 0

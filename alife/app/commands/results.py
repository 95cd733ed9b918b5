"""The commands that make something of what a run has left: plot, export, creature, then-and-now."""

import argparse
from pathlib import Path

from alife.app.commands._arguments import FILM, RUN, TRUST, parse_number, parse_whole_number, path
from alife.app.commands._command import argument, command, flag
from alife.app.loading import loading
from alife.core.terminal import print_line
from alife.sim.signals import listening


@command(
    "draw what a run was like",
    RUN,
    argument("-o", dest="out", metavar="FILE", type=path, help="the picture (default: plot.png in RUN)"),
)
def plot(options: argparse.Namespace) -> int:
    """Draw a run on one page: how many of each species lived, how long, of whom they descend and with which genes; or,
    where nobody is born or dies, the learning curves.
    """
    with loading():
        from alife.app.plot_run import plot_run
    print_line(plot_run(options.run, options.out))
    return 0


@command(
    "write what a run has left for other programs",
    argument("run", metavar="RUN", type=path, help="a run directory, or one of several runs"),
    argument("--to", required=True, choices=("csv", "parquet", "tensorboard"), help="the format"),
    argument("--out", metavar="DIR", type=path, help="for the files (default: export in RUN)"),
)
def export(options: argparse.Namespace) -> int:
    """Write what a run, or each of several, has left as tables of CSV or Parquet, one for each kind of thing, or its
    metrics for TensorBoard. Files of an earlier export are replaced.
    """
    with loading():
        from alife.runs.export.export import export
    for file in export(options.run, options.to, options.out):
        print_line(file)
    return 0


@command(
    "save one creature of a run as a file",
    RUN,
    argument("--species", metavar="NAME", help="whose (default: the first)"),
    argument("--row", metavar="N", default="0", help="its row (default: 0)"),
    argument("-o", dest="out", metavar="FILE", type=path, help="default: NAME-N.creature in RUN"),
)
def creature(options: argparse.Namespace) -> int:
    """Save one creature as the last checkpoint of a run has it: its genes, its brain and what it has learned.
    alife run CONFIG --creature FILE lets it live in another world.
    """
    with loading():
        from alife.app.creatures import save_creature_of_run
    row = parse_whole_number(options.row, "--row")
    print_line(save_creature_of_run(options.run, options.species, row, options.out))
    return 0


@command(
    "film beginners beside what a run has made of them",
    argument("run", metavar="RUN", type=path, help="a run directory in which the last state was saved"),
    TRUST,
    argument("-o", "--out", metavar="FILE", type=path, default=Path("then-and-now.mp4"), help=FILM),
    flag("--portrait", "1080 x 1920 and stacked, instead of 1280 x 720"),
    argument("--seconds", metavar="S", default="20", help="how long the film is (default: 20)"),
    argument("--species", metavar="NAME", help="whose creature is in view (default: the first that learns)"),
    argument("--row", metavar="R", default="0", help="which of them is in view (default: 0)"),
)
def then_and_now(options: argparse.Namespace) -> int:
    """Film the beginning of a run beside the same beginning with the brains that the run has left: what they have
    learned, and nothing else, is different.
    """
    seconds, row = parse_number(options.seconds, "--seconds", 3600), parse_whole_number(options.row, "--row")
    with listening() as interruption:
        with loading():
            from alife.app.then_and_now import ThenAndNowOptions, then_and_now
        chosen = ThenAndNowOptions(options.portrait, seconds, options.species, row)
        film = then_and_now(options.run, options.out, chosen, interruption, options.trust)
        print_line(film if film is not None else "no film")
        return interruption.exit_code

"""The commands that open a window: on a run, replay, show and watch; on a creature that is steered by hand, play."""

import argparse

from alife.app.commands._arguments import RUN, SEED, SET, TRUST
from alife.app.commands._command import argument, command, flag
from alife.app.commands._configuration import collect_overrides
from alife.app.loading import loading
from alife.core.terminal import print_line
from alife.sim.signals import listening


@command("show a run again", RUN, TRUST, flag("--headless", "no window, only whether it equals the run"))
def replay(options: argparse.Namespace) -> int:
    """Live a run again from its configuration and its interventions; in the window one can go to any of its ticks."""
    with listening() as interruption:
        with loading():
            from alife.app.launch import replay
            from alife.runs.past_run import read_run

            run = read_run(options.run, options.trust)
        line, exit_code = replay(run, options.headless, interruption)
        print_line(line)
        return exit_code


@command("open a window on the last state of a run", RUN, TRUST)
def show(options: argparse.Namespace) -> int:
    """Open a window on the last whole checkpoint of a run, where time stands still: SPACE lets its creatures live on.
    Nothing of it is kept; resume goes on with the run itself.
    """
    return _open_window(options, follow=False)


@command("look at a run that another process takes", RUN, TRUST)
def watch(options: argparse.Namespace) -> int:
    """Open a window on the last whole checkpoint of a run that another process takes on this machine, and on each one
    that it makes: SPACE lets its creatures live on in between. The run is not touched and nothing is kept.
    """
    return _open_window(options, follow=True)


def _open_window(options: argparse.Namespace, follow: bool) -> int:
    with listening() as interruption:
        with loading():
            from alife.app.launch import show
        return show(options.run, interruption, options.trust, follow)


@command(
    "steer a creature yourself",
    argument("world", metavar="WORLD", help="forage, lantern, package.module:Class, or a YAML file"),
    argument("--ticks", metavar="N", help="end after N ticks (default: 1000)"),
    SEED,
    SET,
)
def play(options: argparse.Namespace) -> int:
    """Steer one creature with the keys. You see what it senses and nothing else; in the end your score stands beside
    that of chance, and of the player that lies beside the world.
    """
    with loading():
        from alife.app.play import check_screen, play, read_config

        config = read_config(options.world, collect_overrides(options))
    check_screen()
    print_line(play(config).summary_line())
    return 0

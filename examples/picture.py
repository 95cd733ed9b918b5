"""A picture of the window after so many ticks, made without a screen.

python -m examples.picture configs/pond.yaml 36000 docs/pond.png
python -m examples.picture configs/forage.yaml 20000 docs/event.png --at-event       at its next weight update
python -m examples.picture configs/forage.yaml 20000 docs/inspector.png --inspect    and the update opened
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from alife.config.simulation_config import load_config
from alife.sim.build import build_simulation
from alife.sim.spectator import Spectator
from alife.view.film.picture import OffScreen, save_png

_WATCHED = 900  # ticks before the picture, for the trails and the scrolling lines
_PATIENCE = 10_000  # ticks to wait for a weight update


def picture(config: Path, ticks: int, path: Path, at_event: bool = False, inspect: bool = False) -> None:
    """Run a configuration, watch its last ticks as the window would, and save what it then shows."""
    torch.set_num_threads(1)
    simulation = build_simulation(load_config(config))
    spectator, window = Spectator(simulation), OffScreen()
    while simulation.tick < max(0, ticks - _WATCHED):
        simulation.run_tick()
    learned = False
    while simulation.tick < ticks or (at_event and not learned and simulation.tick < ticks + _PATIENCE):
        simulation.run_tick()
        spectator.observe_tick()
        frame = spectator.build_frame(ticks_per_second=90.0)
        learned = bool(frame.updates)
        window.draw_frame(frame)
    if inspect:
        window.canvas.brain.inspect_last()
        window.draw_frame(spectator.build_frame(ticks_per_second=90.0))
    save_png(path, window.as_array())


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the picture that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("ticks", type=int)
    parser.add_argument("picture", type=Path)
    parser.add_argument(
        "--at-event", action="store_true", help="go on to the next weight update of the creature in view"
    )
    parser.add_argument("--inspect", action="store_true", help="open the last weight update")
    options = parser.parse_args(arguments)
    picture(options.config, options.ticks, options.picture, options.at_event or options.inspect, options.inspect)


if __name__ == "__main__":
    main()

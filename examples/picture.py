"""A picture of the window after so many ticks, made without a screen.

python -m examples.picture configs/pond.yaml 36000 docs/pond.png
python -m examples.picture configs/forage.yaml 20000 docs/event.png --at-event       at its next weight update
python -m examples.picture configs/forage.yaml 20000 docs/inspector.png --inspect    and the update opened
python -m examples.picture configs/pond.yaml 9000 crowd.png --colour reward --set creatures.learners.count=280
python -m examples.picture configs/savanna.yaml 10000 docs/population.png --lineage  with a ring around its kin
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from alife.config.simulation_config import SimulationConfig, load_config
from alife.core.command import Select
from alife.core.errors import ConfigError
from alife.sim.build import build_simulation
from alife.sim.spectator import Spectator
from alife.view.draw import theme
from alife.view.draw.geometry import is_gone, spots
from alife.view.draw.measures import SPECIES
from alife.view.film.picture import OffScreen, save_png

_WATCHED = 900  # ticks before the picture, for the trails and the scrolling lines
_PATIENCE = 10_000  # ticks to wait for a weight update


def picture(
    config: SimulationConfig,
    ticks: int,
    path: Path,
    at_event: bool = False,
    inspect: bool = False,
    colour: str = SPECIES,
    lineage: bool = False,
    size: tuple[int, int] = theme.DESIGN_SIZE,
) -> None:
    """Run a configuration, watch its last ticks as the window would, and save what it then shows."""
    torch.set_num_threads(1)
    simulation, pace = build_simulation(config), config.view.ticks_per_second
    spectator, window = Spectator(simulation), OffScreen(size)
    while simulation.tick < max(0, ticks - _WATCHED):
        simulation.run_tick()
    frame = spectator.build_frame(pace)
    if is_gone(frame.scene, frame.selected) and (there := spots(frame.scene)):
        spectator.apply_command(Select(there[0].species, there[0].row))  # somebody who lives
    window.canvas.world.show_kin = lineage
    learned = False
    while simulation.tick < ticks or (at_event and not learned and simulation.tick < ticks + _PATIENCE):
        simulation.run_tick()
        spectator.observe_tick()
        frame = spectator.build_frame(pace)
        learned = bool(frame.updates)
        window.draw_frame(frame)
    if inspect:
        window.canvas.brain.inspect_last()
    while colour != SPECIES and (now := window.canvas.world.cycle_colours()) != colour:
        if now == SPECIES:
            raise ConfigError(f"--colour: no creature here has {colour!r}")
    if inspect or colour != SPECIES:
        window.draw_frame(spectator.build_frame(pace))
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
    parser.add_argument("--colour", default=SPECIES, help="as k does: reward, energy, age, a gene")
    parser.add_argument("--lineage", action="store_true", help="mark that of the creature in view")
    parser.add_argument("--size", default=list(theme.DESIGN_SIZE), type=int, nargs=2, metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--set", action="append", default=[], metavar="A.B=VALUE", help="change one value")
    options = parser.parse_args(arguments)
    config, at_event = load_config(options.config, options.set), options.at_event or options.inspect
    size = options.size[0], options.size[1]
    picture(config, options.ticks, options.picture, at_event, options.inspect, options.colour, options.lineage, size)


if __name__ == "__main__":
    main()

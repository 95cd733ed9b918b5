"""A picture of the window after so many ticks, made without a screen.

python -m examples.picture configs/pond.yaml 20000 docs/pond.png
"""

import sys
from pathlib import Path

import torch

from alife.sim.config import load_config
from alife.sim.simulation import Simulation
from alife.sim.spectator import Spectator
from alife.view.picture import OffScreen, save_png

_WATCHED = 900  # ticks before the picture, for the trails and the scrolling lines


def picture(config: Path, ticks: int, path: Path) -> None:
    """Run a configuration, watch its last ticks as the window would, and save what it then shows."""
    torch.set_num_threads(1)
    simulation = Simulation(load_config(config))
    spectator, window = Spectator(simulation), OffScreen()
    while simulation.tick < ticks:
        simulation.step()
        if simulation.tick > ticks - _WATCHED:
            spectator.watch()
            if simulation.tick % 3 == 0:
                window.show(spectator.frame(ticks_per_second=90.0))
    save_png(path, window.array())


if __name__ == "__main__":
    _, config_name, ticks_text, picture_name = sys.argv
    picture(Path(config_name), int(ticks_text), Path(picture_name))

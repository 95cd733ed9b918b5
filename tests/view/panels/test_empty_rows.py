"""The window where creatures die and none is born: it goes on, also with one of them selected."""

from pathlib import Path

import pytest

from alife.config.simulation_config import load_config
from alife.core.command import Select
from alife.sim.build import build_simulation
from alife.sim.spectator import Spectator
from alife.view.window._neighbour import neighbour
from alife.view.window.window import Window

CONFIG = Path(__file__).resolve().parents[3] / "configs" / "predator_prey.yaml"


@pytest.mark.slow
def test_the_window_shows_a_run_whose_selected_creature_dies(no_screen: pytest.MonkeyPatch) -> None:
    """Every frame can be shown, the dead are in none, and the next creature is one that lives."""
    changes = [f"creatures.prey.body.metabolism.{change}" for change in ("start=1.0", "gain=0.0", "refill=false")]
    gone = "creatures.prey.body.metabolism.extinction=continue"
    simulation = build_simulation(load_config(CONFIG, ["ticks=40", "world.copies=1", *changes, gone]))
    spectator, window = Spectator(simulation), Window("test", fps=1000, size=(800, 600))
    spectator.apply_command(Select("prey", 1))
    try:
        for _ in range(40):
            simulation.run_tick()
            frame = spectator.build_frame(30.0)
            window.show(frame)
    finally:
        window.close()

    assert not simulation.lives.by_species["prey"].alive[1]
    assert "prey[1]" not in frame.scene.text()
    assert frame.selected == ("prey", 1)
    assert neighbour(frame, ("prey", 1), 1) == Select("predators", 0)

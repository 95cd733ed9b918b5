"""Whatever is pressed, clicked or dragged, the window lives on."""

import random
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from alife.config.simulation_config import load_config
from alife.core.command import Intervene
from alife.core.errors import InterventionError
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from alife.sim.spectator import Spectator
from alife.view.window.keys import KEYS
from alife.view.window.window import Window

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
CODES = [code for key in KEYS if key.action != "stop" for code in key.codes]
SIZES = [(200, 150), (800, 500), (1280, 800)]


def random_events(chance: random.Random, size: tuple[int, int]) -> Iterator[pygame.Event]:
    """Yield random keys, buttons and motions, as many as fit into the time of one picture."""
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(size[0]), chance.randrange(size[1])
        kind = chance.choice(["key", "key", "button", "button", "motion", "wheel"])
        if kind == "key":
            code = chance.choice(CODES)
            name = pygame.key.name(code)
            character = name if len(name) == 1 else ""
            yield pygame.Event(pygame.KEYDOWN, key=code, unicode=character, mod=0)
            yield pygame.Event(pygame.KEYUP, key=code, mod=0)
        elif kind == "button":
            button = chance.choice([1, 1, 1, 2, 3])
            yield pygame.Event(pygame.MOUSEBUTTONDOWN, button=button, pos=at, touch=False)
            if chance.random() < 0.7:
                yield pygame.Event(pygame.MOUSEBUTTONUP, button=button, pos=at, touch=False)
        elif kind == "motion":
            by = chance.randint(-9, 9), chance.randint(-9, 9)
            yield pygame.Event(pygame.MOUSEMOTION, pos=at, rel=by, buttons=chance.choice([(0, 0, 0), (0, 0, 1)]))
        else:
            yield pygame.Event(pygame.MOUSEWHEEL, x=0, y=chance.choice([-1, 1]), flipped=False)


def obey(simulation: Simulation, spectator: Spectator, window: Window) -> None:
    for command in window.commands():
        if not isinstance(command, Intervene):
            spectator.apply_command(command)
            continue
        try:
            spectator.show_intervention(simulation.intervene(command.intervention))
        except InterventionError as error:
            spectator.message = str(error)


@pytest.mark.slow
@pytest.mark.parametrize(("config", "seed"), [("forage", 0), ("lantern", 1), ("rules_race", 2), ("glide", 3)])
def test_nothing_that_is_pressed_or_clicked_ends_in_an_error(
    config: str, seed: int, no_screen: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Random keys, buttons and motions, in windows of three sizes, interventions included."""
    no_screen.setenv("XDG_STATE_HOME", str(tmp_path))
    chance = random.Random(seed)
    simulation = build_simulation(load_config(CONFIGS / f"{config}.yaml", ["world.copies=2"]))
    spectator = Spectator(simulation)
    for size in SIZES:
        window = Window("anything", fps=1000, size=size, story="always")
        window.folder = tmp_path
        for _ in range(20):
            for _ in range(min(3, spectator.pace.ticks_for_next_frame() + spectator.pace.turbo)):
                simulation.run_tick()
                spectator.observe_tick()
            window.show(spectator.build_frame(90.0))
            for event in random_events(chance, size):
                pygame.event.post(event)
            obey(simulation, spectator, window)
        window.close()
        assert not spectator.stopped

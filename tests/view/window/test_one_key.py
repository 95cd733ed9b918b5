"""Every key by itself, at a window without a screen with a real run behind it."""

from collections.abc import Sequence

import pygame
import pytest

from alife.config.simulation_config import SimulationConfig
from alife.core.command import Command
from alife.core.frame import Frame
from alife.sim.build import build_simulation
from alife.sim.runner import Runner
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from alife.view.window.keys import KEYS, TABLE, Key
from alife.view.window.window import Window
from tests.sim.runs import small
from tests.sim.test_settings import tiny_savanna

_INTERVENTIONS = {key.action for key in TABLE["Interventions"]}
_LOOKS = [key for key in KEYS if key.action not in _INTERVENTIONS | {"", "stop"}]
_PRESSED, _LET_GO = 3, 6  # frames


def _config() -> SimulationConfig:
    return small(24, view={"ticks_per_second": 1000.0})


class _Person:
    """Presses one key at a window early in a run, and lets the run go on should it wait."""

    def __init__(self, key: Key) -> None:
        self.window = Window("test", fps=1000, size=(640, 420))
        self._key, self._frames = key, 0
        self._paused = False

    def show(self, frame: Frame) -> None:
        self._frames += 1
        self._paused = frame.paused
        self.window.show(frame)

    def commands(self) -> Sequence[Command]:
        if self._frames == _PRESSED:
            self._press(self._key.codes[0])
        elif self._frames > _LET_GO and self._paused:
            self._press(pygame.K_END)
            self._press(pygame.K_ESCAPE)
            return [*self.window.commands(), *self._go_on()]
        return self.window.commands()

    def _go_on(self) -> Sequence[Command]:
        self._press(pygame.K_SPACE)
        return self.window.commands()

    def _press(self, code: int) -> None:
        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            pygame.event.post(pygame.event.Event(kind, key=code, unicode="", mod=0))

    def close(self) -> None:
        self.window.close()


@pytest.fixture(scope="module")
def alone() -> Simulation:
    """A run without a window."""
    simulation = build_simulation(_config())
    Runner(simulation, None, Interruption()).run()
    return simulation


_OF_LIVES = ("parent", "child", "kin", "lower", "spread", "colours")


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in KEYS if key.action in _OF_LIVES], ids=lambda key: key.action)
def test_a_key_of_lives_changes_nothing_where_creatures_are_born_and_die(no_screen, key: Key) -> None:
    """Each alone, as below."""
    simulations = [build_simulation(tiny_savanna(24)) for _ in range(2)]
    Runner(simulations[0], None, Interruption()).run()
    person = _Person(key)
    Runner(simulations[1], None, Interruption(), person).run()
    person.close()
    assert simulations[1].tick == 24
    assert simulations[0].events.digest == simulations[1].events.digest


@pytest.mark.slow
@pytest.mark.parametrize("key", _LOOKS, ids=[key.action for key in _LOOKS])
def test_a_key_that_is_no_intervention_changes_nothing_that_happens(no_screen, alone: Simulation, key: Key) -> None:
    """Each alone, so that none can hide behind another: the same tick and the same hash of events."""
    simulation, person = build_simulation(_config()), _Person(key)
    Runner(simulation, None, Interruption(), person).run()
    person.close()
    assert (simulation.tick, simulation.events.digest) == (alone.tick, alone.events.digest)

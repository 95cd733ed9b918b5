"""Simulation: a world and the creatures in it, tick by tick."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.errors import CheckpointError, NumericError
from alife.frame import BrainProbe, FrameEvent
from alife.population import Population
from alife.scene import Scene
from alife.sim import guard
from alife.sim.build import build_population, build_world, world_seed
from alife.sim.config import SimulationConfig
from alife.sim.events import SOURCES, EventLog
from alife.sim.metrics import SpeciesMetrics
from alife.world import Events, Outcome, State


class Simulation:
    """A run without clock, window or disk: only `step` changes it.

    Args:
        config: checked and complete.

    Raises:
        WorldError: the world cannot be built or breaks its contract.
        ConfigError: bodies, brains and world do not fit together.
    """

    def __init__(self, config: SimulationConfig) -> None:
        self.config, self.tick = config, 0
        self.world = build_world(config)
        self.populations: dict[str, Population] = {
            name: build_population(config, name, self.world) for name in config.creatures
        }
        self.metrics = {name: SpeciesMetrics(self.world.rows(name), config.ticks) for name in config.creatures}
        self.events = EventLog(list(config.creatures), self.world.causes)
        self._outcomes: dict[str, Outcome] = guard.call(self.world, 0, self.world.reset, world_seed(config))
        guard.check(self.world, 0, self._outcomes)

    def step(self) -> None:
        """Let one tick pass: every creature senses, learns and acts, then the world answers.

        Raises:
            WorldError: the world broke its contract; the message names species, row and tick.
            NumericError: a brain left the numbers; the message names species, row and tick.
        """
        actions = {name: self._act(name) for name in self.populations}
        self.events.add_surprises(self.tick, {name: each.report for name, each in self.populations.items()})
        self.tick += 1
        self._outcomes = guard.call(self.world, self.tick, self.world.step, actions)
        guard.check(self.world, self.tick, self._outcomes)
        self.events.add_world(self.tick, self._outcomes)
        for name, population in self.populations.items():
            self.metrics[name].add(self._outcomes[name], population)

    def _act(self, name: str) -> NDArray[Any]:
        try:
            return self.populations[name].act(self._outcomes[name])
        except NumericError as error:
            raise NumericError(f"species {name}, tick {self.tick}: {error}") from error

    def scene(self, copy: int) -> Scene:
        """Return what one copy looks like now."""
        scene: Scene = guard.call(self.world, self.tick, self.world.scene, copy)
        return scene

    def probe(self, species: str, row: int) -> BrainProbe:
        """Return what goes on in the brain of one creature."""
        return self.populations[species].probe(row)

    def happened(self, copy: int) -> list[FrameEvent]:
        """Return what has come to the creatures of one copy since the last tick began."""
        counts = {name: species.count for name, species in self.config.creatures.items()}
        events = (self._frame_event(event) for records in self.events.now for event in records)
        return [event for event in events if event.row // counts[event.species] == copy]

    def _frame_event(self, event: Any) -> FrameEvent:
        tick, species, row, cause, value, source = event.item()
        return FrameEvent(tick, self.events.species[species], row, self.events.causes[cause], value, SOURCES[source])

    def metrics_line(self) -> dict[str, Any]:
        """Return what happened since the last such line."""
        return {
            "tick": self.tick,
            "species": {name: metrics.line() for name, metrics in self.metrics.items()},
        }

    def state_dict(self) -> State:
        """Return all that this run needs to go on as if it had never stopped."""
        return {
            "tick": self.tick,
            "seed": self.config.seed,
            "digest": self.events.digest.hex(),
            "world": self.world.state_dict(),
            "populations": {name: each.state_dict() for name, each in self.populations.items()},
            "metrics": {name: each.state_dict() for name, each in self.metrics.items()},
            "outcomes": {name: _outcome_state(each) for name, each in self._outcomes.items()},
        }

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned for the same configuration.

        Raises:
            CheckpointError: the state belongs to another configuration.
        """
        if set(state["populations"]) != set(self.populations):
            there, here = ", ".join(sorted(state["populations"])), ", ".join(sorted(self.populations))
            raise CheckpointError(f"the saved state has the species {there}, this configuration has {here}")
        try:
            self.world.load_state_dict(state["world"])
            for name, population in self.populations.items():
                population.load_state_dict(state["populations"][name])
                self.metrics[name].load_state_dict(state["metrics"][name])
        except (KeyError, ValueError, RuntimeError) as error:
            raise CheckpointError(f"the saved state does not fit this configuration: {error}") from error
        self.tick = int(state["tick"])
        self.events.digest = bytes.fromhex(state["digest"])
        self._outcomes = {name: _outcome(each) for name, each in state["outcomes"].items()}


def _outcome_state(outcome: Outcome) -> State:
    events = outcome.events._asdict()
    return {
        "observations": outcome.observations.copy(),
        "rewards": outcome.rewards.copy(),
        "terminated": outcome.terminated.copy(),
        "truncated": outcome.truncated.copy(),
        "events": {name: column.copy() for name, column in events.items()},
    }


def _outcome(state: State) -> Outcome:
    columns = {name: np.array(state[name]) for name in ("observations", "rewards", "terminated", "truncated")}
    return Outcome(**columns, events=Events(**{name: np.array(state["events"][name]) for name in Events._fields}))

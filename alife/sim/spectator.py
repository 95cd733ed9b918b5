"""Spectator: what the next frame of a run shows, and the clock that a person sets."""

import inspect
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from alife.config.resolve import READOUT, resolve
from alife.core.command import (
    ChangeSpeed,
    Command,
    GoOnAlone,
    Select,
    SingleTick,
    Stop,
    ToggleCloseUp,
    TogglePause,
    ToggleTurbo,
)
from alife.core.frame import (
    BrainProbe,
    Episodes,
    Frame,
    FrameEvent,
    LifeFrame,
    PopulationFrame,
    SpeciesFrame,
    WeightUpdate,
)
from alife.core.intervention import Drop, Intervention
from alife.core.scene import drawable
from alife.sim._distributions import distributions
from alife.sim.pace import Pace
from alife.sim.simulation import Simulation

LOOK_BACK = 30  # ticks of the selected brain that one frame can show
_KEPT_TICKS, _KEPT_NUMBERS = 300, 4_000_000  # of all brains of the arena in view, for who is selected next
_MOST_EVENTS = 200
_MOST_UPDATES = 30
_SOON, _SHARE = 10, 400  # ticks after which a population is counted anew, at least, and as a share of the run so far

_Weights = tuple[NDArray[np.float32], ...]


class Spectator:
    """Collects what the next frame shows. Looking never changes the run.

    Args:
        simulation: to look at.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation, self._config = simulation, simulation.config
        self.pace = Pace(self._config.view)
        self.stopped = self.detached = False
        self.message = ""
        self._observed_tick = simulation.tick  # the last one
        self._kept: deque[dict[str, Callable[[int], BrainProbe]]] = deque(maxlen=_ticks_kept(simulation))
        self._brain: deque[BrainProbe] = deque(maxlen=_KEPT_TICKS)
        self._recent_probes: deque[BrainProbe] = deque(maxlen=LOOK_BACK)  # the same, whatever frames have been shown
        self._events: deque[FrameEvent] = deque(maxlen=_MOST_EVENTS)
        self._previous_events: list[FrameEvent] = []  # of the tick before, whatever frames have been shown
        self._updates: deque[WeightUpdate] = deque(maxlen=_MOST_UPDATES)
        self._populations: dict[str, PopulationFrame] = {}  # as they were shown last
        self._counted: dict[str, int] = {}  # and at which tick their curves were
        self._weights: _Weights | None = None  # of the selected creature at the last tick that was watched
        self._selected = (most_interesting(simulation), 0)

    def _learns(self, name: str) -> bool:
        return self._simulation.populations[name].learns

    def apply_command(self, command: Command) -> None:
        """Apply a command of the person at the window, as far as it changes nothing that happens."""
        match command:
            case TogglePause():
                self.pace.toggle_pause()
            case SingleTick():
                self.pace.single_tick()
            case ChangeSpeed(factor):
                self.pace.change_speed(factor)
            case ToggleTurbo():
                self.pace.turbo = not self.pace.turbo
            case ToggleCloseUp():
                self.pace.close_up = not self.pace.close_up
            case Select(species, row):
                self._select(species, row)
            case GoOnAlone():
                self.detached = True
            case Stop():
                self.stopped = True

    def _select(self, species: str, row: int) -> None:
        if (species, row) != self._selected:
            before, self._selected = self._selected_copy(), (species, row)
            kept = [*self._kept] if self._selected_copy() == before else []
            self.clear_history()
            self._kept.extend(kept)
            self._recall(kept)

    def _recall(self, kept: list[dict[str, Callable[[int], BrainProbe]]]) -> None:
        """Take in what went on in the brain of the creature that was selected, as far as it was kept, at least now."""
        species, row = self._selected
        probes = [each[species](row) for each in kept]
        if not probes and self._simulation.tick:
            probes = [self._simulation.probe(species, row)]
        self._brain.extend(probes)
        self._recent_probes.extend(probes)

    def clear_history(self) -> None:
        """Clear what was observed: another creature is selected, or a state was loaded."""
        for memory in (self._brain, self._recent_probes, self._events, self._updates, self._kept):
            memory.clear()
        self._populations.clear()
        self._weights = None
        self._previous_events = []
        self._observed_tick = self._simulation.tick

    def show_intervention(self, event: FrameEvent, intervention: Intervention | None = None) -> None:
        """Show an intervention that was just applied, and clear the message of the last one."""
        self.message = ""
        if self._simulation.concerns_copy(event, self._selected_copy()):
            place = (intervention.x, intervention.y) if isinstance(intervention, Drop) else None
            self._events.append(replace(event, place=place))

    def observe_tick(self) -> bool:
        """Observe the tick that has just passed; return whether the world had an event for the selected creature."""
        tick = self._simulation.tick
        if tick != self._observed_tick + 1:
            self._weights = None  # ticks have passed unseen; what they changed cannot be told apart
            self._recent_probes.clear()
            self._kept.clear()
        self._observed_tick = tick
        probe = self._probe()
        happened = self._simulation.copy_events(self._selected_copy())
        self._brain.append(probe)
        self._recent_probes.append(probe)
        self._events.extend(happened)
        self._record_weight_update(probe, happened)
        self._previous_events = happened
        return any((one.species, one.row) == self._selected and one.source == "world" for one in happened)

    def _probe(self) -> BrainProbe:
        """Return the probe of the selected creature, and keep those of all others of its arena."""
        species, row = self._selected
        if not self._kept.maxlen:
            return self._simulation.probe(species, row)
        self._kept.append(self._simulation.copy_probes(self._selected_copy()))
        return self._kept[-1][species](row)

    def _record_weight_update(self, probe: BrainProbe, happened: list[FrameEvent]) -> None:
        if self._weights is not None and not probe.learned:
            return
        before, self._weights = self._weights, self._simulation.snapshot(*self._selected).weights
        if before is None or not probe.learned:
            return
        causes = tuple(one for one in [*self._previous_events, *happened] if self._is_cause(one, probe.tick))
        self._updates.append(
            WeightUpdate(probe.tick, *self._selected, causes, before, self._weights, tuple(self._recent_probes))
        )

    def _is_cause(self, event: FrameEvent, tick: int) -> bool:
        """Return whether an event came to the selected creature with what it sensed at a tick."""
        return (event.species, event.row) == self._selected and event.tick == tick

    def _selected_copy(self) -> int:
        species, row = self._selected
        return row // self._config.creatures[species].rows

    def build_frame(self, ticks_per_second: float) -> Frame:
        """Build the frame of now; probes, events and updates are shown once."""
        if self._observed_tick != self._simulation.tick:
            self.observe_tick()  # too many ticks passed to observe them; show at least the last
        simulation, copy, pace = self._simulation, self._selected_copy(), self.pace
        frame = Frame(
            name=self._config.name,
            seed=self._config.seed,
            tick=simulation.tick,
            ticks=self._config.ticks,
            copies=simulation.world.copies,
            copy=copy,
            scene=drawable(simulation.scene(copy)),
            species=tuple(self._species_frame(name) for name in self._config.creatures),
            selected=self._selected,
            rule=self._config.creatures[self._selected[0]].learning.kind,
            channels=simulation.channels(self._selected[0]),
            brain=tuple(self._brain),
            snapshot=simulation.snapshot(*self._selected),
            updates=tuple(self._updates),
            events=tuple(self._events),
            annotations=simulation.annotations(copy),
            paused=pace.paused,
            target=None if pace.turbo else pace.target,
            ticks_per_second=ticks_per_second,
            close_up=pace.close_up,
            slowed=pace.slowed,
            message=self.message,
            replay_until=simulation.replay_until,
            life=self._life(),
            settings=simulation.settings.frame(),
            explained=self._explained(),
        )
        for shown in (self._brain, self._events, self._updates):
            shown.clear()
        return frame

    def _explained(self) -> dict[str, str]:
        """Return what the layers of the selected brain and its rule are, by name: how their classes describe them."""
        species = self._config.creatures[self._selected[0]]
        found = {species.learning.kind: _first_line(species.learning.target)}
        if self._brain:
            *hidden, last = (layer.name for layer in self._brain[-1].layers)
            readout = species.brain.readout
            kind = resolve(READOUT, last.split()[0]) if readout is None else readout.target
            found |= {name: _first_line(layer.target) for name, layer in zip(hidden, species.brain.layers, strict=True)}
            found[last] = _first_line(kind)
        return found

    def _life(self) -> LifeFrame | None:
        """Return the life of the selected creature."""
        (species, row), copy = self._selected, self._selected_copy()
        lives, rows = self._simulation.lives.by_species.get(species), self._config.creatures[species].rows
        return None if lives is None else lives.life(row, slice(copy * rows, (copy + 1) * rows))

    def _population(self, name: str) -> PopulationFrame | None:
        """Return the births and deaths of a species; what it takes long to count is counted anew now and then."""
        simulation = self._simulation
        lives, tick, known = simulation.lives.by_species.get(name), simulation.tick, self._populations.get(name)
        if lives is None:
            return None
        numbers = int(np.count_nonzero(lives.alive)), lives.births, lives.deaths
        if known is None or not 0 <= tick - self._counted[name] < max(_SOON, tick // _SHARE):
            curve = simulation.metrics[name].population_curve()
            there, medians = lives.known(tick), simulation.medians[name]
            spread = distributions(
                simulation.columns(name), there, simulation.populations[name].genes, medians, curve.ticks
            )
            known = PopulationFrame(*numbers, curve.ticks, curve.living, curve.births, curve.deaths, spread)
            self._counted[name] = tick
        self._populations[name] = replace(known, living=numbers[0], births=numbers[1], deaths=numbers[2])
        return self._populations[name]

    def _gene_values(self, name: str) -> NDArray[np.float32] | None:
        """Return the genes of a species in the copy in view, (genes, rows), nan where none is known."""
        genes, lives = self._simulation.populations[name].genes, self._simulation.lives.by_species.get(name)
        if not genes:
            return None
        rows, copy = self._config.creatures[name].rows, self._selected_copy()
        those = slice(copy * rows, (copy + 1) * rows)
        values = np.array([genes[gene][those] for gene in genes], np.float32)
        if lives is not None:
            values[:, ~lives.known(self._simulation.tick)[those]] = np.nan
        return values

    def _species_frame(self, name: str) -> SpeciesFrame:
        metrics = self._simulation.metrics[name]
        ticks, rewards = metrics.reward_curve()
        return SpeciesFrame(
            name,
            self._learns(name),
            self._config.creatures[name].rows,
            ticks,
            rewards,
            tuple(self._simulation.populations[name].firing_rates()),
            metrics.backward_share(),
            metrics.recent_events(),
            *self._episodes(name),
            self._population(name),
            tuple(self._simulation.populations[name].genes),
            self._gene_values(name),
        )

    def _episodes(self, name: str) -> tuple[Episodes | None, NDArray[np.float64] | None]:
        """Return what episodes were like of late, and the curve of their returns; nothing where lives end instead."""
        metrics = self._simulation.metrics[name]
        if self._simulation.lives.by_species.get(name) is not None or not metrics.ends:
            return None, None
        returns = metrics.return_curve()
        return metrics.recent_episodes(), returns if len(returns) else None


@lru_cache
def _first_line(described: type) -> str:
    """Return the first line of the documentation of a class, "" where it has none."""
    return (inspect.getdoc(described) or "").partition("\n")[0]


def most_interesting(simulation: Simulation) -> str:
    """Return the species that is looked at where nobody has chosen one: the first that learns, or else the first."""
    learning = [name for name, population in simulation.populations.items() if population.learns]
    return [*learning, *simulation.populations][0]


def _ticks_kept(simulation: Simulation) -> int:
    """Return for how many ticks all brains of an arena are kept: fewer where they are many or large, or none."""
    numbers = 0
    for name, species in simulation.config.creatures.items():
        probe = simulation.probe(name, 0)
        numbers += species.rows * (len(probe.senses) + 2 * sum(len(layer.outputs) for layer in probe.layers))
    ticks = min(_KEPT_TICKS, _KEPT_NUMBERS // max(1, numbers))
    return ticks if ticks >= LOOK_BACK else 0

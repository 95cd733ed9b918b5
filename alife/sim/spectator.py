"""Spectator: what somebody who looks at a run has in view, and the clock they set."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

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
from alife.core.frame import BrainProbe, Frame, FrameEvent, SpeciesFrame, WeightUpdate
from alife.sim.pace import Pace
from alife.sim.simulation import Simulation

LOOK_BACK = 30  # ticks of the selected brain that one frame can show
_MOST_EVENTS = 200
_MOST_UPDATES = 30

_Weights = tuple[NDArray[np.float32], ...]


class Spectator:
    """Collects what the next frame shows. Looking never changes the run.

    Args:
        simulation: to look at.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation, self._config = simulation, simulation.config
        self.pace = Pace(self._config.view)
        self.stopped = self.left = False
        self.message = ""
        self._watched = simulation.tick  # the last tick that was taken in
        self._brain: deque[BrainProbe] = deque(maxlen=LOOK_BACK)
        self._past: deque[BrainProbe] = deque(maxlen=LOOK_BACK)  # the same, whatever frames have been shown
        self._events: deque[FrameEvent] = deque(maxlen=_MOST_EVENTS)
        self._before: list[FrameEvent] = []  # what happened at the tick before, whatever frames have been shown
        self._updates: deque[WeightUpdate] = deque(maxlen=_MOST_UPDATES)
        self._weights: _Weights | None = None  # of the selected creature at the last tick that was watched
        self._selected = (self._most_interesting(), 0)

    def _most_interesting(self) -> str:
        learning = [name for name in self._config.creatures if self._learns(name)]
        return [*learning, *self._config.creatures][0]

    def _learns(self, name: str) -> bool:
        return self._simulation.populations[name].learns

    def apply(self, command: Command) -> None:
        """Do what the person at the window asks for, as far as it changes nothing that happens."""
        match command:
            case TogglePause():
                self.pace.toggle_pause()
            case SingleTick():
                self.pace.single_tick()
            case ChangeSpeed(factor):
                self.pace.change(factor)
            case ToggleTurbo():
                self.pace.turbo = not self.pace.turbo
            case ToggleCloseUp():
                self.pace.close_up = not self.pace.close_up
            case Select(species, row):
                self._select(species, row)
            case GoOnAlone():
                self.left = True
            case Stop():
                self.stopped = True

    def _select(self, species: str, row: int) -> None:
        if (species, row) != self._selected:
            self._selected = (species, row)
            self.forget()

    def forget(self) -> None:
        """Forget what was watched: another creature is selected, or another time has come."""
        for memory in (self._brain, self._past, self._events, self._updates):
            memory.clear()
        self._weights = None
        self._before = []
        self._watched = self._simulation.tick

    def touched(self, event: FrameEvent) -> None:
        """Take in what an intervention has just done; whatever the last one met with is no news any more."""
        self.message = ""
        if self._simulation.concerns(event, self._copy()):
            self._events.append(event)

    def watch(self) -> bool:
        """Take in the tick that has just passed; return whether something happened to the selected creature."""
        tick = self._simulation.tick
        if tick != self._watched + 1:
            self._weights = None  # ticks have passed unseen; what they changed cannot be told apart
            self._past.clear()
        self._watched = tick
        probe = self._simulation.probe(*self._selected)
        happened = self._simulation.happened(self._copy())
        self._brain.append(probe)
        self._past.append(probe)
        self._events.extend(happened)
        self._follow_weights(probe, happened)
        self._before = happened
        return any((one.species, one.row) == self._selected and one.source == "world" for one in happened)

    def _follow_weights(self, probe: BrainProbe, happened: list[FrameEvent]) -> None:
        if self._weights is not None and not probe.learned:
            return
        before, self._weights = self._weights, self._simulation.snapshot(*self._selected).weights
        if before is None or not probe.learned:
            return
        causes = tuple(one for one in [*self._before, *happened] if self._caused(one, probe.tick))
        self._updates.append(
            WeightUpdate(probe.tick, *self._selected, causes, before, self._weights, tuple(self._past))
        )

    def _caused(self, event: FrameEvent, tick: int) -> bool:
        """Return whether an event came to the selected creature with what it sensed at a tick."""
        return (event.species, event.row) == self._selected and event.tick == tick

    def _copy(self) -> int:
        species, row = self._selected
        return row // self._config.creatures[species].count

    def frame(self, ticks_per_second: float) -> Frame:
        """Return what there is to see now; what passed before is shown once."""
        if self._watched != self._simulation.tick:
            self.watch()  # too many ticks passed to watch them; show at least the last
        simulation, copy, pace = self._simulation, self._copy(), self.pace
        frame = Frame(
            name=self._config.name,
            seed=self._config.seed,
            tick=simulation.tick,
            ticks=self._config.ticks,
            copies=simulation.world.copies,
            copy=copy,
            scene=simulation.scene(copy),
            species=tuple(self._species(name) for name in self._config.creatures),
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
        )
        for shown in (self._brain, self._events, self._updates):
            shown.clear()
        return frame

    def _species(self, name: str) -> SpeciesFrame:
        metrics = self._simulation.metrics[name]
        ticks, rewards = metrics.curve()
        return SpeciesFrame(
            name,
            self._learns(name),
            self._config.creatures[name].count,
            ticks,
            rewards,
            tuple(self._simulation.populations[name].firing_rates()),
            metrics.backward_share(),
            metrics.recent_events(),
        )

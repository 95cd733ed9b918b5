"""Spectator: what somebody who looks at a run has in view, and the clock they set."""

from collections import deque

from alife.command import ChangeSpeed, Command, Select, SingleTick, Stop, TogglePause
from alife.frame import BrainProbe, Frame, FrameEvent, SpeciesFrame
from alife.sim.config import FASTEST, SLOWEST
from alife.sim.simulation import Simulation

LOOK_BACK = 30  # ticks of the selected brain that one frame can show
_MOST_EVENTS = 200


class Spectator:
    """Collects what the next frame shows. Looking never changes the run.

    Args:
        simulation: to look at.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation, self._config = simulation, simulation.config
        self.ticks_per_frame, self.paused, self.stopped = self._config.view.ticks_per_frame, False, False
        self._owed = 0.0
        self._watched = simulation.tick  # the last tick that was taken in
        self._selected = (self._most_interesting(), 0)
        self._brain: deque[BrainProbe] = deque(maxlen=LOOK_BACK)
        self._events: deque[FrameEvent] = deque(maxlen=_MOST_EVENTS)

    def _most_interesting(self) -> str:
        learning = [name for name in self._config.creatures if self._learns(name)]
        return [*learning, *self._config.creatures][0]

    def _learns(self, name: str) -> bool:
        return self._simulation.populations[name].learns

    def due(self) -> int:
        """Return how many ticks are to pass before the next frame."""
        self._owed += 0.0 if self.paused else self.ticks_per_frame
        ticks = int(self._owed)
        self._owed -= ticks
        return ticks

    def apply(self, command: Command) -> None:
        """Do what the person at the window asks for."""
        match command:
            case TogglePause():
                self.paused, self._owed = not self.paused, 0.0
            case SingleTick():
                self.paused, self._owed = True, 1.0
            case ChangeSpeed(factor):
                self.ticks_per_frame = min(max(self.ticks_per_frame * factor, SLOWEST), FASTEST)
            case Select(species, row):
                self._select(species, row)
            case Stop():
                self.stopped = True

    def _select(self, species: str, row: int) -> None:
        if (species, row) != self._selected:
            self._selected = (species, row)
            self._brain.clear()
            self._events.clear()

    def watch(self) -> None:
        """Take in the tick that has just passed."""
        self._watched = self._simulation.tick
        self._brain.append(self._simulation.probe(*self._selected))
        self._events.extend(self._simulation.happened(self._copy()))

    def _copy(self) -> int:
        species, row = self._selected
        return row // self._config.creatures[species].count

    def frame(self, ticks_per_second: float) -> Frame:
        """Return what there is to see now; what passed before is shown once."""
        if self._watched != self._simulation.tick:
            self.watch()  # too many ticks passed to watch them; show at least the last
        simulation, copy = self._simulation, self._copy()
        frame = Frame(
            name=self._config.name,
            tick=simulation.tick,
            ticks=self._config.ticks,
            copies=simulation.world.copies,
            copy=copy,
            scene=simulation.scene(copy),
            species=tuple(self._species(name) for name in self._config.creatures),
            selected=self._selected,
            brain=tuple(self._brain),
            events=tuple(self._events),
            paused=self.paused,
            ticks_per_frame=self.ticks_per_frame,
            ticks_per_second=ticks_per_second,
        )
        self._brain.clear()
        self._events.clear()
        return frame

    def _species(self, name: str) -> SpeciesFrame:
        ticks, rewards = self._simulation.metrics[name].curve()
        return SpeciesFrame(name, self._learns(name), self._config.creatures[name].count, ticks, rewards)

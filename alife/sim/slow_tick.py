"""A tick that takes long: told once, with who is at work in it, by whoever looks now and then. A tick pays nothing."""

import sys
import threading
from types import FrameType

from alife.core.terminal import print_warning
from alife.sim.simulation import Simulation

_PATIENCE = 5  # looks at one and the same tick, a second apart, until it is told of
_PATIENCE_AFTER_SIGNAL = 2


class SlowTick:
    """Looks at a simulation from another thread, and tells of a tick that does not end.

    Args:
        simulation: that is run by the thread in which this is made.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation, self._thread = simulation, threading.get_ident()
        self._tick, self._looks = -1, 0
        self._patience, self._told_after_signal = _PATIENCE, False

    def look(self, signalled: bool) -> None:
        """Look at the simulation, about once a second; `signalled` is whether the run was asked to stop."""
        tick = self._simulation.tick
        frames = _frames(sys._current_frames().get(self._thread))
        if self._simulation.between_ticks or tick != self._tick or _is_compiling(frames):
            self._tick, self._looks = tick, 0
            return
        self._looks += 1
        if signalled and not self._told_after_signal and self._looks >= _PATIENCE_AFTER_SIGNAL:
            self._told_after_signal = True
            self._tell(frames, "has not come back; once more ends at once, and the last checkpoint stays")
        elif not signalled and self._looks >= self._patience:
            self._patience *= 2  # where ticks take long in general, that is soon known
            self._tell(frames, "takes long; Ctrl-C ends the run when it comes back, twice ends it at once")

    def _tell(self, frames: list[FrameType], what: str) -> None:
        config = self._simulation.config
        where = f", {frames[0].f_code.co_filename}:{frames[0].f_lineno}" if frames else ""
        print_warning(f"{config.name}, seed {config.seed}, tick {self._tick}{where}: {self._who(frames)} {what}")

    def _who(self, frames: list[FrameType]) -> str:
        """Return who is at work: the world, or else a species."""
        for frame in frames:
            if frame.f_code.co_qualname == "Simulation._act":
                return f"species {frame.f_locals.get('name')}"
        return self._simulation.world.title


def _frames(innermost: FrameType | None) -> list[FrameType]:
    """Return the frames of a thread, the innermost first."""
    frames = []
    while innermost is not None:
        frames.append(innermost)
        innermost = innermost.f_back
    return frames


def _is_compiling(frames: list[FrameType]) -> bool:
    """Return whether numba is at work, which was told of already."""
    return any(frame.f_globals.get("__name__", "").partition(".")[0] == "numba" for frame in frames)

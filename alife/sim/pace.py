"""Pace: how many ticks pass from one frame to the next."""

from alife.config.simulation_config import FASTEST, SLOWEST, ViewConfig

_SLOW_TICKS_PER_SECOND = 6.0  # at most, while an event is shown slowly
_SLOW_SECONDS = 1.5  # for which it is


class Pace:
    """The clock that a person at the window sets.

    Args:
        view: what it begins with.
    """

    def __init__(self, view: ViewConfig) -> None:
        self._fps = view.fps
        self.target = view.ticks_per_second
        self.paused = self.turbo = self.close_up = False
        self._pending_ticks = 0.0  # ticks
        self._slow_frames = 0  # frames

    @property
    def slowed(self) -> bool:
        """Whether time passes slowly, for an event is being shown."""
        return self._slow_frames > 0 and self.close_up and not self.turbo

    def ticks_for_next_frame(self) -> int:
        """Return the number of ticks before the next frame; in turbo the runner counts no ticks."""
        ticks_per_second = min(self.target, _SLOW_TICKS_PER_SECOND) if self.slowed else self.target
        if not self.paused:
            self._slow_frames = max(0, self._slow_frames - 1)
            self._pending_ticks += ticks_per_second / self._fps
        ticks = int(self._pending_ticks)
        self._pending_ticks -= ticks
        return ticks

    def toggle_pause(self) -> None:
        """Stop the clock, or start it again."""
        self.paused, self._pending_ticks = not self.paused, 0.0

    def single_tick(self) -> None:
        """Pause after one more tick."""
        self.paused, self._pending_ticks = True, 1.0

    def change_speed(self, factor: float) -> None:
        """Multiply the ticks per second that are aimed at; this also ends turbo."""
        self.turbo = False
        self.target = min(max(self.target * factor, SLOWEST), FASTEST)

    def slow_for_event(self) -> bool:
        """Slow down for an event that has just happened; return whether the rest of the frame is to wait."""
        if not self.close_up or self.turbo:
            return False
        self._slow_frames = round(_SLOW_SECONDS * self._fps)
        self._pending_ticks = 0.0
        return True

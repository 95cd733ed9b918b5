"""Pace: how many ticks pass from one frame to the next."""

from alife.config.simulation_config import FASTEST, SLOWEST, ViewConfig

_CLOSE_UP = 6.0  # ticks per second at most, while an event is shown slowly
_LINGER = 1.5  # seconds for which it is


class Pace:
    """The clock that somebody at the window sets.

    Args:
        view: what it begins with.
    """

    def __init__(self, view: ViewConfig) -> None:
        self._fps = view.fps
        self.target = view.ticks_per_second
        self.paused = self.turbo = self.close_up = False
        self._owed = 0.0  # ticks
        self._lingering = 0  # frames

    @property
    def slowed(self) -> bool:
        """Whether time passes slowly, for an event is being shown."""
        return self._lingering > 0 and self.close_up and not self.turbo

    def due(self) -> int:
        """Return how many ticks are to pass before the next frame; in turbo the runner counts no ticks."""
        ticks_per_second = min(self.target, _CLOSE_UP) if self.slowed else self.target
        if not self.paused:
            self._lingering = max(0, self._lingering - 1)
            self._owed += ticks_per_second / self._fps
        ticks = int(self._owed)
        self._owed -= ticks
        return ticks

    def toggle_pause(self) -> None:
        """Stop the clock, or let it run again."""
        self.paused, self._owed = not self.paused, 0.0

    def single_tick(self) -> None:
        """Pause, and let one tick pass."""
        self.paused, self._owed = True, 1.0

    def change(self, factor: float) -> None:
        """Multiply the ticks per second that are aimed at; this also ends turbo."""
        self.turbo = False
        self.target = min(max(self.target * factor, SLOWEST), FASTEST)

    def linger(self) -> bool:
        """Show slowly what has just happened; return whether the ticks still due are to wait."""
        if not self.close_up or self.turbo:
            return False
        self._lingering = round(_LINGER * self._fps)
        self._owed = 0.0
        return True

"""Looking back: which older frame is in view, and how the canvas comes to look as it did then."""

from alife.core.frame import Frame
from alife.view.panels.timebar import Span
from alife.view.window._rewind import SECONDS, Rewind
from alife.view.window.canvas import Canvas


class RewindView:
    """Goes back and forth in the frames of the last minute.

    Args:
        canvas: shows the frame in view; its memory is rewritten on the way.
        fps: frames a second.
    """

    def __init__(self, canvas: Canvas, fps: int) -> None:
        self._canvas = canvas
        self._past = Rewind(fps)
        self._place: int | None = None  # the number of the frame in view, None for the present
        self._taken: int | None = None  # the last one the canvas has taken in

    @property
    def is_on(self) -> bool:
        """Whether an older frame is in view."""
        return self._place is not None

    def take(self, frame: Frame, now: float) -> None:
        """Keep the newest frame; the canvas takes it in unless it shows an older one."""
        newest = self._past.newest
        frame = self._past.add(frame, now)
        if self._past.newest < newest:
            self._place = None  # the run itself went back
        if self._place is None:
            self._canvas.take(frame)

    def frame(self) -> Frame | None:
        """Return the frame in view if it is an older one; the canvas has taken in what led to it."""
        if self._place is None:
            return None
        self._place = min(max(self._place, self._past.oldest), self._past.newest)
        if self._taken != self._place:
            self._retake(self._place)
        return self._past.frame(self._place)

    def step(self, frames: int) -> bool:
        """Go some frames back (below 0) or forth; return whether an older frame is in view now."""
        place = self._past.newest if self._place is None else self._place
        return self._go(place + frames)

    def to_oldest(self) -> bool:
        """Go to the oldest frame; return whether there is one."""
        return self._go(self._past.oldest)

    def to_share(self, share: float) -> bool:
        """Go to a place of the bar of time; return whether an older frame is in view now."""
        return self._go(self._past.at((1.0 - share) * SECONDS)) if self._past.newest > self._past.oldest else False

    def end(self) -> None:
        """Return to the present."""
        if self._place is not None:
            self._retake(self._past.newest)
            self._place = self._taken = None

    def label(self) -> str:
        """Return where in the past the frame in view lies."""
        if self._place is None:
            return ""
        ago, tick = self._past.ago(self._place), self._past.frame(self._place).tick
        return f"{ago:.1f} s ago, tick {tick:,}; End returns to the present"

    def span(self) -> Span:
        """Return what the bar of time shows."""
        ago = self._past.ago(self._place) if self._place is not None else 0.0
        return Span(1.0 - self._past.seconds / SECONDS, 1.0 - ago / SECONDS, f"{SECONDS:.0f} s ago", "now")

    def _go(self, place: int) -> bool:
        if self._past.newest <= self._past.oldest:
            return False
        self._place = min(max(place, self._past.oldest), self._past.newest)
        return True

    def _retake(self, place: int) -> None:
        """Let the canvas take in a frame and what led to it."""
        if self._taken is None or place != self._taken + 1:
            self._canvas.retake(self._past.leading_to(place))
        self._canvas.take(self._past.frame(place))
        self._taken = place

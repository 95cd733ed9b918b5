"""The rewind in view: which older frame is shown, and how the canvas comes to look as it did then."""

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
        self._rewind = Rewind(fps)
        self._number: int | None = None  # the number of the frame in view, None for the present
        self._last_taken: int | None = None  # the last one the canvas has taken in

    @property
    def is_on(self) -> bool:
        """Whether an older frame is in view."""
        return self._number is not None

    def keep_newest(self, frame: Frame, now: float) -> None:
        """Keep the newest frame; the canvas takes it in unless it shows an older one."""
        newest = self._rewind.newest
        frame = self._rewind.keep_frame(frame, now)
        if self._rewind.newest < newest:
            self._number = None  # the run itself went back
        if self._number is None:
            self._canvas.observe_frame(frame)

    def frame_in_view(self) -> Frame | None:
        """Return the frame in view if it is an older one; the canvas has taken in what led to it."""
        if self._number is None:
            return None
        self._number = min(max(self._number, self._rewind.oldest), self._rewind.newest)
        if self._last_taken != self._number:
            self._rebuild_canvas(self._number)
        return self._rewind.frame_at(self._number)

    def step_frames(self, frames: int) -> bool:
        """Step some frames back (below 0) or forth; return whether an older frame is in view now."""
        number = self._rewind.newest if self._number is None else self._number
        return self._go_to(number + frames)

    def go_to_oldest(self) -> bool:
        """Show the oldest frame; return whether there is one."""
        return self._go_to(self._rewind.oldest)

    def go_to_share(self, share: float) -> bool:
        """Show the frame at a share of the bar of time; return whether an older frame is in view now."""
        if self._rewind.newest <= self._rewind.oldest:
            return False
        return self._go_to(self._rewind.number_at((1.0 - share) * SECONDS))

    def return_to_present(self) -> None:
        """Return to the present."""
        if self._number is not None:
            self._rebuild_canvas(self._rewind.newest)
            self._number = self._last_taken = None

    def describe_moment(self) -> str:
        """Return in words which older frame is in view, "" for the present."""
        if self._number is None:
            return ""
        ago, tick = self._rewind.seconds_ago(self._number), self._rewind.frame_at(self._number).tick
        return f"{ago:.1f} s ago, tick {tick:,}; End returns to the present"

    def timebar_span(self) -> Span:
        """Return what the bar of time shows."""
        ago = self._rewind.seconds_ago(self._number) if self._number is not None else 0.0
        return Span(1.0 - self._rewind.seconds / SECONDS, 1.0 - ago / SECONDS, f"{SECONDS:.0f} s ago", "now")

    def _go_to(self, number: int) -> bool:
        if self._rewind.newest <= self._rewind.oldest:
            return False
        self._number = min(max(number, self._rewind.oldest), self._rewind.newest)
        return True

    def _rebuild_canvas(self, number: int) -> None:
        """Rebuild the memory of the canvas: a frame and those that led to it."""
        if self._last_taken is None or number != self._last_taken + 1:
            self._canvas.replace_frames(self._rewind.leading_to(number))
        self._canvas.observe_frame(self._rewind.frame_at(number))
        self._last_taken = number

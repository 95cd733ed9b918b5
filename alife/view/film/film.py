"""A film of a run: every frame drawn off-screen as the window would show it."""

from pathlib import Path

from alife.core.frame import Frame
from alife.view.draw import theme
from alife.view.film.movie import Movie
from alife.view.window.canvas import Canvas


class Film(Movie):
    """Films frames; needs no display.

    Args:
        path: of a file that ends in .mp4 or .gif, or of a directory of PNG pictures; see `Movie`.
        fps: frames a second when it is played.
        size: in pixels.

    Raises:
        ConfigError: ffmpeg is not there, or the name of the film ends in something else.
        DiskError: the film cannot be written.
    """

    def __init__(self, path: Path, fps: int = 30, size: tuple[int, int] = theme.DESIGN_SIZE) -> None:
        super().__init__(path, fps, size)
        self._canvas = Canvas(keys=False)

    def add(self, frame: Frame) -> None:
        """Draw a frame and append it."""
        self._canvas.draw_frame(self.surface, frame)
        self.append_picture()

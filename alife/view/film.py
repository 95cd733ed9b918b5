"""A film of a run: every frame drawn off-screen as the window would show it."""

from pathlib import Path

from alife.frame import Frame
from alife.view import theme
from alife.view.canvas import Canvas
from alife.view.movie import Movie


class Film:
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
        self._movie, self._canvas = Movie(path, fps, size), Canvas()

    def add(self, frame: Frame) -> None:
        """Draw a frame and append it."""
        self._canvas.draw(self._movie.surface, frame)
        self._movie.add()

    def close(self) -> None:
        """Put the film in its place; one without a frame is no file.

        Raises:
            DiskError: the film could not be written to its end.
        """
        self._movie.close()

    def discard(self) -> None:
        """Leave no film, and what was in its place as it was."""
        self._movie.discard()

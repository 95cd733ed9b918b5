"""A film of a run: every frame drawn off-screen and streamed to ffmpeg, so that memory stays flat."""

import subprocess
from pathlib import Path

import pygame

from alife.errors import ConfigError, DiskError
from alife.frame import Frame
from alife.view.canvas import Canvas


class Film:
    """Writes an mp4; needs no display.

    Args:
        path: of the file; one that is there is replaced.
        fps: frames a second when it is played.
        size: in pixels, rounded up to even numbers, which the pixel format asks for.

    Raises:
        ConfigError: imageio-ffmpeg is not installed.
        DiskError: The file cannot be written.
    """

    def __init__(self, path: Path, fps: int = 30, size: tuple[int, int] = (1280, 800)) -> None:
        self._path = path
        self._frames = 0
        self._canvas = Canvas()
        self._surface = pygame.Surface((size[0] + size[0] % 2, size[1] + size[1] % 2), 0, 32)
        self._ffmpeg: subprocess.Popen[bytes] | None = _start(path, fps, self._surface.get_size())

    def add(self, frame: Frame) -> None:
        """Draw a frame and append it."""
        if self._ffmpeg is None or self._ffmpeg.stdin is None:
            raise ValueError(f"The film {self._path} is closed.")
        self._canvas.draw(self._surface, frame)
        try:
            self._ffmpeg.stdin.write(pygame.image.tobytes(self._surface, "RGB"))
        except OSError as error:
            self.close()
            raise self._broken() from error
        self._frames += 1

    def close(self) -> None:
        """Finish the file; a film that is closed stays closed, and one without a frame is no file.

        Raises:
            DiskError: The file could not be written to its end.
        """
        ffmpeg, self._ffmpeg = self._ffmpeg, None
        if ffmpeg is None:
            return
        try:
            ffmpeg.communicate()
        except OSError:
            ffmpeg.wait()
        if self._frames == 0:
            self._path.unlink(missing_ok=True)
        elif ffmpeg.returncode != 0:
            raise self._broken()

    def _broken(self) -> DiskError:
        return DiskError(f"The film {self._path} could not be written to its end: ffmpeg has stopped.")


def _start(path: Path, fps: int, size: tuple[int, int]) -> subprocess.Popen[bytes]:
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError as error:
        raise ConfigError("A film needs the package imageio-ffmpeg: pip install imageio-ffmpeg.") from error
    _check(path)
    return subprocess.Popen(
        [get_ffmpeg_exe(), *_options(fps, size), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt from the keyboard is for the run, which then closes the film
    )


def _options(fps: int, size: tuple[int, int]) -> list[str]:
    """Return what ffmpeg is told: raw frames come in, a film that every player understands goes out."""
    raw = f"-f rawvideo -pix_fmt rgb24 -s {size[0]}x{size[1]} -r {fps} -i -"
    film = "-an -c:v libx264 -preset veryfast -crf 22 -pix_fmt yuv420p -movflags +faststart -f mp4"
    return ["-y", *raw.split(), *film.split()]


def _check(path: Path) -> None:
    """Say now, and in a sentence, what ffmpeg would say later in many lines."""
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        raise DiskError(f"The film {path} cannot be written: {error.strerror}.") from error

"""A film of a run: every frame drawn off-screen and streamed to ffmpeg, so that memory stays flat."""

import itertools
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pygame

from alife.errors import ConfigError, DiskError
from alife.frame import Frame
from alife.view.canvas import Canvas


class Film:
    """Writes an mp4; needs no display.

    The frames go into a file beside it, which takes its place once it is whole: whatever was there before stays
    until then, and for good if this film comes to nothing.

    Args:
        path: of the file; one that is there is replaced.
        fps: frames a second when it is played.
        size: in pixels, rounded up to even numbers, which the pixel format asks for.

    Raises:
        ConfigError: ffmpeg is not there.
        DiskError: the file cannot be written.
    """

    def __init__(self, path: Path, fps: int = 30, size: tuple[int, int] = (1280, 800)) -> None:
        self._path, self._frames = path, 0
        self._canvas = Canvas()
        self._surface = pygame.Surface((size[0] + size[0] % 2, size[1] + size[1] % 2), 0, 32)
        program = _ffmpeg()
        self._target, self._unfinished = _places(path)
        options = [*_options(fps, self._surface.get_size()), str(self._unfinished)]
        self._ffmpeg: subprocess.Popen[bytes] | None = _start(program, options)

    def add(self, frame: Frame) -> None:
        """Draw a frame and append it."""
        if self._ffmpeg is None or self._ffmpeg.stdin is None:
            raise ValueError(f"the film {self._path} is closed")
        self._canvas.draw(self._surface, frame)
        try:
            self._ffmpeg.stdin.write(pygame.image.tobytes(self._surface, "RGB"))
        except OSError as error:
            self.discard()
            raise self._broken() from error
        self._frames += 1

    def close(self) -> None:
        """Put the film in its place; one that is closed stays closed, and one without a frame is no file.

        Raises:
            DiskError: the film could not be written to its end.
        """
        if self._ffmpeg is None:
            return
        whole = self._end(self._ffmpeg)
        if self._frames == 0:
            self._remove()
        elif not whole:
            self._remove()
            raise self._broken()
        else:
            self._put_in_place()

    def discard(self) -> None:
        """Leave no film, and what was in its place as it was."""
        if self._ffmpeg is not None:
            self._ffmpeg.kill()
            self._end(self._ffmpeg)
            self._remove()

    def _end(self, ffmpeg: "subprocess.Popen[bytes]") -> bool:
        """Wait until ffmpeg is done; return whether it is content."""
        self._ffmpeg = None
        try:
            ffmpeg.communicate()
        except OSError:
            ffmpeg.wait()
        return ffmpeg.returncode == 0

    def _put_in_place(self) -> None:
        try:
            self._unfinished.replace(self._target)
        except OSError as error:
            self._remove()
            raise _unwritable(self._path, error) from error

    def _remove(self) -> None:
        with suppress(OSError):
            self._unfinished.unlink()

    def _broken(self) -> DiskError:
        return DiskError(f"The film {self._path} could not be written to its end: ffmpeg has stopped")


def _ffmpeg() -> str:
    """Return where ffmpeg is."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except ImportError as error:
        raise ConfigError("A film needs the package imageio-ffmpeg: pip install imageio-ffmpeg") from error
    except RuntimeError as error:
        raise ConfigError("A film needs ffmpeg, and IMAGEIO_FFMPEG_EXE or the PATH must lead to it") from error


def _places(path: Path) -> tuple[Path, Path]:
    """Return where the film will be and where it is until then; say now what ffmpeg would say later in many lines."""
    try:
        target = Path(os.path.realpath(path))  # a link stays one, and leads to the film
        if target.exists():
            _check_replaceable(path, target)
        return target, _reserve(target)
    except OSError as error:
        raise _unwritable(path, error) from error


def _check_replaceable(path: Path, target: Path) -> None:
    if not target.is_file():  # a device, too: it must never give way to a film
        what = "it is a directory" if target.is_dir() else "it is no ordinary file"
        raise DiskError(f"The film {path} cannot be written: {what}; name a file such as film.mp4")
    target.open("r+b").close()


def _reserve(target: Path) -> Path:
    """Make an empty file beside it, under a name that is still free."""
    for number in itertools.count(1):
        unfinished = target.with_name(f"{target.stem}{'' if number == 1 else f'-{number}'}.unfinished.mp4")
        with suppress(FileExistsError):
            unfinished.open("xb").close()
            break
    return unfinished


def _unwritable(path: Path, error: OSError) -> DiskError:
    return DiskError(f"The film {path} cannot be written: {error.strerror}")


def _start(program: str, options: list[str]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            [program, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt from the keyboard is for the run, which then closes the film
        )
    except OSError as error:
        with suppress(OSError):
            Path(options[-1]).unlink()
        raise ConfigError(f"A film needs ffmpeg, and {program} cannot be started: {error.strerror}") from error


def _options(fps: int, size: tuple[int, int]) -> list[str]:
    """Return what ffmpeg is told: raw frames come in, a film that every player understands goes out."""
    raw = f"-f rawvideo -pix_fmt rgb24 -s {size[0]}x{size[1]} -r {fps} -i -"
    film = "-an -c:v libx264 -preset veryfast -crf 22 -pix_fmt yuv420p -movflags +faststart -f mp4"
    return ["-y", *raw.split(), *film.split()]

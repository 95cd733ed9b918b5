"""A movie: pictures of one size streamed to ffmpeg one by one, so that memory stays flat."""

import subprocess
from pathlib import Path

import pygame

from alife.core.errors import ConfigError, DiskError
from alife.view.draw import pen
from alife.view.film._movie_file import MovieFile, reserve

_GIF_WIDTH = 640  # pixels at most
_GIF_FPS = 10  # at most
_GIF_COLOURS = 128
_LOSSLESS = "-c:v libx264rgb -preset ultrafast -qp 0 -f matroska"  # what a gif is until its last picture
_PALETTE = f"-vf palettegen=stats_mode=full:max_colors={_GIF_COLOURS} -c:v png -f image2pipe -"
_GIF = "-f png_pipe -i - -filter_complex paletteuse=dither=none:diff_mode=rectangle -f gif"


class Movie:
    """Takes what is on its surface, picture after picture: a film, a gif, or a directory of PNG pictures.

    What the name ends in decides which: `.mp4`, `.gif`, or nothing for the pictures `000001.png` and so on. A gif is
    at most 640 pixels wide and has at most 10 pictures a second; those beyond are left out. All its pictures share 128
    colours, so what stands still is stored once; they are chosen when it is closed, which takes a while. Until it is
    closed a movie lies beside its place: whatever was there before stays until then, and for good if this movie comes
    to nothing.

    Args:
        path: of the file, which is replaced if it is there, or of the directory, which must be new or empty.
        fps: pictures a second when it is played.
        size: in pixels; an mp4 rounds it up to even numbers, which its pixel format asks for.

    Raises:
        ConfigError: ffmpeg is not there, or the name ends in something else.
        DiskError: the file or directory cannot be written.
    """

    def __init__(self, path: Path, fps: int, size: tuple[int, int]) -> None:
        self._program = program = _ffmpeg()
        self._file = reserve(path)
        self._path, self._pictures = path, 0
        self._every = -(-fps // _GIF_FPS) if self._file.ending == "gif" else 1
        self.surface = pen.new_surface(_picture_size(self._file.ending, size))
        options = _ffmpeg_options(self._file, fps / self._every, self.surface.get_size())
        self._ffmpeg: subprocess.Popen[bytes] | None = _start_ffmpeg(program, options, self._file)

    def append_picture(self) -> None:
        """Append what is on the surface.

        Raises:
            DiskError: ffmpeg takes no more; then there is no movie.
        """
        if self._ffmpeg is None or self._ffmpeg.stdin is None:
            raise ValueError(f"the film {self._path} is closed")
        self._pictures += 1
        if (self._pictures - 1) % self._every:
            return
        try:
            self._ffmpeg.stdin.write(pygame.image.tobytes(self.surface, "RGB"))
        except OSError as error:
            self.discard()
            raise self._broken() from error

    def close(self) -> None:
        """Put the movie in its place; one that is closed stays closed, and one without a picture is no file.

        Raises:
            DiskError: the movie could not be written to its end.
        """
        if self._ffmpeg is None:
            return
        whole = self._wait_for(self._ffmpeg)
        if self._pictures == 0:
            self._file.remove_unfinished()
        elif not whole or (self._file.ending == "gif" and not self._reduce_colours()):
            self._file.remove_unfinished()
            raise self._broken()
        else:
            self._file.move_into_place()

    def discard(self) -> None:
        """Leave no movie, and what was in its place as it was."""
        if self._ffmpeg is not None:
            self._ffmpeg.kill()
            self._wait_for(self._ffmpeg)
            self._file.remove_unfinished()

    def _wait_for(self, ffmpeg: "subprocess.Popen[bytes]") -> bool:
        """Wait until ffmpeg is done; return whether it is content."""
        self._ffmpeg = None
        try:
            ffmpeg.communicate()
        except OSError:
            ffmpeg.wait()
        return ffmpeg.returncode == 0

    def _reduce_colours(self) -> bool:
        """Make a gif of what was kept without loss, in the colours of all its pictures; return whether that was done.

        All pictures are read twice, for ffmpeg would keep them all in memory to do it at once.
        """
        lossless = self._file
        read = [self._program, "-y", "-f", "matroska", "-i", str(lossless.unfinished)]
        try:
            self._file = reserve(self._path)
            palette = _answer([*read, *_PALETTE.split()])
            gif = [*read, *_GIF.split(), str(self._file.unfinished)]
            return palette is not None and _answer(gif, palette) is not None
        finally:
            lossless.remove_unfinished()

    def _broken(self) -> DiskError:
        return DiskError(f"The film {self._path} could not be written to its end: ffmpeg has stopped")


def _picture_size(ending: str, size: tuple[int, int]) -> tuple[int, int]:
    """Return the size of the pictures; what is drawn smaller stays sharp, what is shrunk does not."""
    width, height = size
    if ending == "gif" and width > _GIF_WIDTH:
        return _GIF_WIDTH, max(1, round(height * _GIF_WIDTH / width))
    return (width + width % 2, height + height % 2) if ending == "mp4" else size


def _ffmpeg() -> str:
    """Return where ffmpeg is."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except ImportError as error:
        raise ConfigError("A film needs the package imageio-ffmpeg: pip install imageio-ffmpeg") from error
    except RuntimeError as error:
        raise ConfigError("A film needs ffmpeg, and IMAGEIO_FFMPEG_EXE or the PATH must lead to it") from error


def _start_ffmpeg(program: str, options: list[str], file: MovieFile) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            [program, *options],
            cwd=file.unfinished if file.ending == "png" else None,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt from the keyboard is for the run, which then closes the film
        )
    except OSError as error:
        file.remove_unfinished()
        raise ConfigError(f"A film needs ffmpeg, and {program} cannot be started: {error.strerror}") from error


def _answer(command: list[str], given: bytes = b"") -> bytes | None:
    """Return what a program prints, None if it fails."""
    done = subprocess.run(
        command, input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    return done.stdout if done.returncode == 0 else None


def _ffmpeg_options(file: MovieFile, fps: float, size: tuple[int, int]) -> list[str]:
    """Return the options for ffmpeg: raw pictures come in, what every player understands goes out."""
    raw = f"-y -f rawvideo -pix_fmt rgb24 -s {size[0]}x{size[1]} -r {fps} -i -".split()
    if file.ending == "png":  # by a bare name in its own directory, for a '%' in the path would mean something
        return [*raw, "-c:v", "png", "-compression_level", "1", "-f", "image2", "%06d.png"]
    if file.ending == "gif":
        return [*raw, *_LOSSLESS.split(), str(file.unfinished)]
    film = "-an -c:v libx264 -preset veryfast -crf 22 -pix_fmt yuv420p -movflags +faststart -f mp4"
    return [*raw, *film.split(), str(file.unfinished)]

"""Where a movie goes: beside its place until it is whole, so that what was there before stays until then."""

import itertools
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alife.core.errors import ConfigError, DiskError

ENDINGS = ("mp4", "gif")
RULE = "a name that ends in .mp4 or .gif makes a film, a name without an ending a directory of PNG pictures"


@dataclass(frozen=True)
class MovieFile:
    """A file, or a directory of pictures.

    Args:
        path: as the user named it, for messages.
        ending: "mp4" or "gif"; "png" is the directory.
        target: where it will be.
        unfinished: where it is until then.
    """

    path: Path
    ending: str
    target: Path
    unfinished: Path

    def move_into_place(self) -> None:
        """Move the finished movie from its unfinished name to its target.

        Raises:
            DiskError: it cannot be moved there; then it is removed.
        """
        try:
            if self.ending == "png":
                self._move_pictures()
            else:
                self.unfinished.replace(self.target)
        except OSError as error:
            self.remove_unfinished()
            raise _unwritable(self.path, error) from error

    def _move_pictures(self) -> None:
        self.target.mkdir(exist_ok=True)
        for picture in sorted(self.unfinished.iterdir()):
            picture.replace(self.target / picture.name)
        self.unfinished.rmdir()

    def remove_unfinished(self) -> None:
        """Remove the unfinished file or directory."""
        with suppress(OSError):
            shutil.rmtree(self.unfinished) if self.ending == "png" else self.unfinished.unlink()


def ending_of(path: Path) -> str:
    """Return what the name asks for: "mp4", "gif", or "png" for a directory of pictures.

    Raises:
        ConfigError: it asks for something else.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending and ending not in ENDINGS:
        raise ConfigError(f"The film {path} cannot be written: {RULE}; there is no way to make .{ending[:20]}")
    return ending or "png"


def reserve(path: Path) -> MovieFile:
    """Reserve the file of a movie: make its unfinished file or directory, and report now what ffmpeg would later.

    Raises:
        ConfigError: its name asks for what there is not.
        DiskError: it cannot be written there.
    """
    ending = ending_of(path)
    try:
        target = Path(os.path.realpath(path))  # a link stays one, and leads to the film
        if target.exists():
            _check_pictures(path, target) if ending == "png" else _check_replaceable(path, target)
        return MovieFile(path, ending, target, _unfinished(target, ending))
    except OSError as error:
        raise _unwritable(path, error) from error


def _check_replaceable(path: Path, target: Path) -> None:
    if not target.is_file():  # a device, too: it must never give way to a film
        what = "it is a directory" if target.is_dir() else "it is no ordinary file"
        raise DiskError(f"The film {path} cannot be written: {what}; name a file such as film.mp4")
    target.open("r+b").close()


def _check_pictures(path: Path, target: Path) -> None:
    if not target.is_dir():
        raise DiskError(f"The film {path} cannot be written: it is no directory, and {RULE}")
    if any(target.iterdir()):
        raise DiskError(f"The film {path} cannot be written: a directory of PNG pictures must be new or empty")


def _unfinished(target: Path, ending: str) -> Path:
    """Make an empty file or directory beside the target, under a name that is still free."""
    for number in itertools.count(1):
        name = f"{target.stem}{'' if number == 1 else f'-{number}'}.unfinished"
        unfinished = target.with_name(name if ending == "png" else f"{name}.{ending}")
        with suppress(FileExistsError):
            unfinished.mkdir() if ending == "png" else unfinished.open("xb").close()
            break
    return unfinished


def _unwritable(path: Path, error: OSError) -> DiskError:
    return DiskError(f"The film {path} cannot be written: {error.strerror}")

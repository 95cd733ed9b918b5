"""A whole file: it is there as it was, or as it was to be, and nothing else is touched."""

import os
from pathlib import Path

import pytest

from alife.core.errors import DiskError
from alife.core.whole_file import UNFINISHED, whole_file, write_whole
from tests.errors import names, naming


@pytest.mark.parametrize("kind", ["link", "pipe", "file"])
def test_what_has_the_name_until_then_is_not_written_into(kind: str, tmp_path: Path) -> None:
    """A link may lead to any file of who writes, and nobody reads from a pipe."""
    path, mine = tmp_path / "plot.png", tmp_path / "mine"
    mine.write_text("mine")
    unfinished = tmp_path / f"plot.png{UNFINISHED}"
    make = {"link": lambda: unfinished.symlink_to(mine), "pipe": lambda: os.mkfifo(unfinished)}
    make.get(kind, lambda: unfinished.write_text("much more than that"))()
    write_whole(path, "new")

    assert (path.read_text(), mine.read_text()) == ("new", "mine")
    assert {one.name for one in tmp_path.iterdir()} == {"plot.png", "mine"}


@pytest.mark.parametrize("kind", ["directory", "pipe", "link to a pipe"])
def test_what_is_no_file_is_not_replaced(kind: str, tmp_path: Path) -> None:
    """As /dev/null and /dev/stdout are none."""
    path = pipe = tmp_path / "here"
    if kind == "link to a pipe":
        pipe = tmp_path / "pipe"
        path.symlink_to(pipe)
    path.mkdir() if kind == "directory" else os.mkfifo(pipe)
    mode = path.lstat().st_mode
    with pytest.raises(DiskError, match=naming(f"{path}: ... cannot be written")):
        write_whole(path, "new", "the text ")

    assert path.lstat().st_mode == mode
    assert {one.name for one in tmp_path.iterdir()} == {"here", pipe.name}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError(), OSError(28, "no space"), OSError("no\nspace")])
def test_a_file_that_was_there_stays_until_another_is_whole(error: BaseException, tmp_path: Path) -> None:
    """Whatever ends the writing; what the disk refuses is an error of the disk that names the file."""
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(DiskError if isinstance(error, OSError) else type(error)) as caught:
        _write_half(path, error)

    assert not isinstance(error, OSError) or names(caught.value, f"{path}: ... no space")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]


def _write_half(path: Path, error: BaseException) -> None:
    with whole_file(path) as unfinished:
        unfinished.write_text("new")
        raise error


def test_several_may_write_the_same_file_at_a_time(tmp_path: Path) -> None:
    """Where it is said to be shared; it is whole at each moment, and in the end that of who finished last."""
    path = tmp_path / "file"
    with whole_file(path, shared=True) as last:
        last.write_text("last")
        with whole_file(path, shared=True) as first:
            first.write_text("first")
        assert path.read_text() == "first"

    assert [one.read_text() for one in tmp_path.iterdir()] == ["last"]

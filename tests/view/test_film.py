import os
import subprocess
import sys
import tracemalloc

import imageio_ffmpeg
import numpy as np
import pytest

from alife.errors import ConfigError, DiskError
from alife.view.film import Film
from alife.view.picture import picture


def read(path, size):
    """Return the frames of a film as arrays."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "rawvideo"]
    done = subprocess.run([*command, "-pix_fmt", "rgb24", "-"], capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, size[1], size[0], 3)


def about(path):
    """Return what a film says about itself."""
    reader = imageio_ffmpeg.read_frames(str(path))
    try:
        return next(reader)
    finally:
        reader.close()


@pytest.mark.parametrize("size", [(320, 200), (321, 201), (64, 48)])
def test_a_film_can_be_played(tmp_path, make_frame, size):
    """Every frame added is in the file, of the size asked for, rounded up to even numbers."""
    path = tmp_path / "run.mp4"
    film = Film(path, fps=25, size=size)
    for tick in range(12):
        film.add(make_frame(tick=100 + tick))
    film.close()
    even = (size[0] + size[0] % 2, size[1] + size[1] % 2)
    assert len(read(path, even)) == 12
    facts = about(path)
    assert (facts["size"], facts["fps"]) == (even, 25)
    assert facts["pix_fmt"].startswith("yuv420p")


def test_a_film_shows_what_the_picture_shows(tmp_path, make_frame):
    """The first frame of a film is the picture of that frame, up to what compression loses."""
    path = tmp_path / "run.mp4"
    film = Film(path, size=(640, 400))
    film.add(make_frame())
    film.close()
    difference = np.abs(read(path, (640, 400))[0].astype(int) - picture(make_frame(), (640, 400)))
    assert difference.mean() < 3


def test_memory_is_flat_while_filming(tmp_path, make_frame):
    """A hundred frames more leave nothing behind."""
    film = Film(tmp_path / "run.mp4", size=(320, 200))
    for tick in range(40):
        film.add(make_frame(tick=tick))
    tracemalloc.start()
    for tick in range(40, 60):
        film.add(make_frame(tick=tick))
    before = tracemalloc.get_traced_memory()[0]
    for tick in range(60, 160):
        film.add(make_frame(tick=tick))
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    film.close()
    assert after - before < 100_000  # one frame is twice as large


def test_a_film_is_closed_once(tmp_path, make_frame):
    """Closing again does nothing; adding to a closed film is a mistake of the program."""
    film = Film(tmp_path / "run.mp4", size=(64, 48))
    film.add(make_frame())
    film.close()
    film.close()
    with pytest.raises(ValueError, match="closed"):
        film.add(make_frame())


@pytest.mark.parametrize("path", ["nowhere/run.mp4", ".", "x" * 300, "/dev/null"])
def test_a_path_that_cannot_be_written_is_said_at_once(tmp_path, path):
    """One sentence that names the path, before the first frame."""
    with pytest.raises(DiskError, match=r"^The film .* cannot be written: [^\n]*[^.\n]$"):
        Film(tmp_path / path)
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_breaks_off_is_an_error_of_the_disk(tmp_path, make_frame):
    """When ffmpeg has died, the next frames say so in one sentence."""
    film = Film(tmp_path / "run.mp4", size=(320, 200))
    film.add(make_frame())
    film._ffmpeg.kill()
    film._ffmpeg.wait()
    with pytest.raises(DiskError, match=r"^The film .* could not be written to its end: ffmpeg has stopped$"):
        film.add(make_frame())
    film.close()
    assert list(tmp_path.iterdir()) == []


def test_a_film_takes_its_place_when_it_is_whole(tmp_path, make_frame):
    """Until it is closed the file that was there stays, and so does a file that has the name for unfinished films."""
    path, other = tmp_path / "run.mp4", tmp_path / "run.unfinished.mp4"
    path.write_text("before")
    other.write_text("other")
    film = Film(path, size=(64, 48))
    film.add(make_frame())
    assert path.read_text() == "before"
    film.close()
    assert len(read(path, (64, 48))) == 1
    assert other.read_text() == "other"
    assert {each.name for each in tmp_path.iterdir()} == {"run.mp4", "run.unfinished.mp4"}


@pytest.mark.parametrize("frames", [0, 2])
@pytest.mark.parametrize("there", [False, True])
def test_a_film_that_comes_to_nothing_touches_nothing(tmp_path, make_frame, frames, there):
    """Discarded, or closed without a frame, it leaves what was there and nothing else."""
    path = tmp_path / "run.mp4"
    if there:
        path.write_text("before")
    film = Film(path, size=(64, 48))
    for tick in range(frames):
        film.add(make_frame(tick=tick))
    if frames:
        film.discard()
    film.close()
    assert [each.read_text() for each in tmp_path.iterdir()] == ["before"] * there


def test_a_film_that_breaks_off_leaves_what_was_there(tmp_path, make_frame):
    """When ffmpeg fails at the end, the file that was there stays as it was."""
    path = tmp_path / "run.mp4"
    path.write_text("before")
    film = Film(path, size=(64, 48))
    film.add(make_frame())
    film._ffmpeg.kill()
    with pytest.raises(DiskError, match=r"ffmpeg has stopped$"):
        film.close()
    assert [each.read_text() for each in tmp_path.iterdir()] == ["before"]


def test_a_link_stays_a_link(tmp_path, make_frame):
    """A film written to a link lies where the link leads."""
    link = tmp_path / "link.mp4"
    link.symlink_to(tmp_path / "run.mp4")
    film = Film(link, size=(64, 48))
    film.add(make_frame())
    film.close()
    assert link.is_symlink()
    assert len(read(tmp_path / "run.mp4", (64, 48))) == 1


def test_an_ffmpeg_that_cannot_be_started_is_one_sentence(tmp_path, monkeypatch):
    """It names the program, and no file is left."""
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    with pytest.raises(ConfigError, match=r"/nowhere/ffmpeg cannot be started: [^\n]*[^.\n]$"):
        Film(tmp_path / "run.mp4")
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_error_names_it(tmp_path, monkeypatch):
    """One sentence with what to install, and no file."""
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(ConfigError, match="pip install imageio-ffmpeg"):
        Film(tmp_path / "run.mp4")
    assert not (tmp_path / "run.mp4").exists()


def test_a_film_needs_no_display(tmp_path):
    """It is written where no window could be opened."""
    code = (
        "import pathlib, sys; from alife.view.film import Film;"
        "film = Film(pathlib.Path(sys.argv[1]), size=(64, 48)); film.close();"
        "import pygame; assert not pygame.display.get_init()"
    )
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    environment = {name: value for name, value in os.environ.items() if name not in displays}
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "run.mp4")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

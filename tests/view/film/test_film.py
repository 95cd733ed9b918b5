import gc
import os
import subprocess
import sys
import tracemalloc

import imageio_ffmpeg
import numpy as np
import pygame
import pytest

from alife.core.errors import ConfigError, DiskError
from alife.view.film.film import Film
from alife.view.film.movie import Movie
from alife.view.film.picture import picture
from tests.pairwise import pairwise


def read(path, size):
    """Return the frames of a film as arrays."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-fps_mode", "passthrough"]
    done = subprocess.run([*command, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, size[1], size[0], 3)


def about(path):
    """Return what a film says about itself."""
    reader = imageio_ffmpeg.read_frames(str(path))
    try:
        return next(reader)
    finally:
        reader.close()


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("name", ["run.mp4", "run.gif"])
def test_a_film_shows_what_the_picture_shows(tmp_path, make_frame, name):
    """The first frame of a film is the picture of that frame, up to what compression or a palette loses."""
    path = tmp_path / name
    film = Film(path, size=(640, 400))
    film.add(make_frame())
    film.close()
    difference = np.abs(read(path, (640, 400))[0].astype(int) - picture(make_frame(), (640, 400)))
    assert difference.mean() < 5  # a black film differs by more than 20


@pytest.mark.slow
def test_memory_is_flat_while_filming(tmp_path, make_frame):
    """A hundred frames more leave nothing behind."""
    film = Film(tmp_path / "run.mp4", size=(320, 200))
    for tick in range(40):
        film.add(make_frame(tick=tick))
    tracemalloc.start()
    for tick in range(40, 60):
        film.add(make_frame(tick=tick))
    gc.collect()  # what waits for it is none of what stays
    before = tracemalloc.get_traced_memory()[0]
    for tick in range(60, 160):
        film.add(make_frame(tick=tick))
    gc.collect()  # what waits for it is none of what stays
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


@pytest.mark.slow
@pytest.mark.parametrize("fps", [1, 10, 11, 240])
def test_a_gif_is_small_and_slow(tmp_path, make_frame, fps):
    """It is 640 pixels wide and has at most 10 pictures a second, taken evenly; it lasts as long as the film would."""
    path = tmp_path / "run.gif"
    film = Film(path, fps=fps, size=(1280, 800))
    for tick in range(9):
        film.add(make_frame(tick=tick))
    film.close()
    every = -(-fps // 10)
    assert len(read(path, (640, 400))) == -(-9 // every)
    assert about(path)["duration"] == pytest.approx(-(-9 // every) * every / fps, abs=0.03)
    assert [each.name for each in tmp_path.iterdir()] == ["run.gif"]


@pytest.mark.slow
def test_a_small_gif_is_not_enlarged(tmp_path, make_frame):
    """A size below 640 pixels stays, odd numbers too."""
    path = tmp_path / "run.GIF"
    film = Film(path, fps=10, size=(321, 201))
    film.add(make_frame())
    film.close()
    assert len(read(path, (321, 201))) == 1


@pytest.mark.slow
def test_a_gif_has_the_colours_of_all_its_pictures_and_stores_once_what_stands_still(tmp_path):
    """A colour of the last picture alone is as true as those of the first, and still pictures cost next to nothing."""

    def sizes(pictures):
        movie = Movie(tmp_path / "run.gif", 10, (64, 48))
        movie.surface.fill("black")
        movie.surface.blit(noise, (0, 0))
        for k in range(pictures):
            movie.surface.fill(last if k == pictures - 1 else first, (40, 0, 20, 20))
            movie.append_picture()
        movie.close()
        return (tmp_path / "run.gif").stat().st_size

    first, last = (20, 160, 120), (230, 220, 70)
    grey = np.random.default_rng(0).integers(0, 255, (32, 48, 1), np.uint8).repeat(3, axis=2) // 32 * 32
    noise = pygame.surfarray.make_surface(grey)
    one, many = sizes(1), sizes(20)
    shown = read(tmp_path / "run.gif", (64, 48))
    assert np.abs(shown[[0, -1], 10, 50].astype(int) - [first, last]).max() <= 4
    assert many < 2 * one


@pytest.mark.parametrize("name", ["frames", "100% mine %06d"])
@pytest.mark.parametrize("there", [False, True])
def test_a_name_without_an_ending_is_a_directory_of_pictures(tmp_path, make_frame, name, there):
    """Every frame is a PNG file of its own, numbered from 1; the directory may be there if empty."""
    folder = tmp_path / name
    if there:
        folder.mkdir()
    film = Film(folder, fps=60, size=(321, 201))
    for tick in range(12):
        film.add(make_frame(tick=tick, brain=()))
    assert there == folder.exists()
    assert not there or list(folder.iterdir()) == []
    film.close()
    assert sorted(each.name for each in folder.iterdir()) == [f"{k:06d}.png" for k in range(1, 13)]
    first = pygame.surfarray.array3d(pygame.image.load(folder / "000001.png")).swapaxes(0, 1)
    assert (first != picture(make_frame(tick=0, brain=()), (321, 201))).any(axis=2).mean() < 0.001
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_pictures_lose_nothing(tmp_path):
    """Every pixel of a PNG is the one that was drawn, of noise too."""
    movie = Movie(tmp_path / "frames", 30, (33, 21))
    noise = np.random.default_rng(0).integers(0, 256, (2, 33, 21, 3), np.uint8)
    for drawn in noise:
        pygame.surfarray.blit_array(movie.surface, drawn)
        movie.append_picture()
    movie.close()
    for number, drawn in enumerate(noise, 1):
        kept = pygame.surfarray.array3d(pygame.image.load(tmp_path / "frames" / f"{number:06d}.png"))
        assert (kept == drawn).all()


def test_a_directory_with_something_in_it_is_left_alone(tmp_path):
    """Pictures never mix with what is there."""
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(DiskError, match="new or empty"):
        Film(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("name", ["run.avi", "shot-%06d.png", "run.mp4.tmp"])
def test_another_ending_is_refused_with_the_rule(tmp_path, name):
    """The message says which endings there are."""
    with pytest.raises(ConfigError, match=r"\.mp4 or \.gif.*PNG"):
        Film(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["nowhere/run.mp4", "nowhere/run.gif", "nowhere/frames", "x" * 300, "/dev/null"])
def test_a_path_that_cannot_be_written_is_said_at_once(tmp_path, path):
    """One sentence that names the path, before the first frame."""
    with pytest.raises(DiskError, match=r"^The film .* cannot be written"):
        Film(tmp_path / path)
    assert list(tmp_path.iterdir()) == []


def test_a_film_is_no_directory(tmp_path):
    """One that has the name of a film stays one."""
    (tmp_path / "run.mp4").mkdir()
    with pytest.raises(DiskError, match=r"directory.*film\.mp4"):
        Film(tmp_path / "run.mp4")


@pytest.fixture
def failing_ffmpeg(tmp_path, monkeypatch):
    """Return a function that puts something in ffmpeg's place that reads for a while and fails."""

    def put(read):
        program = tmp_path / "ffmpeg"
        program.write_text(f"#!/bin/sh\n{read} > /dev/null\nexit 1\n")
        program.chmod(0o700)
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))

    return put


def test_a_film_that_breaks_off_is_an_error_of_the_disk(tmp_path, make_frame, failing_ffmpeg):
    """When ffmpeg has died, the next frames say so in one sentence."""
    failing_ffmpeg(f"head -c {320 * 200 * 3}")
    film = Film(tmp_path / "run.mp4", size=(320, 200))
    film.add(make_frame())
    with pytest.raises(DiskError, match=r"^The film .* ffmpeg has stopped"):
        film.add(make_frame())
    film.close()
    assert [each.name for each in tmp_path.iterdir()] == ["ffmpeg"]


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


@pytest.mark.parametrize(("name", "frames", "there"), pairwise(["run.mp4", "run.gif"], [0, 2], [False, True]))
def test_a_film_that_comes_to_nothing_touches_nothing(tmp_path, make_frame, name, frames, there):
    """Discarded, or closed without a frame, it leaves what was there and nothing else."""
    path = tmp_path / name
    if there:
        path.write_text("before")
    film = Film(path, size=(64, 48))
    for tick in range(frames):
        film.add(make_frame(tick=tick))
    if frames:
        film.discard()
    film.close()
    assert [each.read_text() for each in tmp_path.iterdir()] == ["before"] * there


@pytest.mark.parametrize("frames", [0, 2])
def test_pictures_that_come_to_nothing_leave_no_directory(tmp_path, make_frame, frames):
    """Discarded, or closed without a frame, there is nothing."""
    film = Film(tmp_path / "frames", size=(64, 48))
    for tick in range(frames):
        film.add(make_frame(tick=tick))
    if frames:
        film.discard()
    film.close()
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_breaks_off_leaves_what_was_there(tmp_path, make_frame, failing_ffmpeg):
    """When ffmpeg fails at the end, the file that was there stays as it was."""
    failing_ffmpeg("cat")
    path = tmp_path / "run.mp4"
    path.write_text("before")
    film = Film(path, size=(64, 48))
    film.add(make_frame())
    with pytest.raises(DiskError, match="ffmpeg has stopped"):
        film.close()
    assert path.read_text() == "before"
    assert {each.name for each in tmp_path.iterdir()} == {"ffmpeg", "run.mp4"}


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
    with pytest.raises(ConfigError, match="/nowhere/ffmpeg"):
        Film(tmp_path / "run.mp4")
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_error_names_it(tmp_path, monkeypatch):
    """One sentence with what to install, and no file."""
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(ConfigError, match="pip install imageio-ffmpeg"):
        Film(tmp_path / "run.mp4")
    assert not (tmp_path / "run.mp4").exists()


@pytest.mark.slow
def test_a_film_needs_no_display(tmp_path):
    """It is written where no window could be opened."""
    code = (
        "import pathlib, sys; from alife.view.film.film import Film;"
        "film = Film(pathlib.Path(sys.argv[1]), size=(64, 48)); film.close();"
        "import pygame; assert not pygame.display.get_init()"
    )
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    environment = {name: value for name, value in os.environ.items() if name not in displays}
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "run.mp4")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

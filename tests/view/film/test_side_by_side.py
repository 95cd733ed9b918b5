from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.scene import Scene
from alife.view.film.picture import pixels
from alife.view.film.side_by_side import LANDSCAPE, PORTRAIT, Half, SideBySide, SideBySideFilm
from tests.view.film.test_film import read


@pytest.fixture
def halves(make_frame):
    """Return two halves of 60 ticks: one that got nothing, one that got 1 at every tenth tick."""
    got = np.cumsum(np.arange(1, 61) % 10 == 0).astype(float)
    return (
        Half("The first 100 ticks", "then", make_frame(tick=60), np.zeros(60), 0.0),
        Half("After 5,000 ticks, the same start", "now", make_frame(tick=60), got, 4.5),
    )


def drawn(halves, size=LANDSCAPE, ticks=100):
    surface = pygame.Surface(size, 0, 32)
    SideBySide(ticks).draw_halves(surface, halves)
    return pixels(surface)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (200, 150), (640, 360), LANDSCAPE, PORTRAIT, (360, 640), (3840, 2160)])
def test_it_can_be_drawn_at_every_size(halves, size):
    """Nothing is too small or too large."""
    assert drawn(halves, size).shape == (size[1], size[0], 3)


def test_it_can_be_drawn_before_the_first_tick(halves):
    """No tick has passed and nothing was got."""
    before = tuple(replace(half, totals=np.zeros(0)) for half in halves)
    assert drawn(before).any()


@pytest.mark.slow
def test_a_half_shows_its_own_scene(halves, make_frame):
    """What happens in the second arena changes the right half of the picture only, stacked the lower one."""
    other = (halves[0], replace(halves[1], frame=make_frame(tick=60, scene=Scene(10.0, 10.0))))
    different = (drawn(halves) != drawn(other)).any(axis=2)
    assert different[:, 640:].any()
    assert not different[:, :640].any()
    different = (drawn(halves, PORTRAIT) != drawn(other, PORTRAIT)).any(axis=2)
    assert different[800:].any()
    assert not different[:800].any()


def test_a_world_that_paints_itself_is_shown(halves, make_frame):
    """A scene may be an image and nothing else."""
    image = np.full((20, 30, 3), (250, 10, 10), np.uint8)
    frame = make_frame(tick=60, scene=Scene(30.0, 20.0, image=image))
    picture = drawn((halves[0], replace(halves[1], frame=frame)))
    assert (picture[:, 640:] == (250, 10, 10)).all(axis=2).mean() > 0.1


def test_the_reward_is_seen(halves):
    """The total is in the head of its half, and the curve in the strip below both."""
    poorer = (halves[0], replace(halves[1], totals=halves[1].totals * 0))
    different = (drawn(halves) != drawn(poorer)).any(axis=2)
    assert different[:60, 640:].any()
    assert different[570:].any()


@pytest.mark.parametrize("totals", [[-1e9, 1e9] * 30, [1e-9] * 60, [-3.0] * 60])
def test_any_reward_fits_into_the_strip(halves, totals):
    """Numbers of any size are drawn without a complaint."""
    assert drawn((halves[0], replace(halves[1], totals=np.array(totals)))).any()


@pytest.mark.slow
@pytest.mark.parametrize(("portrait", "size"), [(False, LANDSCAPE), (True, PORTRAIT)])
def test_a_film_of_both_can_be_played(tmp_path, halves, portrait, size):
    """Every picture added is in the film."""
    film = SideBySideFilm(tmp_path / "both.mp4", 30, 100, portrait)
    for _ in range(3):
        film.add_halves(halves)
    film.close()
    assert len(read(tmp_path / "both.mp4", size)) == 3


@pytest.mark.slow
def test_a_gif_of_both_is_small(tmp_path, halves):
    """It is 640 pixels wide."""
    film = SideBySideFilm(tmp_path / "both.gif", 15, 100)
    film.add_halves(halves)
    film.close()
    assert len(read(tmp_path / "both.gif", (640, 360))) == 1

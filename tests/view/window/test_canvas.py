import copy
import gc
import tracemalloc
import weakref
from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.errors import DiskError
from alife.core.frame import FrameEvent
from alife.core.scene import Circles
from alife.view.draw import theme
from alife.view.draw.sprites import Sprites
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import picture, pixels, save_png
from alife.view.window.canvas import Canvas, layout

SIZES = [(1, 1), (200, 150), (320, 900), (640, 480), (900, 600), (1280, 800), (3840, 2160)]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_every_size_is_drawn(size, make_frame):
    """From one pixel to 3840 x 2160, as an array (height, width, 3)."""
    image = picture(make_frame(), size)
    assert image.shape == (size[1], size[0], 3)
    assert image.dtype == np.uint8


@pytest.mark.parametrize("size", SIZES[1:])
def test_panels_lie_inside_and_never_overlap(size):
    """Whatever the size, no panel covers another, and the world always has a place."""
    areas = [area for area in vars(layout(size)).values() if area is not None]
    page = pygame.Rect((0, 0), size)
    for index, area in enumerate(areas):
        assert page.contains(area)
        assert not any(area.colliderect(other) for other in areas[index + 1 :])


def test_a_window_of_ordinary_size_has_all_panels():
    """From 900 x 600 on nothing is left out."""
    assert None not in vars(layout((900, 600))).values()


@pytest.mark.slow
def test_a_canvas_can_change_its_size(make_frame):
    """After other sizes a canvas draws what a fresh one draws."""
    canvas = Canvas()
    for size in ((200, 150), (3840, 2160), (1280, 800)):
        surface = pygame.Surface(size, 0, 32)
        canvas.draw_frame(surface, make_frame())
    fresh = pygame.Surface((1280, 800), 0, 32)
    Canvas().draw_frame(fresh, make_frame())
    assert pygame.image.tobytes(surface, "RGB") == pygame.image.tobytes(fresh, "RGB")


def test_drawing_does_not_alter_the_frame(make_frame):
    """Every array of a frame holds what it held."""
    event = FrameEvent(100, "learners", 6, "ate", 1.0, "world")
    frame = make_frame(events=(event,))
    before = copy.deepcopy(frame)
    for size in ((640, 480), (1280, 800)):
        picture(frame, size)
    np.testing.assert_equal(_plain(frame), _plain(before))


def _plain(value):
    """Return a frame as dictionaries, lists and arrays, which can be compared."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def test_a_state_that_was_loaded_begins_anew(make_frame, probe):
    """Nothing leads to it from what was shown before: no trail, no membrane."""
    loaded = make_frame(tick=900, brain=())
    canvas = Canvas()
    after, fresh = (pygame.Surface(theme.DESIGN_SIZE) for _ in range(2))
    for tick in (500, 510):
        shapes = tuple(
            replace(shape, centres=shape.centres + tick / 1000) if isinstance(shape, Circles) else shape
            for shape in loaded.scene.shapes
        )
        moved = replace(loaded.scene, shapes=shapes)
        canvas.draw_frame(after, make_frame(tick=tick, scene=moved, brain=(probe(tick),)))
    canvas.draw_frame(after, loaded)
    Canvas().draw_frame(fresh, loaded)
    assert (pixels(after) == pixels(fresh)).all()


def test_paused_is_written(make_frame):
    """A paused frame does not look like one that runs."""
    assert (picture(make_frame(paused=True)) != picture(make_frame())).any()


@pytest.mark.parametrize("changes", [{"ticks": None}, {"ticks": 0}, {"target": 7.5}, {"target": None}, {"copies": 1}])
def test_runs_of_every_kind_have_a_status_line(changes, make_frame):
    """With an end or without, slower than a tick per frame, with one arena only."""
    picture(make_frame(**changes))


@pytest.mark.slow
def test_memory_is_flat(make_frame, probe):
    """Fifty frames with ever new ticks, numbers and events leave nothing behind."""
    canvas, surface = Canvas(), pygame.Surface((640, 400), 0, 32)

    def draw(ticks):
        for tick in ticks:
            event = FrameEvent(tick, "learners", 4 + tick % 4, "ate", float(tick), "world")
            brain = (probe(tick, (8,), value=tick / 7, learned=tick % 9 == 0),)
            canvas.draw_frame(surface, make_frame(tick=tick, events=(event,), brain=brain))

    tracemalloc.start()  # before the caches fill, so that what they let go counts as well as what they take in
    draw(range(150))
    gc.collect()  # what waits for it is none of what stays
    before = tracemalloc.get_traced_memory()[0]
    draw(range(150, 200))
    gc.collect()  # what waits for it is none of what stays
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert after - before < 25_000  # one frame of this kind holds about 8,000 bytes


@pytest.mark.slow
def test_sprites_are_bounded():
    """Creatures of ever new sizes and headings do not stay in memory."""
    sprites = Sprites()
    made = {
        weakref.ref(sprites.creature_sprite(theme.look(0), 1 + number % 40 / 2, number / 7)) for number in range(4_000)
    }
    assert 0 < sum(one() is not None for one in made) <= 2048


@pytest.mark.slow
def test_rendered_text_is_bounded():
    """Ten thousand different strings do not stay in memory."""
    renderer = TextRenderer()
    tracemalloc.start()
    for number in range(10_000):
        renderer.width(str(number))
    measured = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert measured < 200_000  # all of them would be a million bytes
    rendered = [weakref.ref(renderer.render_text(str(number))) for number in range(10_000)]
    assert 0 < sum(one() is not None for one in rendered) <= 256


def test_text_that_is_too_wide_ends_in_an_ellipsis():
    """It never covers more than its width, and nothing is left of it where there is no room."""
    renderer, surface = TextRenderer(), pygame.Surface((400, 100), 0, 32)
    full = renderer.write(surface, "a long sentence", at=(0, 0)).width
    cut = renderer.write(surface, "a long sentence", at=(0, 0), width=60).width
    assert 30 < cut <= 60 < full
    assert renderer.write(surface, "a long sentence", at=(0, 0), width=1).width <= 1


def test_text_is_rendered_anew_for_a_larger_canvas():
    """At twice the size a letter has about twice the pixels: nothing is stretched."""
    renderer = TextRenderer()
    small = renderer.width("membrane")
    renderer.fit_canvas((2560, 1600))
    assert renderer.width("membrane") == pytest.approx(2 * small, rel=0.1)


def test_a_picture_can_be_saved(tmp_path, make_frame):
    """What is read back from the file is what was drawn."""
    image = picture(make_frame(), (320, 200))
    save_png(tmp_path / "a.png", image)
    back = pygame.surfarray.array3d(pygame.image.load(tmp_path / "a.png")).swapaxes(0, 1)
    np.testing.assert_array_equal(back, image)
    with pytest.raises(DiskError, match="nowhere"):
        save_png(tmp_path / "nowhere" / "a.png", image)


def test_a_picture_of_one_frame_is_always_the_same(make_frame):
    """No clock and no chance in a picture."""
    frame = replace(make_frame(), tick=77)
    np.testing.assert_array_equal(picture(frame), picture(frame))

"""The window draws most of its panels by turns, which must not be seen."""

import gc
import tracemalloc
from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.scene import Circles, Scene
from alife.view.draw import theme
from alife.view.draw.geometry import Fit
from alife.view.draw.trails import Trails
from alife.view.film.picture import pixels
from alife.view.panels.timebar import Span
from alife.view.window.canvas import Canvas
from alife.view.window.window import Window
from tests.view.under_mouse import under_mouse

_resize = pygame.display.set_mode  # before a window is open, which keeps it


@pytest.mark.parametrize("size", [(1280, 800), (800, 500), (420, 300), (200, 150)])
def test_after_some_turns_the_picture_is_that_of_the_whole(size, make_frame, probe):
    """On a surface of another tick, every panel comes to show the frame; the world does so at once."""
    canvas, surface, whole = Canvas(), pygame.Surface(size, 0, 32), pygame.Surface(size, 0, 32)
    canvas.timebar.span = Span(0.2, 0.7, "60 s ago", "now")
    old, new = (make_frame(tick=tick, brain=(probe(tick, spikes=tick == 100),)) for tick in (100, 101))
    canvas.draw_frame(surface, old)
    canvas.timebar.span = Span(0.1, 0.9, "60 s ago", "now")
    canvas.observe_frame(new)
    canvas.paint_in_turn(surface, new)
    first = pixels(surface)
    for _ in range(3):
        canvas.paint_in_turn(surface, new)
    canvas.paint_frame(whole, new)
    np.testing.assert_array_equal(pixels(surface), pixels(whole))
    area = canvas.areas.world
    np.testing.assert_array_equal(
        *(image[area.top : area.bottom, area.left : area.right] for image in (first, pixels(whole)))
    )


@pytest.mark.slow
def test_what_answers_to_the_mouse_is_the_same_by_turns(make_frame, probe):
    """After any turn both halves of the brain are known, and no turn leaves anything behind."""
    canvas, surface = Canvas(), pygame.Surface((1280, 800), 0, 32)
    frame = make_frame(brain=(probe(100),))
    canvas.draw_frame(surface, frame)
    told = under_mouse(canvas.brain, canvas.areas.brain, step=15)
    assert len(set(told.values())) > 10
    for _ in range(4):
        canvas.paint_in_turn(surface, frame)
        assert under_mouse(canvas.brain, canvas.areas.brain, step=15) == told
    tracemalloc.start()
    kept = []
    for _ in range(2):
        for _ in range(4):
            canvas.paint_in_turn(surface, frame)
        gc.collect()
        kept.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert kept[1] < kept[0] + 2_000


@pytest.mark.parametrize("change", ["key", "pause", "selected", "size", "slow"])
def test_an_action_is_seen_in_the_next_picture(no_screen, make_frame, probe, monkeypatch, change):
    """An event, a pause, another creature, another size or a long wait: the whole is drawn anew."""
    whole = []
    monkeypatch.setattr(Canvas, "paint_frame", lambda self, surface, frame: whole.append(frame.tick))
    monkeypatch.setattr(Canvas, "paint_in_turn", lambda self, surface, frame: None)
    clock = [100.0]
    monkeypatch.setattr("alife.view.window.window.time.monotonic", lambda: clock[0])
    window = Window("test", fps=1000, size=(1000, 700))

    def show(tick, **changes):
        clock[0] += 0.03
        window.show(make_frame(tick=tick, brain=(probe(tick),), **changes))

    window.commands()
    for tick in (1, 2, 3):
        show(tick)
    assert whole == [1]
    if change == "key":
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_v, unicode="v", mod=0))
        window.commands()
    elif change == "size":
        _resize((900, 600), pygame.RESIZABLE)
    elif change == "slow":
        clock[0] += 1.0
    show(
        4, **({"paused": True} if change == "pause" else {"selected": ("learners", 5)} if change == "selected" else {})
    )
    assert whole == [1, 4]
    window.close()


@pytest.mark.parametrize("size", [(1280, 800), (800, 500), (200, 150)])
def test_a_selected_creature_that_is_gone_is_said_to_be(size, make_frame):
    """A picture with and one without it differ beyond its body; an arena without creatures is drawn, too."""
    frame = make_frame()

    def without(row):
        kept = [k for k in range(4) if k + 4 != row]
        shapes = [
            replace(one, centres=one.centres[kept], headings=one.headings[kept], rows=one.rows[kept])
            if isinstance(one, Circles) and one.species == "learners"
            else one
            for one in frame.scene.shapes
        ]
        return replace(frame, scene=replace(frame.scene, shapes=tuple(shapes)))

    pictures = {}
    for row in (5, 7):  # 7 is selected
        canvas, surface = Canvas(), pygame.Surface(size, 0, 32)
        canvas.draw_frame(surface, without(row))
        canvas.paint_in_turn(surface, without(row))
        pictures[row] = pixels(surface), canvas
    fit = pictures[7][1].world.fit
    corner = slice(fit.area.bottom - 12, fit.area.bottom - 2), slice(fit.area.left, fit.area.left + fit.area.width // 2)
    assert (pictures[5][0][corner] != pictures[7][0][corner]).any()
    Canvas().draw_frame(pygame.Surface(size, 0, 32), replace(frame, scene=Scene(10.0, 10.0)))


def test_trails_of_the_living_outlast_deaths_and_births(make_frame):
    """Where rows change, the others' last places are kept; the newborn has none before its birth, the dead are gone."""
    scene = Scene(50.0, 50.0)

    def drawn(*rows_at_ticks):
        trails, surface = Trails(), pygame.Surface((500, 500), 0, 32)
        for tick, rows in enumerate(rows_at_ticks):
            places = np.array([[5.0 * row + tick, 1.0 + row] for row in rows])
            shapes = (Circles("creature", places, 0.4, np.zeros(len(rows)), "learners", np.array(rows)),)
            trails.record_places(make_frame(tick=tick, scene=replace(scene, shapes=shapes)))
        trails.draw_trails(surface, {"learners": theme.look(0)}, scene, Fit(surface.get_rect(), 10.0), 3)
        return pixels(surface)

    lasting = drawn([4, 6], [4, 6], [4, 6])
    np.testing.assert_array_equal(drawn([4, 5, 6], [4, 5, 6], [1, 4, 6]), lasting)
    assert (drawn([4, 6], [4, 6]) != lasting).any()
    assert (drawn([4, 5, 6], [4, 5, 6], [4, 5, 6]) != lasting).any()

from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.scene import Circles, Polygon, Scene, Segments
from alife.view.draw import theme
from alife.view.draw.geometry import spots
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import pixels
from alife.view.panels.world import WorldPanel

SIZES = [(8, 8), (60, 40), (500, 500), (1600, 1200)]


@pytest.fixture
def look():
    """Draw a frame on a panel of 500 by 500; look.panel is the panel."""
    panel = WorldPanel(TextRenderer())
    panel.show_senses = False

    def look(frame, size=(500, 500)):
        surface = pygame.Surface(size, 0, 32)
        panel.observe_frame(frame)
        panel.draw_panel(surface, surface.get_rect(), frame)
        return pixels(surface)

    look.panel = panel
    return look


def pixel_of(panel, place):
    return tuple(np.rint(panel.fit.to_pixels(place)).astype(int).tolist())


def count(image, colour):
    return int((image == np.array(colour, dtype=np.uint8)).all(axis=-1).sum())


@pytest.mark.parametrize("wraps", [True, False])
def test_zooming_leaves_what_is_under_the_mouse_where_it_is(look, make_frame, wraps):
    """In and out again, at several places, within a pixel or two."""
    frame = make_frame()
    frame = replace(frame, scene=replace(frame.scene, wraps=wraps))
    look(frame)
    for place in ((5.0, 5.0), (4.0, 6.5)):
        pixel = pixel_of(look.panel, place)
        for steps in (3, 2, -1):
            look.panel.wheel(pixel, steps)
            look(frame)
            assert look.panel.place_at(pixel) == pytest.approx(place, abs=0.12)
        look.panel.show_whole_arena()
        look(frame)


def test_zooming_all_the_way_out_shows_the_whole_arena(look, make_frame):
    """As does asking for it, whatever was done before."""
    frame = make_frame()
    whole = look(frame)
    look.panel.wheel((250, 250), 4)
    assert (look(frame) != whole).any()
    look.panel.wheel((250, 250), -9)
    np.testing.assert_array_equal(look(frame), whole)
    look.panel.wheel((250, 250), 4)
    look.panel.drag((250, 250), (70, 30))
    look.panel.follow = True
    look.panel.show_whole_arena()
    np.testing.assert_array_equal(look(frame), whole)
    assert not look.panel.follow


def test_dragging_takes_the_floor_along(look, make_frame):
    """What was under the mouse stays under it, on a torus round and round."""
    frame = make_frame()
    look(frame)
    look.panel.wheel((250, 250), 5)
    look(frame)
    pixel = (250, 250)
    place = look.panel.place_at(pixel)
    for _ in range(30):
        look.panel.drag(pixel, (40, -25))
        pixel = pixel[0] + 40, pixel[1] - 25
        look(frame)
    size = 10.0
    there = look.panel.fit.to_pixels(place)
    period = size * look.panel.fit.scale
    away = (np.array(pixel) - there + period / 2) % period - period / 2
    assert np.abs(away).max() < 20  # the floor lies on whole pixels, so a step may be off by half of one


def test_without_joined_edges_nothing_beyond_them_is_shown(look, make_frame):
    """However far one drags, the view ends at the edge, and dragging back begins there at once."""
    frame = make_frame()
    frame = replace(frame, scene=replace(frame.scene, wraps=False))
    look(frame)
    look.panel.drag((250, 250), (100, 0))  # everything is in view: there is nothing to drag
    look.panel.wheel((250, 250), 4)
    for _ in range(20):
        look.panel.drag((250, 250), (200, -200))
    look(frame)
    assert look.panel.fit.corner == (0.0, 0.0)
    look.panel.drag((250, 250), (-50, 50))
    look(frame)
    assert min(look.panel.fit.corner) > 0


def test_following_keeps_the_selected_creature_in_the_middle(look, make_frame):
    """Across the joined edge too, with the floor around it drawn without a gap."""
    frame = make_frame()
    look(frame)
    look.panel.follow = True
    for tick, x in enumerate((9.0, 9.6, 0.2, 0.8)):
        shape = Circles("creature", np.array([[x, 0.1]]), 0.4, np.zeros(1), "learners", np.array([7]))
        image = look(replace(frame, tick=200 + tick, scene=replace(frame.scene, shapes=(shape,))))
        fit = look.panel.fit
        assert look.panel.creature_at(fit.area.center) == ("learners", 7)
        near = image[fit.area.centery - 20 : fit.area.centery + 20, fit.area.centerx - 20 : fit.area.centerx + 20]
        assert count(near, theme.look(0).colour) > 100
        floor = image[fit.area.top + 1 : fit.area.bottom - 1, fit.area.left + 1 : fit.area.right - 1]
        assert count(floor, theme.CARD) == 0


def test_a_person_who_drags_no_longer_follows(look, make_frame):
    look(make_frame())
    look.panel.follow = True
    look(make_frame())
    look.panel.drag((250, 250), (10, 0))
    assert not look.panel.follow


def test_a_click_finds_creatures_where_the_camera_shows_them(look, make_frame):
    """Those in view at their pixel, and each pixel leads back to its place in the world."""
    frame = make_frame()
    look(frame)
    look.panel.drag((250, 250), (130, 45))
    look.panel.wheel((200, 300), 2)
    look(frame)
    found = 0
    for spot in spots(frame.scene):
        for column in range(-1, 2):
            for row in range(-1, 2):
                pixel = pixel_of(look.panel, np.add(spot.position, (10 * column, 10 * row)))
                if look.panel.fit.area.collidepoint(pixel):
                    found += 1
                    assert look.panel.creature_at(pixel) == (spot.species, spot.row)
                    assert look.panel.place_at(pixel) == pytest.approx(spot.position, abs=0.05)
    assert found >= 2
    assert look.panel.place_at((1, 1)) is None


def test_all_kinds_of_shapes_come_again_beyond_a_joined_edge(look, make_frame):
    """Half an arena further, what stood in the corners stands in the middle."""
    shapes = (
        Segments("wall", np.array([[[0.0, 0.2], [10.0, 0.2]]])),
        Polygon("swamp", np.array([[0.5, 0.5], [2.0, 0.5], [2.0, 2.0], [0.5, 2.0]])),
        Circles("food", np.array([[9.5, 9.5]]), 0.3),
    )
    frame = make_frame(scene=Scene(10.0, 10.0, shapes, wraps=True))
    look(frame)
    half = round(5 * look.panel.fit.scale)
    look.panel.drag((250, 250), (half, half))
    image = look(frame)
    x, y = look.panel.fit.area.center
    middle = image[y - 60 : y + 60, x - 60 : x + 60]
    for role in ("wall", "food"):
        assert count(middle, theme.role_colour(role)) > 20
    assert count(middle, theme.mix(theme.role_colour("swamp"), theme.FIELD, 0.5)) > 100


@pytest.mark.parametrize("wraps", [True, False])
def test_a_painted_world_can_be_zoomed_and_dragged(look, make_frame, wraps):
    """What lies under a pixel is the colour that the picture has at its place."""
    painted = np.zeros((40, 40, 3), dtype=np.uint8)
    painted[:20, :20], painted[:20, 20:], painted[20:, :20] = (200, 0, 0), (0, 200, 0), (0, 0, 200)
    frame = make_frame(scene=Scene(10.0, 10.0, wraps=wraps, image=painted))
    look(frame)
    look.panel.wheel((200, 220), 3)
    look(frame)
    look.panel.drag((250, 250), (33, -47))
    image = look(frame)
    area = look.panel.fit.area
    for x in range(area.left + 7, area.right - 5, 23):
        for y in range(area.top + 7, area.bottom - 5, 23):
            place = look.panel.place_at((x, y))
            if min(abs(one - edge) for one in place for edge in (0, 5, 10)) > 0.2:
                row, column = 39 - int(place[1] * 4), int(place[0] * 4)
                assert tuple(image[y, x]) == tuple(painted[row, column])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", [Scene(0.0, 0.0, wraps=True), Scene(1e-3, 500.0, wraps=True), Scene(900.0, 1.0)])
def test_odd_arenas_and_panels_can_be_zoomed(look, make_frame, scene, size):
    """No size of world or window, and no order of mouse actions, breaks the camera."""
    frame = make_frame(scene=scene)
    for act in (
        lambda panel: panel.wheel((20, 20), 30),
        lambda panel: panel.drag((20, 20), (500, -900)),
        lambda panel: setattr(panel, "follow", True),
        lambda panel: panel.wheel((-5, 9000), -2.5),
        lambda panel: panel.show_whole_arena(),
    ):
        act(look.panel)
        look(frame, size)
        look.panel.place_at((size[0] // 2, size[1] // 2))

from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.command import Select
from alife.core.frame import FrameEvent
from alife.core.scene import Circles, Label, Polygon, Scene, Segments
from alife.view.draw import theme
from alife.view.draw.geometry import spots
from alife.view.draw.text import TextRenderer
from alife.view.film.picture import pixels, scene_image
from alife.view.panels.world import WorldPanel

AREA = pygame.Rect(0, 0, 500, 500)


@pytest.fixture
def draw():
    panel = WorldPanel(TextRenderer())

    def draw(frame):
        panel.observe_frame(frame)
        return again(frame)

    def again(frame):
        surface = pygame.Surface(AREA.size, 0, 32)
        panel.draw_panel(surface, AREA, frame)
        return pixels(surface)

    draw.panel, draw.again = panel, again
    return draw


def count(image, colour):
    return int((image == np.array(colour, dtype=np.uint8)).all(axis=-1).sum())


def creatures(frame, places, **changes):
    """Return the frame with learners 4 to 7 at these places."""
    shape = Circles("creature", np.asarray(places, float), 0.4, np.zeros(4), "learners", np.arange(4, 8))
    return replace(frame, scene=replace(frame.scene, shapes=(shape,)), **changes)


def test_every_species_shows_its_colour(draw, make_frame):
    """Learners are drawn in a hue, control creatures in a grey, food and poison in theirs."""
    image = draw(make_frame())
    for look in theme.looks(make_frame().species).values():
        assert count(image, look.colour) > 20
    assert count(image, theme.role_colour("food")) > 50
    assert count(image, theme.role_colour("poison")) > 50


def test_a_creature_is_drawn_where_it_is():
    """The colour of the first species lies in the corner of the picture that y up asks for."""
    shape = Circles("creature", np.array([[2.0, 8.0]]), 0.5, np.zeros(1), "a", np.array([0]))
    image = scene_image(Scene(10, 10, (shape,)), (200, 200))
    rows, columns = np.nonzero((image == theme.look(0).colour).all(axis=-1))
    assert rows.mean() == pytest.approx(40, abs=4)
    assert columns.mean() == pytest.approx(40, abs=4)


def test_a_dart_points_where_the_creature_heads():
    """The eye of a creature lies ahead of its middle: right for 0, up for a quarter turn."""
    eye = np.array(theme.mix(theme.look(0).colour, theme.BRIGHT, 0.6))
    for heading, ahead in ((0.0, (0, 1)), (np.pi / 2, (-1, 0)), (np.pi, (0, -1))):
        shape = Circles("creature", np.array([[5.0, 5.0]]), 1.0, np.array([heading]), "a", np.array([0]))
        image = scene_image(Scene(10, 10, (shape,)), (200, 200)).astype(int)
        place = np.argwhere(np.abs(image - eye).sum(axis=-1) < 12).mean(axis=0) - 100
        assert place @ np.array(ahead) > 8
        assert abs(place @ np.array(ahead[::-1])) < 2


def test_control_is_hollow_and_learners_are_filled(draw, make_frame):
    """At a glance, not by hue alone: the middle of a control creature is floor, of a learner colour."""
    frame = make_frame()
    looks = theme.looks(frame.species)
    panel = draw.panel
    panel.show_senses = False
    image = draw(frame)
    for spot in spots(frame.scene):
        x, y = np.rint(panel.fit.to_pixels(spot.position)).astype(int)
        expected = looks[spot.species].colour if spot.species == "learners" else theme.FIELD
        assert tuple(image[y, x]) == expected


def test_food_and_poison_differ_in_shape():
    """Painted in one colour, they would still not look the same."""
    silhouettes = []
    for role in ("food", "poison"):
        image = scene_image(Scene(4, 4, (Circles(role, np.array([[2.0, 2.0]]), 1.0),)), (80, 80))
        silhouettes.append(np.abs(image.astype(int) - theme.FIELD).sum(axis=-1) > 60)
    assert (silhouettes[0] != silhouettes[1]).mean() > 0.02


def test_things_on_the_edge_of_a_torus_show_on_both_sides():
    """Where edges are joined, a disc over the left edge comes in again at the right one; elsewhere not."""
    shape = Circles("food", np.array([[0.1, 5.0]]), 0.8)
    for wraps in (True, False):
        image = scene_image(Scene(10, 10, (shape,), wraps), (200, 200))
        assert (count(image[:, 180:], theme.role_colour("food")) > 10) == wraps


def test_a_trail_follows_and_does_not_cross_the_arena(draw, make_frame):
    """A creature leaves a line behind; when it wraps round a torus no line goes back through the middle."""
    frame = make_frame(selected=("control", 1))
    for tick in range(10):
        places = [[(8.0 + 0.3 * tick) % 10, 5.0], [1, 1], [1, 2], [1, 3]]
        moved = draw(creatures(frame, places, tick=100 + tick))
    still = scene_image(creatures(frame, places).scene)
    assert still.shape == (480, 480, 3)
    fit = draw.panel.fit

    def trail(x):
        column, row = np.rint(fit.to_pixels((x, 5.0))).astype(int)
        return np.abs(moved[row - 3 : row + 4, column].astype(int) - theme.FIELD).sum() > 60

    assert trail(9.3)
    assert not trail(3.3)
    assert not trail(6.3)


@pytest.mark.slow
def test_an_event_of_the_world_flashes_and_fades(draw, make_frame):
    """The gain shows when it happens and is gone after a while; what the brain did does not show."""
    quiet = draw(make_frame(tick=100))
    event = FrameEvent(101, "learners", 6, "ate", 1.0, "world")
    inner = FrameEvent(101, "learners", 4, "surprise", 1.0, "brain")
    np.testing.assert_array_equal(draw(make_frame(tick=101, events=(inner,))), quiet)
    flash = draw(make_frame(tick=102, events=(replace(event, tick=102),)))
    assert count(flash, theme.GAIN) > count(quiet, theme.GAIN) + 20
    for tick in range(103, 140):
        after = draw(make_frame(tick=tick))
    np.testing.assert_array_equal(after, quiet)


@pytest.mark.slow
def test_a_flash_stands_still_while_paused(draw, make_frame):
    """Frames of one tick, paused, all look the same, though the event is told only once."""
    event = FrameEvent(100, "learners", 6, "stung", -1.0, "world")
    first = draw(make_frame(events=(event,), paused=True))
    for _ in range(50):
        last = draw(make_frame(paused=True))
    np.testing.assert_array_equal(first, last)
    assert count(first, theme.LOSS) > 20


def test_every_kind_of_shape_is_drawn_and_unknown_roles_too():
    """Segments, polygons, labels and unknown roles leave something to see."""
    shapes = [
        Segments("wall", np.array([[[1.0, 1.0], [9.0, 1.0]]])),
        Polygon("swamp", np.array([[1.0, 1.0], [9.0, 1.0], [5.0, 9.0]])),
        Label("sign", (5.0, 5.0), "here"),
        Circles("teleporter", np.array([[5.0, 5.0]]), 0.5),
        Circles("lamp", np.array([[5.0, 5.0]]), 0.5, np.array([1.0])),
        Circles("creature", np.array([[5.0, 5.0]]), 0.5, None, "a", np.array([0])),
    ]
    empty = scene_image(Scene(10, 10), (200, 200))
    for shape in shapes:
        assert (scene_image(Scene(10, 10, (shape,)), (200, 200)) != empty).any(), shape


def test_numbers_that_are_none_are_left_out():
    """A place that is not a number is drawn nowhere, and breaks nothing."""
    nowhere = np.full((2, 2), np.nan)
    shapes = (
        Circles("food", nowhere, 1),
        Segments("wall", np.full((1, 2, 2), np.inf)),
        Polygon("swamp", nowhere),
        Label("sign", (np.nan, 0.0), "here"),
        Circles("food", np.zeros((0, 2)), 1),
    )
    np.testing.assert_array_equal(scene_image(Scene(10, 10, shapes), (99, 99)), scene_image(Scene(10, 10), (99, 99)))


@pytest.mark.parametrize("size", [(40, 40), (300, 300)])
def test_a_world_may_paint_itself(size):
    """An image fills the arena, its first row on top."""
    image = np.zeros((100, 100, 3), dtype=np.uint8)
    image[:50] = (10, 200, 30)
    drawn = scene_image(Scene(1, 1, image=image), size)
    assert drawn[size[1] // 4, size[0] // 2] == pytest.approx([10, 200, 30], abs=4)
    assert tuple(drawn[3 * size[1] // 4, size[0] // 2]) == (0, 0, 0)


def test_the_aspect_of_a_scene_is_kept():
    """A wide scene leaves room above and below, and none at the sides."""
    image = scene_image(Scene(20, 10), (200, 200))
    assert tuple(image[10, 100]) == theme.BACKGROUND
    assert tuple(image[70, 1]) == theme.FIELD


def test_a_click_finds_the_nearest_creature_or_none(draw, make_frame):
    """Every creature is found at its own pixel and a little beside it, and none in empty space."""
    draw(make_frame())
    panel = draw.panel
    for spot in spots(make_frame().scene):
        x, y = panel.fit.to_pixels(spot.position)
        assert panel.creature_at((round(x) + 8, round(y) - 8)) == (spot.species, spot.row)
    assert panel.creature_at(tuple(panel.fit.to_pixels((2.0, 6.0)).astype(int))) is None
    assert panel.creature_at((1, 1)) is None
    spot = spots(make_frame().scene)[0]
    x, y = panel.fit.to_pixels(spot.position).astype(int).tolist()
    assert panel.press((x, y)) == Select(spot.species, spot.row)
    assert panel.press((1, 1)) is None


def test_a_frame_may_be_drawn_twice(draw, make_frame):
    """Drawing moves nothing on: trails, sparks and senses stand as they were taken in."""
    event = FrameEvent(101, "learners", 6, "ate", 1.0, "world")
    for tick, step in ((100, 0.0), (101, 0.3), (102, 0.6)):
        frame = creatures(make_frame(), [[2 + step, 2], [4, 4], [6, 6], [8, 8]], tick=tick, events=(event,))
        once = draw(frame)
        np.testing.assert_array_equal(draw.again(frame), once)


def test_frames_taken_in_without_being_drawn_leave_their_trails(draw, make_frame):
    """A rewind feeds frames unseen; the picture then differs from the one after forgetting them."""
    frames = [creatures(make_frame(), [[2 + k / 4, 2], [4, 4], [6, 6], [8, 8]], tick=100 + k) for k in range(8)]
    for frame in frames:
        draw.panel.observe_frame(frame)
    unseen = draw.again(frames[-1])
    draw.panel.forget_frames()
    forgotten = draw(frames[-1])
    assert (unseen != forgotten).any()
    column, row = np.rint(draw.panel.fit.to_pixels((3.0, 2.0))).astype(int)
    trail = unseen[row - 2 : row + 3, column].astype(int) - forgotten[row - 2 : row + 3, column]
    assert trail.sum() > 30


def test_an_intervention_is_written_calmly(draw, make_frame):
    """At a creature with a mark of its own colour, at the top where it was no creature's, also while paused."""
    for creature in (("learners", 6), ("", -1)):
        draw.panel.forget_frames()
        quiet = draw(make_frame(paused=True))
        event = FrameEvent(100, *creature, "lesion", 0.0, "intervention")
        marked = draw(make_frame(paused=True, events=(event,)))
        assert count(marked, theme.INTERVENTION) > count(quiet, theme.INTERVENTION) + 20
        assert count(marked, theme.GAIN) == count(quiet, theme.GAIN)


def test_things_that_lie_about_are_drawn_where_they_are_now(draw, make_frame):
    """Food that was eaten and came again elsewhere has left its old place."""
    frame = make_frame()
    before = draw(frame)
    food = replace(frame.scene.shapes[0], centres=np.array([[1.0, 9.0], [5.0, 9.0]]))
    after = draw(replace(frame, scene=replace(frame.scene, shapes=(food, *frame.scene.shapes[1:]))))
    for place, shown in (((3.0, 7.0), before), ((5.0, 9.0), after)):
        column, row = np.rint(draw.panel.fit.to_pixels(place)).astype(int)
        green = [
            count(image[row - 9 : row + 9, column - 9 : column + 9], theme.role_colour("food")) > 20
            for image in (before, after)
        ]
        assert green == [image is shown for image in (before, after)]


def test_roles_are_those_of_things_that_lie_about(draw, make_frame):
    """In their order and each once; before anything was drawn there are none."""
    assert draw.panel.roles() == ()
    draw(make_frame())
    assert draw.panel.roles() == ("food", "poison")


def test_the_creature_under_the_mouse_is_named(draw, make_frame):
    """Hovering writes its name, and leaving takes it away."""
    plain = draw(make_frame())
    panel = draw.panel
    panel.hover(tuple(panel.fit.to_pixels((4.0, 4.0)).astype(int).tolist()))
    assert (draw.again(make_frame()) != plain).any()
    panel.hover(None)
    np.testing.assert_array_equal(draw.again(make_frame()), plain)


def test_two_hundred_creatures_and_thousands_of_things_are_drawn(draw, make_frame):
    """Many creatures that move, and a scene without any, both pass."""
    random = np.random.default_rng(0)
    frame = make_frame()
    for tick in range(4):
        places = random.random((200, 2)) * 10
        bodies = Circles("creature", places, 0.1, random.random(200) * 6, "learners", np.arange(200))
        food = Circles("food", random.random((3000, 2)) * 10, 0.05)
        draw(replace(frame, tick=100 + tick, scene=replace(frame.scene, shapes=(food, bodies))))
    draw(replace(frame, tick=200, scene=replace(frame.scene, shapes=())))


def test_the_ground_is_tinted_where_it_is_dark(draw, make_frame):
    """A night looks unlike a day, whichever signal tells of it."""
    frame = make_frame()
    floors = []
    for signals in ({}, {"lit": 1.0, "dark": 0.0}, {"lit": 0.0}, {"dark": 1.0}, {"night": 0.5}):
        image = draw(replace(frame, scene=replace(frame.scene, signals=signals)))
        x, y = np.rint(draw.panel.fit.to_pixels((0.3, 5.3))).astype(int)
        floors.append(tuple(image[y, x]))
    assert floors[0] == floors[1] == theme.FIELD
    assert floors[2] == floors[3] != floors[0]
    assert theme.FIELD < floors[4] < floors[3]


def test_a_thing_has_the_colour_by_which_it_is_sensed(draw, make_frame):
    """What is sensed as A looks like A on the ground, whether it feeds or stings now."""
    for role in ("food", "poison"):
        shape = Circles(role, np.array([[5.0, 5.0]]), 0.5, sensed="A")
        image = draw(make_frame(scene=Scene(10.0, 10.0, (shape,))))
        assert count(image, theme.role_colour("A")) > 50
        assert count(image, theme.role_colour(role)) < 20  # the word about its sense has that colour


def test_a_death_flashes_where_it_was_and_a_thing_where_it_fell(draw, make_frame):
    """Although another creature is in the row by now, elsewhere, and although a thing belongs to no creature."""
    frame = make_frame(selected=("control", 1))
    far = [[9.0, 1.0], [9.0, 2.0], [9.0, 3.0], [9.0, 4.0]]
    events = (
        FrameEvent(101, "learners", 4, "died", 0.0, "world"),
        FrameEvent(102, "", -1, "drop", 1.0, "intervention", place=(5.0, 5.0)),
    )
    draw(creatures(frame, [[2.0, 8.0], *far[1:]], tick=100))
    quiet = draw(creatures(frame, far, tick=101))
    draw(creatures(frame, [[2.0, 8.0], *far[1:]], tick=100))
    flash = draw(creatures(frame, far, tick=102, events=events))
    changed = (quiet != flash).any(axis=-1)
    for place, flashes in (((2.0, 8.0), True), ((5.0, 5.0), True), ((9.0, 1.0), False), ((2.0, 2.0), False)):
        x, y = np.rint(draw.panel.fit.to_pixels(place)).astype(int)
        assert changed[y - 20 : y + 20, x - 20 : x + 20].any() == flashes


def test_energy_is_a_bar_below_each_creature_and_a_colour_at_a_key(draw, make_frame):
    """The fuller the more of it is lit; cycling the colours comes round to the species."""
    frame = make_frame(selected=("control", 1))
    filled = []
    for energy in (0.3, 0.9):
        moved = creatures(frame, [[2, 2], [4, 4], [6, 6], [8, 8]])
        shape = replace(moved.scene.shapes[0], energy=np.full(4, energy), ages=np.arange(4))
        moved = replace(moved, scene=replace(moved.scene, shapes=(shape,)))
        filled.append(count(draw(moved), theme.GAIN))
    assert filled[1] > 2 * filled[0] > 0
    plain = draw.again(moved)
    assert [draw.panel.cycle_colours() for _ in range(3)] == ["reward", "energy", "age"]
    assert count(draw.again(moved), theme.look(0).colour) < count(plain, theme.look(0).colour)
    assert draw.panel.cycle_colours() == "species"
    np.testing.assert_array_equal(draw.again(moved), plain)

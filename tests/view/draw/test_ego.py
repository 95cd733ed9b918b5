import math
import time
from dataclasses import replace

import numpy as np
import pygame
import pytest

from alife.core.channel import Channel, Field, unnamed
from alife.view.draw import theme
from alife.view.draw.ego import EgoPicture, Sight
from alife.view.film.picture import pixels

SECTORS = tuple(
    Channel(f"{role} {k}", role, Field((k - 0.5) * math.tau / 8, (k + 0.5) * math.tau / 8, 5.0))
    for role in ("food", "poison")
    for k in range(8)
)


def sight(**changes):
    """Return a sight of nothing at tick 20."""
    nothing = Sight("forage", 20, 100, SECTORS, np.zeros(16, np.float32), ("left",) * 20, np.zeros(20), "keys")
    return replace(nothing, **changes)


def sensing(*strong, value=0.9):
    """Return a sight in which some channels are strong."""
    senses = np.zeros(16, np.float32)
    senses[list(strong)] = value
    return sight(senses=senses)


def drawn(seen, size=(900, 700)):
    surface = pygame.Surface(size, 0, 32)
    EgoPicture().draw_sight(surface, seen)
    return pixels(surface)


def middle_of(different):
    """Return where the pixels that differ lie, right and up from the creature in the middle of the disc."""
    rows, columns = np.nonzero(different)
    return columns.mean() - 450, 340 - rows.mean()


@pytest.mark.parametrize("role", [0, 8])
@pytest.mark.parametrize(("sector", "way"), [(0, (0, 1)), (2, (-1, 0)), (4, (0, -1)), (6, (1, 0))])
def test_what_is_sensed_lies_where_it_is(role, sector, way):
    """Ahead is up, and what lies to the left of the heading is drawn to the left."""
    different = (drawn(sensing(role + sector)) != drawn(sight())).any(axis=2)
    x, y = middle_of(different)
    assert np.hypot(x, y) > 60
    assert (x * way[0] + y * way[1]) / np.hypot(x, y) > 0.95


def test_the_stronger_the_longer_and_the_brighter():
    """A value near 1 reaches farther out than a small one, in a colour nearer to that of its role."""
    empty = drawn(sight())
    weak, strong = (drawn(sensing(0, value=value)) for value in (0.2, 0.95))
    reach = [np.nonzero((picture != empty).any(axis=(1, 2)))[0].min() for picture in (weak, strong)]
    assert reach[1] < reach[0] - 100
    at = strong[300, 455:465].astype(int)
    assert np.abs(at - theme.role_colour("food")).sum(axis=1).min() < 30


def test_two_roles_in_one_direction_are_both_seen():
    """They lie side by side: neither hides the other."""
    both, food, poison = (drawn(sensing(*which)) for which in ((0, 8), (0,), (8,)))
    empty = drawn(sight())
    seen = [(one != empty).any(axis=2) for one in (food, poison)]
    assert (seen[0] & seen[1]).sum() < 0.25 * min(one.sum() for one in seen)
    assert ((both == food).all(axis=2) & seen[0]).sum() > 0.7 * seen[0].sum()


def test_kinds_without_a_role_have_colours_of_their_own():
    """Things that are no roles of the scene are told apart by what their names begin with."""
    channels = tuple(
        replace(one, name=one.name.replace("food", "A").replace("poison", "B"), role="") for one in SECTORS
    )
    a, b = (drawn(replace(sensing(which), channels=channels)) for which in (0, 8))
    empty = drawn(sight(channels=channels))
    colours = [np.median(one[(one != empty).any(axis=2)], axis=0) for one in (a, b)]
    assert np.abs(colours[0] - colours[1]).max() > 40


def test_what_lies_nowhere_is_a_bar_with_its_name():
    """A channel without a field changes its bar and nothing in the disc."""
    channels = (*SECTORS, Channel("lit", "light"))
    dark, lit = (drawn(sight(channels=channels, senses=np.append(np.zeros(16), [light]))) for light in (0.0, 1.0))
    different = (dark != lit).any(axis=2)
    assert different.any()
    assert not different[:, :580].any()


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 17, 1000])
@pytest.mark.parametrize("size", [(1, 1), (200, 150), (800, 500), (3840, 2160)])
def test_any_number_of_senses_at_any_size(count, size):
    """None, one or a thousand numbers of which nothing is known are drawn as far as there is room."""
    seen = sight(channels=unnamed(count), senses=np.linspace(-2, 2, count, dtype=np.float32))
    assert drawn(seen, size).shape == (size[1], size[0], 3)
    assert drawn(sensing(3, 9), size).shape == (size[1], size[0], 3)


def test_numbers_that_are_none_are_drawn_as_nothing():
    """A sense that is not finite breaks no picture."""
    broken = sight(senses=np.full(16, np.nan, np.float32))
    assert (drawn(broken) == drawn(sight())).all()
    bars = sight(channels=unnamed(3), senses=np.array([np.nan, np.inf, -np.inf], np.float32))
    assert drawn(bars).any()


def test_a_reward_flashes_and_fades():
    """It is seen when it comes, in the colour of gain or loss, and gone a while later."""
    empty = drawn(sight())[100:600]
    rewards = np.zeros(20)
    rewards[-1] = 1.0
    flash = drawn(sight(rewards=rewards))[100:600]
    assert (flash == theme.GAIN).all(axis=2).any()
    assert (drawn(sight(rewards=-rewards))[100:600] == theme.LOSS).all(axis=2).any()
    assert (drawn(sight(rewards=np.append(rewards, np.zeros(30))))[100:600] == empty).all()


def test_the_reward_rate_is_per_100_ticks():
    """Two in twenty ticks and ten in a hundred read the same."""
    few, many = np.zeros(20), np.zeros(100)
    few[:2], many[:10] = 1.0, 1.0
    assert (drawn(sight(rewards=few))[:28] == drawn(sight(rewards=many))[:28]).all()
    assert (drawn(sight(rewards=few))[:28] != drawn(sight())[:28]).any()


@pytest.mark.parametrize("field", [Field(-0.4, 0.4, np.inf), Field(0.0, 1e300, 5.0), Field(-np.inf, np.nan, 0.0)])
def test_a_field_without_an_end_is_drawn_in_a_moment(field):
    """A sense may reach as far as it likes; one that looks nowhere is a bar."""
    channels = (Channel("near", "food", Field(-0.4, 0.4, 5.0)), Channel("strange", "food", field))
    begun = time.process_time()
    assert drawn(sight(channels=channels, senses=np.ones(2, np.float32))).any()
    assert time.process_time() - begun < 1.0

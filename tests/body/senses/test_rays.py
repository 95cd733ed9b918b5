"""The sense `rays`."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body.senses.rays import Rays
from alife.core.channel import Field
from alife.core.errors import WorldError
from alife.core.geometry import outlines
from tests.body.senses.around import Around
from tests.errors import names

ONE = Rays(1, 5.0, 0.1)  # straight ahead
THREE = Rays(3, 5.0, 3 * math.pi / 2)  # right, ahead, left
Thing = tuple[float, float, float, int]  # x, y, radius, role


def _read(
    sense: Rays, things: list[Thing], walls: NDArray[np.float64] | None = None, heading: float = 0.0, roles: int = 2
) -> NDArray[np.float32]:
    """Return what a creature at the origin sees, (roles, rays)."""
    out = np.full((1, sense.observation_size(roles)), np.nan, np.float32)
    x, y, radii, kinds = np.array(things, float).reshape(-1, 4).T
    offsets = np.stack([x, y], axis=1)[None]
    around = Around(
        offsets, kinds.astype(np.int64), np.array([heading]), radii=radii, positions=np.zeros((1, 2)), walls=walls
    )
    sense.fill_observation(around.surroundings(), out)
    return out.reshape(-1, sense.count)


def _one_by_one(sense: Rays, around: Around) -> NDArray[np.float64]:
    """Return the same as the sense, ray by ray and thing by thing, by the equations of a line and a circle."""
    assert around.radii is not None
    assert around.positions is not None
    assert around.walls is not None
    seen = np.zeros((len(around.headings), 2 + sense.walls, sense.count))
    for row, heading in enumerate(around.headings):
        for ray in range(sense.count):
            angle = heading - sense.view / 2 + (ray + 0.5) * sense.view / sense.count
            direction = np.array([math.cos(angle), math.sin(angle)])
            met = [(sense.range, -1)]
            for offset, radius, role in zip(around.offsets[row], around.radii, around.roles, strict=True):
                ahead, square = offset @ direction, offset @ offset - radius**2
                if square <= 0.0:
                    met.append((0.0, role))
                elif ahead > 0.0 and ahead**2 >= square:
                    met.append((ahead - math.sqrt(ahead**2 - square), role))
            for start, end in around.walls - around.positions[row]:
                far, share = np.linalg.solve(np.stack([direction, start - end], axis=1), start)
                if far >= 0.0 and 0.0 <= share <= 1.0:
                    met.append((far, 2))
            nearest = min(met)[0]
            for distance, role in met:
                if distance == nearest and 0 <= role < 2 + sense.walls:
                    seen[row, role, ray] = 1.0 - distance / sense.range
    return seen.reshape(len(seen), -1)


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(
    st.integers(0, 100_000),
    st.integers(1, 40),
    st.sampled_from([0.3, math.pi / 2, 2.0, math.pi, 5.0, math.tau]),
    st.floats(0.5, 12.0),
    st.booleans(),
)
def test_each_ray_tells_of_what_it_meets_first(seed: int, count: int, view: float, far: float, told: bool) -> None:
    """The same as looking along one ray after the other, with things and walls that hide each other."""
    random = np.random.default_rng(seed)
    positions = random.uniform(-4.0, 4.0, (3, 2))
    around = Around(
        random.uniform(-6.0, 6.0, (12, 2)) - positions[:, None],
        random.integers(0, 2, 12),
        random.uniform(-9.0, 9.0, 3),
        radii=random.uniform(0.0, 1.5, 12) * random.integers(0, 2, 12),
        positions=positions,
        walls=random.uniform(-6.0, 6.0, (random.integers(0, 7), 2, 2)),
    )
    sense = Rays(count, far, view, told)
    out = np.full((3, sense.observation_size(2)), np.nan, np.float32)
    sense.fill_observation(around.surroundings(), out)

    assert out == pytest.approx(_one_by_one(sense, around), abs=1e-6)


@pytest.mark.parametrize(
    ("x", "value"), [(0.0, 1.0), (0.3, 1.0), (0.5, 1.0), (3.0, 0.5), (5.4, 0.02), (5.5, 0.0), (5.6, 0.0), (1e9, 0.0)]
)
def test_distance_is_to_the_edge_and_ends_at_the_range(x: float, value: float) -> None:
    """1 within a thing, falling evenly with the distance to its edge, 0 where the edge is at the range or beyond."""
    assert _read(ONE, [(x, 0.0, 0.5, 0)])[:, 0] == pytest.approx([value, 0.0])


@pytest.mark.slow
def test_a_thing_that_holds_the_creature_is_everywhere() -> None:
    """All rays meet it at no distance, and nothing else is seen."""
    values = _read(Rays(9, view=math.tau), [(0.0, 0.0, 0.5, 1), (2.0, 0.0, 0.5, 0)])

    assert values.tolist() == [[0.0] * 9, [1.0] * 9]


def test_what_is_nearer_hides_what_is_behind() -> None:
    """Of whatever role, in whatever order things are listed."""
    near, far = (2.0, 0.0, 0.2, 0), (4.0, 0.0, 0.2, 1)

    assert _read(ONE, [far, near]).tolist() == _read(ONE, [near]).tolist() == _read(ONE, [near, far]).tolist()
    assert _read(ONE, [(2.0, 0.5, 0.2, 0), far])[1, 0] > 0.0


@pytest.mark.parametrize("told", [False, True])
def test_walls_hide_whether_they_are_told_of_or_not(told: bool) -> None:
    """Food behind a wall is not seen; the wall is, where the sense tells of walls."""
    wall = np.array([[(2.0, -1.0), (2.0, 1.0)]])
    behind, before = (_read(Rays(1, 5.0, 0.1, told), [(x, 0.0, 0.5, 0)], wall)[:, 0].tolist() for x in (3.0, 1.0))

    assert behind == pytest.approx([0.0, 0.0, 0.6][: 2 + told])
    assert before == pytest.approx([0.9, 0.0, 0.0][: 2 + told])


def test_rays_go_from_the_right_to_the_left() -> None:
    """Counter-clockwise, the middle one straight ahead when their number is odd, relative to the heading."""
    sides = [(0.0, -1.0, 0.1, 0), (2.0, 0.0, 0.1, 0), (0.0, 3.0, 0.1, 0)]
    turned = [(0.0, 2.0, 0.1, 0)]

    assert _read(THREE, sides)[0] == pytest.approx([0.82, 0.62, 0.42])
    assert _read(THREE, turned, heading=math.pi / 2)[0] == pytest.approx([0.0, 0.62, 0.0])
    assert not _read(THREE, [(-1.0, 0.0, 0.1, 0)]).any()


def test_no_ray_slips_through_the_corner_of_a_room() -> None:
    """Closed in by walls, every ray meets one, even the ray into the corner."""
    room = outlines([[(-1, -1), (1, -1), (1, 1), (-1, 1)]])
    for heading in np.linspace(0.0, math.tau, 97):
        values = _read(Rays(360, 5.0, math.tau, walls=True), [], room, float(heading), roles=0)

        assert values.min() >= 1.0 - math.sqrt(2.0) / 5.0 - 1e-6
        assert values.max() <= 1.0 - 1.0 / 5.0 + 1e-6


def test_a_wall_seen_along_its_edge_and_one_under_the_feet() -> None:
    """Neither is anything but numbers from 0 to 1: the nearest end of the one, no distance for the other."""
    ahead, under = np.array([[(1.0, 0.0), (3.0, 0.0)]]), np.array([[(-1.0, 0.0), (3.0, 0.0)]])
    sense = Rays(1, 5.0, 0.1, walls=True)

    assert _read(sense, [], ahead)[2, 0] == pytest.approx(0.8)
    assert _read(sense, [], under)[2, 0] == pytest.approx(1.0)


def test_points_are_too_small_to_be_met_but_for_their_very_line() -> None:
    """Things of radius 0 hide nothing."""
    assert not _read(THREE, [(1.0, 0.3, 0.0, 0)]).any()


@pytest.mark.parametrize(
    ("sense", "walls", "says"),
    [
        (Rays(), None, "the sense rays ... radii of things"),
        (Rays(), np.zeros((1, 2, 2)), "the sense rays ... radii of things"),
        (Rays(walls=True), None, "the sense rays ... radii of things or walls"),
        (
            Rays(walls=True),
            np.zeros((1, 2, 2)),
            "the sense rays needs positions of creatures where there are walls, and this world gives none",
        ),
    ],
)
def test_what_a_world_must_give(sense: Rays, walls: NDArray[np.float64] | None, says: str) -> None:
    """A world without extents is told in one sentence what is missing."""
    around = Around(np.zeros((1, 1, 2)), np.array([0]), np.zeros(1), walls=walls)
    with pytest.raises(WorldError) as caught:
        sense.fill_observation(around.surroundings(), np.zeros((1, sense.observation_size(2)), np.float32))

    assert names(caught.value, says)


def test_a_creature_within_two_things_at_once_sees_both() -> None:
    """What is equally near hides nothing."""
    assert _read(ONE, [(0.1, 0.0, 0.5, 0), (0.2, 0.0, 0.5, 1)]).tolist() == [[1.0], [1.0]]


def test_walls_alone_are_enough() -> None:
    """Where things are points, who asks for walls sees them."""
    around = Around(
        np.zeros((1, 0, 2)), np.zeros(0, np.int64), np.zeros(1), positions=np.zeros((1, 2)), walls=np.ones((1, 2, 2))
    )
    out = np.zeros((1, 24 * 3), np.float32)
    Rays(walls=True).fill_observation(around.surroundings(), out)

    assert not out[:, :48].any()


def test_a_channel_is_a_slice_of_the_view() -> None:
    """Its name says the role and the direction of the ray, its field is the slice in whose middle the ray is."""
    channels = Rays(3, 4.0, 0.9, walls=True).channels(("food",))

    assert [channel.name for channel in channels] == [
        "food in sight 17.2° right",
        "food in sight ahead",
        "food in sight 17.2° left",
        "wall in sight 17.2° right",
        "wall in sight ahead",
        "wall in sight 17.2° left",
    ]
    assert [channel.role for channel in channels] == ["food"] * 3 + ["wall"] * 3
    assert channels[1].field == Field(pytest.approx(-0.15), pytest.approx(0.15), 4.0)

"""What is true of every sense."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body import Body, Sense
from alife.body.senses.clock import Clock
from alife.body.senses.goal_direction import GoalDirection
from alife.body.senses.mouth import Mouth
from alife.body.senses.place_cells import PlaceCells
from alife.body.senses.proprioception import Proprioception
from alife.body.senses.rays import Rays
from alife.body.senses.sectors import Sectors
from alife.body.senses.smell import Smell
from alife.body.senses.touch import Touch
from alife.config.resolve import SENSE, kind_of, resolve, short_names
from alife.core.geometry import outlines
from tests.body.senses.around import Around

SENSES: list[Sense] = [
    Sectors(),
    Sectors(3, 2.0),
    Rays(),
    Rays(1, 2.0, 0.1),
    Rays(5, 3.0, math.tau, walls=True),
    Rays(24, 5.0, math.tau / 3, walls=True),
    Smell(),
    Smell(0.3, 1),
    Touch(),
    Touch(1, 2.0),
    Mouth(),
    Proprioception(),
    Proprioception(speed=False, turn=False, energy=True),
    Clock(),
    Clock(7, 3),
    GoalDirection(),
    GoalDirection(5, egocentric=False),
    PlaceCells(spacing=0.5),
    PlaceCells(4.0, 1.0, 0.5, round=False),
]
BY_THE_BODY = [  # place cells and winds know no heading
    sense for sense in SENSES if not isinstance(sense, PlaceCells) and getattr(sense, "egocentric", True)
]
LEFT_AND_RIGHT = [sense for sense in BY_THE_BODY if not isinstance(sense, Clock | Mouth)]
every = pytest.mark.parametrize("sense", SENSES, ids=repr)
ROLES = ("food", "poison")
WALLS = outlines([[(-1.3, -2.1), (3.2, -1.7), (2.2, 2.9), (-2.7, 2.3)], [(1.1, 0.3), (0.7, 1.9)]])

# Whole ticks of whole scenes, drawn by a generator: no thing or wall is met at its very edge.
scenes = st.integers(0, 10_000)


def around(seed: int, rows: int = 3, things: int = 6) -> Around:
    """Return surroundings that give all that there is to give."""
    random = np.random.default_rng(seed)
    positions = random.uniform(-1.0, 2.0, (rows, 2))
    return Around(
        random.uniform(-3.0, 3.0, (things, 2)) - positions[:, None],
        random.integers(0, 2, things),
        random.uniform(0.0, math.tau, rows),
        radii=random.uniform(0.0, 0.6, things),
        positions=positions,
        walls=WALLS,
        steps=random.uniform(-0.3, 0.3, (rows, 2)),
        turns=random.uniform(-0.5, 0.5, rows),
        got=random.integers(0, 3, (rows, 2)).astype(float),
        energy=random.random(rows),
        goals=random.uniform(-3.0, 3.0, (rows, 2)),
        tick=seed,
    )


def read(sense: Sense, surroundings: Around, roles: int = 2) -> NDArray[np.float32]:
    """Return what every row senses, from an array in which nothing has been written."""
    out = np.full((len(surroundings.headings), sense.observation_size(roles)), np.nan, np.float32)
    sense.fill_observation(surroundings.surroundings(), out)
    return out


def seen_from(surroundings: Around, change: NDArray[np.float64]) -> Around:
    """Return the same with all positions and displacements changed by a matrix (2, 2)."""

    def changed(vectors: NDArray[np.float64] | None) -> NDArray[np.float64]:
        assert vectors is not None
        return vectors @ change.T

    return surroundings._replace(
        offsets=changed(surroundings.offsets),
        positions=changed(surroundings.positions),
        walls=changed(surroundings.walls),
        steps=changed(surroundings.steps),
        goals=changed(surroundings.goals),
    )


def test_every_sense_is_here() -> None:
    """No sense of the house is left out of these tests, and each is found by its short name."""
    here = {kind_of(SENSE, type(sense)) for sense in SENSES}

    assert here == set(short_names(SENSE))
    assert all(resolve(SENSE, kind) in {type(sense) for sense in SENSES} for kind in here)


@pytest.mark.slow
@every
@settings(deadline=None, max_examples=30)
@given(scene=scenes, rows=st.integers(0, 4), things=st.integers(0, 8))
def test_every_number_is_from_zero_to_one(sense: Sense, scene: int, rows: int, things: int) -> None:
    """With no rows and no things, too; and a sense writes every number that is its own."""
    values = read(sense, around(scene, rows, things))

    assert values.shape == (rows, sense.observation_size(2))
    assert ((values >= 0.0) & (values <= 1.0)).all()


@pytest.mark.slow
@pytest.mark.parametrize("sense", BY_THE_BODY, ids=repr)
@settings(deadline=None, max_examples=30)
@given(scene=scenes, turn=st.floats(-7.0, 7.0))
def test_turning_the_world_and_the_creature_together_changes_nothing(sense: Sense, scene: int, turn: float) -> None:
    """A creature cannot tell whether it was turned together with all that is around it."""
    still = around(scene)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    turned = seen_from(still, matrix)._replace(headings=still.headings + turn)

    assert read(sense, turned) == pytest.approx(read(sense, still), abs=1e-5)


def _mirrored(sense: Sense, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what a creature would sense in a mirror that puts left to the right."""
    mirrored = values.copy()
    match sense:
        case Sectors(count) | Touch(count) | GoalDirection(count):
            by_role = values.reshape(len(values), -1, count)
            mirrored = by_role[..., -np.arange(count) % count].reshape(values.shape)
        case Rays(count):
            mirrored = values.reshape(len(values), -1, count)[..., ::-1].reshape(values.shape)
        case Smell(_, nostrils):
            mirrored = values.reshape(len(values), -1, nostrils)[..., ::-1].reshape(values.shape)
        case Proprioception(turn=True):
            mirrored[:, 1] = 1.0 - values[:, 1]
    return mirrored


@pytest.mark.slow
@pytest.mark.parametrize("sense", LEFT_AND_RIGHT, ids=repr)
@settings(deadline=None, max_examples=30)
@given(scene=scenes)
def test_in_a_mirror_left_is_right(sense: Sense, scene: int) -> None:
    """A mirrored world feels as it did, with what was on the left on the right."""
    plain = around(scene)
    assert plain.turns is not None
    mirror = seen_from(plain, np.diag([1.0, -1.0]))._replace(headings=-plain.headings, turns=-plain.turns)

    assert read(sense, mirror) == pytest.approx(_mirrored(sense, read(sense, plain)), abs=1e-5)


@every
@settings(deadline=None, max_examples=20)
@given(scene=scenes)
def test_rows_do_not_sense_for_each_other(sense: Sense, scene: int) -> None:
    """Each row senses what it would sense alone, to the bit."""
    together = around(scene, rows=5)
    by_row = ("offsets", "headings", "positions", "steps", "turns", "got", "energy", "goals")
    for row, values in enumerate(read(sense, together)):
        own = {name: getattr(together, name)[row : row + 1] for name in by_row}

        assert np.array_equal(read(sense, together._replace(**own))[0], values)


@every
@settings(deadline=None, max_examples=20)
@given(scene=scenes)
def test_what_is_infinitely_far_is_not_sensed(sense: Sense, scene: int) -> None:
    """A thing may be there for some rows only: for the others its offset is infinite."""
    plain = around(scene)
    offsets, radii = plain.offsets.copy(), plain.radii
    assert radii is not None
    offsets[:, :2] = np.inf
    absent = plain._replace(offsets=offsets)
    fewer = plain._replace(offsets=plain.offsets[:, 2:], roles=plain.roles[2:], radii=radii[2:])

    assert np.array_equal(read(sense, absent), read(sense, fewer))


@every
@pytest.mark.parametrize("radius", [0.0, 0.3])
def test_a_thing_exactly_on_the_creature_is_no_trouble(sense: Sense, radius: float) -> None:
    """At no distance at all every number is still one, and the sense is the same each time."""
    on = around(0, rows=1, things=1)._replace(offsets=np.zeros((1, 1, 2)), radii=np.array([radius]))
    values = read(sense, on)

    assert ((values >= 0.0) & (values <= 1.0)).all()
    assert np.array_equal(read(sense, on), values)


@every
@pytest.mark.parametrize("roles", [(), ("food",), ("food", "poison", "other")])
def test_every_number_has_a_channel_with_a_name_of_its_own(sense: Sense, roles: Sequence[str]) -> None:
    """As many channels as numbers, no two alike, and what tells of a role says so."""
    channels = sense.channels(roles)

    assert len({channel.name for channel in channels}) == len(channels) == sense.observation_size(len(roles))
    assert all(channel.role in (*roles, "wall", "") for channel in channels)
    assert all(channel.field is None or channel.field.end > channel.field.start for channel in channels)


@every
def test_a_sense_is_its_parameters(sense: Sense) -> None:
    """Frozen, equal to another of the same parameters, and with a page that names each of them."""
    assert dataclasses.replace(sense) == sense  # type: ignore[type-var]
    page = type(sense).__doc__ or ""
    assert all(f"    {field.name}: " in page for field in dataclasses.fields(sense))  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        sense.count = 3  # type: ignore[attr-defined]


def test_all_senses_of_one_body_stand_side_by_side() -> None:
    """A body with all of them senses what each of them reads, in its space."""
    body, scene = Body(SENSES), around(3)

    assert np.array_equal(
        body.sense_surroundings(scene.surroundings(), body.observation_sizes(2)),
        np.concatenate([read(sense, scene) for sense in SENSES], axis=1),
    )
    assert all(
        body.observation_space(2).contains(row)
        for row in body.sense_surroundings(scene.surroundings(), body.observation_sizes(2))
    )
    assert len(body.channels(ROLES)) == body.observation_space(2).shape[0]

"""Frames of anything that a world of others may hand over, and how the window bears them."""

import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pygame

from alife.core.channel import Channel, Field
from alife.core.frame import (
    Annotation,
    BrainProbe,
    Choice,
    Distribution,
    Frame,
    FrameEvent,
    LifeFrame,
    Motion,
    PopulationFrame,
    Setting,
    SpeciesFrame,
    WeightUpdate,
)
from alife.core.scene import Circles, Label, Polygon, Scene, Segments, Shape, drawable
from alife.view.film.picture import scene_image
from alife.view.film.side_by_side import Half, SideBySide
from alife.view.window.window import Window
from tests.view.conftest import make, make_probe, make_snapshot, make_species

MEMORY = 1 << 30
"""Bytes that drawing may take beside what there is."""

SECONDS = 1.0
"""Of a processor, for one picture."""

_resize = pygame.display.set_mode  # before a window is open, which keeps it
_NUMBERS = [0.0, -0.0, 1.0, -1.0, 0.5, 12.0, 1e-3, 1e-30, 5e-324, 1e6, -1e6, 3e9, 1e30, -1e30, 1e300, -1e300]
_NOT_FINITE = [float("nan"), float("inf"), float("-inf")]
_WORDS = [
    "food",
    "poison",
    "wall",
    "creature",
    "light",
    "dark",
    "red key",
    "",
    " ",
    "x" * 5000,
    "a\0b",
    "line\nline",
    "\t\x1b[31m",
]
_WORDS += ["żółw", "食べ物", "🐟🦠👩‍👩‍👧", "\ud800", "\u202eabc", "learners", "control", "{}%s"]
_SIZES = [(1, 1), (200, 150), (640, 480), (1280, 800)]


def number(chance: random.Random, finite: bool = False) -> float:
    kind = chance.random()
    if kind < 0.5:
        return chance.uniform(0.0, 12.0)
    return chance.choice(_NUMBERS if finite or kind < 0.9 else _NOT_FINITE)


def radius(chance: random.Random) -> float:
    return chance.choice([0.0, 5e-324, 1e-6, 0.01, 0.3, 0.3, 1.0, 5.0, 1e3, 1e9, 1e30])


def word(chance: random.Random) -> str:
    return chance.choice(_WORDS)


def numbers(chance: random.Random, *shape: int, finite: bool = False, single: bool = False) -> np.ndarray:
    """Return an array, ordinary with some strange numbers in it."""
    array = np.random.default_rng(chance.getrandbits(32)).uniform(0.0, 12.0, shape)
    flat = array.reshape(-1)
    for _ in range(chance.choice([0, 0, 1, 5, 20])):
        if len(flat):
            flat[chance.randrange(len(flat))] = number(chance, finite)
    with np.errstate(over="ignore"):
        array *= chance.choice([1.0, 1.0, 1e-6, 1e9])
        return array.astype(np.float32) if single else array


def any_shape(chance: random.Random) -> Shape:
    count = chance.choice([0, 1, 1, 2, 3, 10, 60, 300, 3000])
    kind = chance.random()
    if kind < 0.3:
        rows = np.arange(count) + chance.randrange(9)
        headings = numbers(chance, count) if chance.random() < 0.8 else None
        species = chance.choice(["learners", "control", word(chance)])
        energy = numbers(chance, count) if chance.random() < 0.5 else None
        ages = numbers(chance, count) if chance.random() < 0.5 else None
        radii = numbers(chance, count) if chance.random() < 0.3 else None
        places, own = numbers(chance, count, 2), radius(chance)
        return Circles(word(chance), places, own, headings, species, rows, energy, ages, radii=radii)
    if kind < 0.6:
        return Circles(
            word(chance), numbers(chance, count, 2), radius(chance), sensed=chance.choice(["", word(chance)])
        )
    if kind < 0.75:
        return Segments(word(chance), numbers(chance, count, 2, 2))
    if kind < 0.9:
        return Polygon(word(chance), numbers(chance, count, 2))
    return Label(word(chance), (number(chance), number(chance)), word(chance))


def any_scene(chance: random.Random) -> Scene:
    """Return a scene of the right types, whatever the numbers and words in it."""
    if chance.random() < 0.5:
        width = height = number(chance)
    else:
        width, height = number(chance), number(chance)
    shapes = tuple(any_shape(chance) for _ in range(chance.choice([0, 1, 3, 8])))
    if chance.random() < 0.03:
        shapes *= 1000 // max(1, len(shapes))
    image = None
    if chance.random() < 0.1:
        image = np.full(
            (chance.choice([0, 1, 7, 300]), chance.choice([1, 2, 2000]), 3), chance.randrange(256), np.uint8
        )
    signals = {word(chance): number(chance) for _ in range(chance.choice([0, 0, 2]))}
    return Scene(width, height, shapes, chance.random() < 0.5, image, signals)


def any_channel(chance: random.Random) -> Channel:
    field = None
    if chance.random() < 0.8:
        field = Field(number(chance), number(chance), number(chance))
    return Channel(word(chance), word(chance), field)


def any_brain(chance: random.Random, tick: int) -> BrainProbe:
    probe = make_probe(tick, sizes=tuple(chance.choices([1, 5, 64, 700], k=chance.choice([1, 2]))), actions=3)
    changes: dict[str, Any] = {"senses": numbers(chance, 40, finite=True, single=True)}
    changes["action_names"] = tuple(word(chance) for _ in range(3))
    if chance.random() < 0.5:
        three = [numbers(chance, 3, finite=True, single=True) for _ in range(3)]
        changes["decision"] = Motion(*three)
    else:
        changes["decision"] = Choice(np.full(3, 1 / 3, np.float32), chance.randrange(3))
    return make_probe(tick, **{"sizes": (64,), "learned": chance.random() < 0.3, "layers": probe.layers, **changes})


def any_mortal(chance: random.Random, species: SpeciesFrame) -> SpeciesFrame:
    """Return a species that is born and dies, with curves and genes of strange numbers."""
    points, low = chance.choice([0, 1, 2, 400]), chance.choice([0.0, 1.0, -1e30, 1e99])
    spread = tuple(
        Distribution(
            word(chance),
            low,
            low + max(1.0, abs(low)),
            False,
            np.arange(24) * chance.randrange(2),
            number(chance),
            numbers(chance, points),
        )
        for _ in range(chance.choice([0, 1, 3]))
    )
    curves = [np.abs(numbers(chance, points)) for _ in range(3)]
    population = PopulationFrame(*(chance.getrandbits(40) for _ in range(3)), np.arange(points), *curves, spread)
    genes = tuple(one.name for one in spread)
    values = numbers(chance, len(genes), species.count, single=True) if genes else None
    return replace(species, population=population, genes=genes, gene_values=values)


def any_setting(chance: random.Random) -> Setting:
    low = number(chance, finite=True)
    return Setting(
        f"world.{word(chance)}", number(chance), number(chance, finite=True), low, low + radius(chance), False
    )


def any_frame(chance: random.Random, tick: int) -> Frame:
    """Return a frame of whatever comes from worlds: scenes, channels, events and annotations."""
    scene = any_scene(chance)
    if chance.randrange(20) != 0 and scene.fault:
        scene = replace(scene, width=12.0, height=chance.choice([12.0, 12.0, 1e-6, 1e9]), image=None)
    scene = drawable(scene)
    spots = [
        (s.species, int(r)) for s in scene.shapes if isinstance(s, Circles) and s.rows is not None for r in s.rows[:3]
    ]
    selected = chance.choice([("learners", 7), *spots])
    brain = tuple(any_brain(chance, tick) for _ in range(chance.choice([1, 3])))
    events = tuple(
        FrameEvent(
            tick, *chance.choice([("", -1), ("learners", 7), *spots]), word(chance), number(chance, finite=True), where
        )
        for where in chance.choices(["world", "brain", "intervention"], k=chance.choice([0, 3, 30]))
    )
    snapshot = make_snapshot()
    updates = ()
    if chance.random() < 0.2:
        updates = (WeightUpdate(tick, *selected, events, snapshot.weights, snapshot.weights, brain),)
    learners = make_species("learners", True, 4)
    return make(
        name=word(chance),
        tick=tick,
        scene=scene,
        selected=selected,
        brain=brain,
        channels=tuple(any_channel(chance) for _ in range(chance.choice([0, 1, 8, 39]))),
        species=(
            any_mortal(chance, learners) if chance.random() < 0.5 else learners,
            make_species(word(chance) + "2", False, 1),
        ),
        life=LifeFrame(3, (1, 2), 5, None, None, np.arange(9)) if chance.random() < 0.3 else None,
        settings=tuple(any_setting(chance) for _ in range(chance.choice([0, 3, 40]))),
        events=events,
        updates=updates,
        annotations=tuple(
            Annotation(chance.randrange(2000), word(chance)) for _ in range(chance.choice([0, 0, 2, 50]))
        ),
    )


@contextmanager
def limited_memory(more: int) -> Iterator[None]:
    """Let the process take no more memory than this beside what it has; where the system can."""
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


class Onlooker:
    """Shows frames in a window, a film of two runs and a picture of the scene alone, and plays about with the mouse."""

    def __init__(self) -> None:
        self._window = Window("any", fps=10**6, size=(1280, 800))
        self._both, self._film = SideBySide(1000), pygame.Surface((640, 360), 0, 32)

    def look_at(self, seed: int) -> float:
        """Draw the frames of a seed; return the processor's seconds that the slowest picture took."""
        chance = random.Random(seed)
        self._window.canvas.forget_frames()
        self._window.canvas.world.follow = False
        self._window.canvas.world.show_whole_arena()
        _resize(chance.choice(_SIZES), pygame.RESIZABLE)
        return max(self._picture(chance, tick) for tick in range(chance.choice([1, 2, 2, 4])))

    def _picture(self, chance: random.Random, tick: int) -> float:
        frame = any_frame(chance, tick)
        seconds = [time.process_time()]
        self._window.show(frame)
        seconds.append(time.process_time())
        if chance.random() < 0.1:
            half = Half(word(chance), word(chance), frame, numbers(chance, 30), number(chance))
            self._both.draw_halves(self._film, (half, half))
        seconds.append(time.process_time())
        if chance.random() < 0.1:
            scene_image(frame.scene, chance.choice([(1, 1), (480, 480)]))
        seconds.append(time.process_time())
        self._play(chance)
        return max(after - before for before, after in pairwise(seconds))

    def _play(self, chance: random.Random) -> None:
        """Do something with the mouse that the next picture shows."""
        canvas = self._window.canvas
        at = chance.randrange(560), chance.randrange(560)
        acts = {
            "wheel": lambda: canvas.wheel_panel(at, chance.choice([-30, -1, 1, 30])),
            "drag": lambda: canvas.drag_panel(at, at, (chance.randint(-900, 900), 30)),
            "hover": lambda: canvas.hover_panels(at),
            "press": lambda: canvas.press_panel(at),
        }
        for act in chance.sample(sorted(acts), 2):
            acts[act]()
        canvas.world.follow, canvas.world.show_kin = chance.random() < 0.3, chance.random() < 0.3
        for _ in range(chance.randrange(3)):
            canvas.life.show_next()
            canvas.world.cycle_colours()

    def close(self) -> None:
        self._window.close()


def draw_frames(count: int, first: int = 0) -> float:
    """Draw the frames of so many seeds in bounded memory; return the seconds of the slowest picture."""
    with limited_memory(MEMORY):
        onlooker = Onlooker()
        try:
            return max(onlooker.look_at(seed) for seed in range(first, first + count))
        finally:
            onlooker.close()

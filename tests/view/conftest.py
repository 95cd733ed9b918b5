"""Frames to draw, made without any simulation."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from alife.core.channel import Channel, Field
from alife.core.frame import BrainProbe, Choice, Frame, LayerProbe, SpeciesFrame, WeightsSnapshot
from alife.core.scene import Circles, Scene

MakeFrame = Callable[..., Frame]


def make_probe(
    tick: int = 100, sizes: tuple[int, ...] = (64,), actions: int = 3, spikes: bool = True, **changes: Any
) -> BrainProbe:
    """Return the brain of learners 7: layers of these sizes, every second neuron spiking, and a readout."""
    layers = [
        LayerProbe(
            f"lif {index + 1}",
            np.linspace(-0.5, 1.5, size, dtype=np.float32),
            (np.arange(size) % 2 == 0).astype(np.float32) * spikes,
            1.0,
        )
        for index, size in enumerate(sizes)
    ]
    membranes = np.linspace(-1, 1, actions, dtype=np.float32)
    probabilities = np.full(actions, 1 / max(1, actions), dtype=np.float32)
    layers.append(LayerProbe("lis", membranes, probabilities, None))
    names = tuple(f"action {k}" for k in range(len(probabilities)))
    senses = np.array([0.0, 0.5, 1.0, 1.0], np.float32)
    probe = BrainProbe(tick, "learners", 7, senses, tuple(layers), Choice(probabilities, 0), names, 0.5, -0.25, False)
    return replace(probe, **changes)


def make_snapshot(sizes: tuple[int, ...] = (64,), inputs: int = 4, actions: int = 3) -> WeightsSnapshot:
    """Return a brain of layers of these sizes and a readout, its weights rising from -1 to 1, its traces all .1."""
    widths = (inputs, *sizes, actions)
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    weights = tuple(np.linspace(-1, 1, out * into, dtype=np.float32).reshape(out, into) for out, into in shapes)
    return WeightsSnapshot(weights, tuple(np.full_like(one, 0.1) for one in weights), (), True)


CHANNELS = (
    Channel("food ahead", "food", Field(-0.4, 0.4, 5.0)),
    Channel("food left", "food", Field(0.4, 1.2, 5.0)),
    Channel("lit"),
)


def make_species(name: str, learns: bool, count: int, points: int = 4) -> SpeciesFrame:
    ticks = np.arange(1, points + 1, dtype=np.float64) * 100
    return SpeciesFrame(name, learns, count, ticks, np.sqrt(ticks) / 10 - 1)


def make_scene() -> Scene:
    """Return an arena of 10 by 10 with learners 4 to 7 on a diagonal, control 1, and things to eat."""
    places = np.array([[2.0, 2.0], [4.0, 4.0], [6.0, 6.0], [8.0, 8.0]])
    return Scene(
        10.0,
        10.0,
        (
            Circles("food", np.array([[1.0, 9.0], [3.0, 7.0]]), 0.25),
            Circles("poison", np.array([[9.0, 1.0]]), 0.25),
            Circles("creature", places, 0.4, np.zeros(4), "learners", np.arange(4, 8)),
            Circles("creature", np.array([[8.0, 2.0]]), 0.4, np.zeros(1), "control", np.array([1])),
        ),
        wraps=True,
    )


def make(**changes: Any) -> Frame:
    """Return a frame of the second of three arenas, learners 7 selected."""
    frame = Frame(
        name="pond",
        seed=0,
        tick=100,
        ticks=1000,
        copies=3,
        copy=1,
        scene=make_scene(),
        species=(make_species("learners", True, 4), make_species("control", False, 1)),
        selected=("learners", 7),
        rule="ring",
        channels=CHANNELS,
        brain=(make_probe(99), make_probe(100)),
        snapshot=make_snapshot(),
        updates=(),
        events=(),
        annotations=(),
        paused=False,
        target=30.0,
        ticks_per_second=30.0,
        close_up=False,
        slowed=False,
    )
    return replace(frame, **changes)


@pytest.fixture
def make_frame() -> MakeFrame:
    return make


@pytest.fixture
def probe() -> Callable[..., BrainProbe]:
    return make_probe


@pytest.fixture
def species() -> Callable[..., SpeciesFrame]:
    return make_species


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Windows open on SDL's driver that shows nothing, and are closed afterwards."""
    import pygame

    pygame.display.quit()  # another test may have opened one with another driver that shows nothing
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    yield monkeypatch
    pygame.display.quit()

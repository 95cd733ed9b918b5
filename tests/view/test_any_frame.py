"""Whatever a world of others shows is drawn, or said to be undrawable; nothing of it ends the run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.core.scene import Circles, Label, Polygon, Scene, Segments, drawable
from alife.view.film.film import Film
from tests.view.any_frame import MEMORY, SECONDS, Onlooker, limited_memory
from tests.view.conftest import make, make_scene


@pytest.mark.slow
def test_any_frame_is_drawn_in_bounded_time_and_memory(no_screen: pytest.MonkeyPatch) -> None:
    """No number, word, size or amount in it is too much; `draw_frames` draws as many more as one likes."""
    onlooker = Onlooker()

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 10**9))
    def look(seed: int) -> None:
        assert onlooker.look_at(seed) < SECONDS

    with limited_memory(MEMORY):
        look()
    onlooker.close()


@pytest.mark.slow
@pytest.mark.parametrize("size", [1e-30, 1e-3, 0.05, 1.0, 1e6, 1e30])
@pytest.mark.parametrize("radius", [0.3, 100.0])
def test_an_arena_of_any_size_is_filmed(size: float, radius: float, tmp_path: Path) -> None:
    """A creature may be far larger than its arena, or far smaller than a pixel of it."""
    shapes = tuple(
        replace(one, centres=one.centres * (size / 10), radius=radius) if isinstance(one, Circles) else one
        for one in make_scene().shapes
    )
    film = Film(tmp_path / "film", 10, (320, 200))
    for tick in range(3):
        film.add(make(scene=replace(make_scene(), width=size, height=size, shapes=shapes), tick=tick))
    film.close()

    assert len(list((tmp_path / "film").iterdir())) == 3


_POINTS = np.zeros((3, 2))


@pytest.mark.parametrize(
    ("named", "scene"),
    [
        ("width", Scene(float("nan"), 1.0)),
        ("height", Scene(1.0, 0.0)),
        ("width", Scene(1e200, 1.0)),
        ("width", Scene("10", 1.0)),  # type: ignore[arg-type]
        ("image", Scene(1.0, 1.0, image=np.zeros((0, 4, 3), np.uint8))),
        ("image", Scene(1.0, 1.0, image=np.zeros((4, 4), np.uint8))),
        ("image", Scene(1.0, 1.0, image=np.zeros((4, 4, 3)))),  # type: ignore[arg-type]
        ("radius", Scene(1.0, 1.0, (Circles("food", _POINTS, -0.1),))),
        ("radius", Scene(1.0, 1.0, (Circles("food", _POINTS, float("nan")),))),
        ("centres", Scene(1.0, 1.0, (Circles("food", np.zeros(3), 0.1),))),
        ("centres", Scene(1.0, 1.0, (Circles("food", None, 0.1),))),  # type: ignore[arg-type]
        ("centres", Scene(1.0, 1.0, (Circles("food", np.full((3, 2), "a"), 0.1),))),
        ("headings", Scene(1.0, 1.0, (Circles("fish", _POINTS, 0.1, np.zeros(2)),))),
        ("rows", Scene(1.0, 1.0, (Circles("fish", _POINTS, 0.1, None, "fish", np.arange(4)),))),
        ("ends", Scene(1.0, 1.0, (Segments("wall", np.zeros((3, 4))),))),
        ("corners", Scene(1.0, 1.0, (Polygon("wall", [(0, 0)]),))),  # type: ignore[arg-type]
        ("label", Scene(1.0, 1.0, (Label("note", (0.0,), "here"),))),  # type: ignore[arg-type]
        ("label", Scene(1.0, 1.0, (Label("note", (0.0, 0.0), None),))),  # type: ignore[arg-type]
        ("role", Scene(1.0, 1.0, (Circles(7, _POINTS, 0.1),))),  # type: ignore[arg-type]
        ("shape", Scene(1.0, 1.0, ("food",))),  # type: ignore[arg-type]
    ],
)
def test_a_scene_that_cannot_be_drawn_says_why(named: str, scene: Scene) -> None:
    """The picture holds the fault instead of the scene."""
    assert named in scene.fault
    (label,) = drawable(scene).shapes
    assert isinstance(label, Label)
    assert scene.fault in label.text
    assert drawable(drawable(scene)).shapes == (label,)


def test_what_is_no_number_is_left_out_of_a_scene_that_can_be_drawn() -> None:
    """A point that is nowhere is no fault: that is how worlds leave rows empty."""
    scene = Scene(
        1.0, 1.0, (Circles("food", np.array([[np.nan, 0.0]]), 0.1), Segments("wall", np.full((1, 2, 2), np.inf)))
    )

    assert drawable(scene) is scene

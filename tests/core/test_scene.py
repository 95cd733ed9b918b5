"""Scenes as text."""

import numpy as np
import pytest

from alife.core.scene import Circles, Label, Polygon, Scene, Segments, Shape

CIRCLES = Circles("food", np.array([[1.0, 2.0], [0.5, 0.25]]), 0.2)
CREATURES = Circles("creature", np.array([[1.0, 1.5]]), 0.35, np.array([3.14159]), "learners", np.array([7]))
FACING = Circles("arrow", np.array([[0.0, 0.0]]), 1.0, np.array([0.5]))
SEGMENTS = Segments("wall", np.array([[[0.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [1.0, 2.5]]]))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (CIRCLES, ["food circle (1.00, 2.00) radius 0.2", "food circle (0.50, 0.25) radius 0.2"]),
        (CREATURES, ["creature circle (1.00, 1.50) radius 0.35 learners[7] heading 3.14"]),
        (FACING, ["arrow circle (0.00, 0.00) radius 1 heading 0.50"]),
        (SEGMENTS, ["wall line (0.00, 0.00) to (1.00, 0.00)", "wall line (1.00, 0.00) to (1.00, 2.50)"]),
        (
            Polygon("water", np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 1.0]])),
            ["water polygon (0.00, 0.00) (1.00, 0.00) (0.50, 1.00)"],
        ),
        (Label("sign", (1.0, 2.0), "Here be food"), ["sign label (1.00, 2.00) Here be food"]),
        (Circles("food", np.empty((0, 2)), 0.2), []),
    ],
    ids=["circles", "creatures", "facing", "segments", "polygon", "label", "nothing"],
)
def test_each_shape_has_its_lines(shape: Shape, expected: list[str]) -> None:
    """A shape is one line for each circle or segment, and one for a polygon or a label."""
    assert ["scene 3 x 2", *expected] == Scene(3.0, 2.0, (shape,)).text().split("\n")


def test_a_torus_says_so() -> None:
    """The first line tells the size and whether the edges are joined."""
    assert Scene(2.5, 2.0, wraps=True).text() == "scene 2.5 x 2 torus"


def test_an_image_tells_its_size() -> None:
    """A painted scene gives the width and the height of its image in pixels."""
    assert Scene(4.0, 3.0, image=np.zeros((30, 40, 3), np.uint8)).text() == "scene 4 x 3\nimage 40 x 30"


def test_shapes_come_back_to_front() -> None:
    """The lines stand in the order of the shapes."""
    text = Scene(3.0, 2.0, (SEGMENTS, CIRCLES)).text()

    assert [line.split()[0] for line in text.split("\n")] == ["scene", "wall", "wall", "food", "food"]

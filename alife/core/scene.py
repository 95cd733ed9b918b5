"""What a world looks like, as data: shapes with roles. Only alife.view knows colours and pixels."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Circles:
    """Equal circles of one role. Creatures are circles with headings and rows."""

    role: str  # "food", "poison", "creature", ...
    centres: NDArray[np.float64]  # (n, 2) in world units
    radius: float
    headings: NDArray[np.float64] | None = None  # (n,) radians, counter-clockwise from +x
    species: str = ""  # of creatures
    rows: NDArray[np.int64] | None = None  # (n,) of creatures: their places in the species' arrays


@dataclass(frozen=True, eq=False)
class Segments:
    """Straight lines of one role, each from a start to an end."""

    role: str
    ends: NDArray[np.float64]  # (n, 2, 2)


@dataclass(frozen=True, eq=False)
class Polygon:
    """One filled outline of a role."""

    role: str
    corners: NDArray[np.float64]  # (n, 2)


@dataclass(frozen=True)
class Label:
    """A short text at a point."""

    role: str
    position: tuple[float, float]
    text: str


Shape = Circles | Segments | Polygon | Label


@dataclass(frozen=True, eq=False)
class Scene:
    """One arena at one tick: its size in world units, origin at the lower left, and its shapes, back to front.

    `wraps` says that the edges are joined (a torus). A world that can only paint gives an
    `image` (height, width, 3) of uint8 instead of shapes.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...] = ()
    wraps: bool = False
    image: NDArray[np.uint8] | None = field(default=None)

    def text(self) -> str:
        """Return the scene as lines of text, the same for the same scene, for tests and for reading."""
        lines = [f"scene {self.width:g} x {self.height:g}{' torus' if self.wraps else ''}"]
        if self.image is not None:
            lines.append(f"image {self.image.shape[1]} x {self.image.shape[0]}")
        for shape in self.shapes:
            lines.extend(_lines(shape))
        return "\n".join(lines)


def _lines(shape: Shape) -> list[str]:
    if isinstance(shape, Circles):
        return [_circle(shape, i) for i in range(len(shape.centres))]
    if isinstance(shape, Segments):
        return [f"{shape.role} line {_point(a)} to {_point(b)}" for a, b in shape.ends]
    if isinstance(shape, Polygon):
        return [f"{shape.role} polygon {' '.join(_point(corner) for corner in shape.corners)}"]
    return [f"{shape.role} label {_point(shape.position)} {shape.text}"]


def _circle(circles: Circles, index: int) -> str:
    line = f"{circles.role} circle {_point(circles.centres[index])} radius {circles.radius:g}"
    if circles.rows is not None:
        line += f" {circles.species}[{circles.rows[index]}]"
    if circles.headings is not None:
        line += f" heading {circles.headings[index]:.2f}"
    return line


def _point(point: NDArray[np.float64] | tuple[float, float]) -> str:
    return f"({point[0]:.2f}, {point[1]:.2f})"

"""What a world looks like, as data: shapes with roles. Only alife.view knows colours and pixels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TINIEST, _LARGEST = 1e-30, 1e30  # lengths that a picture can show: far from where the numbers end
_ARRAYS: dict[str, tuple[int, ...]] = {
    "centres": (2,),
    "headings": (),
    "rows": (),
    "energy": (),
    "ages": (),
    "radii": (),
    "ends": (2, 2),
    "corners": (2,),
}
"""The arrays of shapes, each with the shape of one of its entries; what has single numbers may be missing."""


@dataclass(frozen=True, eq=False)
class Circles:
    """Circles of one role, equal where they have no `radii`. Creatures are circles with headings and rows."""

    role: str  # "food", "poison", "creature", ...
    centres: NDArray[np.float64]  # (n, 2) in world units
    radius: float
    headings: NDArray[np.float64] | None = None  # (n,) radians, counter-clockwise from +x
    species: str = ""  # of creatures
    rows: NDArray[np.int64] | None = None  # (n,) of creatures: their places in the species' arrays
    energy: NDArray[np.float64] | None = None  # (n,) of creatures: the share of what a body holds, 0 to 1
    ages: NDArray[np.int64] | None = None  # (n,) of creatures: in ticks
    sensed: str = ""  # the role by which creatures know it, where that is another
    radii: NDArray[np.float64] | None = None  # (n,) of creatures, `radius` at most, where they differ


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
    `image` (height, width, 3) of uint8 instead of shapes. `signals` are numbers from 0 to 1 that all creatures in it
    are told alike; where it is "dark", or not "lit", the ground is.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...] = ()
    wraps: bool = False
    image: NDArray[np.uint8] | None = field(default=None)
    signals: Mapping[str, float] = field(default_factory=dict)

    @property
    def fault(self) -> str:
        """What keeps the scene from being drawn, in words; "" where nothing does.

        Its points may be anything: those that are no numbers are not drawn.
        """
        return next(_faults(self), "")

    def text(self) -> str:
        """Return the scene as lines of text, the same for the same scene, for tests and for reading."""
        lines = [f"scene {self.width:g} x {self.height:g}{' torus' if self.wraps else ''}"]
        if self.image is not None:
            lines.append(f"image {self.image.shape[1]} x {self.image.shape[0]}")
        for shape in self.shapes:
            lines.extend(_lines(shape))
        return "\n".join(lines)


def drawable(scene: Scene) -> Scene:
    """Return a scene if it can be drawn, or else one that says why not."""
    fault = scene.fault
    return Scene(8.0, 6.0, (Label("note", (4.0, 3.0), f"this scene cannot be drawn: {fault}"),)) if fault else scene


def _faults(scene: Scene) -> Iterator[str]:
    for name, length in (("width", scene.width), ("height", scene.height)):
        if not (_is_number(length) and _TINIEST <= length <= _LARGEST):
            yield f"its {name} must be from {_TINIEST:g} to {_LARGEST:g}, it is {length!r}"
    image = scene.image
    if image is not None and not _is_picture(image):
        yield f"its image must be an array (height, width, 3) of uint8, it is {_described(image)}"
    if not (isinstance(scene.signals, Mapping) and all(map(_is_number, scene.signals.values()))):
        yield f"its signals must be numbers by name, they are {scene.signals!r:.60}"
    for shape in scene.shapes:
        yield from _faults_of(shape)


def _faults_of(shape: Any) -> Iterator[str]:
    """Yield what is wrong with one shape."""
    if not isinstance(shape, Shape) or not isinstance(shape.role, str):
        yield f"it has a shape of type {type(shape).__name__} and of role {getattr(shape, 'role', None)!r:.40}"
        return
    if isinstance(shape, Label) and not (_is_point(shape.position) and isinstance(shape.text, str)):
        yield f"the label {shape.text!r:.40} must be a text at a point, not at {shape.position!r:.40}"
    if isinstance(shape, Circles) and not (_is_number(shape.radius) and 0 <= shape.radius <= _LARGEST):
        yield f"the radius of {shape.role!r} must be from 0 to {_LARGEST:g}, it is {shape.radius!r}"
    count: tuple[int, ...] = ()
    for name, each in _ARRAYS.items():
        array = getattr(shape, name, None)
        if isinstance(array, np.ndarray):
            count = count or array.shape[:1]
            if array.shape != (*count, *each) or array.dtype.kind not in "fiu":
                yield f"the {name} of {shape.role!r} must be numbers {(*count, *each)}, they are {_described(array)}"
        elif hasattr(shape, name) and not (array is None and each == ()):
            yield f"the {name} of {shape.role!r} must be an array, not of type {type(array).__name__}"


def _is_picture(image: Any) -> bool:
    is_array = isinstance(image, np.ndarray) and image.dtype == np.uint8 and image.ndim == 3
    return bool(is_array and image.shape[2] == 3 and image.size)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number)


def _is_point(value: Any) -> bool:
    return isinstance(value, tuple | list | np.ndarray) and len(value) == 2 and all(map(_is_number, value))


def _described(array: Any) -> str:
    return f"{array.dtype} {array.shape}" if isinstance(array, np.ndarray) else f"of type {type(array).__name__}"


def _lines(shape: Shape) -> list[str]:
    if isinstance(shape, Circles):
        return [_circle(shape, i) for i in range(len(shape.centres))]
    if isinstance(shape, Segments):
        return [f"{shape.role} line {_point(a)} to {_point(b)}" for a, b in shape.ends]
    if isinstance(shape, Polygon):
        return [f"{shape.role} polygon {' '.join(_point(corner) for corner in shape.corners)}"]
    return [f"{shape.role} label {_point(shape.position)} {shape.text}"]


def _circle(circles: Circles, index: int) -> str:
    radius = circles.radius if circles.radii is None else circles.radii[index]
    line = f"{circles.role} circle {_point(circles.centres[index])} radius {radius:g}"
    if circles.rows is not None:
        line += f" {circles.species}[{circles.rows[index]}]"
    if circles.headings is not None:
        line += f" heading {circles.headings[index]:.2f}"
    return line


def _point(point: NDArray[np.float64] | tuple[float, float]) -> str:
    return f"({point[0]:.2f}, {point[1]:.2f})"

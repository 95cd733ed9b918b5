"""Draws a scene and nothing else: what the world panel and the rgb_array of an environment share."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.scene import Circles, Label, Polygon, Scene, Segments, Shape
from alife.view import theme
from alife.view.geometry import Fit, round_step
from alife.view.letters import Letters
from alife.view.sprites import Sprites
from alife.view.theme import Look

_SMALLEST_CREATURE = 7.0  # pixels of the design: below, a heading cannot be read
_SMALLEST_ITEM = 4.0


class Arena:
    """Paints the floor of a scene and its shapes."""

    def __init__(self, letters: Letters) -> None:
        self.sprites = Sprites()
        self._letters = letters

    def floor(self, surface: pygame.Surface, scene: Scene, fit: Fit) -> None:
        """Paint the ground with a faint grid, or the picture the world has painted itself."""
        if scene.image is not None:
            _image(surface, scene.image, fit.area)
            return
        surface.fill(theme.FIELD, fit.area)
        step = round_step(max(scene.width, scene.height, 1e-9), 6) * fit.scale
        for x in np.arange(fit.area.left + step, fit.area.right - 1, step):
            pygame.draw.line(surface, theme.GRID, (x, fit.area.top), (x, fit.area.bottom - 1))
        for y in np.arange(fit.area.bottom - step, fit.area.top, -step):
            pygame.draw.line(surface, theme.GRID, (fit.area.left, y), (fit.area.right - 1, y))

    def shapes(
        self,
        surface: pygame.Surface,
        scene: Scene,
        shapes: Iterable[Shape],
        looks: Mapping[str, Look],
        fit: Fit,
    ) -> None:
        """Paint some shapes of a scene, back to front."""
        for shape in shapes:
            if isinstance(shape, Circles):
                self._circles(surface, scene, shape, looks, fit)
            elif isinstance(shape, Segments):
                self._segments(surface, shape, fit)
            elif isinstance(shape, Polygon):
                self._polygon(surface, shape, fit)
            else:
                self._label(surface, shape, fit)

    def radius(self, shape: Circles, fit: Fit) -> float:
        """Return how many pixels a circle is drawn wide: true to scale, but never too small to see."""
        smallest = _SMALLEST_CREATURE if shape.rows is not None else _SMALLEST_ITEM
        return max(shape.radius * fit.scale, smallest * self._letters.unit)

    def _circles(
        self, surface: pygame.Surface, scene: Scene, shape: Circles, looks: Mapping[str, Look], fit: Fit
    ) -> None:
        radius = self.radius(shape, fit)
        centres, which = _wrapped(shape.centres, radius / fit.scale, scene)
        pixels = np.rint(fit.pixels(centres)).astype(int).tolist()
        sprites = self._pictures(shape, radius, looks)
        surface.fblits(
            [
                (sprites[i], (x - sprites[i].get_width() // 2, y - sprites[i].get_height() // 2))
                for i, (x, y) in zip(which.tolist(), pixels, strict=True)
            ]
        )

    def _pictures(self, shape: Circles, radius: float, looks: Mapping[str, Look]) -> list[pygame.Surface]:
        count = len(shape.centres)
        if shape.rows is None and shape.headings is None:
            return [self.sprites.item(shape.role, radius)] * count
        look = looks.get(shape.species) or Look(theme.role_colour(shape.role), learns=True)
        headings = [None] * count if shape.headings is None else shape.headings.tolist()
        return [self.sprites.creature(look, radius, heading) for heading in headings]

    def _segments(self, surface: pygame.Surface, shape: Segments, fit: Fit) -> None:
        colour = theme.role_colour(shape.role)
        width = self._letters.pixels(2)
        ends = fit.pixels(shape.ends)
        for start, end in ends[np.isfinite(ends).all(axis=(1, 2))].tolist():
            pygame.draw.aaline(surface, colour, start, end, width)

    def _polygon(self, surface: pygame.Surface, shape: Polygon, fit: Fit) -> None:
        colour = theme.role_colour(shape.role)
        corners = fit.pixels(shape.corners).tolist()
        if len(corners) >= 3 and np.isfinite(shape.corners).all():
            pygame.draw.polygon(surface, theme.mix(colour, theme.FIELD, 0.5), corners)
            pygame.draw.aalines(surface, colour, True, corners)

    def _label(self, surface: pygame.Surface, shape: Label, fit: Fit) -> None:
        x, y = fit.pixels(shape.position).tolist()
        if math.isfinite(x) and math.isfinite(y):
            colour = theme.mix(theme.role_colour(shape.role), theme.TEXT, 0.5)
            self._letters.write(surface, shape.text, colour=colour, size=theme.SMALL, at=(x, y), anchor="center")


def scene_looks(scene: Scene) -> dict[str, Look]:
    """Return looks for a scene seen without its frame: its species by order, all as if they learned."""
    names = dict.fromkeys(shape.species for shape in scene.shapes if isinstance(shape, Circles) and shape.species)
    return {name: theme.look(index) for index, name in enumerate(names)}


def _image(surface: pygame.Surface, image: NDArray[np.uint8], area: pygame.Rect) -> None:
    picture = pygame.image.frombuffer(np.ascontiguousarray(image).tobytes(), image.shape[1::-1], "RGB")
    # Pixels that are enlarged stay square, so that small pictures remain readable.
    shrinks = area.width < image.shape[1]
    surface.blit((pygame.transform.smoothscale if shrinks else pygame.transform.scale)(picture, area.size), area)


def _wrapped(centres: NDArray[np.float64], radius: float, scene: Scene) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the finite centres and whose they are, on a torus again beyond each edge they reach over."""
    which = np.flatnonzero(np.isfinite(centres).all(axis=1))
    points = centres[which]
    if not scene.wraps:
        return points, which
    for axis, length in enumerate((scene.width, scene.height)):
        low, high = points[:, axis] < radius, points[:, axis] > length - radius
        shift = np.eye(2)[axis] * length
        points = np.concatenate([points, points[low] + shift, points[high] - shift])
        which = np.concatenate([which, which[low], which[high]])
    return points, which

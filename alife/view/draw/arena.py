"""The arena: a scene and nothing else, as the world panel and the rgb_array of an environment share it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.scene import Circles, Label, Polygon, Scene, Segments, Shape
from alife.view.draw import pen, theme
from alife.view.draw.geometry import Fit, in_view, round_step, tiles
from alife.view.draw.measures import Scale
from alife.view.draw.sprites import BAR_LEVELS, EXTENT, LARGEST, Sprites
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Look

_SMALLEST_CREATURE = 7.0  # pixels of the design: below, a heading cannot be read
_SMALLEST_ITEM = 4.0
_SMALLEST = 1.5  # where there are very many
_APART = 0.25  # of the distance between neighbours, were all spread evenly: no circle is enlarged beyond it
_DOT = 3.0  # pixels of the design: a smaller creature is a dot in the colour of its species
_HUGE = 4  # circles larger than the arena divided by it, or than sprites can be, are outlines
_MOST_OUTLINES = 64  # of one shape: more cannot be told apart
_MOST_PIXELS = 30_000_000  # of the sprites of one shape: more hide each other
_MOST_SEGMENTS = 10_000  # of one shape
_MOST_EFFORT = 10_000  # in short lines, of one picture: what lies behind more is left out
_MOST_CORNERS = 500  # of a polygon
_KEPT_ROLES = 16  # roles of items whose blits are kept from picture to picture
_Blits = list[tuple[pygame.Surface, list[int]]]
_MOST_BARS = 200  # creatures in view: of more, no energy is shown
_SIZES = 8  # of creatures that are told apart
_CELLS = 6  # of the grid, about so many along the longer side of what is in view


class _Picture(NamedTuple):
    """What shapes are painted on, and how those of one picture look."""

    surface: pygame.Surface
    scene: Scene
    looks: Mapping[str, Look]
    fit: Fit
    scale: Scale | None

    def look_of(self, shape: Circles) -> Look:
        return self.looks.get(shape.species) or Look(theme.role_colour(shape.role), learns=True)


class Arena:
    """Paints the floor of a scene and its shapes."""

    def __init__(self, renderer: TextRenderer) -> None:
        self.sprites = Sprites()
        self._kept_blits: dict[tuple[str, str], tuple[tuple[Any, ...], NDArray[np.float64], _Blits]] = {}
        self._renderer = renderer

    def paint_floor(self, surface: pygame.Surface, scene: Scene, fit: Fit) -> None:
        """Paint the floor with a faint grid, or the image that the world gives."""
        surface.fill(theme.ground_colour(scene.signals), fit.area)
        step = round_step(max(fit.span), _CELLS)
        for tile in tiles(scene, fit):
            if scene.image is not None:
                _paint_image(surface, scene, scene.image, tile)
            else:
                _paint_grid(surface, scene, tile, step)

    def paint_shapes(
        self,
        surface: pygame.Surface,
        scene: Scene,
        shapes: Sequence[Shape],
        looks: Mapping[str, Look],
        fit: Fit,
        scale: Scale | None = None,
    ) -> None:
        """Paint some shapes of a scene, back to front; a scale gives creatures their colours."""
        seen, count = tiles(scene, fit), sum(len(one.centres) for one in scene.shapes if isinstance(one, Circles))
        picture = _Picture(surface, scene, looks, fit, scale)
        for shape, radius in self._in_front(shapes, scene, fit, count):
            if isinstance(shape, Circles):
                self._paint_circles(picture, shape, radius)
                continue
            for tile in seen:
                if isinstance(shape, Segments):
                    self._paint_segments(surface, shape, tile)
                elif isinstance(shape, Polygon):
                    self._paint_polygon(surface, shape, tile)
                else:
                    self._paint_label(surface, shape, tile)

    def _in_front(self, shapes: Sequence[Shape], scene: Scene, fit: Fit, count: int) -> Iterable[tuple[Shape, float]]:
        """Return those of the front shapes that can be drawn in a moment, back to front, and how large circles are."""
        kept: list[tuple[Shape, float]] = []
        effort = 0.0
        for shape in reversed(shapes):
            radius = self._circle_radius(shape, scene, fit, count) if isinstance(shape, Circles) else 0.0
            kept.append((shape, radius))
            effort += _effort(shape, radius)
            if effort > _MOST_EFFORT:
                break
        return reversed(kept)

    def _circle_radius(self, shape: Circles, scene: Scene, fit: Fit, count: int) -> float:
        """Return how many pixels a circle is drawn wide: true to scale, or enlarged to be seen, if there is room."""
        room = _APART * math.sqrt(scene.width * scene.height / max(1, count)) * fit.scale
        smallest = (_SMALLEST_CREATURE if shape.rows is not None else _SMALLEST_ITEM) * self._renderer.unit
        return max(fit.length(shape.radius), min(smallest, max(room, _SMALLEST)))

    def _paint_circles(self, picture: _Picture, shape: Circles, radius: float) -> None:
        scene, fit = picture.scene, picture.fit
        if radius > LARGEST or shape.radius * _HUGE > min(scene.width, scene.height):
            self._paint_outlines(picture, shape, radius)
            return
        if shape.headings is not None or shape.rows is not None:
            picture.surface.fblits(self._blits(picture, shape, radius))
            return
        # Items stay where they are from picture to picture, so their blits are kept.
        view = tuple(fit.area), fit.scale, fit.corner, scene.width, scene.height, scene.wraps
        wanted = *view, radius, len(shape.centres)
        known = self._kept_blits.get((shape.role, shape.sensed))
        if known is None or known[0] != wanted or not np.array_equal(known[1], shape.centres):
            known = wanted, shape.centres.copy(), self._blits(picture, shape, radius)
            if len(self._kept_blits) >= _KEPT_ROLES:
                self._kept_blits.clear()
            self._kept_blits[shape.role, shape.sensed] = known
        picture.surface.fblits(known[2])

    def _blits(self, picture: _Picture, shape: Circles, radius: float) -> _Blits:
        centres, which = in_view(shape.centres, 2 * radius / picture.fit.scale, picture.scene, picture.fit)
        if not len(which):
            return []
        most = _MOST_PIXELS // round(2 * EXTENT * radius + 2) ** 2
        centres, which = centres[-most:], which[-most:]
        pixels = np.rint(picture.fit.to_pixels(centres)).astype(int)
        blits: _Blits = []
        for own, those in _sizes(shape, which, radius):
            sprites = self._circle_sprites(picture, shape, which[those], own)
            side = sprites[0].get_width()  # all sprites of one radius are equal squares
            blits += zip(sprites, (pixels[those] - side // 2).tolist(), strict=True)
        if shape.energy is None or radius < _DOT * self._renderer.unit or len(which) > _MOST_BARS:
            return blits
        return blits + self._bars(shape.energy[which], pixels, radius)

    def _bars(self, energy: NDArray[np.float64], pixels: NDArray[np.int64], radius: float) -> _Blits:
        """Return a bar of energy below each creature."""
        size = max(4, round(2 * radius)), self._renderer.pixels(3)
        levels = np.rint(np.clip(np.nan_to_num(energy), 0.0, 1.0) * BAR_LEVELS).astype(int).tolist()
        corners = pixels + np.array([-size[0] // 2, round(1.5 * radius)])
        return [(self.sprites.bar_sprite(one, size), at) for one, at in zip(levels, corners.tolist(), strict=True)]

    def _circle_sprites(
        self, picture: _Picture, shape: Circles, which: NDArray[np.intp], radius: float
    ) -> list[pygame.Surface]:
        if shape.rows is None and shape.headings is None:
            return [self.sprites.item_sprite(shape.role, radius, shape.sensed)] * len(which)
        look, scale = picture.look_of(shape), picture.scale
        shades = scale.shades_of(shape) if scale is not None else None
        if scale is None or shades is None:
            return self._look_sprites(shape, which, radius, look)
        sprites = np.empty(len(which), object)
        for shade in np.unique(shades[which]).tolist():
            these = np.flatnonzero(shades[which] == shade)
            shaded = replace(look, colour=scale.colours[shade])
            sprites[these] = self._look_sprites(shape, which[these], radius, shaded)
        return list(sprites)

    def _look_sprites(self, shape: Circles, which: NDArray[np.intp], radius: float, look: Look) -> list[pygame.Surface]:
        if radius < _DOT * self._renderer.unit:
            return [self.sprites.dot_sprite(look, radius)] * len(which)
        if shape.headings is None:
            return [self.sprites.creature_sprite(look, radius, None)] * len(which)
        return self.sprites.creature_sprites(look, radius, np.asarray(shape.headings, dtype=np.float64)[which])

    def _paint_outlines(self, picture: _Picture, shape: Circles, radius: float) -> None:
        """Paint circles that would hide the arena as rings, with a line where the heading is."""
        colour, width = picture.look_of(shape).colour, self._renderer.pixels(2)
        centres, which = in_view(shape.centres, radius / picture.fit.scale, picture.scene, picture.fit)
        pixels = picture.fit.to_pixels(centres[-_MOST_OUTLINES:]).tolist()
        for centre, index in zip(pixels, which[-_MOST_OUTLINES:].tolist(), strict=True):
            pen.circle(picture.surface, colour, centre, radius, width)  # a smooth one takes a millisecond
            heading = math.nan if shape.headings is None else float(shape.headings[index])
            if math.isfinite(heading):
                tip = centre[0] + radius * math.cos(heading), centre[1] - radius * math.sin(heading)
                pen.aaline(picture.surface, colour, centre, tip, width)

    def _paint_segments(self, surface: pygame.Surface, shape: Segments, fit: Fit) -> None:
        colour = theme.role_colour(shape.role)
        width = self._renderer.pixels(2)
        ends = fit.to_pixels(shape.ends[-_MOST_SEGMENTS:])
        for start, end in ends[np.isfinite(ends).all(axis=(1, 2))].tolist():
            pen.aaline(surface, colour, start, end, width)

    def _paint_polygon(self, surface: pygame.Surface, shape: Polygon, fit: Fit) -> None:
        colour = theme.role_colour(shape.role)
        corners = fit.to_pixels(shape.corners[:: 1 + len(shape.corners) // _MOST_CORNERS]).tolist()
        if len(corners) >= 3 and np.isfinite(shape.corners).all():
            pen.polygon(surface, theme.mix(colour, theme.FIELD, 0.5), corners)
            pen.aalines(surface, colour, True, corners)

    def _paint_label(self, surface: pygame.Surface, shape: Label, fit: Fit) -> None:
        x, y = fit.to_pixels(shape.position).tolist()
        if math.isfinite(x) and math.isfinite(y):
            colour = theme.mix(theme.role_colour(shape.role), theme.TEXT, 0.5)
            self._renderer.write(surface, shape.text, colour=colour, size=theme.SMALL, at=(x, y), anchor="center")


def _sizes(shape: Circles, which: NDArray[np.intp], radius: float) -> list[tuple[float, Any]]:
    """Return how large circles are in pixels, and which of some are: in eight steps, where they differ."""
    if shape.radii is None:
        return [(radius, slice(None))]
    radii = np.clip(np.nan_to_num(np.asarray(shape.radii, np.float64)[which]), 0.0, shape.radius)
    shares = radii / max(shape.radius, 1e-30)
    steps = np.clip(np.ceil(shares * _SIZES - 1e-6), 1, _SIZES).astype(int)
    return [
        (max(_SMALLEST, radius * step / _SIZES), np.flatnonzero(steps == step)) for step in np.unique(steps).tolist()
    ]


def _effort(shape: Shape, radius: float) -> float:
    """Return how much work it is to draw a shape, in short lines."""
    if isinstance(shape, Segments):
        return len(shape.ends)
    if isinstance(shape, Polygon):
        return max(1, min(len(shape.corners), _MOST_CORNERS) - 8)
    if isinstance(shape, Circles):
        return 1 + len(shape.centres) * (0.1 + radius**2 / 4000) if radius <= LARGEST else 5 * _MOST_OUTLINES
    return 1


def scene_looks(scene: Scene) -> dict[str, Look]:
    """Return looks for a scene seen without its frame: its species by order, all as if they learned."""
    names = dict.fromkeys(shape.species for shape in scene.shapes if isinstance(shape, Circles) and shape.species)
    return {name: theme.look(index) for index, name in enumerate(names)}


def _paint_grid(surface: pygame.Surface, scene: Scene, fit: Fit, step: float) -> None:
    """Draw the lines of one repetition of the arena; where edges are joined, the lines fit round it."""
    for axis, size in enumerate((scene.width, scene.height)):
        if size <= 0:
            continue
        apart = size / max(1, round(size / step)) if scene.wraps else step
        lines = np.arange(0.0 if scene.wraps else apart, size - 1e-6 * size, apart)
        for pixel in np.rint(fit.to_pixels(np.column_stack([lines, lines]))[:, axis]).astype(int).tolist():
            if axis == 0 and fit.area.left < pixel < fit.area.right - 1:
                pen.line(surface, theme.GRID, (pixel, fit.area.top), (pixel, fit.area.bottom - 1))
            elif axis == 1 and fit.area.top < pixel < fit.area.bottom - 1:
                pen.line(surface, theme.GRID, (fit.area.left, pixel), (fit.area.right - 1, pixel))


def _paint_image(surface: pygame.Surface, scene: Scene, image: NDArray[np.uint8], fit: Fit) -> None:
    """Paint the part of an image that is in view, whole pixels of it."""
    columns = _visible(fit.corner[0], fit.span[0], scene.width, image.shape[1])
    rows = _visible(scene.height - fit.corner[1] - fit.span[1], fit.span[1], scene.height, image.shape[0])
    if columns[0] >= columns[1] or rows[0] >= rows[1]:
        return
    part = np.ascontiguousarray(image[rows[0] : rows[1], columns[0] : columns[1]])
    picture = pygame.image.frombuffer(part.tobytes(), part.shape[1::-1], "RGB")
    xs = [column / image.shape[1] * scene.width for column in columns]
    ys = [scene.height - row / image.shape[0] * scene.height for row in rows]
    (left, top), (right, bottom) = np.rint(fit.to_pixels(np.column_stack([xs, ys]))).astype(int).tolist()
    size = max(1, right - left), max(1, bottom - top)
    # Pixels that are enlarged stay square, so that small pictures remain readable.
    shrinks = size[0] < part.shape[1]
    clip = surface.get_clip()
    surface.set_clip(fit.area.clip(clip))
    surface.blit(pen.scaled(picture, size, smooth=shrinks), (left, top))
    surface.set_clip(clip)


def _visible(start: float, span: float, size: float, count: int) -> tuple[int, int]:
    """Return the first pixel of an image in view along one axis, and the one after the last."""
    each = size / count
    return max(0, math.floor(start / each + 1e-6)), min(count, math.ceil((start + span) / each - 1e-6))

"""The arena in view: the scene, where its creatures come from, who is selected, and what just happened."""

import math

import pygame

from alife.frame import Frame
from alife.scene import Circles, Shape
from alife.view import theme
from alife.view.arena import Arena
from alife.view.geometry import Fit, Spot, fit, spots
from alife.view.letters import Letters
from alife.view.panels.card import card
from alife.view.panels.legend import Legend
from alife.view.sparks import Sparks
from alife.view.trails import Trails

_REACH = 22  # pixels of the design around a creature that still select it


class WorldPanel:
    """Draws the arena in view, and knows which creature lies under a pixel of it."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._arena = Arena(letters)
        self._legend = Legend(letters, self._arena.sprites)
        self._trails = Trails()
        self._sparks = Sparks()
        self._spots: list[Spot] = []
        self._fit: Fit | None = None

    def draw(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the panel."""
        inside = card(surface, area, self._letters, f"World: arena {frame.copy + 1} of {frame.copies}", _ground(frame))
        room = self._legend.draw(surface, inside, frame)
        if room.width < 8 or room.height < 8:
            return
        self._fit = fit(frame.scene, room)
        self._spots = spots(frame.scene)
        self._trails.add(frame)
        self._sparks.add(frame)
        clip = surface.get_clip()
        surface.set_clip(self._fit.area.clip(clip))
        self._scene(surface, frame, self._fit)
        surface.set_clip(clip)
        pygame.draw.rect(surface, theme.EDGE, self._fit.area, 1)

    def creature_at(self, pixel: tuple[int, int]) -> tuple[str, int] | None:
        """Return the creature that was last drawn nearest to a pixel, if one is near."""
        if self._fit is None or not self._fit.area.collidepoint(pixel):
            return None
        reach = self._letters.pixels(_REACH)
        distances = [
            (
                max(0.0, math.dist(pixel, self._fit.pixels(spot.position)) - spot.radius * self._fit.scale),
                spot,
            )
            for spot in self._spots
        ]
        distance, spot = min(distances, key=lambda pair: pair[0], default=(math.inf, None))
        return (spot.species, spot.row) if spot is not None and distance <= reach else None

    def _scene(self, surface: pygame.Surface, frame: Frame, fit: Fit) -> None:
        scene = frame.scene
        looks = theme.looks(frame.species)
        ground, creatures = _split(scene.shapes)
        self._arena.floor(surface, scene, fit)
        self._arena.shapes(surface, scene, ground, looks, fit)
        self._trails.draw(surface, looks, fit, (scene.width, scene.height), self._letters.pixels(2))
        self._arena.shapes(surface, scene, creatures, looks, fit)
        self._reticle(surface, frame, fit)
        self._sparks.draw(surface, self._spots, fit, self._letters, self._arena.sprites)

    def _reticle(self, surface: pygame.Surface, frame: Frame, fit: Fit) -> None:
        for spot in self._spots:
            if (spot.species, spot.row) == frame.selected:
                radius = max(spot.radius * fit.scale, self._letters.pixels(7)) * 2.1
                reticle = self._arena.sprites.reticle(radius)
                surface.blit(reticle, reticle.get_rect(center=fit.pixels(spot.position).tolist()))


def _split(shapes: tuple[Shape, ...]) -> tuple[tuple[Shape, ...], tuple[Shape, ...]]:
    """Return the shapes before the first creature and the rest: trails lie between them."""
    first = (i for i, shape in enumerate(shapes) if isinstance(shape, Circles) and shape.rows is not None)
    cut = next(first, len(shapes))
    return shapes[:cut], shapes[cut:]


def _ground(frame: Frame) -> str:
    edges = ", edges joined" if frame.scene.wraps else ""
    return f"{frame.scene.width:g} by {frame.scene.height:g}{edges}"

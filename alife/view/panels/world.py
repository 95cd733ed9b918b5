"""The arena in view: the scene, where its creatures come from, who is selected, and what just happened."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.command import Select
from alife.core.frame import Frame
from alife.core.scene import Circles, Scene, Shape
from alife.view.draw import pen, theme
from alife.view.draw.arena import Arena
from alife.view.draw.geometry import Fit, Spot, in_view, is_gone, pixels_of, spot_of
from alife.view.draw.measures import SPECIES, Measures, Scale
from alife.view.draw.sensed import Sensed
from alife.view.draw.sparks import Sparks
from alife.view.draw.text import TextRenderer
from alife.view.draw.trails import Trails
from alife.view.draw.zoom import Zoom
from alife.view.panels._life_lines import LifeLines
from alife.view.panels.card import draw_card
from alife.view.panels.hit_areas import HitAreas
from alife.view.panels.legend import Legend

_DIMMED, _DIMMED_MANY, _MANY = 165, 235, 2000  # of 255: how far things give way to creatures on a scale, and many
_REACH = 22  # pixels of the design around a creature that still select it
_ARENA = "one of the copies of the world that run side by side; [ and ] show the others"
_SIZE = "the width and height of the arena in its own unit, or how it is enlarged; 0 shows all of it"


class WorldPanel:
    """Draws the arena in view, and knows which creature lies under a pixel of it."""

    def __init__(self, renderer: TextRenderer) -> None:
        self.show_senses, self.show_kin = True, False
        self._renderer = renderer
        self._arena = Arena(renderer)
        self._zoom = Zoom()
        self._trails, self._sparks, self._sensed, self._measures = Trails(), Sparks(), Sensed(), Measures()
        self._coloured_by = SPECIES
        self._colours: list[str] = [SPECIES]  # what creatures of the newest frame can be coloured by
        self._scene: Scene | None = None
        self._fit: Fit | None = None
        self._pointed: tuple[int, int] | None = None  # the pixel under the mouse
        self._backdrop = pen.new_surface((0, 0))  # the card, the legend and the floor, drawn when they change
        self._room = pygame.Rect(0, 0, 0, 0)  # on the card, for the arena
        self._lines = pygame.Rect(0, 0, 0, 0)  # on it, for what is said of the selected creature
        self._drawn: tuple[Any, ...] = ()
        self._hit_areas = HitAreas()  # of the backdrop
        self._legend = Legend(renderer, self._arena.sprites, self._hit_areas)
        self._life_lines = LifeLines(renderer)
        self._corner = (0, 0)  # where it was drawn

    def describe_at(self, pixel: tuple[int, int]) -> Sequence[str]:
        """Return the lines that stand under the mouse at a pixel."""
        said = self._life_lines.describe_at(pixel)
        return said or self._hit_areas.describe_at((pixel[0] - self._corner[0], pixel[1] - self._corner[1]))

    @property
    def follow(self) -> bool:
        """Whether the selected creature stays in the middle; following zooms in, so that there is where to go."""
        return self._zoom.follow

    @follow.setter
    def follow(self, follow: bool) -> None:
        self._zoom.follow = follow

    @property
    def fit(self) -> Fit | None:
        """Where the arena lies in the picture; None until it is drawn, and where it is not."""
        return self._fit

    def show_whole_arena(self) -> None:
        """Show the whole arena again."""
        self._zoom.reset_view()

    def cycle_colours(self) -> str:
        """Colour creatures by the next of what is known of them; return what that is."""
        after = (self._colours.index(self._coloured_by) + 1) if self._coloured_by in self._colours else 0
        self._coloured_by = self._colours[after % len(self._colours)]
        return self._coloured_by

    def observe_frame(self, frame: Frame) -> None:
        """Move the trails, the sparks and what is sensed on by a frame."""
        self._trails.record_places(frame)
        self._sparks.record_events(frame)
        self._sensed.record_senses(frame)
        self._measures.record_rewards(frame)
        self._colours = self._measures.names(frame)

    def forget_frames(self) -> None:
        """Forget the trails, the sparks and what was sensed."""
        for memory in (self._trails, self._sparks, self._sensed, self._measures):
            memory.forget_frames()

    def draw_panel(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the panel."""
        selected = spot_of(frame.scene, frame.selected)
        scale = self._measures.scale(frame, self._coloured_by)
        self._draw_backdrop(surface, area, frame, selected, scale)
        self._life_lines.write_lines(surface, self._lines.move(area.topleft), frame, self.show_kin)
        self._scene = frame.scene
        if self._fit is None:
            return
        clip = surface.get_clip()
        surface.set_clip(self._fit.area.clip(clip))
        self._draw_moving(surface, frame, self._fit, selected, scale)
        surface.set_clip(clip)
        pen.rect(surface, theme.EDGE, self._fit.area, 1)
        if self.show_senses:
            self._legend.write_readings(surface, area.topleft, *self._sensed.readings(frame.channels, _known(frame)))

    def press(self, pixel: tuple[int, int]) -> Select | None:
        """Select the creature at a pixel, if there is one."""
        creature = self.creature_at(pixel)
        return Select(*creature) if creature is not None else None

    def hover(self, pixel: tuple[int, int] | None) -> None:
        """Write the name of the creature under the mouse from now on."""
        self._pointed = pixel

    def wheel(self, pixel: tuple[int, int], steps: float) -> None:
        """Zoom in or out at a pixel."""
        self._zoom.zoom_at(pixel, steps)

    def drag(self, pixel: tuple[int, int], by: tuple[int, int]) -> None:
        """Move the view with the mouse."""
        self._zoom.drag_view(by)

    def place_at(self, pixel: tuple[int, int]) -> tuple[float, float] | None:
        """Return where in the arena a pixel lies, in world units, or None beside the arena."""
        if self._fit is None or self._scene is None or not self._fit.area.collidepoint(pixel):
            return None
        x, y = self._fit.to_world(pixel)
        if self._scene.wraps and min(self._scene.width, self._scene.height) > 0:
            return x % self._scene.width, y % self._scene.height
        return min(max(x, 0.0), self._scene.width), min(max(y, 0.0), self._scene.height)

    def pixel_of(self, frame: Frame) -> tuple[float, float] | None:
        """Return where the selected creature was last drawn, or None if it is not in view."""
        spot = spot_of(frame.scene, frame.selected)
        if spot is None or self._fit is None:
            return None
        return next(iter(pixels_of(spot.position, 0.0, frame.scene, self._fit)), None)

    def roles(self) -> tuple[str, ...]:
        """Return the roles of the things that lie about in what was last drawn, in their order."""
        shapes = self._scene.shapes if self._scene is not None else ()
        return tuple(dict.fromkeys(one.role for one in shapes if isinstance(one, Circles) and one.rows is None))

    def creature_at(self, pixel: tuple[int, int]) -> tuple[str, int] | None:
        """Return the creature that was last drawn nearest to a pixel, if one is near."""
        if self._fit is None or self._scene is None or not self._fit.area.collidepoint(pixel):
            return None
        best, reach = None, float(self._renderer.pixels(_REACH))
        for shape in self._scene.shapes:
            if not isinstance(shape, Circles) or shape.rows is None:
                continue
            centres, which = in_view(shape.centres, shape.radius, self._scene, self._fit)
            if not len(which):
                continue
            away = np.linalg.norm(self._fit.to_pixels(centres) - pixel, axis=1) - self._fit.length(shape.radius)
            nearest = int(np.argmin(away))
            if max(0.0, float(away[nearest])) < reach or (best is None and away[nearest] <= reach):
                best = shape.species, int(shape.rows[which[nearest]])
                reach = max(0.0, float(away[nearest]))
        return best

    def _draw_backdrop(
        self, surface: pygame.Surface, area: pygame.Rect, frame: Frame, selected: Spot | None, scale: Scale | None
    ) -> None:
        """Draw what seldom changes: the card, the legend and the floor."""
        scene, title = frame.scene, f"World: arena {frame.copy + 1} of {frame.copies}"
        note = f"enlarged {self._zoom.zoom:.1f} times" if self._zoom.zoom > 1 else _size(scene)
        note += f", following {frame.selected[0]} {frame.selected[1]}" if self.follow else ""
        said = (scale.text(), scale.colours) if scale is not None else ("", ())
        lines = self._life_lines.count(frame, area.height)
        look = area.size, self._renderer.unit, title, note, said, lines, self._legend.cache_key(frame, self.show_senses)
        if not self._drawn or self._drawn[0] != look:
            self._backdrop = pen.new_surface(area.size)
            self._backdrop.fill(theme.BACKGROUND)
            inside = draw_card(self._backdrop, self._backdrop.get_rect(), self._renderer, title, note)
            self._hit_areas.all.clear()
            top, half = pygame.Rect(0, 0, area.width, inside.top), area.width // 2
            self._hit_areas.explain(top, _SIZE)
            self._hit_areas.explain(pygame.Rect(0, 0, half, inside.top), _ARENA)
            inside.height -= self._life_lines.height(lines)
            self._lines = pygame.Rect(inside.left, inside.bottom, inside.width, self._life_lines.height(lines))
            self._room = self._legend.draw_legend(self._backdrop, inside, frame, self.show_senses, said)
            self._drawn = (look,)
        self._fit = None
        if self._room.width >= 8 and self._room.height >= 8:
            at = selected.position if selected is not None else None
            self._fit = self._zoom.fit_view(scene, self._room.move(area.topleft), at)
            self._draw_floor(scene, replace(self._fit, area=self._fit.area.move(-area.left, -area.top)))
        surface.blit(self._backdrop, area)
        self._corner = area.topleft

    def _draw_floor(self, scene: Scene, fit: Fit) -> None:
        ground = theme.ground_colour(scene.signals)
        floor = tuple(fit.area), fit.scale, fit.corner, scene.width, scene.height, scene.wraps, ground
        if scene.image is None and self._drawn[1:] == (floor,):
            return
        if len(self._drawn) > 1 and self._drawn[1][0] != floor[0]:
            self._backdrop.fill(theme.CARD, self._room)  # the arena took another part of its room
        self._arena.paint_floor(self._backdrop, scene, fit)
        self._drawn = (self._drawn[0], floor)

    def _draw_moving(
        self, surface: pygame.Surface, frame: Frame, fit: Fit, selected: Spot | None, scale: Scale | None
    ) -> None:
        scene, looks = frame.scene, theme.looks(frame.species)
        items, creatures = _split(scene.shapes)
        if self.show_senses and selected is not None:
            self._sensed.draw_senses(surface, frame, fit, selected)
        self._arena.paint_shapes(surface, scene, items, looks, fit)
        if scale is not None:
            things = sum(len(shape.centres) for shape in items if isinstance(shape, Circles))
            pen.veil(surface, theme.FIELD, fit.area, _DIMMED if things < _MANY else _DIMMED_MANY)
        self._trails.draw_trails(surface, looks, scene, fit, self._renderer.pixels(min(4, 1 + self._zoom.zoom)))
        self._arena.paint_shapes(surface, scene, creatures, looks, fit, scale)
        if self.show_kin and frame.life is not None:
            self._draw_kin(surface, scene, fit, frame.selected[0], frame.life.kin)
        if selected is not None:
            self._draw_reticle(surface, scene, fit, selected)
        if is_gone(scene, frame.selected):
            self._write_gone(surface, frame.selected, fit)
        self._sparks.draw_sparks(surface, scene, fit, self._renderer, self._arena.sprites)
        self._write_name(surface, scene, fit)

    def _draw_reticle(self, surface: pygame.Surface, scene: Scene, fit: Fit, selected: Spot) -> None:
        radius = max(fit.length(selected.radius), self._renderer.pixels(7)) * 2.1
        reticle = self._arena.sprites.reticle_sprite(radius)
        for x, y in pixels_of(selected.position, radius / fit.scale, scene, fit):
            surface.blit(reticle, reticle.get_rect(center=(round(x), round(y))))

    def _draw_kin(self, surface: pygame.Surface, scene: Scene, fit: Fit, species: str, rows: NDArray[np.int64]) -> None:
        """Draw a ring around all of a lineage."""
        for shape in scene.shapes:
            if isinstance(shape, Circles) and shape.rows is not None and shape.species == species:
                radius = max(fit.length(shape.radius), self._renderer.pixels(6)) * 1.8
                centres, _ = in_view(shape.centres[np.isin(shape.rows, rows)], radius / fit.scale, scene, fit)
                ring = self._arena.sprites.kin_sprite(radius)
                corners = np.rint(fit.to_pixels(centres)).astype(int) - ring.get_width() // 2
                surface.fblits([(ring, at) for at in corners.tolist()])

    def _write_gone(self, surface: pygame.Surface, selected: tuple[str, int], fit: Fit) -> None:
        """Write that the selected creature is gone."""
        text, at = f"{selected[0]} {selected[1]} is not here any more", (fit.area.left, fit.area.bottom)
        self._renderer.write(surface, text, at=at, anchor="bottomleft", colour=theme.MUTED, width=fit.area.width)

    def _write_name(self, surface: pygame.Surface, scene: Scene, fit: Fit) -> None:
        """Write the name of the creature under the mouse beside it."""
        creature = self.creature_at(self._pointed) if self._pointed is not None else None
        spot = spot_of(scene, creature) if creature is not None else None
        if spot is None or creature is None:
            return
        for x, y in pixels_of(spot.position, 0.0, scene, fit):
            text = f"{creature[0]} {creature[1]}"
            pad = self._renderer.pixels(5)
            box = pygame.Rect(0, 0, self._renderer.width(text) + 2 * pad, self._renderer.height() + pad)
            box.midtop = round(x), round(y + max(fit.length(spot.radius), self._renderer.pixels(7)) * 1.6)
            box.clamp_ip(fit.area)
            pen.rect(surface, theme.CARD, box, border_radius=pad)
            pen.rect(surface, theme.EDGE, box, 1, border_radius=pad)
            self._renderer.write(surface, text, at=box.center, anchor="center")


def _split(shapes: tuple[Shape, ...]) -> tuple[tuple[Shape, ...], tuple[Shape, ...]]:
    """Return the shapes before the first creature and the rest: trails lie between them."""
    first = (i for i, shape in enumerate(shapes) if isinstance(shape, Circles) and shape.rows is not None)
    cut = next(first, len(shapes))
    return shapes[:cut], shapes[cut:]


def _known(frame: Frame) -> dict[str, float]:
    """Return, by name, what the selected creature senses before a brain has made it stronger or weaker."""
    spot = spot_of(frame.scene, frame.selected)
    return dict(frame.scene.signals) | ({"energy": spot.energy} if spot and spot.energy is not None else {})


def _size(scene: Scene) -> str:
    edges = ", edges joined" if scene.wraps else ""
    return f"{scene.width:g} by {scene.height:g}{edges}"

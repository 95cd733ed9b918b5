"""Which part of an arena is in view: all of it at first, then what is panned and zoomed to, or followed."""

import pygame

from alife.core.scene import Scene
from alife.view.draw.geometry import Fit, fit_scene

_MOST = 12.0
_STEP = 1.2  # of one notch of a wheel
_CLOSE = 2.5  # how far following zooms in at least: before, a camera would have nowhere to go


class Zoom:
    """Looks at a scene from above. It never looks beyond an edge, unless the edges are joined."""

    def __init__(self) -> None:
        self._zoom = 1.0
        self._centre: tuple[float, float] | None = None  # in world units; None is the middle of the arena
        self._follow = False
        self._seen: tuple[Scene, pygame.Rect, Fit] | None = None

    @property
    def follow(self) -> bool:
        """Whether the middle of the view goes with the selected creature."""
        return self._follow

    @follow.setter
    def follow(self, follow: bool) -> None:
        self._follow = follow
        if follow:
            self._zoom = max(self._zoom, _CLOSE)

    @property
    def is_close(self) -> bool:
        """Whether it shows less than everything, or from elsewhere than at first."""
        return self._follow or self._zoom > 1 or self._centre is not None

    @property
    def zoom(self) -> float:
        """How much larger everything is than at first."""
        return self._zoom

    def reset_view(self) -> None:
        """Look at the whole arena again."""
        self._zoom, self._centre, self._follow = 1.0, None, False

    def fit_view(self, scene: Scene, room: pygame.Rect, at: tuple[float, float] | None) -> Fit:
        """Return where a scene lies in a room, `at` being where the creature is that may be followed."""
        if self._follow and at is not None:
            self._centre = at
        seen = self._fit_zoomed(scene, room)
        self._seen = scene, room, seen
        return seen

    def _fit_zoomed(self, scene: Scene, room: pygame.Rect) -> Fit:
        whole = fit_scene(scene, room)
        scale = whole.scale * self._zoom
        wanted = round(scene.width * scale), round(scene.height * scale)
        size = max(1, min(room.width, wanted[0])), max(1, min(room.height, wanted[1]))
        area = pygame.Rect((0, 0), size).move_to(center=room.center)
        if self._centre is None:
            self._centre = None if self._zoom == 1 else (scene.width / 2, scene.height / 2)
        if self._centre is None:
            return whole
        x = _corner(self._centre[0], area.width, scale, scene.width, scene.wraps)
        y = _corner(self._centre[1], area.height, scale, scene.height, scene.wraps)
        if not scene.wraps:  # so that dragging back begins at the edge at once
            self._centre = x + area.width / scale / 2, y + area.height / scale / 2
        return Fit(area, scale, (x, y))

    def zoom_at(self, pixel: tuple[int, int], steps: float) -> None:
        """Zoom in or out; what lies under the pixel stays there, or what is followed stays in the middle."""
        if self._seen is None:
            return
        scene, room, before = self._seen
        point = before.to_world(pixel)
        self._zoom = min(_MOST, max(1.0, self._zoom * _STEP**steps))
        if self._zoom < 1.001:
            self._zoom = 1.0
            self._centre = None if not self._follow else self._centre
        if not self._follow and self._zoom > 1:
            after = self._fit_zoomed(scene, room)
            now = after.to_world(pixel)
            middle = after.to_world((after.area.left + after.area.width / 2, after.area.top + after.area.height / 2))
            self._centre = middle[0] + point[0] - now[0], middle[1] + point[1] - now[1]
        self._seen = scene, room, self._fit_zoomed(scene, room)

    def drag_view(self, by: tuple[int, int]) -> None:
        """Drag the view with the mouse, which ends following."""
        if self._seen is None or not any(by):
            return
        scene, room, before = self._seen
        if self._zoom == 1 and not scene.wraps:
            return  # everything is in view
        self._follow = False
        x, y = before.to_world((before.area.left + before.area.width / 2, before.area.top + before.area.height / 2))
        self._centre = x - by[0] / before.scale, y + by[1] / before.scale
        self._seen = scene, room, self._fit_zoomed(scene, room)


def _corner(centre: float, pixels: int, scale: float, size: float, wraps: bool) -> float:
    """Return what lies at the edge of the view, on a whole pixel, so that a grid does not shimmer."""
    centre = centre % size if wraps and size > 0 else min(max(centre, 0.0), size)
    span = pixels / scale
    corner = round((centre - span / 2) * scale) / scale
    if wraps and size > 0:
        return corner % size
    return min(max(corner, 0.0), max(0.0, size - span))

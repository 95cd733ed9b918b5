"""The picture of a part of a panel, kept until what it shows changes."""

from collections.abc import Callable

import pygame

from alife.view.draw import pen
from alife.view.panels.hit_areas import HitArea, HitAreas


class KeptImage:
    """Paints a part once and then copies it, with what answers to the mouse in it.

    Args:
        hit_areas: of the panel.
    """

    def __init__(self, hit_areas: HitAreas) -> None:
        self._hit_areas = hit_areas
        self._of: tuple[object, ...] = ()
        self._at = (0, 0)
        self._image: pygame.Surface | None = None
        self._hit_areas_within: list[HitArea] = []

    def draw_image(
        self, surface: pygame.Surface, area: pygame.Rect, of: tuple[object, ...], paint: Callable[[], None]
    ) -> None:
        """Draw a part over its area; it is painted when `of`, all that it depends on, is not what it was."""
        of = (*area, *of)
        if area.width < 1 or area.height < 1:
            return
        if self._image is not None and of == self._of:
            surface.blit(self._image, area)
            self._hit_areas.all.extend(self._hit_areas_within)
            return
        first = len(self._hit_areas.all)
        paint()
        self._image = pen.new_surface(area.size, 0, surface)
        self._image.blit(surface, (0, 0), area)
        self._at = area.topleft
        self._of, self._hit_areas_within = of, self._hit_areas.all[first:]

    def copy_again(self, surface: pygame.Surface) -> None:
        """Copy the picture once more to where it was drawn last."""
        if self._image is not None:
            surface.blit(self._image, self._at)

    def discard_image(self) -> None:
        """Discard the picture, so that it is painted anew."""
        self._of, self._image, self._hit_areas_within = (), None, []

"""The picture of a part of a panel, kept until what it shows changes."""

from collections.abc import Callable

import pygame

from alife.view.panels.hit_areas import HitArea, HitAreas


class Kept:
    """Paints a part once and then copies it, with what answers to the mouse in it.

    Args:
        spots: of the panel.
    """

    def __init__(self, hit_areas: HitAreas) -> None:
        self._hit_areas = hit_areas
        self._of: tuple[object, ...] = ()
        self._at = (0, 0)
        self._image: pygame.Surface | None = None
        self._noted: list[HitArea] = []

    def draw(
        self, surface: pygame.Surface, area: pygame.Rect, of: tuple[object, ...], paint: Callable[[], None]
    ) -> None:
        """Draw a part over its area; it is painted when `of`, all that it depends on, is not what it was."""
        of = (*area, *of)
        if area.width < 1 or area.height < 1:
            return
        if self._image is not None and of == self._of:
            surface.blit(self._image, area)
            self._hit_areas.all.extend(self._noted)
            return
        first = len(self._hit_areas.all)
        paint()
        self._image = pygame.Surface(area.size, 0, surface)
        self._image.blit(surface, (0, 0), area)
        self._at = area.topleft
        self._of, self._noted = of, self._hit_areas.all[first:]

    def again(self, surface: pygame.Surface) -> None:
        """Copy the picture once more to where it was drawn last."""
        if self._image is not None:
            surface.blit(self._image, self._at)

    def forget(self) -> None:
        """Forget the picture."""
        self._of, self._image, self._noted = (), None, []

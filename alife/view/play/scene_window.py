"""A small window on a scene alone, for worlds that run without a simulation around them."""

import pygame

from alife.core.scene import Scene
from alife.view.film.picture import scene_image
from alife.view.window.display import Display


class SceneWindow:
    """Shows one scene after another.

    Args:
        title: of the window.
        fps: frames a second that `show_scene` never exceeds.
        size: in pixels.

    Raises:
        NoDisplay: there is no display.
    """

    def __init__(self, title: str, fps: int = 30, size: tuple[int, int] = (480, 480)) -> None:
        self._display = Display(title, size, resizable=False, guarded=False)  # the process is the caller's
        self._fps, self._clock = fps, pygame.time.Clock()

    def show_scene(self, scene: Scene) -> None:
        """Draw a scene, keep the window alive, and wait as long as it takes to keep to the frames a second."""
        pygame.event.pump()
        surface = self._display.surface
        image = scene_image(scene, surface.get_size())
        pygame.surfarray.blit_array(surface, image.swapaxes(0, 1))
        self._display.flip()
        self._clock.tick(self._fps)

    def close(self) -> None:
        """Close the window."""
        self._display.close()

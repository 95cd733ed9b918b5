"""A small window on a scene alone, for worlds that run without a simulation around them."""

import pygame

from alife.core.scene import Scene
from alife.view.film.picture import scene_image
from alife.view.window.window import open_display


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
        open_display()
        self._surface = pygame.display.set_mode(size)
        pygame.display.set_caption(title)
        self._fps, self._clock = fps, pygame.time.Clock()

    def show_scene(self, scene: Scene) -> None:
        """Draw a scene, keep the window alive, and wait as long as it takes to keep to the frames a second."""
        pygame.event.pump()
        image = scene_image(scene, self._surface.get_size())
        pygame.surfarray.blit_array(self._surface, image.swapaxes(0, 1))
        pygame.display.flip()
        self._clock.tick(self._fps)

    def close(self) -> None:
        """Close the window."""
        pygame.display.quit()

"""Still pictures as arrays, drawn off-screen: of a whole frame, or of a scene alone."""

from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.errors import DiskError
from alife.core.frame import Frame
from alife.core.scene import Scene, drawable
from alife.view.draw import pen, theme
from alife.view.draw.arena import Arena, scene_looks
from alife.view.draw.geometry import fit_scene
from alife.view.draw.text import TextRenderer
from alife.view.window.canvas import Canvas


class OffScreen:
    """What a window would show, frame after frame, without a screen.

    Args:
        size: (width, height) in pixels.
    """

    def __init__(self, size: tuple[int, int] = theme.DESIGN_SIZE) -> None:
        self._surface, self.canvas = pen.new_surface(size), Canvas(keys=False)

    def draw_frame(self, frame: Frame) -> None:
        """Draw a frame; trails and scrolling lines go on from the frames before."""
        self.canvas.draw_frame(self._surface, frame)

    def as_array(self) -> NDArray[np.uint8]:
        """Return what is shown, (height, width, 3)."""
        return pixels(self._surface)


def picture(frame: Frame, size: tuple[int, int] = theme.DESIGN_SIZE) -> NDArray[np.uint8]:
    """Return the whole canvas of one frame (height, width, 3), as the window would show it first."""
    off_screen = OffScreen(size)
    off_screen.draw_frame(frame)
    return off_screen.as_array()


def scene_image(scene: Scene, size: tuple[int, int] = (480, 480)) -> NDArray[np.uint8]:
    """Return only the arena (height, width, 3), its aspect kept."""
    surface, scene = pen.new_surface(size), drawable(scene)
    surface.fill(theme.BACKGROUND)
    renderer = TextRenderer()
    renderer.fit_canvas((size[0] * 2, size[1] * 2))  # the arena of a window is about half of it
    fit = fit_scene(scene, surface.get_rect())
    surface.set_clip(fit.area)
    arena = Arena(renderer)
    arena.paint_floor(surface, scene, fit)
    arena.paint_shapes(surface, scene, scene.shapes, scene_looks(scene), fit)
    return pixels(surface)


def pixels(surface: pygame.Surface) -> NDArray[np.uint8]:
    """Return what is on a surface as an array (height, width, 3) of its own."""
    colours = np.frombuffer(pygame.image.tobytes(surface, "RGB"), dtype=np.uint8)
    return colours.reshape(surface.get_height(), surface.get_width(), 3).copy()


def save_png(path: Path, array: NDArray[np.uint8]) -> None:
    """Write an array (height, width, 3) as a PNG file.

    Raises:
        DiskError: The file cannot be written.
    """
    surface = pygame.image.frombuffer(np.ascontiguousarray(array).tobytes(), array.shape[1::-1], "RGB")
    try:
        with path.open("wb") as file:
            pygame.image.save(surface, file, "picture.png")
    except OSError as error:
        raise DiskError(f"The picture {path} cannot be written: {error.strerror}.") from error

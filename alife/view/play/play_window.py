"""A seat: the window somebody plays at, which shows sights and tells what is held down."""

import time

import pygame

from alife.view.draw.ego import EgoPicture, Sight
from alife.view.play.pressed_keys import PressedKeys
from alife.view.window.window import open_display

_NAP = 0.02  # seconds at most until keys are read again
_NUMBERS = {key: place for place, key in enumerate((*range(pygame.K_1, pygame.K_9 + 1), pygame.K_0))}


class PlayWindow:
    """A resizable window for one player.

    A key that is pressed and let go between two ticks counts as held for one.

    Args:
        title: of the window.
        ticks_per_second: how often `wait` comes back.
        size: in pixels, to begin with.

    Raises:
        NoDisplay: there is no display.
    """

    def __init__(self, title: str, ticks_per_second: float, size: tuple[int, int] = (900, 700)) -> None:
        open_display()
        self._surface = pygame.display.set_mode(size, pygame.RESIZABLE)
        pygame.display.set_caption(title)
        self._picture, self._period, self._due = EgoPicture(), 1.0 / ticks_per_second, 0.0
        self._down: dict[int, bool] = {}  # keys, and whether they are still down
        self.left = self.paused = False
        """Whether the player has gone, and whether the clock stands."""

    def show(self, sight: Sight) -> None:
        """Draw a sight."""
        self._picture.draw(pygame.display.get_surface() or self._surface, sight)
        pygame.display.flip()

    def wait(self) -> PressedKeys:
        """Wait until the next tick is due, hear what is pressed meanwhile, and return what is held."""
        self._hear()
        while (now := time.monotonic()) < self._due and not self.left:
            time.sleep(min(_NAP, self._due - now))
            self._hear()
        self._due = max(self._due, now - self._period) + self._period  # one that is late is not made up for
        pressed = self._pressed()
        self._down = {key: True for key, still in self._down.items() if still}
        return pressed

    def _hear(self) -> None:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                self.left = True
            elif event.type == pygame.WINDOWFOCUSLOST:
                self._down.clear()  # a key that is let go elsewhere is never heard of
            elif event.type == pygame.KEYUP and event.key in self._down:
                self._down[event.key] = False
            elif event.type == pygame.KEYDOWN:
                self._press(event.key)

    def _press(self, key: int) -> None:
        if key in (pygame.K_q, pygame.K_ESCAPE):
            self.left = True
        elif key == pygame.K_SPACE:
            self.paused = not self.paused
        else:
            self._down[key] = True

    def _pressed(self) -> PressedKeys:
        down = self._down
        return PressedKeys(
            left=pygame.K_LEFT in down,
            right=pygame.K_RIGHT in down,
            up=pygame.K_UP in down,
            down=pygame.K_DOWN in down,
            shift=pygame.K_LSHIFT in down or pygame.K_RSHIFT in down,
            number=next((_NUMBERS[key] for key in reversed(down) if key in _NUMBERS), None),
        )

    def close(self) -> None:
        """Close the window."""
        pygame.display.quit()

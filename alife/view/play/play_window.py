"""The play window: it shows what a creature senses and returns the keys that its player presses."""

import time

import pygame

from alife.view.draw.ego import EgoPicture, Sight
from alife.view.play.pressed_keys import PressedKeys
from alife.view.window.display import Display

_NAP = 0.02  # seconds at most until keys are read again
_NUMBERS = {key: number for number, key in enumerate((*range(pygame.K_1, pygame.K_9 + 1), pygame.K_0))}


class PlayWindow:
    """A resizable window for one player.

    A key that is pressed and let go between two ticks counts as pressed for one.

    Args:
        title: of the window.
        ticks_per_second: how often `wait_for_tick` returns.
        size: in pixels, to begin with.

    Raises:
        NoDisplay: there is no display.
    """

    def __init__(self, title: str, ticks_per_second: float, size: tuple[int, int] = (900, 700)) -> None:
        self._display = Display(title, size)
        self._picture, self._period, self._next_tick = EgoPicture(), 1.0 / ticks_per_second, 0.0
        self._pressed: dict[int, bool] = {}  # keys, and whether they are still down
        self.has_left = self.paused = False
        """Whether the player has gone, and whether the clock stands."""

    def show_sight(self, sight: Sight) -> None:
        """Draw a sight."""
        self._picture.draw_sight(self._display.surface, sight)
        self._display.flip()

    def wait_for_tick(self) -> PressedKeys:
        """Wait until it is time for the next tick, and return the keys that were pressed meanwhile."""
        self._read_events()
        while (now := time.monotonic()) < self._next_tick and not self.has_left:
            time.sleep(min(_NAP, self._next_tick - now))
            self._read_events()
        self._next_tick = max(self._next_tick, now - self._period) + self._period  # one that is late is not made up for
        pressed = self._pressed_keys()
        self._pressed = {key: True for key, still in self._pressed.items() if still}
        return pressed

    def _read_events(self) -> None:
        for event in self._display.events():
            if event.type == pygame.QUIT:
                self.has_left = True
            elif event.type == pygame.WINDOWFOCUSLOST:
                self._pressed.clear()  # a key that is let go elsewhere is never heard of
            elif event.type == pygame.KEYUP and event.key in self._pressed:
                self._pressed[event.key] = False
            elif event.type == pygame.KEYDOWN:
                self._press_key(event.key)

    def _press_key(self, key: int) -> None:
        if key in (pygame.K_q, pygame.K_ESCAPE):
            self.has_left = True
        elif key == pygame.K_SPACE:
            self.paused = not self.paused
        else:
            self._pressed[key] = True

    def _pressed_keys(self) -> PressedKeys:
        pressed = self._pressed
        return PressedKeys(
            left=pygame.K_LEFT in pressed,
            right=pygame.K_RIGHT in pressed,
            up=pygame.K_UP in pressed,
            down=pygame.K_DOWN in pressed,
            shift=pygame.K_LSHIFT in pressed or pygame.K_RSHIFT in pressed,
            number=next((_NUMBERS[key] for key in reversed(pressed) if key in _NUMBERS), None),
        )

    def close(self) -> None:
        """Close the window."""
        self._display.close()

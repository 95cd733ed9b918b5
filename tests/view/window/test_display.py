"""The display is the window's, whatever an environment does that thinks it has pygame to itself."""

from collections.abc import Iterator

import gymnasium
import numpy as np
import pygame
import pytest

from alife.config.simulation_config import parse_config
from alife.core.command import Stop, TogglePause
from alife.core.frame import Frame
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from alife.sim.spectator import Spectator
from alife.view.film.picture import OffScreen
from alife.view.window.display import Display
from alife.view.window.window import Window
from tests.view.conftest import MakeFrame

PYGAME = {name: getattr(pygame.display, name) for name in ("get_surface", "get_caption", "set_mode", "quit")}
_TITLE, _SIZE = "a run", (500, 400)


class Selfish(gymnasium.Env):
    """Paints in a window of its own, reads all keys and mice, hides, renames and ends what it likes."""

    metadata = {"render_modes": ["rgb_array", "human"]}  # noqa: RUF012
    observation_space = gymnasium.spaces.Box(-1, 1, (3,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self.taken: list[pygame.Event] = []

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.observation_space.low, {}

    def step(self, action):
        pygame.event.set_blocked(pygame.KEYDOWN)
        pygame.key.set_repeat(0)
        self._take_events()
        return self.observation_space.high, 1.0, False, False, {}

    def render(self):
        pygame.init()
        screen = pygame.display.set_mode(size=(60, 40), flags=pygame.RESIZABLE)
        pygame.display.set_caption("mine")
        pygame.mouse.set_visible(False)
        self._take_events()
        screen.fill((200, 30, 30))
        pygame.display.get_surface().set_at((1, 2), (1, 2, 3))
        pygame.display.flip()
        picture = pygame.surfarray.array3d(screen).swapaxes(0, 1)
        pygame.font.quit()
        pygame.display.quit()
        pygame.quit()
        return picture

    def _take_events(self):
        self.taken += [*pygame.event.get(), pygame.event.poll(), pygame.event.wait(1)]
        pygame.event.clear()


@pytest.fixture
def simulation() -> Simulation:
    world = {"kind": f"{__name__}:Selfish", "copies": 1}
    return build_simulation(parse_config({"world": world, "creatures": {"learners": {}}}, "selfish", []))


@pytest.fixture
def window(no_screen: pytest.MonkeyPatch) -> Iterator[Window]:
    window = Window(_TITLE, fps=1000, size=_SIZE)
    yield window
    window.close()


def test_an_environment_with_a_display_of_its_own_leaves_the_window_as_it_is(
    window: Window, simulation: Simulation
) -> None:
    """Its picture is that which it has painted; size, title, fonts and keys of the window stay."""
    spectator, frames = Spectator(simulation), list[Frame]()
    for key in (None, pygame.K_SPACE, pygame.K_q):
        if key is not None:
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode="", mod=0))
        simulation.run_tick()
        frames.append(spectator.build_frame(30.0))
        window.show(frames[-1])
        assert PYGAME["get_surface"]().get_size() == _SIZE
        assert PYGAME["get_caption"]()[0] == _TITLE
    image = frames[-1].scene.image

    assert window.commands() == [TogglePause(), Stop()]
    assert image is not None
    assert image.shape == (40, 60, 3)
    assert (image[2, 1].tolist(), image[0, 0].tolist()) == ([1, 2, 3], [200, 30, 30])


def test_the_guard_is_lifted_with_the_window(no_screen: pytest.MonkeyPatch) -> None:
    """Who closes it, or forgets it, has pygame as it was."""
    Window(_TITLE, fps=1000, size=_SIZE).close()
    assert pygame.display.set_mode is PYGAME["set_mode"]
    Window(_TITLE, fps=1000, size=_SIZE)
    assert pygame.display.set_mode is PYGAME["set_mode"]


@pytest.mark.parametrize("shown", [True, False])
def test_a_window_that_others_have_closed_all_the_same_is_opened_anew(
    window: Window, make_frame: MakeFrame, shown: bool
) -> None:
    """By a function that they have got hold of before."""
    if shown:
        window.show(make_frame())
    PYGAME["quit"]()
    assert window.commands() == []
    window.show(make_frame())

    assert PYGAME["get_surface"]().get_size() == _SIZE
    assert PYGAME["get_caption"]()[0] == _TITLE


def test_pictures_are_drawn_on_when_others_end_the_fonts(make_frame: MakeFrame) -> None:
    """Without a window there is no guard, and `pygame.quit()` is any environment's last word."""
    off_screen = OffScreen((640, 400))
    for end in (lambda: None, pygame.quit, lambda: (pygame.quit(), pygame.init())):
        end()
        off_screen.draw_frame(make_frame())
        off_screen.draw_frame(make_frame(name="another"))


def test_a_display_of_the_callers_process_is_not_guarded(no_screen: pytest.MonkeyPatch) -> None:
    """Who uses the library may use pygame as he likes."""
    display = Display(_TITLE, _SIZE, guarded=False)
    assert pygame.display.set_mode is PYGAME["set_mode"]
    display.close()

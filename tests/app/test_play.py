"""Play: a person at the keys, in a window that is not shown."""

import os
import time
from collections.abc import Iterator

import numpy as np
import pytest

from alife.app.play import PlayResult, check_screen, play, read_config
from alife.core.errors import ConfigError
from tests.command import ROOT, alife

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

FAST = float("inf")  # ticks per second: keys are read once for each
_SMALL = ["world.size=4", "world.food=8"]


class Fingers:
    """Hand out events, one list for each time that keys are read; `q` after the last."""

    def __init__(self, *presses: list[pygame.Event]) -> None:
        self.presses = list(presses)

    def get(self) -> list[pygame.Event]:
        return self.presses.pop(0) if self.presses else [down(pygame.K_q)]


def down(key: int) -> pygame.Event:
    return pygame.Event(pygame.KEYDOWN, key=key)


def up(key: int) -> pygame.Event:
    return pygame.Event(pygame.KEYUP, key=key)


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Open windows on the driver that shows nothing."""
    pygame.display.quit()  # another test may have opened one of another kind
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    yield monkeypatch
    pygame.display.quit()


def played(screen: pytest.MonkeyPatch, world: str, overrides: list[str], *presses: list[pygame.Event]) -> PlayResult:
    """Play with these events, one list for a tick."""
    screen.setattr(pygame.event, "get", Fingers(*presses).get)
    return play(read_config(world, overrides), FAST)


def test_time_begins_with_the_first_key(screen: pytest.MonkeyPatch) -> None:
    """Who looks for a while and goes has not played."""
    result = played(screen, "forage", [], [], [], [])

    assert result.ticks == 0
    assert result.summary_line() == "You left before the first tick."


def test_a_tick_passes_while_nothing_is_pressed_once_it_has_begun(screen: pytest.MonkeyPatch) -> None:
    """With arrows the creature goes straight on by itself, until the player goes."""
    assert played(screen, "forage", [], [down(pygame.K_UP), up(pygame.K_UP)], [], [], []).ticks == 4


def test_space_stops_the_clock(screen: pytest.MonkeyPatch) -> None:
    """Space holds time, and lets it go on."""
    space = [down(pygame.K_SPACE)]
    assert played(screen, "forage", [], [down(pygame.K_UP)], [], space, [], [], space, []).ticks == 4


def test_time_passes_at_the_pace_asked_for(screen: pytest.MonkeyPatch) -> None:
    """Ten ticks at fifty a second take about a fifth of a second, however often keys are read."""
    from alife.view.play.play_window import PlayWindow

    screen.setattr(pygame.event, "get", list)
    window = PlayWindow("play", 50.0)
    begun = time.monotonic()
    for _ in range(12):  # the first two come at once
        window.wait_for_tick()
    seconds = time.monotonic() - begun
    window.close()

    assert 0.19 <= seconds < 2.0


def test_it_ends_when_the_ticks_are_done(screen: pytest.MonkeyPatch) -> None:
    """Keys may still be pressed."""
    presses = [[down(pygame.K_LEFT)], *([[]] * 50)]
    assert played(screen, "forage", ["ticks=7"], *presses).ticks == 7


def test_closing_the_window_ends_it(screen: pytest.MonkeyPatch) -> None:
    """The tick before was the last."""
    assert played(screen, "forage", [], [down(pygame.K_UP)], [pygame.Event(pygame.QUIT)], []).ticks == 1


@pytest.mark.slow
def test_what_is_earned_is_counted(screen: pytest.MonkeyPatch) -> None:
    """Straight ahead through a world full of food, the result is that of a creature that goes straight on."""
    from alife.body import Body
    from worlds.forage import Forage

    result = played(screen, "forage", [*_SMALL, "world.poison=0", "seed=3"], [down(pygame.K_UP)], *([[]] * 199))
    config = read_config("forage", ["seed=3"])
    world = Forage({"you": (Body(), 1)}, size=4.0, food=8, poison=0)
    world.reset(config.world_seed)
    rewards = [world.step({"you": np.array([1])})["you"].rewards[0] for _ in range(200)]

    assert result.ticks == 200
    assert result.reward == pytest.approx(100 * np.mean(rewards))
    assert result.reward > 0


@pytest.mark.slow
@pytest.mark.parametrize("world", ["forage", "lantern", "reversal"])
def test_the_player_of_the_world_does_better_than_chance(screen: pytest.MonkeyPatch, world: str) -> None:
    """Each of our worlds has a player to be compared with."""
    result = played(screen, world, ["ticks=150"], [down(pygame.K_UP)], *([[]] * 149))

    assert result.player is not None
    assert result.player > result.chance + 2
    assert result.summary_line().startswith(
        f"You: {result.reward:+.1f} per 100 ticks, over 150 ticks; the hand-written player "
    )


@pytest.mark.slow
def test_a_world_that_decides_on_bodies_has_a_player_for_them(screen: pytest.MonkeyPatch) -> None:
    """Where no body can be chosen, the player beside the world fits."""
    result = played(screen, "conditioning", ["ticks=300"], [down(pygame.K_1)], *([[]] * 299))

    assert result.player is not None
    assert result.player > result.chance + 1


def test_a_body_that_the_player_does_not_know_has_none(screen: pytest.MonkeyPatch) -> None:
    """In a file the body counts; gliding is compared with chance alone."""
    result = played(screen, str(ROOT / "configs" / "glide.yaml"), [], [down(pygame.K_UP)], [down(pygame.K_LEFT)], [])

    assert result.ticks == 3
    assert result.player is None
    assert "hand-written" not in result.summary_line()
    assert result.summary_line().endswith(f"chance gets {result.chance:+.1f}.")


def test_a_number_key_pressed_and_let_go_is_one_tick(screen: pytest.MonkeyPatch) -> None:
    """A tap that is over before the tick still counts."""
    tap = [down(pygame.K_1), up(pygame.K_1)]
    turns = played(screen, "forage", [*_SMALL, "ticks=2"], tap, [])
    assert turns.ticks == 2


def test_a_world_is_named_as_in_a_configuration() -> None:
    """A kind, a class by its long name, or a file; and faults are those of a configuration."""
    assert read_config("lantern", ["seed=4", "world.size=9"]).seed == 4
    assert read_config("worlds.forage:Forage", []).ticks == 1000
    assert read_config(str(ROOT / "configs" / "pond.yaml"), []).ticks == 1000
    assert read_config("forage", ["ticks=5"]).ticks == 5
    with pytest.raises(ConfigError, match=r"^world.*'forge'.*'forage'"):
        read_config("forge", [])
    with pytest.raises(ConfigError, match="there is no such file"):
        read_config("nowhere.yaml", [])
    with pytest.raises(ConfigError, match=r"world\.sise"):
        read_config("forage", ["world.sise=3"])


def test_without_a_display_it_is_one_sentence() -> None:
    """It leaves with 2, and nothing is printed but why."""
    done = alife("play", "forage")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: alife play needs a window; ")
    assert len(done.stderr.splitlines()) == 1


def test_on_a_display_that_shows_nothing_it_is_one_sentence(screen: pytest.MonkeyPatch) -> None:
    """Nobody would ever press a key."""
    screen.setenv("SDL_VIDEODRIVER", "offscreen")
    with pytest.raises(ConfigError, match=r"SDL_VIDEODRIVER is 'offscreen'"):
        check_screen()


@pytest.mark.slow
def test_an_environment_of_gymnasium_can_be_played(screen: pytest.MonkeyPatch) -> None:
    """By the number of each action, as they have no names; the pole falls sooner or later."""
    left = [down(pygame.K_1)]
    result = played(screen, "configs/cartpole.yaml", [], left, *([[]] * 30))

    assert result.ticks > 5
    assert result.reward > 0

"""Play: a person steers one creature, and sees only what it senses."""

import os
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.app.players import Policy, hand_written_player, random_player
from alife.body import Body
from alife.config.simulation_config import SimulationConfig, load_config, parse_config
from alife.core.errors import ConfigError
from alife.core.world import Outcome, World
from alife.sim.checked_world import CheckedWorld
from alife.view.draw.ego import Sight
from alife.view.play.keyboard_control import KeyboardControl, keyboard_control
from alife.view.play.play_window import PlayWindow
from alife.view.window.display import UNSEEN, NoDisplay

_TICKS = 1000
_TICKS_PER_SECOND = 10.0
_YOU = "you"
_LIVES = 20  # at once, of the players that are compared with
_REMEMBERED = 24  # actions


@dataclass(frozen=True)
class PlayResult:
    """The result of playing, as reward per 100 ticks."""

    ticks: int
    reward: float
    player: float | None  # of the player written by hand; None where there is none
    chance: float

    def summary_line(self) -> str:
        """Return one line for the terminal."""
        if self.ticks == 0:
            return "You left before the first tick."
        you = f"You: {self.reward:+.1f} per 100 ticks, over {self.ticks:,} {'tick' if self.ticks == 1 else 'ticks'}"
        hand_written = f"the hand-written player gets {self.player:+.1f}, " if self.player is not None else ""
        return f"{you}; {hand_written}chance gets {self.chance:+.1f}."


def read_config(world: str, overrides: Sequence[str]) -> SimulationConfig:
    """Return the configuration of a file that ends in .yaml or .yml, or one of the world of a kind; 1,000 ticks long.

    Args:
        world: the file or the kind.
        overrides: `a.b=value` texts, which come last.

    Raises:
        ConfigError: there is no such file or world, or it is not whole.
        WorldError: a plug-in it names is there but broken.
    """
    overrides = [f"ticks={_TICKS}", *overrides]
    if world.endswith((".yaml", ".yml")):
        return load_config(Path(world), overrides)
    return parse_config({"world": {"kind": world}}, "play", overrides)


def check_screen() -> None:
    """Check that a window would be seen: who plays without one would wait for ever.

    Raises:
        ConfigError: the environment asks for a display that shows nothing.
    """
    driver = os.environ.get("SDL_VIDEODRIVER", "")
    if driver in UNSEEN:
        raise ConfigError(f"alife play needs a window; SDL_VIDEODRIVER is {driver!r}, which shows nothing: unset it")


def play(config: SimulationConfig, ticks_per_second: float = _TICKS_PER_SECOND) -> PlayResult:
    """Open a window and have a person steer one creature with the first body of a configuration, alone in its world.

    Args:
        config: names the world, the body, the seed and the ticks; its brains and numbers of creatures mean nothing.
        ticks_per_second: how fast time passes while it is steered.

    Raises:
        ConfigError: there is no display, or the body cannot be steered with keys.
        WorldError: the world broke its contract.
    """
    with closing(_SoloWorld(config, 1)) as solo:
        rewards = _play(config, solo, ticks_per_second)
    return _compare_with_others(config, rewards)


def _play(config: SimulationConfig, solo: "_SoloWorld", ticks_per_second: float) -> NDArray[np.float64]:
    """Open a window and return the rewards of what was steered in it."""
    keyboard = keyboard_control(solo.action_space, solo.action_names)
    try:
        window = PlayWindow(f"alife play: {config.world.kind}", ticks_per_second)
    except NoDisplay as reason:
        why = str(reason).rstrip(".")
        raise ConfigError(f"alife play needs a window; {why[:1].lower()}{why[1:]}") from reason
    try:
        return _play_ticks(window, solo, keyboard, config.ticks)
    finally:
        window.close()


def _play_ticks(
    window: PlayWindow, solo: "_SoloWorld", keyboard: KeyboardControl, ticks: int | None
) -> NDArray[np.float64]:
    """Run ticks with the actions of the keyboard and return the reward of each."""
    done: deque[str] = deque(maxlen=_REMEMBERED)
    rewards: list[float] = []
    begun = False
    while not window.has_left and (ticks is None or len(rewards) < ticks):
        message = "paused, space goes on" if window.paused else "" if begun else "press one of the keys below to begin"
        window.show_sight(_sight_of(solo, keyboard, ticks, tuple(done), np.array(rewards), message))
        pressed = window.wait_for_tick()
        begun = begun or pressed.anything
        action = keyboard.choose_action(pressed) if begun and not window.paused and not window.has_left else None
        if action is None:
            continue
        rewards.append(float(solo.advance(np.array([action] * solo.rows)).rewards[0]))
        done.append(keyboard.describe_action(action))
    return np.array(rewards)


def _sight_of(
    solo: "_SoloWorld",
    keyboard: KeyboardControl,
    ticks: int | None,
    done: tuple[str, ...],
    rewards: NDArray[np.float64],
    message: str,
) -> Sight:
    return Sight(
        title=solo.name,
        tick=len(rewards),
        ticks=ticks,
        channels=solo.channels,
        senses=solo.outcome.observations[0],
        actions=done,
        rewards=rewards,
        keys=f"{keyboard.keys}   space pause   q quit",
        message=message,
    )


class _SoloWorld:
    """One creature alone in each copy of a world, without a brain."""

    def __init__(self, config: SimulationConfig, copies: int) -> None:
        self.name = config.world.kind
        self.body: Body = next(iter(config.creatures.values())).body.build().as_only_creature()
        section = config.world
        if hasattr(section, "copies"):
            section = section.model_copy(update={"copies": copies})
        self.world: World = section.build(species={_YOU: (self.body, 1)})
        self._checked, self._tick = CheckedWorld(self.world, {_YOU: 1}), 0
        self.rows = self.world.row_count(_YOU)
        self.action_space: gymnasium.Space[Any] = self.world.action_spaces[_YOU]
        self.action_names = self.world.species[_YOU][0].motor.action_names()  # which may be another body
        self.channels = tuple(self._checked.call_world(0, self.world.channels, _YOU))
        self.outcome: Outcome = self._checked.reset(config.world_seed)[_YOU]

    def close(self) -> None:
        """Close the world."""
        self._checked.close()

    def advance(self, actions: NDArray[Any]) -> Outcome:
        """Run one tick with an action for each row."""
        self._tick += 1
        self.outcome = self._checked.step(self._tick, {_YOU: actions})[_YOU]
        return self.outcome


def _compare_with_others(config: SimulationConfig, rewards: NDArray[np.float64]) -> PlayResult:
    """Compare rewards with those of other players over as many ticks in the same world."""
    if not len(rewards):
        return PlayResult(0, 0.0, None, 0.0)
    ticks = len(rewards)
    with closing(_SoloWorld(config, _LIVES)) as solo:
        player = _player_beside_world(solo)
        chance = _mean_reward(config, ticks, random_player(solo.action_space, solo.rows, np.random.default_rng(0)))
    return PlayResult(ticks, 100.0 * float(rewards.mean()), _mean_reward_or_none(config, ticks, player), chance)


def _mean_reward(config: SimulationConfig, ticks: int, player: Policy) -> float:
    """Return the reward per 100 ticks of a player, over many lives at once."""
    with closing(_SoloWorld(config, _LIVES)) as solo:
        total = sum(float(solo.advance(player(solo.outcome)).rewards.sum()) for _ in range(ticks))
    return 100.0 * total / float(ticks * solo.rows)


def _mean_reward_or_none(config: SimulationConfig, ticks: int, player: Policy | None) -> float | None:
    """Return the same; None without a player, or with one that is made for other bodies."""
    if player is None:
        return None
    try:
        return _mean_reward(config, ticks, player)
    except Exception:  # a player may be any code, and it is only for comparison
        return None


def _player_beside_world(solo: _SoloWorld) -> Policy | None:
    """Return the player that lies beside a world: a function `player`, or a class `Player` that remembers."""
    if type(solo.world).bodies and not _has_usual_body(solo):
        return None  # it is written for the usual body
    return hand_written_player(solo.world, _YOU)


def _has_usual_body(solo: _SoloWorld) -> bool:
    """Return whether the creature senses and moves as the usual body does."""
    usual = Body()
    return solo.body.observation_space(1) == usual.observation_space(1) and solo.action_space == usual.action_space()

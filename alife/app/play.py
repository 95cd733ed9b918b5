"""Play: a person steers one creature, and sees only what it senses."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.app.players import Acts, by_chance, by_hand
from alife.body import Body
from alife.config.simulation_config import SimulationConfig, load_config, parse_config
from alife.core.errors import ConfigError
from alife.core.world import Outcome, World
from alife.sim.build import world_seed
from alife.sim.outcome_check import OutcomeCheck
from alife.view.draw.ego import Sight
from alife.view.play.keyboard_control import KeyboardControl, keyboard_control
from alife.view.play.play_window import PlayWindow
from alife.view.window.window import NoDisplay

_TICKS = 1000
_TICKS_PER_SECOND = 10.0
_YOU = "you"
_LIVES = 20  # of those who play for comparison
_REMEMBERED = 24  # actions


@dataclass(frozen=True)
class Score:
    """What came of playing, as reward per 100 ticks."""

    ticks: int
    reward: float
    player: float | None  # of the player written by hand; None where there is none
    chance: float

    def line(self) -> str:
        """Return one line that tells it."""
        if self.ticks == 0:
            return "You left before the first tick."
        you = f"You: {self.reward:+.1f} per 100 ticks, over {self.ticks:,} {'tick' if self.ticks == 1 else 'ticks'}"
        by_hand = f"the hand-written player gets {self.player:+.1f}, " if self.player is not None else ""
        return f"{you}; {by_hand}chance gets {self.chance:+.1f}."


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


def play(config: SimulationConfig, ticks_per_second: float = _TICKS_PER_SECOND) -> Score:
    """Let somebody at a window play one creature with the first body of a configuration, alone in its world.

    Args:
        config: names the world, the body, the seed and the ticks; its brains and numbers of creatures mean nothing.
        ticks_per_second: how fast time passes while it is steered.

    Raises:
        ConfigError: there is no display, or the body cannot be steered with keys.
        WorldError: the world broke its contract.
    """
    life = _Life(config, 1)
    steers = keyboard_control(life.action_space, life.action_names)
    try:
        window = PlayWindow(f"alife play: {config.world.kind}", ticks_per_second)
    except NoDisplay as reason:
        raise ConfigError(f"alife play needs a window; {str(reason).rstrip('.')}") from reason
    try:
        rewards = _sit(window, life, steers, config.ticks)
    finally:
        window.close()
    return _judged(config, rewards)


def _sit(window: PlayWindow, life: "_Life", steers: KeyboardControl, ticks: int | None) -> NDArray[np.float64]:
    """Let ticks pass as the player steers; return what each brought."""
    done: deque[str] = deque(maxlen=_REMEMBERED)
    rewards: list[float] = []
    begun = False
    while not window.left and (ticks is None or len(rewards) < ticks):
        message = "paused, space goes on" if window.paused else "" if begun else "press one of the keys below to begin"
        window.show(_sight(life, steers, ticks, tuple(done), np.array(rewards), message))
        pressed = window.wait()
        begun = begun or pressed.anything
        action = steers.action(pressed) if begun and not window.paused and not window.left else None
        if action is None:
            continue
        rewards.append(float(life.step(np.array([action] * life.rows)).rewards[0]))
        done.append(steers.name(action))
    return np.array(rewards)


def _sight(
    life: "_Life",
    steers: KeyboardControl,
    ticks: int | None,
    done: tuple[str, ...],
    rewards: NDArray[np.float64],
    message: str,
) -> Sight:
    return Sight(
        title=life.name,
        tick=len(rewards),
        ticks=ticks,
        channels=life.channels,
        senses=life.outcome.observations[0],
        actions=done,
        rewards=rewards,
        keys=f"{steers.keys}   space pause   q quit",
        message=message,
    )


class _Life:
    """One creature alone in each copy of a world, without a brain."""

    def __init__(self, config: SimulationConfig, copies: int) -> None:
        self.name = config.world.kind
        self.body: Body = next(iter(config.creatures.values())).body.build().as_only_creature()
        section = config.world
        if hasattr(section, "copies"):
            section = section.model_copy(update={"copies": copies})
        self.world: World = section.build(species={_YOU: (self.body, 1)})
        self._outcome_check, self._tick = OutcomeCheck(self.world, {_YOU: 1}), 0
        self.rows = self.world.row_count(_YOU)
        self.action_space: gymnasium.Space[Any] = self.world.action_spaces[_YOU]
        self.action_names = self.world.species[_YOU][0].motor.action_names()  # which may be another body
        self.channels = tuple(self._outcome_check.call(0, self.world.channels, _YOU))
        self.outcome: Outcome = self._take(self._outcome_check.call(0, self.world.reset, world_seed(config)))

    def step(self, actions: NDArray[Any]) -> Outcome:
        """Let one tick pass."""
        self._tick += 1
        self.outcome = self._take(self._outcome_check.call(self._tick, self.world.step, {_YOU: actions}))
        return self.outcome

    def _take(self, outcomes: dict[str, Outcome]) -> Outcome:
        self._outcome_check.check(self._tick, outcomes)
        return outcomes[_YOU]


def _judged(config: SimulationConfig, rewards: NDArray[np.float64]) -> Score:
    """Hold what somebody got against others who play as long in the same world."""
    if not len(rewards):
        return Score(0, 0.0, None, 0.0)
    life, ticks = _Life(config, _LIVES), len(rewards)
    player = _by_hand(life)
    chance = _lived(config, ticks, by_chance(life.action_space, life.rows, np.random.default_rng(0)))
    return Score(ticks, 100.0 * float(rewards.mean()), _tried(config, ticks, player), chance)


def _lived(config: SimulationConfig, ticks: int, player: Acts) -> float:
    """Return the reward per 100 ticks of somebody who plays many lives at once."""
    life, total = _Life(config, _LIVES), 0.0
    for _ in range(ticks):
        total += float(life.step(player(life.outcome)).rewards.sum())
    return 100.0 * total / float(ticks * life.rows)


def _tried(config: SimulationConfig, ticks: int, player: Acts | None) -> float | None:
    """Return the same of a player that may turn out to be made for other bodies."""
    if player is None:
        return None
    try:
        return _lived(config, ticks, player)
    except Exception:  # whatever it is that somebody calls a player, it is only for comparison
        return None


def _by_hand(life: _Life) -> Acts | None:
    """Return the player that lies beside a world: a function `player`, or a class `Player` that remembers."""
    if type(life.world).bodies and not _is_usual(life):
        return None  # it is written for the usual body
    return by_hand(life.world, _YOU)


def _is_usual(life: _Life) -> bool:
    """Return whether somebody senses and moves as the usual body does."""
    usual = Body()
    return life.body.observation_space(1) == usual.observation_space(1) and life.action_space == usual.action_space()

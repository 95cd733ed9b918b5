"""Worlds as plug-ins might have them, each wrong in one way but for the first three, which are right."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.core.scene import Scene
from alife.core.types import Positive
from alife.core.world import Outcome, State
from alife.place import Draws, Place, Things
from worlds.forage import Forage

THINGS = (Things("food", 8, reward=1.0, cause="ate"), Things("gnat", 3, reward=-1.0, cause="stung"))


class Meadow(Place):
    """A place as it should be, with all that can be remembered."""

    size = 5.0
    things = THINGS
    signals: ClassVar[Mapping[str, float]] = {"sun": 0.5}
    pull: Positive = 0.1

    def on_tick(self, random: Draws) -> None:
        self.group_of("gnat").positions[:] += random.normal(self.pull, 3, 2)
        self.end_episodes(np.flatnonzero(self.age >= 40), truncated=True)


class Woods(Forage):
    """A world as it should be."""


class Thrifty(Forage):
    """A world that gives the same arrays at every tick, and works in the actions that it is given."""

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        told = super().step({name: given.copy() for name, given in actions.items()})
        for given in actions.values():
            given[:] = 0
        for name, outcome in told.items():
            kept = vars(self).setdefault("_kept", {}).setdefault(name, outcome.observations.copy())
            kept[:] = outcome.observations
            told[name] = replace(outcome, observations=kept)
        return told


class Cord(gymnasium.Env[NDArray[np.float32], np.int64]):
    """An environment as it should be: a weight on a cord is pulled left or right."""

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["rgb_array"], "render_fps": 10}  # type: ignore[misc]

    def __init__(self, render_mode: str | None = None, length: float = 1.0) -> None:
        self.render_mode, self.length = render_mode, length
        self.observation_space = gymnasium.spaces.Box(-length, length, (1,), np.float32)
        self.action_space = gymnasium.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed)
        self.position = self.np_random.uniform(-0.5, 0.5) * self.length
        return self._seen(), {}

    def step(self, action: np.int64) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        self.position += (0.1 if action else -0.1) * self.length
        over = abs(self.position) >= self.length
        return self._seen(), -float(abs(self.position)), bool(over), False, {}

    def _seen(self) -> NDArray[np.float32]:
        return np.clip([self.position], -self.length, self.length).astype(np.float32)

    def render(self) -> Any:
        return np.zeros((4, 6, 3), np.uint8)


# Wrong: chance and seeds


class Windy(Meadow):
    """Moves things by numbers that no seed decides."""

    def on_tick(self, random: Draws) -> None:
        self.group_of("food").positions[:] += np.random.normal(size=(1, 2))


class Deaf(Forage):
    """Begins the same whatever the seed."""

    def reset(self, seed: int) -> dict[str, Outcome]:
        return super().reset(0)


class Gossip(Meadow):
    """What one copy has reaches all others."""

    def on_tick(self, random: Draws) -> None:
        positions = self.group_of("food").positions
        positions[:] = positions[:1]


class Common(Meadow):
    """Counts in its class what each world should count for itself."""

    ticks: ClassVar[list[int]] = []

    def on_tick(self, random: Draws) -> None:
        self.ticks.append(0)
        self.signal["sun"][:] = len(self.ticks) % 7 / 7.0


class Old(Meadow):
    """Grows older by every tick, and no reset makes it young."""

    def __post_init__(self) -> None:
        self.years = 0
        super().__post_init__()

    def on_tick(self, random: Draws) -> None:
        self.years += 1
        self.signal["sun"][:] = self.years % 7 / 7.0


# Wrong: what is told


class _Altered(Forage):
    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        return {name: self.altered(outcome) for name, outcome in super().step(actions).items()}

    def altered(self, outcome: Outcome) -> Outcome:
        return outcome


class Hollow(_Altered):
    """Tells something that is no number."""

    def altered(self, outcome: Outcome) -> Outcome:
        outcome.observations[0, 3] = np.nan
        return outcome


class Wide(_Altered):
    """Tells numbers of twice the width that its space promises."""

    def altered(self, outcome: Outcome) -> Outcome:
        return replace(outcome, observations=outcome.observations.astype(np.float64))


class Bright(_Altered):
    """Tells more than its space allows."""

    def altered(self, outcome: Outcome) -> Outcome:
        return replace(outcome, observations=outcome.observations + np.float32(0.5))


class Narrow(_Altered):
    """Tells less than its space promises."""

    def altered(self, outcome: Outcome) -> Outcome:
        return replace(outcome, observations=outcome.observations[:, 1:])


class Secret(_Altered):
    """Rewards without saying what for."""

    def altered(self, outcome: Outcome) -> Outcome:
        return replace(outcome, rewards=outcome.rewards + 1.0)


class Undead(_Altered):
    """Ends the same life again and again."""

    def altered(self, outcome: Outcome) -> Outcome:
        return replace(outcome, terminated=np.ones_like(outcome.terminated))


# Wrong: memory


class Wired(Meadow):
    """Holds a function without a name."""

    def __post_init__(self) -> None:
        self.bend = lambda value: value
        super().__post_init__()


class Forgetful(Forage):
    """Leaves out of its state where creatures look."""

    def load_state_dict(self, state: State) -> None:
        super().load_state_dict({**state, "headings": 0.0 * state["headings"]})


class Boxed(Forage):
    """Has in its state what no file holds."""

    def state_dict(self) -> State:
        return {**super().state_dict(), "self": self}


# Wrong: all else


class Dark(Forage):
    """Cannot be looked at."""

    def scene(self, copy: int) -> Scene:
        raise RuntimeError("it is night")


class Closed(Forage):
    """Cannot be made."""

    def __init__(self, species: Any, copies: int = 1) -> None:
        raise RuntimeError("out of season")


class Unwritten(Forage):
    """Has a parameter that no file can set."""

    def __init__(self, species: Any, copies: int = 1, depth=3) -> None:  # type: ignore[no-untyped-def]
        super().__init__(species, copies)


class Nameless(Forage):
    """Does not say what its numbers are."""

    def channels(self, name: str) -> Any:
        return ()


# Wrong: environments


class Frayed(Cord):
    """Draws from the random numbers of the whole process."""

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed)
        self.position = np.random.uniform(-0.5, 0.5)
        return self._seen(), {}


class Torn(Cord):
    """Tells something that is no number."""

    def _seen(self) -> NDArray[np.float32]:
        return np.full(1, np.nan, np.float32)


class Knotted(Cord):
    """Holds a function without a name."""

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[NDArray[np.float32], dict[str, Any]]:
        self.knot = lambda: 0
        return super().reset(seed=seed)


class Endless(Cord):
    """Takes numbers of any size."""

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        self.action_space = gymnasium.spaces.Box(-np.inf, np.inf, (1,))  # type: ignore[assignment]

    def step(self, action: Any) -> Any:
        return super().step(np.int64(action[0] > 0))


class Sticky(Cord):
    """Cannot be closed."""

    def close(self) -> None:
        raise RuntimeError("stuck")


class Loose(Cord):
    """Tells a little more than its space allows."""

    def _seen(self) -> NDArray[np.float32]:
        return np.full(1, 1.5, np.float32)


class Grey(Cord):
    """Paints pictures without colours."""

    def render(self) -> Any:
        return np.zeros((4, 6))


class NoWorld:
    """Nothing that could be checked."""

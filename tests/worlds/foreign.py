"""Environments as people write them: each does one thing that its contract, or its process, forbids."""

import atexit
import logging
import os
import random
import signal
import threading
import warnings
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces


class Base(gymnasium.Env[Any, Any]):
    """As it should be: five ticks of three numbers."""

    observation_space: Any = spaces.Box(-1.0, 1.0, (3,), np.float32)
    action_space: Any = spaces.Discrete(2)
    seen: ClassVar[Any] = np.zeros(3, np.float32)

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        super().reset(seed=seed)
        self.age = 0
        return self.seen, {}

    def step(self, action: Any) -> Any:
        self.age += 1
        return self.seen, 1.0, False, self.age == 5, {}


def seeing(space: Any, seen: Any) -> type[Base]:
    """Return an environment that promises a space, and gives something at every tick."""
    return type("Seeing", (Base,), {"observation_space": space, "seen": seen})


def returning(**parts: Any) -> type[Base]:
    """Return an environment whose step returns other parts than it should."""

    class Returning(Base):
        def step(self, action: Any) -> Any:
            names = ("observation", "reward", "terminated", "truncated", "info")
            return tuple(parts.get(name, part) for name, part in zip(names, super().step(action), strict=True))

    return Returning


class OldReset(Base):
    """Returns no info."""

    def reset(self, **given: Any) -> Any:
        return super().reset(**given)[0]


class Seedless(Base):
    """Takes no seed."""

    def reset(self) -> Any:  # type: ignore[override]
        return super().reset()


class OldStep(Base):
    """Returns four parts."""

    def step(self, action: Any) -> Any:
        return super().step(action)[:4]


class NoSpace(Base):
    """Promises nothing."""

    action_space: Any = None


class Scales(Base):
    """Scales what it is given, in place."""

    action_space: Any = spaces.Box(-1.0, 1.0, (2,), np.float32)

    def reset(self, **given: Any) -> Any:
        super().reset(**given)
        self.place = np.zeros(2)
        return self._sees(), {}

    def _sees(self) -> Any:
        return np.array([*np.clip(self.place, -1.0, 1.0), 0.0], np.float32)

    def step(self, action: Any) -> Any:
        action *= 0.1
        self.place = self.place + action
        return (self._sees(), *super().step(action)[1:])


class Reuses(Base):
    """Gives the same array at every tick, changed."""

    def reset(self, **given: Any) -> Any:
        super().reset(**given)
        self.seen = np.zeros(3, np.float32)  # type: ignore[misc]
        return self.seen, {}

    def step(self, action: Any) -> Any:
        self.seen += 0.1
        return super().step(action)


class Careful(Base):
    """Takes a seed of Python's own type alone, at every reset, and an action that is a key."""

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["rgb_array"]}  # which its constructor takes no mode for

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        assert type(seed) is int
        np.random.RandomState(seed)  # which takes no seed beyond 32 bits
        return super().reset(seed=seed)

    def step(self, action: Any) -> Any:
        return (*super().step({0: 0, 1: 1}[action])[:4], {"more": action})

    def render(self, mode: str) -> Any:  # type: ignore[override]
        return np.zeros((2, 2, 3), np.uint8)


class Grows(Base):
    """Promises another space at its second episode, and keeps to that."""

    def reset(self, **given: Any) -> Any:
        _, info = super().reset(**given)
        size = 3 if not hasattr(self, "size") else 4
        self.size = size
        self.observation_space = spaces.Box(-1.0, 1.0, (size,), np.float32)
        self.seen = np.zeros(size, np.float32)  # type: ignore[misc]
        return self.seen, info


class Unlike(Base):
    """No two promise the same."""

    made: ClassVar[int] = 2

    def __init__(self) -> None:
        type(self).made += 1
        self.observation_space = spaces.Box(-1.0, 1.0, (self.made,), np.float32)


class Legacy:
    """Derives from something else."""


class Holds(Base):
    """Holds something open until it is closed."""

    made: ClassVar[int] = 0
    open: ClassVar[set[int]] = set()

    def __init__(self) -> None:
        type(self).made += 1
        self.open.add(id(self))

    def close(self) -> None:
        self.open.discard(id(self))


class Third(Holds):
    """Only two can be made."""

    def __init__(self) -> None:
        if len(self.open) == 2:
            raise RuntimeError("no more of these")
        super().__init__()


class Unclosable(Base):
    """Cannot be closed."""

    def close(self) -> None:
        raise RuntimeError("stuck")


class Restless(Base):
    """Leaves a thread at work for ever."""

    def __init__(self) -> None:
        threading.Thread(target=threading.Event().wait, name="for ever").start()


class Rude(Base):
    """Does to its process what it should not, wherever it can; all else is as it should be."""

    def __init__(self) -> None:
        self._misbehave()

    def _misbehave(self) -> None:
        print("printed without an end of line", end="")
        logging.getLogger("nasty").debug("logged")
        os.chdir("/")
        random.seed(0)
        np.random.seed(0)
        np.seterr(all="raise")
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for k in range(3):
            warnings.warn(f"warned of {k} and {self.np_random.random()}", stacklevel=1)

    def reset(self, **given: Any) -> Any:
        self._misbehave()
        return super().reset(**given)

    def step(self, action: Any) -> Any:
        self._misbehave()
        return super().step(action)

    def close(self) -> None:
        self._misbehave()


class Nasty(Rude):
    """Goes on with it when the process ends."""

    def __init__(self) -> None:
        logging.basicConfig(level=logging.DEBUG)
        atexit.register(print, "printed at the end")
        atexit.register(self._fail)
        super().__init__()

    def _fail(self) -> None:
        raise RuntimeError("failed at the end")


class Options(Base):
    """Takes options of several kinds, and tells what it was given last."""

    given: ClassVar[dict[str, Any]] = {}

    def __init__(self, size: int = 3, wind: bool = True, mode: str = "easy", *, ice: "bool | None" = None) -> None:
        Options.given = {"size": size, "wind": wind, "mode": mode, "ice": ice}


class Passes(Options):
    """Passes options on."""

    def __init__(self, rain=False, **more: Any) -> None:  # type: ignore[no-untyped-def]
        super().__init__(**more)
        self.given["rain"] = rain


class Needs(Base):
    """Cannot be made without a map."""

    def __init__(self, map: Any) -> None:
        self.map = map


class Needy(Base):
    """Needs a module that there is not."""

    def __init__(self) -> None:
        import nunpy  # type: ignore[import-not-found] # noqa: F401

"""Plug-ins that break their contracts: a world in a chosen way at a chosen tick, and parts of creatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from agents.neurons.lif import LIF, LIFNeurons
from agents.rules.gated_trace import GatedTrace
from agents.triggers.reward import Reward
from alife.body import Surroundings
from alife.body.motors.steps import Steps
from alife.body.senses.sectors import Sectors
from alife.core.brain import Floats, Layer, Rows
from alife.core.kernel import kernel
from alife.core.scene import Scene
from alife.core.types import Amount
from alife.core.world import Events, Outcome, State
from worlds.forage import Forage


class BrokenWorld(Forage):
    """Forage until the chosen tick."""

    fault: str = "raises"
    at: Amount = 5

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        outcomes = super().step(actions)
        if self._tick != self.at:
            return outcomes
        if self.fault == "raises":
            raise RuntimeError("the sky\nfell")
        if self.fault in WRONG_ANSWERS:
            answer: dict[str, Outcome] = WRONG_ANSWERS[self.fault]
            return answer
        return {name: self._broken(outcome) for name, outcome in outcomes.items() if self.fault != "missing"}

    def _broken(self, outcome: Outcome) -> Outcome:
        if self.fault in WRONG_OUTCOMES:
            wrong: Outcome = WRONG_OUTCOMES[self.fault]
            return wrong
        if self.fault == "wrong shape":
            return replace(outcome, observations=outcome.observations[:, :3])
        if self.fault == "nan observation":
            observations = outcome.observations.copy()
            observations[1, 3] = np.nan
            return replace(outcome, observations=observations)
        return replace(outcome, **WRONG_PARTS[self.fault])

    def state_dict(self) -> State:
        if self.fault == "state":
            raise RuntimeError("no memory")
        return super().state_dict()

    def load_state_dict(self, state: State) -> None:
        if self.fault == "load":
            raise NotImplementedError("no way\nback")
        super().load_state_dict(state)

    def scene(self, copy: int) -> Scene:
        if self.fault == "scene":
            raise RuntimeError("no light")
        return super().scene(copy) if self.fault != "no scene" else None  # type: ignore[return-value]


WRONG_ANSWERS: dict[str, Any] = {"none": None, "list": [1, 2], "none each": {"learners": None}}
WRONG_OUTCOMES: dict[str, Any] = {"no outcome": None, "text outcome": "nothing"}


def _events(rows: Any = (0,), causes: Any = (0,), values: Any = (1.0,)) -> dict[str, Any]:
    return {"events": Events(np.array(rows), np.array(causes), np.array(values))}


WRONG_PARTS: dict[str, dict[str, Any]] = {
    "nan reward": {"rewards": np.array([0.0, np.inf])},
    "far event": _events([7]),
    "huge observation": {"observations": np.repeat([[0.0], [-1e39]], 16, 1)},
    "huge reward": {"rewards": np.array([0.0, 1e39])},
    "text rewards": {"rewards": np.array(["a", "b"])},
    "list rewards": {"rewards": [0.0, 0.0]},
    "whole terminated": {"terminated": np.array([0, 1])},
    "whole truncated": {"truncated": np.array([0, 1])},
    "no events": {"events": None},
    "tuple events": {"events": (np.array([0]), np.array([0]), np.array([1.0]))},
    "list rows": {"events": Events([0], np.array([0]), np.array([1.0]))},  # type: ignore[arg-type]
    "float rows": _events([0.0]),
    "uneven events": _events([0, 1]),
    "square events": _events([[0]], [[0]], [[1.0]]),
    "text values": _events(values=["a"]),
    "unordered events": _events([1, 0], [0, 0], [1.0, 1.0]),
    "negative row": _events([-1]),
    "far cause": _events([1], [2]),
    "negative cause": _events([1], [-1]),
    "nan value": _events([1], values=[np.nan]),
    "silent reward": {"rewards": np.array([1.0, 2.0]), **_events()},
    "worthless event": {"rewards": np.array([0.0, 2.0]), **_events([1], values=[0.0])},
}


class WrongSelf(Forage):
    """Forage that says something wrong about itself."""

    about: str = "species"
    fault: str = "raises"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.wrong = {self.about: self.fault}

    def __getattribute__(self, name: str) -> Any:
        wrong = object.__getattribute__(self, "__dict__").get("wrong", {})
        if name not in wrong:
            return object.__getattribute__(self, name)
        if wrong[name] == "raises":
            raise RuntimeError("I am\nnobody")
        return WRONG_SELVES[wrong[name]]


_BOX = gymnasium.spaces.Box(0.0, 1.0, (2, 2))
WRONG_SELVES: dict[str, Any] = {
    "none": None,
    "empty": {},
    "zero": 0,
    "text": "reward",
    "square": {"learners": _BOX},
    "narrow": {"learners": gymnasium.spaces.Box(0.0, 1.0, (0,))},
    "discrete": {"learners": gymnasium.spaces.Discrete(2)},
    "number": {"learners": 3},
}


@dataclass(frozen=True, kw_only=True)
class BrokenLayer(LIF):
    """A neuron that fails when it is used."""

    def start(self, rows: int, dtype: Any) -> LIFNeurons:
        return _BrokenLayers(self, rows, dtype)


class _BrokenLayers(LIFNeurons):
    def step(self, rows: Rows, current: Floats) -> None:
        raise KeyError("no\nweights")


@dataclass(frozen=True, kw_only=True)
class RebindingNeuron(LIF):
    """A neuron that puts another array in the place of its own."""

    def start(self, rows: int, dtype: Any) -> LIFNeurons:
        return _RebindingNeurons(self, rows, dtype)


class _RebindingNeurons(LIFNeurons):
    def step(self, rows: Rows, current: Floats) -> None:
        self.output = np.zeros((1, 1))


@dataclass(frozen=True, kw_only=True)
class BrokenRule(GatedTrace):
    """A rule that fails when a brain is made."""

    def traces(self, layers: Sequence[Layer]) -> Any:
        raise KeyError("no\ntraces")


@dataclass(frozen=True, kw_only=True)
class EmptyHandedRule(GatedTrace):
    """A rule that forgets to return its traces."""

    def traces(self, layers: Sequence[Layer]) -> Any:
        super().traces(layers)


@dataclass(frozen=True, kw_only=True)
class TypoRule(GatedTrace):
    """A rule with a kernel that does not compile."""

    def traces(self, layers: Sequence[Layer]) -> Any:
        return _misspelt(1.0)


@kernel
def _misspelt(number: float) -> float:
    return nubmer  # type: ignore[name-defined] # noqa: F821


@dataclass(frozen=True, kw_only=True)
class _WrongRule(GatedTrace):
    """A rule whose gradients are changed before they are given."""

    def traces(self, layers: Sequence[Layer]) -> Any:
        traces = super().traces(layers)
        right = traces.gradients
        traces.gradients = lambda rows, accumulated: [  # type: ignore[method-assign]
            self.wrong(gradient) for gradient in right(rows, accumulated)
        ]
        return traces

    def wrong(self, gradient: Floats) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class WrongShapeRule(_WrongRule):
    def wrong(self, gradient: Floats) -> Any:
        return gradient[:, :-1]


@dataclass(frozen=True, kw_only=True)
class WrongTypeRule(_WrongRule):
    def wrong(self, gradient: Floats) -> Any:
        return gradient.astype(float)


@dataclass(frozen=True, kw_only=True)
class NanRule(_WrongRule):
    def wrong(self, gradient: Floats) -> Any:
        return np.full_like(gradient, np.nan)


@dataclass(frozen=True, kw_only=True)
class HugeRule(_WrongRule):
    def wrong(self, gradient: Floats) -> Any:
        return np.full_like(gradient, 1e30)


@dataclass(frozen=True)
class NanSense(Sectors):
    """A sense that leaves what is no number."""

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        out[:] = np.nan


@dataclass(frozen=True)
class BrokenTrigger(Reward):
    """A trigger that answers with nothing."""

    def fires(
        self, rewarded: NDArray[np.bool_], errors: NDArray[np.float32], quiet: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        return None  # type: ignore[return-value]


@dataclass(frozen=True)
class BrokenMotor(Steps):
    """A motor that cannot move."""

    def turn_and_step(self, headings: NDArray[np.float64], actions: NDArray[Any]) -> NDArray[np.float64]:
        raise IndexError("lame")


@dataclass(frozen=True)
class NamelessMotor(Steps):
    """A motor without names for what it does."""

    def action_names(self) -> tuple[str, ...]:
        raise IndexError("nameless")

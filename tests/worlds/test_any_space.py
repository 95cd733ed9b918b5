"""Environments of any spaces are lived in, or refused in one sentence."""

import warnings
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alife.body import Body
from alife.config.simulation_config import parse_config
from alife.core.errors import ConfigError
from alife.sim.build import build_population
from alife.sim.checked_world import CheckedWorld
from tests.worlds.foreign import Base
from worlds.gymnasium import world_of

CONFIG = parse_config({"creatures": {"it": {"brain": {"layers": [{"kind": "lif", "size": 3}]}}}}, "test")
FLOATS = ("float16", "float32", "float64")
WHOLE = ("int8", "uint8", "int16", "int32", "uint32", "int64", "uint64")
COUNTS = st.integers(1, 4)
SHAPES = st.lists(st.integers(0, 3), max_size=3).map(tuple)


@st.composite
def boxes(draw: st.DrawFn) -> spaces.Box:
    kind = np.dtype(draw(st.sampled_from(FLOATS + WHOLE)))
    # Of whole numbers a quarter, for gymnasium reckons with more where it samples.
    most = float(np.finfo(kind).max) if kind.kind == "f" else int(np.iinfo(kind).max) // 4
    least = -most if kind.kind == "f" else int(np.iinfo(kind).min)
    lows = st.sampled_from([0, least, -1 if least < 0 else 0, *([-np.inf] if kind.kind == "f" else [])])
    highs = st.sampled_from([1, most, 0, *([np.inf] if kind.kind == "f" else [])])
    return spaces.Box(draw(lows), draw(highs), draw(SHAPES), kind.type)


LEAVES = st.one_of(
    boxes(),
    st.builds(lambda n, start: spaces.Discrete(n, start=start), st.sampled_from([1, 2, 7, 300]), st.integers(-9, 9)),
    st.builds(
        lambda counts, start, kind: spaces.MultiDiscrete(counts, kind, start=[start] * len(counts)),
        st.lists(COUNTS, min_size=1, max_size=3),
        st.integers(0, 5),
        st.sampled_from((np.int8, np.uint8, np.int64)),
    ),
    st.builds(lambda rows, n: spaces.MultiBinary([rows, n]), COUNTS, COUNTS),
    st.just(spaces.Text(4)),
    st.sampled_from([spaces.Discrete(2**40), spaces.MultiDiscrete([2**30, 2]), spaces.MultiBinary(70)]),
)
SPACES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: spaces.Tuple(parts)),
        st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3).map(lambda parts: spaces.Dict(parts)),
    ),
    max_leaves=4,
)


def _sample(space: Any) -> Any:
    """Return an observation without the largest numbers of its type: what becomes of them is tested elsewhere."""
    if isinstance(space, spaces.Dict):
        return {key: _sample(part) for key, part in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(map(_sample, space.spaces))
    if isinstance(space, spaces.Box) and space.dtype.kind == "f":
        low, high = np.clip(space.low, -1e4, 1e4), np.clip(space.high, -1e4, 1e4)
        return np.asarray(space.np_random.uniform(low, high)).astype(space.dtype)
    return space.sample()


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(SPACES, SPACES, st.integers(0, 2**31 - 1))
def test_any_spaces_are_lived_in_or_refused(sensed: Any, done: Any, seed: int) -> None:
    """What it senses lies in its space and what a brain does in the space of actions; no number is out of order."""

    class Any_(Base):  # noqa: N801
        observation_space, action_space = sensed, done

        def reset(self, **given: Any) -> Any:
            self.observation_space.seed(seed)
            return _sample(self.observation_space), super().reset(**given)[1]

        def step(self, action: Any) -> Any:
            assert self.action_space.contains(action)
            return (_sample(self.observation_space), *super().step(action)[1:])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gymnasium's, of odd bounds
        try:
            world: Any = world_of(Any_)(species={"it": (Body(), 1)})  # type: ignore[call-arg]
            brains = build_population(CONFIG, "it", world)
        except ConfigError as error:
            assert "\n" not in str(error)  # noqa: PT017
            return
        checked = CheckedWorld(world, {"it": 1})
        outcome = checked.reset(seed)["it"]
        for tick in range(1, 9):
            outcome = checked.step(tick, {"it": brains.act(outcome)})["it"]
    assert np.isfinite(outcome.observations).all()

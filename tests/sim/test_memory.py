"""Memory: it is found out before it is allocated, and what is too large is refused at once."""

import time
import tracemalloc
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.config.simulation_config import SimulationConfig, load_config, parse_config
from alife.core.errors import ConfigError
from alife.sim.build import build_simulation, check_buildable, needed_memory
from alife.sim.memory import cost_lines
from tests.command import ROOT, alife
from tests.errors import names

_GIB = 2**30


def _config(name: str, *changes: str) -> SimulationConfig:
    return load_config(ROOT / "configs" / name, changes)


def _held(config: SimulationConfig) -> int:
    return sum(need.held for need in needed_memory(config))


def _arrays(state: Any) -> list[Any]:
    """Return all arrays in a state."""
    if isinstance(state, dict):
        return [array for part in state.values() for array in _arrays(part)]
    return [state] if isinstance(state, np.ndarray) else []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("forage.yaml", ()),
        ("forage.yaml", ("creatures.learners.learning.kind=eprop",)),
        ("forage.yaml", ("creatures.learners.learning.kind=gated_trace",)),
        ("forage.yaml", ("creatures.learners.learning={kind: slots}",)),
        ("forage.yaml", ("creatures.learners.brain.layers=[{kind: alif, size: 200}, {kind: slif, size: 20}]",)),
        ("forage.yaml", ("creatures.learners.count=5", "world.food=100")),
        ("hungry_pond.yaml", ()),
        ("conditioning.yaml", ()),
    ],
)
def test_the_estimate_is_what_a_run_takes(name: str, changes: tuple[str, ...]) -> None:
    """Of 130 copies more: what is held and what is saved, each within a quarter of what Python has handed out."""
    few, many = (_config(name, *changes, f"world.copies={copies}") for copies in (260, 390))
    found: dict[int, tuple[int, int]] = {}
    for config in (few, few, many):  # the first time fills what is kept for ever
        tracemalloc.start()
        simulation = build_simulation(config)
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        saved = sum(array.nbytes for array in _arrays(simulation.state_dict()))
        found[simulation.world.copies] = held, saved
        del simulation
    held, saved = (found[390][k] - found[260][k] for k in (0, 1))

    assert _held(many) - _held(few) == pytest.approx(held, rel=0.25)
    saving = [sum(need.saving for need in needed_memory(config)) for config in (few, many)]
    assert saving[1] - saving[0] == pytest.approx(3 * saved, rel=0.25)


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(
    copies=st.integers(1, 10**6),
    count=st.integers(1, 10**4),
    food=st.integers(1, 10**9),
    sectors=st.integers(1, 10**9),
    sizes=st.lists(st.integers(1, 10**9), max_size=3),
    slots=st.integers(1, 10**9),
    gib=st.floats(0.26, 0.5),
)
def test_what_is_large_is_refused_at_once(
    copies: int, count: int, food: int, sectors: int, sizes: list[int], slots: int, gib: float
) -> None:
    """Whatever a configuration asks for: no more is allocated than it may, and a refusal takes no more than seconds."""
    body = {"senses": [{"kind": "sectors", "count": sectors}]}
    species = {
        "count": min(count, 10**7 // copies),
        "body": body,
        "brain": {"layers": [{"kind": "lif", "size": size} for size in sizes]},
        "learning": {"kind": "ring", "slots": slots},
    }
    raw = {"world": {"copies": copies, "food": food}, "creatures": {"a": species}, "memory_gib": gib}
    config = parse_config(raw, "large")
    tracemalloc.start()
    begun = time.process_time()
    try:
        with pytest.raises(ConfigError):
            check_buildable(config)
    except pytest.fail.Exception:  # it fits
        assert sum(need.held for need in needed_memory(config)) < gib * _GIB
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < gib * _GIB
    assert time.process_time() - begun < 4.0  # watched by tracemalloc, half of it without


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("world.copies=1000000", "creatures.learners.brain: ... 1,000,000 brains ... fewer copies"),
        ("creatures.learners.brain.layers.0.size=1000000000", "creatures.learners.brain: ... narrower layers"),
        ("world.food=1000000000", "world: ... things"),
        ("creatures.learners.learning={kind: ring, slots: 1000000000}", "creatures.learners.brain: "),
    ],
)
def test_a_refusal_says_which_part_and_what_helps(change: str, words: str) -> None:
    """And it is an error of the configuration, with the key that sets another limit."""
    refused = alife("validate", "configs/forage.yaml", "--set", change, "--set", "memory_gib=1")

    assert refused.returncode == 2
    assert names(refused.stderr, words)
    assert names(refused.stderr, "may take 1.0 GiB ... memory_gib")


def test_a_limit_can_be_raised() -> None:
    """What is refused within a tenth of a GiB is fine within one."""
    changes = ("--set", "world.copies=2000", "--set")
    assert alife("validate", "configs/forage.yaml", *changes, "memory_gib=0.1").returncode == 2
    assert alife("validate", "configs/forage.yaml", *changes, "memory_gib=1").returncode == 0


class Camera(gymnasium.Env[Any, Any]):
    """Sees a picture of 200 by 200 pixels."""

    observation_space = gymnasium.spaces.Box(0, 255, (200, 200, 3), np.uint8)
    action_space = gymnasium.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        """Return a black picture."""
        return np.zeros((200, 200, 3), np.uint8), {}


@pytest.mark.slow
def test_a_picture_is_told_what_it_costs() -> None:
    """A line names the inputs, what a tick reads, and an encoder; fewer inputs have none."""
    small = {"brain": {"layers": [{"kind": "lif", "size": 4}]}}
    config = parse_config({"world": {"kind": f"{__name__}:Camera"}, "creatures": {"a": small}}, "camera")
    (line,) = cost_lines(config, check_buildable(config).world)

    assert names(line, "a senses 120,000 numbers: ... MiB ... ms ... encoder")
    forage = _config("forage.yaml")
    assert not list(cost_lines(forage, check_buildable(forage).world))


def test_what_fails_to_be_measured_is_stopped_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A world that takes all there is, whatever its keys say, ends in a sentence and no traceback."""
    (tmp_path / "hungry.py").write_text(
        "import numpy as np\nfrom alife.place import Place\n\n\nclass Hungry(Place):\n    def on_begin(self, copies, "
        "random):\n        self.kept = np.ones(2**40, np.uint8)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    config = parse_config({"world": {"kind": "hungry:Hungry"}, "memory_gib": 1.0}, "hungry")

    with pytest.raises(ConfigError, match="memory_gib"):
        build_simulation(config)

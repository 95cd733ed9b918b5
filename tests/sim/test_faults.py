"""What a run bears of worlds that lie and of brains that leave the numbers, and how it ends where that is too much."""

import json
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alife.config.simulation_config import SimulationConfig, parse_config
from alife.core.errors import AlifeError, ConfigError, NumericError, WorldError
from alife.place import Place
from alife.sim.activity import WINDOW
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from tests.command import alife
from tests.errors import names
from tests.sim.broken_world import BrokenWorld
from tests.sim.lying_world import RAISED, SEEN
from tests.sim.runs import small

BRAIN = {"layers": [{"kind": "lif", "size": 8, "decay": 0.5}]}
LIAR = "tests.sim.lying_world:Liar"
LIES = [*SEEN, "nan reward", "huge reward"]  # a large reward is a number, and too large for a brain alone


def _config(lie: str, on_fault: str = "stop", most: int = 10, **changes: Any) -> SimulationConfig:
    raw: dict[str, Any] = {
        "ticks": 100,
        "world": {"kind": LIAR, "copies": 2, "options": {"lie": lie}, "on_fault": on_fault},
        "creatures": {"learners": {"brain": BRAIN}},
        "faults": {"most": most},
        **changes,
    }
    return parse_config(raw, "lies")


def _run(simulation: Simulation, ticks: int) -> Simulation:
    for _ in range(ticks):
        simulation.run_tick()
    return simulation


def _is_finite(simulation: Simulation) -> bool:
    """Return whether all that is saved but the world's own state is finite."""
    state = simulation.state_dict()
    return _all_finite({name: part for name, part in state.items() if name != "world"})


def _all_finite(state: Any) -> bool:
    if isinstance(state, dict):
        return all(map(_all_finite, state.values()))
    return not isinstance(state, np.ndarray) or state.dtype.kind != "f" or bool(np.isfinite(state).all())


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_ends_a_run_by_default(lie: str) -> None:
    """It is named with species, row and tick, and nothing of it is in the state that stays."""
    simulation = build_simulation(_config(lie))
    with pytest.raises(WorldError, match="species learners, tick 7, row 0") as caught:
        _run(simulation, 20)

    assert caught.value.fault is not None
    assert caught.value.fault[1:4] == ("learners", 0, 7)
    assert _is_finite(simulation)


@pytest.mark.parametrize("lie", LIES)
def test_the_episodes_of_rows_that_are_lied_to_may_end(lie: str) -> None:
    """Those rows are cut off where they were well, learn nothing of the tick and begin anew; each is a fault."""
    simulation = _run(build_simulation(_config(lie, "end_episode", most=100)), 6)
    well = simulation.outcome("learners").observations.copy()
    _run(simulation, 1)
    outcome = simulation.outcome("learners")
    weights = simulation.populations["learners"].state_dict()["brain"]["layers.1"]["weight"]

    assert outcome.truncated.all()
    assert not outcome.rewards.any()
    assert not len(outcome.events.rows)
    assert np.array_equal(outcome.observations, well)
    assert simulation.faults.borne == {"learners": 2}
    assert not simulation.warnings

    _run(simulation, 1)  # in which the next episode begins
    assert not simulation.outcome("learners").truncated.any()
    assert np.array_equal(simulation.populations["learners"].state_dict()["brain"]["layers.1"]["weight"], weights)
    _run(simulation, 7)
    assert simulation.outcome("learners").truncated.all()  # step 7 of an episode that began at tick 8
    assert _is_finite(simulation)


@pytest.mark.parametrize("lie", LIES)
def test_what_is_sensed_may_be_clipped(lie: str) -> None:
    """Numbers come into their box, NaN stay what they were last, a wrong reward is none; the count ends no run."""
    simulation = _run(build_simulation(_config(lie, "clip", most=0)), 6)
    well = simulation.outcome("learners").observations.copy()
    _run(simulation, 1)
    outcome = simulation.outcome("learners")
    expected = {"nan seen": [well[0, 0], 0.0], "inf seen": [0.5, 1.0], "out of its box": [0.5, -1.0]}

    assert not (outcome.terminated | outcome.truncated).any()
    assert simulation.faults.clipped == {"learners": 2}
    assert simulation.faults.borne == {"learners": 0}
    if lie in expected:
        assert outcome.observations[0].tolist() == expected[lie]
    else:
        assert not outcome.rewards.any()
    _run(simulation, 40)


def test_a_world_that_cannot_begin_a_row_anew_is_told_once() -> None:
    """Its rows go on where they are, and a warning says so."""
    world = {"kind": "tests.sim.test_faults:Stubborn", "copies": 2, "fault": "nan observation"}
    simulation = _run(build_simulation(_config("", world={**world, "on_fault": "end_episode"})), 9)

    assert list(simulation.warnings) == ["restart"]
    assert names(simulation.warnings["restart"], "species learners, row 1, tick 5 ... Stubborn ... nan ... anew")


def test_a_place_begins_rows_anew() -> None:
    """A creature of a place stands where it may begin, at the next tick; the others do as they would have done."""
    config = small(creatures={"learners": {"learning": "none"}})
    simulation, other = (_run(build_simulation(config), 5) for _ in range(2))
    simulation.world.restart_rows("learners", np.array([1]))
    _run(simulation, 1)
    _run(other, 1)
    one, two = (each.outcome("learners").observations for each in (simulation, other))

    assert np.array_equal(one[0], two[0])
    assert not np.array_equal(one[1], two[1])


@pytest.mark.parametrize("on_fault", ["stop", "clip", "end_episode"])
@pytest.mark.parametrize("lie", RAISED)
def test_whatever_a_world_raises_is_its_fault(lie: str, on_fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exit and an interrupt of its own end a run as any error does, with the class, the line and the tick."""
    monkeypatch.setattr(signal, "getsignal", lambda number: print)  # somebody listens for the user's, as in a run
    with pytest.raises(WorldError, match=rf"raised {RAISED[lie].__name__} at tick 7 .*lying_world.py:\d+\): enough"):
        _run(build_simulation(_config(lie, on_fault)), 20)


def test_an_interrupt_that_may_be_the_users_is_none_of_the_world() -> None:
    """Where nothing listens for signals, as in a program of one's own, it is raised as it came."""
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(KeyboardInterrupt):
        _run(build_simulation(_config("interrupts")), 20)


@pytest.mark.parametrize(
    ("lie", "on_fault", "error"), [("nan seen", "end_episode", WorldError), ("large reward", "stop", NumericError)]
)
def test_too_many_faults_end_a_run_at_a_whole_tick(lie: str, on_fault: str, error: type[AlifeError]) -> None:
    """Three are borne, the fourth is too much, for they come in pairs; the state that stays is whole and goes on."""
    config = _config(lie, on_fault, most=3)
    simulation = build_simulation(config)
    with pytest.raises(error, match=r"species learners, row 0, tick \d+: .*there were 4 faults.*most is 3") as caught:
        _run(simulation, 60)
    resumed = build_simulation(config)
    resumed.load_state_dict(simulation.state_dict())

    assert caught.value.fault is not None
    assert caught.value.fault.kind in ("observation", "reward")
    assert "learning_rate" not in str(caught.value)
    assert simulation.between_ticks
    assert _is_finite(simulation)
    assert resumed.faults.borne == {"learners": 4}
    with pytest.raises(error, match="there were 6 faults"):
        _run(resumed, 60)


def test_how_many_faults_are_borne_changes_nothing_that_happens() -> None:
    """A run that has come to its end may go on with more; what becomes of a lie decides, and may not change."""
    state = _run(build_simulation(_config("", most=3)), 3).state_dict()
    build_simulation(_config("", most=1000)).load_state_dict(state)
    with pytest.raises(AlifeError, match="configuration"):
        build_simulation(_config("", "clip")).load_state_dict(state)


def test_a_world_may_not_have_the_key_of_the_house() -> None:
    """`on_fault` is never given to a constructor, and one that takes it is refused by name."""
    with pytest.raises(ConfigError, match="'on_fault' has a name that is taken here"):
        parse_config({"world": {"kind": "tests.sim.test_faults:Clash"}}, "clash")
    with pytest.raises(ConfigError, match=r"world\.on_fault: must be 'stop', 'end_episode' or 'clip'"):
        _config("", "stopp")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (0.0, "learners, layer 0 has not spiked ... 2 of 2 ... rate 0"),
        (9.0, "learners, layer 0 spikes nearly all the time ... 2 of 2 ... rate 1"),
    ],
    ids=["silent", "always"],
)
def test_a_layer_that_never_fires_or_always_is_told_once(weight: float, words: str) -> None:
    """With species, layer and rate; a run that is resumed knows of it."""
    config = _config("", creatures={"learners": {"brain": BRAIN, "learning": {"kind": "none"}}})
    simulation = build_simulation(config)
    simulation.populations["learners"].brain.layers[0].weight[...] = weight  # type: ignore[attr-defined]
    _run(simulation, WINDOW - 1)
    assert not simulation.warnings
    _run(simulation, WINDOW + 1)
    (warning,) = simulation.warnings.values()
    resumed = build_simulation(config)
    resumed.load_state_dict(simulation.state_dict())

    assert names(warning, words)
    assert resumed.warnings == simulation.warnings


@pytest.mark.slow
def test_episodes_that_are_over_at_once_are_told_once(tmp_path: Path) -> None:
    """On standard error, and in the summary; such a run goes on."""
    out = tmp_path / "run"
    path = _written(tmp_path, "is over at once", ticks=2 * WINDOW + 10)
    ended = alife("run", path, "--headless", "--set", "record.checkpoint.seconds=60", "--out", out)
    summary = json.loads((out / "summary.json").read_text())

    assert ended.returncode == 0
    assert ended.stderr.count("over at its first step") == 1
    assert names(summary["warnings"], "learners ... over at its first step")
    assert summary["species"]["learners"]["faults"] == 0


def _written(folder: Path, lie: str, at: int = 7, ticks: int = 400, extra: str = "") -> Path:
    path = folder / "lies.yaml"
    path.write_text(
        f"ticks: {ticks}\nworld: {{kind: '{LIAR}', copies: 2, options: {{lie: {lie}, at: {at}}}}}\n"
        f"record: {{metrics: 5, checkpoint: {{seconds: 0.0001}}}}\n{extra}",
        encoding="utf-8",
    )
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("lie", "code", "tick"), [("exits", 3, 12), ("nan seen", 3, 12), ("large reward", 4, 117)])
def test_what_ended_a_run_is_lived_again(tmp_path: Path, lie: str, code: int, tick: int) -> None:
    """The run leaves its fault and says in one line from where it goes on; a replay comes to the same fault."""
    out = tmp_path / "run"
    ended = alife("run", _written(tmp_path, lie, at=12), "--headless", "--out", out)
    fault = json.loads((out / "fault.json").read_text())
    again = alife("replay", out, "--headless", "--trust")

    assert ended.returncode == code
    assert len(ended.stderr.splitlines()) == 1
    assert fault["tick"] == tick
    assert (again.returncode, again.stderr) == (0, "")
    assert names(again.stdout, f"the same fault came again at tick {tick}")

    if code == 4:  # at the end of the tick there was a whole state
        assert names(ended.stderr, f"alife resume {out} goes on from tick {tick + 1}")
        assert alife("resume", out, "--headless", "--trust").returncode == code
        later = json.loads((out / "fault.json").read_text())
        assert (later["kind"], later["tick"]) == (fault["kind"], tick + 21)
        (out / "fault.json").write_text(json.dumps(fault))

    (out / "fault.json").write_text(json.dumps({**fault, "tick": tick - 3}))
    assert alife("replay", out, "--headless", "--trust").returncode == 5
    (out / "fault.json").write_text("{}")
    damaged = alife("replay", out, "--headless", "--trust")
    assert damaged.returncode == 5
    assert names(damaged.stderr, "fault.json ... damaged")


class Stubborn(BrokenWorld):
    """A world that cannot begin single rows anew."""

    def restart_rows(self, name: str, rows: Any) -> bool:
        return False


class Clash(Place):
    """A place with a parameter of the name of a key of the house."""

    on_fault: int = 1

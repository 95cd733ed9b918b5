"""Lives in a run: ids, parents, the table, the ends of runs, and going on in the middle."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alife
from alife.app.cli import main
from alife.app.launch import Ending, LaunchOptions, launch
from alife.config.simulation_config import SimulationConfig, dump_config, effective, parse_config
from alife.core.errors import ConfigError, WorldError
from alife.core.world import Lives
from alife.runs import Run
from alife.runs.checkpoint import load_state, save_state
from alife.runs.records import RECORD
from alife.runs.summary import summary_text
from alife.sim import lives as lives_module
from alife.sim.build import build_simulation
from alife.sim.checked_world import CheckedWorld
from alife.sim.simulation import Simulation
from tests.sim.runs import small
from tests.sim.test_simulation import _flat

METABOLISM = {"start": 3.0, "capacity": 6.0, "basal": 0.1, "gain": 1.0, "hazard": {"kind": "constant", "rate": 0.02}}


def _hungry(ticks: int = 200, inherit: str = "learned_weights", **metabolism: Any) -> SimulationConfig:
    """Return a small pond in which lives are short; the control lives for ever."""
    raw = {
        "ticks": ticks,
        "world": {"kind": "hungry_pond", "copies": 2, "size": 4.0, "food": 4, "poison": 2},
        "creatures": {
            "learners": {
                "count": 3,
                "body": {"metabolism": {**METABOLISM, **metabolism}},
                "heredity": {"inherit": inherit},
                "brain": {"layers": [{"kind": "lif", "size": 8, "decay": 0.5}]},
            },
            "control": {"like": "learners", "count": 1, "body": {}, "learning": {"kind": "none"}},
        },
        "record": {"metrics": 10},
    }
    return parse_config(raw, "hungry")


def _run(tmp_path: Path, config: SimulationConfig) -> tuple[Ending, Run]:
    ending = launch(config, LaunchOptions(headless=True, out=tmp_path / "run", quiet=True))
    run = alife.load(tmp_path / "run")
    assert isinstance(run, Run)
    return ending, run


def _step(simulation: Simulation, ticks: int) -> str:
    for _ in range(ticks):
        simulation.run_tick()
    return simulation.events.digest.hex()


@pytest.mark.slow
def test_no_two_creatures_have_the_same_id(tmp_path: Path) -> None:
    """Ids are rows first, then counted up; a row has a new creature the tick after a death."""
    ending, run = _run(tmp_path, _hungry(extinction="reseed"))
    table, summary = run.lives, ending.summary["species"]["learners"]
    order = np.argsort(table["id"])

    assert list(table) == ["id", "parent", "partner", "species", "row", "born", "died", "cause", "offspring"]
    assert set(table["species"]) == {"learners"}
    assert table["id"][order].tolist() == list(range(6 + summary["births"]))
    assert table["row"][order][:6].tolist() == list(range(6))
    assert (np.diff(table["born"][order]) >= 0).all()
    assert summary["births"] > 20
    for row in range(6):
        own = order[table["row"][order] == row]
        assert all(table["born"][after] == table["died"][before] + 1 for before, after in pairwise(own))


@pytest.mark.slow
def test_a_parent_lived_in_the_same_copy_when_its_child_was_born(tmp_path: Path) -> None:
    """It was born before, did not die before, and -1 stands for none."""
    _, run = _run(tmp_path, _hungry())
    table = {name: column[np.argsort(run.lives["id"])] for name, column in run.lives.items()}
    children = np.flatnonzero(table["parent"] >= 0)
    parents = table["parent"][children]

    assert len(children) > 20
    assert (table["row"][children] // 3 == table["row"][parents] // 3).all()
    assert (table["born"][parents] < table["born"][children]).all()
    assert ((table["died"][parents] >= table["born"][children]) | (table["died"][parents] == -1)).all()


@pytest.mark.slow
def test_the_table_says_what_the_events_and_the_summary_say(tmp_path: Path) -> None:
    """Each birth and death is an event at its tick, births with value 0; the living come last, without a death."""
    ending, run = _run(tmp_path, _hungry())
    events, table, summary = run.events, run.lives, ending.summary["species"]["learners"]
    died, born = table["died"] >= 0, table["born"] > 0

    for cause, those, tick in (("died", died, "died"), ("born", born, "born")):
        told = np.lexsort((events["row"], events["tick"]))
        told = told[events["cause"][told] == cause]
        ours = np.flatnonzero(those)[np.lexsort((table["row"][those], table[tick][those]))]
        assert events["tick"][told].tolist() == table[tick][ours].tolist()
        assert events["row"][told].tolist() == table["row"][ours].tolist()
        assert set(events["value"][told]) == {-1.0 if cause == "died" else 0.0}
    assert set(table["cause"][died]) == {"starved", "hazard"}
    assert (table["cause"][~died] == "").all()
    assert (died.sum(), (~died).sum(), born.sum()) == (summary["deaths"], summary["alive"], summary["births"])
    assert summary["median_lifespan"] > 0
    assert "births" not in ending.summary["species"]["control"]
    assert f"{summary['births']} born, {summary['deaths']} died" in summary_text(ending.summary)


@pytest.mark.slow
def test_the_table_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At least the last so many lives stay, and not many more."""
    monkeypatch.setattr(lives_module, "_CHUNK", 5)
    config = _hungry(300).model_copy(update={"record": _hungry().record.model_copy(update={"lives": 10})})
    ending, run = _run(tmp_path, config)

    assert ending.summary["species"]["learners"]["deaths"] > 40
    assert 10 <= len(run.lives["id"]) <= 40
    assert run.lives["died"].max() > 280


def test_who_lives_for_ever_leaves_no_table(tmp_path: Path) -> None:
    """There is no folder, and the columns are empty."""
    _, run = _run(tmp_path, small())

    assert not (tmp_path / "run" / "lives").exists()
    assert {len(column) for column in run.lives.values()} == {0}


@pytest.mark.slow
@pytest.mark.parametrize("inherit", ["nothing", "birth_weights", "learned_weights"])
def test_a_run_stopped_in_the_middle_of_lives_goes_on_to_the_bit(tmp_path: Path, inherit: str) -> None:
    """From the disk into a new simulation: events, weights, ids, everything that is saved."""
    whole, part, resumed = (build_simulation(_hungry(inherit=inherit)) for _ in range(3))
    _step(whole, 160)
    _step(part, 80)
    save_state(tmp_path / "state", part.state_dict())
    resumed.load_state_dict(load_state(tmp_path / "state"))
    _step(resumed, 80)
    ours, theirs = _flat(whole.state_dict()), _flat(resumed.state_dict())

    assert len(ours) == len(theirs)
    assert all(map(np.array_equal, ours, theirs))
    assert whole.lives.by_species["learners"].births > 10


def test_a_metabolism_changes_the_fingerprint() -> None:
    """Only in the effective configuration it is written out that there is none."""
    assert effective(small())["creatures"]["learners"]["body"]["metabolism"] is None
    state = build_simulation(small()).state_dict()["config"]
    assert state != build_simulation(_hungry()).state_dict()["config"]


def test_the_hash_covers_whose_children_are_born() -> None:
    """Another parent is another digest."""
    first, second = build_simulation(_hungry()), build_simulation(_hungry())
    _step(first, 1)
    outcomes = {name: first.outcome(name) for name in ("learners", "control")}
    for simulation, parent in ((first, 0), (second, 1)):
        nobody = np.empty(0, np.int64)
        lives = Lives(np.ones(6, bool), np.array([2]), np.array([parent]), nobody, nobody)
        object.__setattr__(outcomes["learners"], "lives", lives)
        simulation.events.digest = bytes(32)
        simulation.events.log_outcomes(2, outcomes)

    assert first.events.digest != second.events.digest
    assert RECORD.names == ("tick", "species", "row", "cause", "value", "source")


@pytest.mark.slow
def test_a_run_that_stops_at_extinction_ends_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With exit code 0, everything written, and a word for it; a replay of it equals it."""
    config = _hungry(500, refill=False, extinction="stop", gain=0.0)
    (tmp_path / "hungry.yaml").write_text(dump_config(config))
    code = main(["run", str(tmp_path / "hungry.yaml"), "--headless", "--out", str(tmp_path / "run")])
    run = alife.load(tmp_path / "run")
    assert isinstance(run, Run)
    summary = run.summary
    assert summary is not None

    assert code == 0
    assert "(extinct)" in capsys.readouterr().out
    assert summary["ended"] == "extinct"
    assert summary["ticks"] == run.lives["died"].max() <= 30
    assert summary["species"]["learners"]["alive"] == 0
    assert (tmp_path / "run" / "checkpoints").is_dir()
    assert main(["replay", str(tmp_path / "run"), "--headless"]) == 0
    assert "the replay equals the run" in capsys.readouterr().out


def test_a_run_goes_on_among_empty_rows() -> None:
    """With `continue`: rewards are means over the living, and nothing is divided by nobody."""
    simulation = build_simulation(_hungry(100, refill=False, extinction="continue", gain=0.0))
    _step(simulation, 100)
    metrics, told = simulation.metrics["learners"], simulation.outcome("learners")

    assert not simulation.lives.by_species["learners"].alive.any()
    assert not told.observations.any()
    assert metrics.tenths()[-1] == 0.0
    assert metrics.means_since_last_line()["reward_per_100_ticks"] != 0.0
    assert not any(metrics.means_since_last_line().values())
    assert np.isfinite(metrics.reward_curve()[1]).all()
    assert not simulation.extinct


def test_rewards_are_per_living_creature() -> None:
    """The mean over a tenth is the sum of all rewards in it by the ticks that were lived in it."""
    simulation, rewards, lived = build_simulation(_hungry(100, refill=False)), np.zeros(10), np.zeros(10)
    for tick in range(100):
        simulation.run_tick()
        told = simulation.outcome("learners")
        assert told.lives is not None
        rewards[tick // 10] += told.rewards.sum()
        lived[tick // 10] += told.lives.alive.sum()

    assert lived.min() < 60
    assert simulation.metrics["learners"].tenths() == pytest.approx((100.0 * rewards / lived).tolist())


@pytest.mark.parametrize("world", ["water_maze", "gymnasium"])
def test_a_metabolism_where_nothing_feeds_is_one_sentence(world: str) -> None:
    """It says where it stands and what would be right."""
    section = {"kind": world, **({"id": "CartPole-v1"} if world == "gymnasium" else {})}
    says = r"creatures\.learners\.body\.metabolism: the world water_maze keeps no energy; leave the metabolism out"
    if world == "gymnasium":
        says = r"creatures\.learners\.body: in the world gymnasium the environment itself decides"
    with pytest.raises(ConfigError, match=says):
        parse_config({"world": section, "creatures": {"learners": {"body": {"metabolism": {}}}}}, "wrong")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"alive": np.ones(2, bool)}, r"lives\.alive.*an array of shape \(6,\)"),
        ({"born": np.array([7]), "parents": np.array([0])}, "lives.born names an empty row"),
        ({"born": np.array([1]), "parents": np.array([6])}, "a parent is outside 0 to 5, and not -1"),
        ({"born": np.array([1])}, r"lives\.parents.*an array of shape \(1,\)"),
        ({"died": np.array([2, 1]), "causes": np.array([0, 0])}, r"lives.died.*rows in ascending order"),
        ({"died": np.array([1]), "causes": np.array([99])}, "a cause of death is outside"),
        ({"alive": np.zeros(6, bool)}, "an empty row was given a reward, or has ended"),
    ],
)
def test_the_check_of_a_world_knows_what_lives_are(change: dict[str, Any], says: str) -> None:
    """What a world says of them is checked at every tick."""
    simulation = build_simulation(_hungry())
    _step(simulation, 1)
    outcomes = {name: simulation.outcome(name) for name in ("learners", "control")}
    nobody = np.empty(0, np.int64)
    lives = Lives(np.ones(6, bool), nobody, nobody, nobody, nobody)._replace(**change)
    object.__setattr__(outcomes["learners"], "lives", lives)
    outcomes["learners"].truncated[:] = "alive" in change
    with pytest.raises(WorldError, match=says):
        CheckedWorld(simulation.world, {"learners": 3, "control": 1}).check_outcomes(1, outcomes)

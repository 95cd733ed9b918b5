"""A world whose file is saved begins anew from it; brains stay, and where anything is wrong, so does all else."""

import copy
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import worlds
from alife.app.cli import main
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import SimulationConfig
from alife.core.command import Command, Stop
from alife.core.errors import CheckpointError, ConfigError, InterventionError
from alife.core.frame import Annotation, Frame
from alife.core.intervention import Reload
from alife.runs.replay import build_replay
from alife.runs.run_directory import RunDirectory
from alife.sim.build import build_simulation
from alife.sim.reload import FileWatch, reload_world, watch_world
from alife.sim.runner import Runner
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from tests.sim.runs import small

ROOT = Path(__file__).resolve().parents[2]
Write = Callable[..., None]
BED = """from alife.place import Place, Things

REWARD = {reward}


class Bed(Place):
    size = 4.0
    things = [Things("food", {food}, reward=1.0, cause="{cause}"), Things("slug", 4, reward=-1.0, cause="stung")]

    def on_touch(self, contacts):
        contacts.reward[contacts.of_role("food")] = REWARD
"""


def bed(reward: float = 1.0, food: int = 6, cause: str = "ate") -> str:
    """Return the code of a world."""
    return BED.format(reward=reward, food=food, cause=cause)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return what writes the module `bed`, which is there already."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bed", raising=False)

    def put(source: str) -> None:
        (tmp_path / "bed.py").write_text(source)

    put(bed())
    return put


def _config(**world: Any) -> SimulationConfig:
    return small(None, world={"kind": "bed:Bed", "copies": 2, **world})


def _lived(simulation: Simulation, ticks: int) -> Simulation:
    for _ in range(ticks):
        simulation.run_tick()
    return simulation


def _flat(state: Any) -> list[Any]:
    return [part for key in sorted(state) for part in _flat(state[key])] if isinstance(state, dict) else [state]


def _same(ours: Any, theirs: Any) -> bool:
    first, second = _flat(ours), _flat(theirs)
    return len(first) == len(second) and all(map(np.array_equal, first, second))


@pytest.mark.slow
def test_brains_stay_and_the_world_begins_anew(write: Write) -> None:
    """Learning and metrics are as they were, ticks go on, and the world is that of a run that begins with the code."""
    simulation = _lived(build_simulation(_config()), 80)
    before = copy.deepcopy({name: each.state_dict() for name, each in simulation.populations.items()})
    curves = copy.deepcopy(simulation.metrics["learners"].state_dict())
    write(bed(reward=2.0))
    reload_world(simulation)

    assert simulation.tick == 80
    assert all(_same(each.state_dict(), before[name]) for name, each in simulation.populations.items())
    assert _same(simulation.metrics["learners"].state_dict(), curves)
    assert _same(simulation.world.state_dict(), build_simulation(_config()).world.state_dict())
    simulation.run_tick()
    fresh = build_simulation(_config())
    assert np.array_equal(simulation.outcome("learners").observations, fresh.outcome("learners").observations)
    values = [event.value for event in _happened(_lived(simulation, 1), 150) if event.cause == "ate"]
    assert set(values) == {2.0}


def _happened(simulation: Simulation, ticks: int) -> list[Any]:
    found = []
    for _ in range(ticks):
        simulation.run_tick()
        found += simulation.copy_events(0)
    return found


def test_creatures_are_cut_off_and_learn_from_it(write: Write) -> None:
    """Their lives end as where an episode is cut off: what they got stays, and they begin anew with the next tick."""
    simulation, other = (_lived(build_simulation(_config()), 40) for _ in range(2))
    reload_world(simulation)

    for name in ("learners", "control"):
        ours, theirs = simulation.outcome(name), other.outcome(name)
        assert np.array_equal(ours.rewards, theirs.rewards)
        assert np.array_equal(ours.observations, theirs.observations)
        assert ours.truncated.all()
    simulation.run_tick()
    assert simulation.populations["learners"].report.learned.all()
    assert not simulation.outcome("learners").truncated.any()


@pytest.mark.slow
def test_it_is_an_intervention_hashed_logged_and_annotated(write: Write) -> None:
    """Two runs with the same reload are equal to the bit, one without is another."""
    first, second, without = (_lived(build_simulation(_config()), 30) for _ in range(3))
    event = reload_world(first)
    reload_world(second)

    assert (event.tick, event.species, event.row, event.cause, event.source) == (30, "", -1, "reload", "intervention")
    assert first.annotations(0) == first.annotations(1) == (Annotation(30, "reload"),)
    assert first.copy_events(1)[-1] == event
    assert first.events.digest == second.events.digest != without.events.digest
    assert _lived(first, 60).events.digest == _lived(second, 60).events.digest


def test_what_a_configuration_leaves_out_is_what_the_new_code_says(write: Write) -> None:
    """A number in the file takes effect; one in the configuration stays."""
    simulation, written = _lived(build_simulation(_config()), 5), _lived(build_simulation(_config(food=6)), 5)
    write(bed(food=9))
    reload_world(simulation)
    reload_world(written)

    assert [len(each.scene(0).shapes[0].centres) for each in (simulation, written)] == [9, 6]  # type: ignore[union-attr]
    assert simulation.config.world.food == 9  # type: ignore[attr-defined]
    saved = simulation.state_dict()
    simulation.load_state_dict(saved)


def test_a_change_saved_in_the_same_second_is_read(write: Write) -> None:
    """Whatever Python has compiled of a file as long as this one; and again after that."""
    simulation = build_simulation(_config())
    for reward in (3.0, 4.0, 5.0):
        write(bed(reward=reward))
        reload_world(simulation)
        assert reward == sys.modules["bed"].REWARD


@pytest.mark.slow
def test_new_causes_are_added_behind_all_others(write: Write, tmp_path: Path) -> None:
    """Events from before keep their names, also on disk, and one that was there before is the same again."""
    simulation = build_simulation(_config())
    simulation.events.write_events_to(tmp_path, 100)
    before = simulation.events.causes
    write(bed(cause="dined"))
    reload_world(simulation)

    assert simulation.events.causes == (*before, "dined")
    assert json.loads((tmp_path / "names.json").read_text())["causes"] == [*before, "dined"]
    assert {"dined", "stung"} <= {event.cause for event in _happened(simulation, 200) if event.source == "world"}
    write(bed())
    reload_world(simulation)
    assert simulation.events.causes == (*before, "dined")
    assert {"ate", "stung"} <= {event.cause for event in _happened(simulation, 200) if event.source == "world"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("class :\n", r"bed.py cannot be reloaded, SyntaxError: .*bed.py:1\)"),
        ("REWARD = 7\n1 / 0\n", r"bed.py cannot be reloaded, ZeroDivisionError: division by zero \(.*bed.py:2\)"),
        ("raise SystemExit\n", r"bed.py cannot be reloaded, SystemExit"),
        ("", r"bed.py cannot be reloaded, world.kind: the module 'bed' has no 'Bed'"),
        ("class Bed: pass\n", r"bed:Bed is no world: it does not derive from alife.core.world:World"),
        (bed().replace("size = 4.0", "size = -4.0"), r"bed.py cannot be reloaded, world.size: must be 0.001 or more"),
        (bed().replace('"food"', '"bread"'), r"world.food: unknown key"),
        (
            bed().replace(', Things("slug", 4, reward=-1.0, cause="stung")', ""),
            r"bed.py has another observation space for learners now, Box\(.*\(8,\), float32\), and brains have grown ",
        ),
        (
            bed() + "    copies = 3\n",
            r"bed.py has 3 copies now, and there are brains for 2; end the run and begin another",
        ),
        (bed() + "    def on_begin(self, copies, random):\n        1 / 0\n", r"ZeroDivisionError"),
        (
            bed() + "    def channels(self, name):\n        return ()\n    def reset(self, seed):\n        return {}\n",
            "no outcome",
        ),
    ],
)
def test_where_anything_is_wrong_all_goes_on_as_it_was(source: str, says: str, write: Write) -> None:
    """One sentence that says what and where; the run is that of one whose file was never saved."""
    if "copies = 3" in source:
        write(bed() + "    copies = 2\n")
    given = {"copies = 3": {}, '"bread"': {"copies": 2, "food": 6}}
    world = next((keys for words, keys in given.items() if words in source), {"copies": 2})
    kept = small(None, world={"kind": "bed:Bed", **world})
    simulation, other = (_lived(build_simulation(kept), 20) for _ in range(2))
    before, state = simulation.world, copy.deepcopy(simulation.state_dict())
    write(source)
    with pytest.raises(InterventionError, match=says) as caught:
        reload_world(simulation)

    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("the run goes on with the world as it was")
    assert simulation.world is before
    assert _same(simulation.state_dict(), state)
    assert sys.modules["bed"].REWARD == 1.0
    assert _lived(simulation, 60).events.digest == _lived(other, 60).events.digest


def test_a_world_of_the_house_is_reloaded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its short name; whoever imports it now gets the new one."""
    from worlds import forage

    monkeypatch.setitem(sys.modules, "worlds.forage", forage)
    monkeypatch.setattr(worlds, "forage", forage)
    simulation = build_simulation(small(None))
    reload_world(simulation)

    assert type(simulation.world) is not forage.Forage
    assert type(simulation.world) is sys.modules["worlds.forage"].Forage is worlds.forage.Forage
    _lived(simulation, 20)


# The file


def test_a_file_has_changed_once_it_is_still(tmp_path: Path) -> None:
    """Not while it is written, nor while it is away for a moment; one that is saved as it was has changed, too."""
    path = tmp_path / "a.py"
    path.write_text("a")
    watch = FileWatch(path)
    assert [watch.has_changed() for _ in range(3)] == [False] * 3
    path.write_text("ab")
    looks = [watch.has_changed()]
    path.write_text("abc")
    looks += [watch.has_changed() for _ in range(4)]
    assert looks == [False, False, True, False, False]
    os.utime(path, ns=(1, 1))
    assert [watch.has_changed() for _ in range(3)] == [False, True, False]
    path.unlink()
    assert not watch.has_changed()
    path.write_text("abcd")
    assert [watch.has_changed() for _ in range(3)] == [False, True, False]


def test_a_file_that_stays_away_has_not_changed(tmp_path: Path) -> None:
    """There is nothing to reload from."""
    path = tmp_path / "a.py"
    path.write_text("a")
    watch = FileWatch(path)
    path.unlink()

    assert [watch.has_changed() for _ in range(3)] == [False] * 3


def test_an_environment_that_is_named_by_its_id_has_no_file_to_watch() -> None:
    """One sentence that says what would be right."""
    config = small(None, world={"kind": "gymnasium", "id": "CartPole-v1"}, creatures={"learners": {}})
    with pytest.raises(ConfigError, match=r"^--reload: an environment that is named by its id .* name its class"):
        watch_world(config, build_simulation(config).world)


# In front of a screen


class _Saving:
    """A screen that saves files at some of its frames, and stops after the last."""

    def __init__(self, write: Write, sources: dict[int, str], last: int) -> None:
        self.frames: list[Frame] = []
        self._write, self._sources, self._last = write, sources, last

    def show(self, frame: Frame) -> None:
        self.frames.append(frame)
        if len(self.frames) in self._sources:
            self._write(self._sources[len(self.frames)])

    def commands(self) -> Sequence[Command]:
        return [Stop()] if len(self.frames) >= self._last else []

    def close(self) -> None: ...


def test_who_looks_sees_the_annotation_or_the_reason(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence stays in the status bar until a reload succeeds; the console has a line for each; both are kept."""
    monkeypatch.setattr("alife.sim.runner._Speedometer.update_speed", lambda self: True)
    screen = _Saving(write, {5: "class :\n", 15: bed(food=7)}, 30)
    simulation = build_simulation(_config())
    directory = RunDirectory(tmp_path / "run", "")
    Runner(simulation, directory, Interruption(), screen, watch=watch_world(simulation.config, simulation.world)).run()
    directory.write_summary({})

    said = [line for line in capsys.readouterr().err.splitlines() if line]
    assert len(said) == 2
    assert said[0].startswith("bed.py cannot be reloaded, SyntaxError")
    assert said[1].startswith("bed.py was reloaded after tick ")
    messages = [frame.message for frame in screen.frames]
    assert messages[4] == messages[-1] == ""
    assert said[0] in messages
    assert [annotation.text for annotation in screen.frames[-1].annotations] == ["reload"]
    (line,) = (tmp_path / "run" / "interventions.jsonl").read_text().splitlines()
    assert json.loads(line) == {"tick": screen.frames[-1].annotations[0].tick, "intervention": "reload"}
    assert "food: 7" in (tmp_path / "run" / "config.yaml").read_text()
    assert any(event.cause == "reload" for frame in screen.frames for event in frame.events)


def test_a_run_that_was_reloaded_is_not_lived_again(write: Write) -> None:
    """What its world was before is not kept."""
    with pytest.raises(CheckpointError, match=r"reloaded.*tick 3"):
        build_replay(_config(), [(3, Reload())], 10)


def test_without_being_asked_for_nothing_is_reloaded(write: Write, tmp_path: Path) -> None:
    """A file that is saved while a run goes on is of no interest."""
    write(bed())
    ending = launch(small(30, world={"kind": "bed:Bed"}), LaunchOptions(headless=True, out=tmp_path / "run"))

    assert ending.summary["ticks"] == 30
    assert not (tmp_path / "run" / "interventions.jsonl").exists()


@pytest.mark.slow
def test_the_command_reloads_and_a_replay_says_why_it_cannot(write: Write, tmp_path: Path) -> None:
    """In a process of its own, headless: a broken file and a good one, each with a line, then the end in order."""
    (tmp_path / "bed.yaml").write_text(
        'world: {kind: "bed:Bed", copies: 2}\n'
        "creatures: {learners: {brain: {layers: [{kind: lif, size: 8, decay: 0.5}]}}}\nview: {fps: 10}\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "run.py"), "bed.yaml", "--headless", "--reload", "--out", "run"]
    said = (tmp_path / "said").open("w+")
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=said, stdout=subprocess.DEVNULL)
    try:
        _wait(
            lambda: (tmp_path / "run" / "metrics.jsonl").exists() and (tmp_path / "run" / "metrics.jsonl").read_text()
        )
        write("class :\n")
        _wait(lambda: "cannot be reloaded, SyntaxError" in (tmp_path / "said").read_text())
        write(bed(reward=2.0))
        _wait(lambda: "bed.py was reloaded after tick " in (tmp_path / "said").read_text())
        process.terminate()
        assert process.wait(60) == 143
    finally:
        process.kill()
        said.close()

    assert len((tmp_path / "said").read_text().splitlines()) == 3  # the last says that it saves
    assert (tmp_path / "run" / "checkpoints").exists()
    assert main(["replay", str(tmp_path / "run"), "--headless", "--trust"]) == CheckpointError.exit_code


def _wait(happened: Callable[[], Any]) -> None:
    for _ in range(600):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen within a minute")


def test_seeds_are_not_reloaded(capsys: pytest.CaptureFixture[str]) -> None:
    """Many runs would not be the same any more."""
    assert main(["run", "--reload", "--seeds", "0-1"]) == 2
    assert "error: --reload: is for one run in a window" in capsys.readouterr().err


def test_a_state_saved_before_anybody_was_told_goes_on_alike(write: Write) -> None:
    """Between a reload and the next tick, too: creatures then find themselves in the world that has begun."""
    simulation = _lived(build_simulation(_config()), 20)
    reload_world(simulation)
    again = build_simulation(_config())
    again.load_state_dict(copy.deepcopy(simulation.state_dict()))

    assert _lived(simulation, 20).events.digest == _lived(again, 20).events.digest
    assert _same(simulation.state_dict(), again.state_dict())

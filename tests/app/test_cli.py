"""The command line, used as a person uses it; in a process of its own where it is the process that matters."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from alife.app.cli import main
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import SimulationConfig
from alife.core.errors import DiskError, WorldError
from alife.runs.checkpoints import last_checkpoint
from alife.sim.progress import Progress
from alife.sim.signals import Interruption
from tests.command import DUMMY_SCREEN, NO_SCREEN, ROOT, Finished, alife
from tests.forked import forked
from tests.sim.runs import small

CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
FORAGE = ROOT / "configs" / "forage.yaml"
SMALL = ["--set", "world.copies=2", "--ticks", "300"]


def run(*words: str | Path, cwd: Path = ROOT, env: dict[str, str] = NO_SCREEN) -> Finished:
    """Return what `alife run` answers to these words."""
    return alife("run", *words, cwd=cwd, env=env)


def _process(*words: str | Path, env: dict[str, str] = NO_SCREEN) -> "subprocess.Popen[str]":
    """Start `python run.py` with these words in a process of its own."""
    command = [sys.executable, ROOT / "run.py", *words]
    return subprocess.Popen(
        list(map(str, command)), cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _summary(finished: Finished) -> dict[str, Any]:
    assert finished.returncode == 0, finished.stderr
    summary: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return summary


@pytest.mark.slow
def test_commands_after_one_another_leave_nothing_behind() -> None:
    """What is exempt from the garbage collector is what was imported, not what commands before have left."""
    for _ in range(3):
        alife("validate", FORAGE)
    kept = gc.get_freeze_count()
    for _ in range(10):
        alife("validate", FORAGE)

    assert gc.get_freeze_count() < kept + 1000


def test_the_list_names_every_config_with_one_sentence() -> None:
    """--list prints a line for each file in configs/, with a sentence behind its name."""
    lines = run("--list").stdout.splitlines()

    assert [line.split()[0] for line in lines] == [path.name for path in CONFIGS]
    assert all(line.rstrip().endswith(".") and len(line.split()) > 5 for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("said", [[], ["--quiet"]])
def test_quiet_reaches_the_run(said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run, and one that goes on, say nothing of progress where that is asked for."""
    told: list[bool] = []
    monkeypatch.setattr("alife.sim.runner.Progress", lambda quiet: told.append(quiet) or Progress(quiet))
    run(FORAGE, *SMALL, "--headless", "--out", tmp_path / "run", *said)
    run_again = alife("resume", tmp_path / "run", "--headless", "--ticks", "1000", *said)

    assert run_again.returncode == 0
    assert told == [bool(said)] * 2


@pytest.mark.slow
@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_shipped_config_runs(path: Path, tmp_path: Path) -> None:
    """Each file in configs/ runs for twenty ticks and leaves a whole run directory; so far as its package is here."""
    package, colon, _ = str(yaml.safe_load(path.read_text())["world"].get("id", "")).partition(":")
    if colon and find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    summary = _summary(run(path, "--headless", "--ticks", "20", "--json", "--out", tmp_path / "run"))

    assert summary["ticks"] == 20
    names = {part.name for part in (tmp_path / "run").iterdir()}
    lives = {"lives"} if "metabolism" in path.read_text() else set()  # in others none dies
    assert names == {"config.yaml", "metrics.jsonl", "events", "checkpoints", "summary.json", "sums.json"} | lives
    (line,) = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert json.loads(line)["tick"] == 20


@pytest.mark.slow
def test_the_summary_holds_what_it_promises(tmp_path: Path) -> None:
    """--json prints the summary as the last line, as it stands in the run directory; the config is complete."""
    summary = _summary(run("configs/forage.yaml", *SMALL, "--headless", "--json", "--out", tmp_path / "a b"))
    config = yaml.safe_load((tmp_path / "a b" / "config.yaml").read_text())
    lines = (tmp_path / "a b" / "metrics.jsonl").read_text().splitlines()

    assert summary == json.loads((tmp_path / "a b" / "summary.json").read_text())
    assert {"ticks", "seconds", "creature_ticks_per_second", "event_log_sha256", "peak_rss_mb"} <= set(summary)
    species = summary["species"]["learners"]
    assert {"rows", "backward_share", "learning_state_bytes", "firing_rate"} <= set(species)
    assert len(species["reward_per_100_ticks"]) == 10
    assert config["creatures"]["control"]["brain"] == config["creatures"]["learners"]["brain"]
    assert [json.loads(line)["tick"] for line in lines] == [100, 200, 300]


@pytest.mark.slow
def test_the_hash_is_the_same_with_window_with_film_and_headless(tmp_path: Path) -> None:
    """Looking never changes what happens."""
    film = tmp_path / "film.mp4"
    fast = ["--set", "view.ticks_per_second=600", "--json"]
    runs = {
        "headless": run(FORAGE, *SMALL, *fast, "--headless", cwd=tmp_path),
        "window": run(FORAGE, *SMALL, *fast, cwd=tmp_path, env=DUMMY_SCREEN),
        "film": run(FORAGE, *SMALL, *fast, "--headless", "--record", film, cwd=tmp_path),
        "no screen": run(FORAGE, *SMALL, *fast, cwd=tmp_path),
    }

    assert len({_summary(run)["event_log_sha256"] for run in runs.values()}) == 1
    assert film.stat().st_size > 10_000


@pytest.mark.slow
def test_without_a_screen_a_bounded_run_leaves_pictures_and_names_them(tmp_path: Path) -> None:
    """Without a window, one line says so, and a learning curve and a film stay in the run directory."""
    finished = run(FORAGE, "--ticks", "100", "--out", tmp_path / "run")

    assert finished.returncode == 0
    assert len(finished.stderr.splitlines()) == 1
    for name in ("curve.png", "film.mp4"):
        assert (tmp_path / "run" / name).stat().st_size > 5_000
        assert str(tmp_path / "run" / name) in finished.stdout


@pytest.mark.slow
def test_a_run_is_quiet_where_there_is_no_terminal(tmp_path: Path) -> None:
    """Headless and not on a terminal, a process writes nothing at all to standard error."""
    with forked("run", FORAGE, *SMALL, "--headless", "--out", tmp_path / "run") as process:
        code, _, said = process.finished()

    assert (code, said) == (0, "")


@pytest.mark.slow
def test_no_run_overwrites_another(tmp_path: Path) -> None:
    """--out is refused if something is in it, and taken if it is empty."""
    (tmp_path / "empty").mkdir()
    first = run(FORAGE, *SMALL, "--headless", "--out", tmp_path / "empty")
    second = run(FORAGE, *SMALL, "--headless", "--out", tmp_path / "empty")

    assert (first.returncode, second.returncode) == (0, 2)
    assert "empty" in second.stderr


@pytest.mark.slow
def test_a_signal_stops_a_window_in_order(tmp_path: Path) -> None:
    """Whatever SDL would make of it, in a process of its own."""
    process = _process(FORAGE, "--ticks", "1000000", "--out", tmp_path / "run", env=DUMMY_SCREEN)
    _wait_for(tmp_path / "run" / "metrics.jsonl")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    _check_stopped_in_order(process.returncode, 130, said, tmp_path / "run")


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_stops_the_run_in_order(number: int, code: int, tmp_path: Path) -> None:
    """Asked to stop, a run says so, ends its tick, saves, and leaves with the code of the signal."""
    words = (FORAGE, *SMALL, "--ticks", "1000000", "--headless", "--out", tmp_path / "run")
    with forked("run", *words) as process:
        _wait_for(tmp_path / "run" / "metrics.jsonl")
        process.send_signal(number)
        returned, _, said = process.finished()

    _check_stopped_in_order(returned, code, said, tmp_path / "run")


def _check_stopped_in_order(returned: int, code: int, said: str, out: Path) -> None:
    assert returned == code
    assert "saving; once more ends at once" in said
    assert last_checkpoint(out / "checkpoints").state["tick"] > 0
    summary = json.loads((out / "summary.json").read_text())
    assert summary["ended"] == "interrupted"
    assert summary["ticks"] > 0


_SIGNAL_DURING_IMPORTS = """
import os, signal, sys
from alife.app import cli

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "numba" and not self.sent:
            self.sent = True
            os.kill(os.getpid(), signal.SIGINT)
    sent = False

sys.meta_path.insert(0, Finder())
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_a_signal_before_the_first_tick_is_not_lost(tmp_path: Path) -> None:
    """Asked to stop while it still loads, a run ends in order before its first tick, and leaves no film."""
    out, film = tmp_path / "run", tmp_path / "film.mp4"
    run = ["run", FORAGE, "--headless", "--ticks", "1000000", "--out", out, "--record", film]
    command = [sys.executable, "-c", _SIGNAL_DURING_IMPORTS, *run]
    finished = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (finished.returncode, finished.stderr) == (130, "saving; once more ends at once\n")
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["ended"], summary["ticks"]) == ("interrupted", 0)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["configs/forrage.yaml"], 2, "configs/forrage.yaml"),
        ([FORAGE, "--ticks", "many"], 2, "ticks"),
        ([FORAGE, "--ticks", ""], 2, "ticks: must be a whole number"),
        ([FORAGE, "--ticks", "null"], 2, "ticks: must be a whole number"),
        ([FORAGE, "--seed", ""], 2, "seed: must be a whole number"),
        ([FORAGE, "--set", "view.fps=241"], 2, "view.fps: must be 240 or less"),
        ([FORAGE, "--set", "view.ticks_per_second=0.5"], 2, "view.ticks_per_second: must be 1 or more"),
        ([FORAGE, "--set", "view.ticks_per_second=200000"], 2, "view.ticks_per_second: must be 100000 or less"),
        ([FORAGE, "--record", "tests"], 6, "directory"),
        ([FORAGE, "--set", "world.sise=3"], 2, "'size'"),
        ([FORAGE, "--set", "world.size=-3"], 2, "world.size"),
        ([FORAGE, "--set", "world.kind=forrage"], 2, "forage"),
        ([FORAGE, "--set", "world.kind=tests.sim.broken_world:BrokenWorld"], 3, "RuntimeError at tick 5"),
        ([FORAGE, "--set", "creatures.learners.rewards=shuffled", "--set", "world.copies=1"], 2, "shuffled"),
        ([FORAGE, "--record", "/nowhere/film.mp4"], 6, "film.mp4"),
        ([FORAGE, "--out", "/proc/run"], 6, "/proc/run"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    arguments: list[str | Path], code: int, says: str, tmp_path: Path
) -> None:
    """What a user gets wrong is said in one line with its exit code; no traceback, and no half-made run."""
    out = [] if "--out" in arguments else ["--out", tmp_path / "run"]
    finished = run(*arguments, "--headless", *out, *([] if "--ticks" in arguments else ["--ticks", "50"]))

    assert finished.returncode == code, finished.stderr
    assert says in finished.stderr
    assert "Traceback" not in finished.stderr
    assert len(finished.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_failure_late_in_a_run_leaves_whole_files(tmp_path: Path) -> None:
    """A world that fails after metrics were written leaves them, and a summary that says how the run ended."""
    changes = ["world.kind=tests.sim.broken_world:BrokenWorld", "world.at=250", "world.fault=nan reward"]
    world = [part for change in [*changes, "world.copies=2"] for part in ("--set", change)]
    finished = run(FORAGE, "--headless", "--out", tmp_path / "run", *world)

    assert finished.returncode == 3, finished.stderr
    assert "row 1" in finished.stderr
    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["tick"] for line in lines] == [100, 200, 249]
    assert "row 1" in json.loads((tmp_path / "run" / "summary.json").read_text())["ended"]


def test_a_working_directory_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    """Where the working directory has been removed, a run says so and does not begin."""
    (tmp_path / "gone").mkdir()
    run = f"cd gone && rmdir ../gone && exec '{sys.executable}' '{ROOT}/run.py' '{FORAGE}' --headless --ticks 5 --out"
    finished = subprocess.run(
        ["bash", "-c", f"{run} '{tmp_path}/run'"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    sentence = "error: the working directory is not there any more; change to one that is\n"
    assert (finished.returncode, finished.stderr) == (2, sentence)
    assert list(tmp_path.iterdir()) == []


def _broken(at: int, ticks: int = 200, **record: int) -> SimulationConfig:
    world = {"kind": "tests.sim.broken_world:BrokenWorld", "copies": 2, "at": at}
    return small(ticks, world=world, record=record)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "metrics", "stays"), [(5, 10, False), (10, 10, False), (11, 10, True), (100, 500, False), (101, 500, True)]
)
def test_a_failed_run_stays_if_there_is_something_to_keep(at: int, metrics: int, stays: bool, tmp_path: Path) -> None:
    """After its first line of metrics, or a hundred ticks, a failed run leaves whole files; before, it leaves nothing.

    An unfinished film goes in any case, and a file that it was to replace stays as it was.
    """
    film = tmp_path / "film.mp4"
    film.write_text("before")
    record = film if at < 100 else None  # which takes a while
    with pytest.raises(WorldError, match="the sky fell"):
        launch(_broken(at, metrics=metrics), LaunchOptions(headless=True, out=tmp_path / "run", record=record))

    assert film.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == ({"film.mp4", "run"} if stays else {"film.mp4"})
    if stays:
        assert "the sky fell" in json.loads((tmp_path / "run" / "summary.json").read_text())["ended"]
        last = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()[-1]
        assert json.loads(last)["tick"] == at - 1


def test_a_mistake_of_ours_leaves_nothing_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is raised while a run starts, no half-made directory stays."""
    monkeypatch.setattr("alife.sim.runner.Runner.run", _raise(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        launch(small(), LaunchOptions(headless=True, out=tmp_path / "run"))

    assert list(tmp_path.iterdir()) == []


def test_the_first_error_is_the_news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a run fails and its last events cannot be written either, the user hears of the first; the summary, too."""
    monkeypatch.setattr("alife.sim.events.EventLog.flush_events", _raise(OSError(28, "No space left on device")))
    with pytest.raises(WorldError, match="the sky fell"):
        launch(_broken(150), LaunchOptions(headless=True, out=tmp_path / "run"))

    assert "the sky fell" in json.loads((tmp_path / "run" / "summary.json").read_text())["ended"]


def _raise(error: BaseException) -> Callable[..., None]:
    def fail(*_: Any) -> None:
        raise error

    return fail


@pytest.mark.slow
def test_a_curve_that_cannot_be_saved_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk at the very end is an error of the disk; the run stays, without half a picture."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    error = OSError(28, "No space left on device")
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda *_, **__: _raise(error)())
    with pytest.raises(DiskError, match=r"curve\.png: .* \(No space left on device\)$"):
        launch(small(), LaunchOptions(out=tmp_path / "run"))

    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == {"config.yaml", "metrics.jsonl", "events", "checkpoints", "summary.json", "sums.json", "film.mp4"}


@pytest.mark.slow
def test_only_pictures_that_exist_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is stopped before its first tick has no film to name."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    interruption = Interruption()
    interruption.hear_signal(signal.SIGTERM)
    ending = launch(small(), LaunchOptions(out=tmp_path / "run"), interruption)

    assert (ending.exit_code, ending.summary["ticks"]) == (143, 0)
    assert ending.pictures == (tmp_path / "run" / "curve.png",)
    assert ending.pictures[0].exists()


def test_a_run_can_be_launched_from_any_thread(tmp_path: Path) -> None:
    """As a library, without an interruption of its own, it needs no main thread."""
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(launch, small(15), LaunchOptions(headless=True, out=tmp_path / "run")).result()

    assert ending.exit_code == 0
    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["tick"] for line in lines] == [10, 15]


@pytest.mark.slow
def test_validate_answers_quickly() -> None:
    """Alife validate says that a configuration is fine, without a window or a run."""
    command = [sys.executable, "-m", "alife", "validate", str(FORAGE)]
    before = os.times().children_user
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stderr
    assert "fine" in finished.stdout
    assert os.times().children_user - before < 6  # seconds of the processor; most of it imports torch


def test_validate_asks_world_and_brains(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the file alone cannot tell is found, too: a readout that does not fit the motor."""
    config = tmp_path / "misfit.yaml"
    config.write_text("world: {kind: forage}\ncreatures: {learners: {brain: {readout: {kind: lig}}}}\n")

    assert main(["validate", str(config)]) == 2
    assert "creatures.learners.brain.readout: lig does not fit the action space" in capsys.readouterr().err


@pytest.mark.slow
def test_a_replay_needs_no_screen(tmp_path: Path) -> None:
    """Without one it says so, and then whether it equals the run."""
    run(FORAGE, *SMALL, "--headless", "--out", tmp_path / "run")
    finished = alife("replay", tmp_path / "run")

    assert (finished.returncode, finished.stdout) == (0, "the replay equals the run\n")
    assert finished.stderr.endswith("going on without a window.\n")


def test_a_replay_of_what_is_no_run_is_one_sentence(tmp_path: Path) -> None:
    """With the exit code of a wrong command line."""
    finished = alife("replay", tmp_path)

    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith(f"error: {tmp_path}: this is no run directory; name one that")
    assert len(finished.stderr.splitlines()) == 1

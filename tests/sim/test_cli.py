"""The command line, used as a person uses it: in processes of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
NO_SCREEN = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
DUMMY_SCREEN = {**NO_SCREEN, "SDL_VIDEODRIVER": "dummy"}
FORAGE = ROOT / "configs" / "forage.yaml"
SMALL = ["--set", "world.copies=2", "--ticks", "300"]


def alife(
    *arguments: str | Path, cwd: Path = ROOT, env: dict[str, str] = NO_SCREEN
) -> subprocess.CompletedProcess[str]:
    """Run `python run.py` with these arguments."""
    command = [sys.executable, str(ROOT / "run.py"), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)


def _summary(finished: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert finished.returncode == 0, finished.stderr
    summary: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return summary


def test_the_list_names_every_config_with_one_sentence() -> None:
    """--list prints a line for each file in configs/, with a sentence behind its name."""
    lines = alife("--list").stdout.splitlines()

    assert [line.split()[0] for line in lines] == [path.name for path in CONFIGS]
    assert all(line.rstrip().endswith(".") and len(line.split()) > 5 for line in lines)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_shipped_config_runs(path: Path, tmp_path: Path) -> None:
    """Each file in configs/ runs for twenty ticks and leaves a whole run directory."""
    summary = _summary(alife(path, "--headless", "--ticks", "20", "--json", "--out", tmp_path / "run"))

    assert summary["ticks"] == 20
    names = {part.name for part in (tmp_path / "run").iterdir()}
    assert names == {"config.yaml", "metrics.jsonl", "events", "summary.json"}


def test_the_summary_holds_what_it_promises(tmp_path: Path) -> None:
    """--json prints the summary as the last line, as it stands in the run directory; the config is complete."""
    summary = _summary(alife("configs/forage.yaml", *SMALL, "--headless", "--json", "--out", tmp_path / "a b"))
    config = yaml.safe_load((tmp_path / "a b" / "config.yaml").read_text())
    lines = (tmp_path / "a b" / "metrics.jsonl").read_text().splitlines()

    assert summary == json.loads((tmp_path / "a b" / "summary.json").read_text())
    assert {"ticks", "seconds", "creature_ticks_per_second", "event_log_sha256", "peak_rss_mb"} <= set(summary)
    species = summary["species"]["learners"]
    assert {"rows", "backward_share", "learning_state_bytes", "firing_rate"} <= set(species)
    assert len(species["reward_per_100_ticks"]) == 10
    assert config["creatures"]["control"]["brain"] == config["creatures"]["learners"]["brain"]
    assert [json.loads(line)["tick"] for line in lines] == [100, 200, 300]


def test_the_hash_is_the_same_with_window_with_film_and_headless(tmp_path: Path) -> None:
    """Looking never changes what happens."""
    film = tmp_path / "film.mp4"
    fast = ["--set", "view.ticks_per_frame=20", "--json"]
    runs = {
        "headless": alife(FORAGE, *SMALL, *fast, "--headless", cwd=tmp_path),
        "window": alife(FORAGE, *SMALL, *fast, cwd=tmp_path, env=DUMMY_SCREEN),
        "film": alife(FORAGE, *SMALL, *fast, "--headless", "--record", film, cwd=tmp_path),
        "no screen": alife(FORAGE, *SMALL, *fast, cwd=tmp_path),
    }

    assert len({_summary(run)["event_log_sha256"] for run in runs.values()}) == 1
    assert film.stat().st_size > 10_000


def test_without_a_screen_a_bounded_run_leaves_pictures_and_names_them(tmp_path: Path) -> None:
    """Where nobody can look, one line says so, and a learning curve and a film stay in the run directory."""
    finished = alife(FORAGE, *SMALL, "--out", tmp_path / "run")

    assert finished.returncode == 0
    assert len(finished.stderr.splitlines()) == 1
    for name in ("curve.png", "film.mp4"):
        assert (tmp_path / "run" / name).stat().st_size > 5_000
        assert str(tmp_path / "run" / name) in finished.stdout


def test_a_run_is_quiet_where_there_is_no_terminal(tmp_path: Path) -> None:
    """Headless and not on a terminal, nothing at all is written to standard error."""
    assert alife(FORAGE, *SMALL, "--headless", "--out", tmp_path / "run").stderr == ""


def test_no_run_overwrites_another(tmp_path: Path) -> None:
    """--out is refused if something is in it, and taken if it is empty."""
    (tmp_path / "empty").mkdir()
    first = alife(FORAGE, *SMALL, "--headless", "--out", tmp_path / "empty")
    second = alife(FORAGE, *SMALL, "--headless", "--out", tmp_path / "empty")

    assert (first.returncode, second.returncode) == (0, 2)
    assert "empty" in second.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("env", [NO_SCREEN, DUMMY_SCREEN], ids=["headless", "window"])
def test_a_signal_stops_the_run_in_order(number: int, code: int, env: dict[str, str], tmp_path: Path) -> None:
    """Asked to stop, a run ends its tick, writes its summary and leaves with the code of the signal."""
    out = tmp_path / "run"
    arguments = [FORAGE, "--ticks", "1000000", "--out", out, *([] if env is DUMMY_SCREEN else ["--headless"])]
    process = subprocess.Popen([sys.executable, ROOT / "run.py", *map(str, arguments)], env=env, cwd=ROOT)
    _wait_for(out / "metrics.jsonl")
    process.send_signal(number)

    assert process.wait(30) == code
    summary = json.loads((out / "summary.json").read_text())
    assert summary["ended"] == "interrupted"
    assert summary["ticks"] > 0


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["configs/forrage.yaml"], 2, "configs/forrage.yaml"),
        ([FORAGE, "--ticks", "many"], 2, "ticks"),
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
    finished = alife(*arguments, "--headless", *out, *([] if "--ticks" in arguments else ["--ticks", "50"]))

    assert finished.returncode == code, finished.stderr
    assert says in finished.stderr
    assert "Traceback" not in finished.stderr
    assert len(finished.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_failure_late_in_a_run_leaves_whole_files(tmp_path: Path) -> None:
    """A world that fails after metrics were written leaves them, and a summary that says how the run ended."""
    changes = ["world.kind=tests.sim.broken_world:BrokenWorld", "world.at=250", "world.fault=nan reward"]
    world = [part for change in [*changes, "world.copies=2"] for part in ("--set", change)]
    finished = alife(FORAGE, "--headless", "--out", tmp_path / "run", *world)

    assert finished.returncode == 3, finished.stderr
    assert "row 1" in finished.stderr
    assert len((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()) == 2
    assert "row 1" in json.loads((tmp_path / "run" / "summary.json").read_text())["ended"]


def test_validate_answers_quickly() -> None:
    """Alife validate says that a configuration is fine, without a window or a run."""
    command = [sys.executable, "-m", "alife", "validate", str(FORAGE)]
    begun = time.monotonic()
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stderr
    assert "fine" in finished.stdout
    assert time.monotonic() - begun < 10  # three seconds on an idle machine

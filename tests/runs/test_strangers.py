"""Runs of strangers: damaged or made to do harm, they are refused in one line, and run no code of theirs unasked."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import alife as library
from alife.app.launch import LaunchOptions, launch
from alife.core.errors import CheckpointError
from alife.runs import Run, _read_files
from alife.runs._json import parse_json
from alife.runs.sums import SUMS_FILE, sums_text
from benchmarks.reliability.files import BROKEN, OTHER, REFUSED, SAME, TAKEN, attack_files
from benchmarks.reliability.hostile import COMMANDS, attack_case, cases
from tests.command import NO_SCREEN, alife
from tests.errors import names, naming
from tests.sim.runs import small

CONFIG = small(400, record={"metrics": 100, "spikes": {"learners": [0]}})
_LAST = "checkpoints/000000000400"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a run with everything that a run can leave."""
    path = tmp_path_factory.mktemp("whole") / "run"
    launch(CONFIG, LaunchOptions(headless=True, out=path, quiet=True))
    (path / "interventions.jsonl").write_text("")
    (path / SUMS_FILE).write_text(sums_text(path))
    return path


@pytest.mark.slow
def test_no_changed_byte_and_no_cut_is_a_traceback_or_another_state(whole: Path) -> None:
    """Nothing is used that has changed, but a configuration that is one."""
    counts, faults = attack_files(whole, 240, 80, seed=1)

    assert faults == []
    assert counts[TAKEN] == counts[BROKEN] == 0
    assert counts[REFUSED] > 200
    assert counts[SAME] + counts[OTHER] > 0


_READS = {
    "load": ("",),
    "replay": ("config.yaml", "summary.json a", "interventions.jsonl"),
    "resume": ("forged", "places", f"{_LAST}/", "events a", "checkpoints a"),
    "then-and-now": ("forged no", "forged tick", f"{_LAST}/arrays"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["load", *(pytest.param(each, marks=pytest.mark.slow) for each in COMMANDS if each != "load")]
)
def test_what_means_harm_is_refused_in_one_line(whole: Path, tmp_path: Path, command: str) -> None:
    """Pipes, devices, links, lies in headers, forged states, deep and huge JSON: within a second and 200 MB."""
    attack_case(whole, tmp_path, lambda _: None, command)  # so that all it needs is loaded
    chosen = [(name, case) for name, case in cases(whole).items() if name.startswith(_READS[command])]
    if command == "load":
        chosen = [(name, case) for name, case in chosen if not name.startswith(_READS["resume"][:3])]

    assert len(chosen) > 20
    assert [f"{name}: {fault}" for name, case in chosen if (fault := attack_case(whole, tmp_path, case, command))] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("forged no brain", "000400 ... populations/learners/brain"),
        ("forged another key", "world/'extra'"),
        ("forged weights of another shape", "populations/learners/brain/layers.0/weight ... shape"),
        ("forged weights of another type", "populations/learners/brain/layers.0/weight ... float32"),
        ("forged population tick below zero", "populations/learners/tick"),
        ("forged an action that is none", "action"),
        ("forged places that are no numbers", "world/positions ... finite"),
        ("forged clamps that are none", "populations/learners/interventions/outputs"),
        ("places of a terabyte", "metrics.jsonl"),
        (f"{_LAST}/state.json a pipe", "state.json ... regular file"),
    ],
)
def test_a_forged_state_is_refused_by_the_name_of_the_key(whole: Path, tmp_path: Path, case: str, says: str) -> None:
    """Though all its hashes are right."""
    cases(whole)[case](copy := _copy(whole, tmp_path))
    ended = alife("resume", copy, "--headless", "--ticks", "410")

    assert ended.returncode == 5
    assert names(ended.stderr, says)


def _copy(whole: Path, to: Path) -> Path:
    return Path(shutil.copytree(whole, to / "run"))


@pytest.mark.slow
@pytest.mark.parametrize("file", ["metrics.jsonl", "summary.json", "config.yaml", "events/names.json", "events"])
def test_who_goes_on_writes_nowhere_else(whole: Path, tmp_path: Path, file: str) -> None:
    """A link in a run leads nowhere: what it points to stays as it was."""
    run, outside = _copy(whole, tmp_path), tmp_path / "outside"
    (run / file).rename(outside)
    (run / file).symlink_to(outside)
    before = [path.read_bytes() for path in (outside, *outside.rglob("*")) if path.is_file()]
    ended = alife("resume", run, "--headless", "--ticks", "410")

    assert (ended.returncode, len(ended.stderr.splitlines())) == (5, 1)
    assert [path.read_bytes() for path in (outside, *outside.rglob("*")) if path.is_file()] == before


def test_a_run_that_was_killed_may_end_in_half_a_line(whole: Path, tmp_path: Path) -> None:
    """Or in what a crash of the machine leaves of one."""
    run = _copy(whole, tmp_path)
    (run / "summary.json").unlink()
    with (run / "metrics.jsonl").open("ab") as file:
        file.write(bytes(4096))
    loaded = library.load(run)

    assert isinstance(loaded, Run)
    assert loaded.metrics["learners"]["tick"].tolist() == [100, 200, 300, 400]


def test_json_of_a_run_is_read_as_it_was_written() -> None:
    """Numbers that only a state may have are taken where they are asked for."""
    state = {"a": [1, -2.5, None, True, "\u00e9"], "b": {"c": 2**90, "d": float("inf")}}

    assert parse_json(json.dumps(state).encode(), "here", any_number=True) == state
    with pytest.raises(CheckpointError, match=naming("here ... 64 bits")):
        parse_json(json.dumps(state).encode(), "here")


_CODE = "from pathlib import Path\nPath(__file__).with_suffix('.ran').touch()\n"
_FOREIGN = {
    "a world": ({"world": {"kind": "evil:World"}}, "evil:World"),
    "a rule": ({"creatures": {"learners": {"learning": {"kind": "evil.rules:Rule"}}}}, "evil.rules:Rule"),
    "a neuron": ({"creatures": {"learners": {"brain": {"layers": ["evil:Neuron"]}}}}, "evil:Neuron"),
    "a sense": ({"creatures": {"learners": {"body": {"senses": ["evil:Sense"]}}}}, "evil:Sense"),
    "a library's class": ({"creatures": {"learners": {"brain": {"encoder": "torch.nn:Linear"}}}}, "torch.nn:Linear"),
    "an environment": ({"world": {"kind": "gymnasium", "id": "evil:Env-v0"}}, "evil"),
    "an environment by a long name": ({"world": {"kind": "worlds.gymnasium:Gymnasium", "id": "evil:Env-v0"}}, "evil"),
}


@pytest.mark.parametrize("what", _FOREIGN)
@pytest.mark.parametrize("command", ["replay", "resume", "show", "then-and-now"])
def test_code_of_others_is_not_imported_unasked(whole: Path, tmp_path: Path, command: str, what: str) -> None:
    """Exit code 2, one sentence with its name and how to allow it; and `alife.load` does not need it."""
    run, (config, name) = _copy(whole, tmp_path), _FOREIGN[what]
    (run / "config.yaml").write_text(json.dumps(config))
    for place in (tmp_path, run):
        (place / "evil.py").write_text(_CODE)
    ended = alife(command, run, cwd=tmp_path)

    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert names(ended.stderr, f"{name} ... --trust")
    loaded = library.load(run)
    assert isinstance(loaded, Run)
    assert loaded.config == config
    assert not list(tmp_path.rglob("*.ran"))


@pytest.mark.slow
def test_code_that_is_trusted_runs(tmp_path: Path) -> None:
    """A world in the working directory is found by who goes on, lives it again or films it, if trusted."""
    world = "from worlds.forage import Forage\n\n\nclass Mine(Forage):\n    pass\n"
    (tmp_path / "trusted_world_of_mine.py").write_text(world)
    changes = ["--set", "world.kind=trusted_world_of_mine:Mine", "--set", "creatures.learners.count=1"]
    begun = alife("run", "--headless", "--ticks", "50", "--out", "run", *changes, cwd=tmp_path)
    assert begun.returncode == 0
    assert alife("replay", "run", "--headless", cwd=tmp_path).returncode == 2
    assert alife("replay", "run", "--headless", "--trust", cwd=tmp_path).stdout == "the replay equals the run\n"
    assert alife("resume", "run", "--headless", "--ticks", "60", "--trust", cwd=tmp_path).returncode == 0
    filmed = alife("then-and-now", "run", "--seconds", "0.1", "-o", "film", "--trust", cwd=tmp_path)
    assert filmed.returncode == 0


@pytest.mark.slow
def test_files_beside_a_run_stand_in_for_no_library(whole: Path, tmp_path: Path) -> None:
    """A json.py where one works, or in the run, is not imported, not even by `python -m alife`."""
    run = _copy(whole, tmp_path)
    for name in ("json", "numpy", "typing", "yaml", "re", "safetensors", "pathlib", "matplotlib"):
        for place in (tmp_path, run):
            (place / f"{name}.py").write_text(_CODE)
    for command in (["-m", "alife"], ["-c", "from alife.app.cli import main; import sys; sys.exit(main())"]):
        interpreter = [sys.executable, *(["-P"] if command[0] == "-c" else []), *command]
        words = [*interpreter, "replay", str(run), "--headless"]
        ended = subprocess.run(words, cwd=tmp_path, env=NO_SCREEN, capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stdout) == (0, "the replay equals the run\n"), ended.stderr
    assert not list(tmp_path.rglob("*.ran"))


def test_a_line_is_read_up_to_a_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of just that length is read, also where it is the last that counts; a longer one is named."""
    monkeypatch.setattr(_read_files, "MOST_LINE", 8)
    file = tmp_path / "metrics.jsonl"
    file.write_text("1234567\n12345678\n")

    assert [line for _, line in _read_files.read_lines(file, 8)] == [b"1234567\n"]
    with pytest.raises(CheckpointError, match=naming("metrics.jsonl, line 2")):
        list(_read_files.read_lines(file))

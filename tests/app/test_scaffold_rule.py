"""`alife new-rule`: what it writes works as it stands, and it never writes over anything."""

import subprocess
import sys
from pathlib import Path

import pytest

from alife.app.cli import main
from tests.command import ROOT, alife


def _run(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_what_it_writes_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its test passes, linter and type checker are content, and creatures live by it."""
    monkeypatch.chdir(tmp_path)
    assert main(["new-rule", "three_hands"]) == 0
    tested = _run("pytest", "-q", "test_three_hands.py", folder=tmp_path)
    typed = _run("mypy", tmp_path / "three_hands.py", folder=ROOT)
    linted = _run("ruff", "check", "--config", ROOT / "pyproject.toml", "--ignore", "I001", ".", folder=tmp_path)
    kind = "creatures.learners.learning.kind=three_hands:ThreeHands"
    lived = alife("run", "--headless", "--ticks", "60", "--set", kind, cwd=tmp_path)

    for finished in (tested, typed, linted, lived):
        assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Oja", "'Oja'"),
        ("../oja", "is no name for a module"),
        ("lambda", "is no name for a module"),
        ("none", "a class None would hide"),
        ("layer", "a class Layer would hide"),
        ("random", "there is a module or folder called 'random' already"),
    ],
)
def test_names_that_do_not_serve(
    name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is refused in one sentence, and nothing is written."""
    monkeypatch.chdir(tmp_path)

    assert main(["new-rule", name]) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("there", ["oja.py", "test_oja.py"])
def test_nothing_is_written_over(
    there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is there stays as it is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / there).write_text("mine")

    assert main(["new-rule", "oja"]) == 2
    assert f"{there} is here already" in capsys.readouterr().err
    assert (tmp_path / there).read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1

"""`alife new-world`: what it writes works as it stands, and it never writes over anything."""

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
    """Its test passes, linter and type checker are content, and creatures live in it."""
    monkeypatch.chdir(tmp_path)
    assert main(["new-world", "moss_garden"]) == 0
    tested = _run("pytest", "-q", "test_moss_garden.py", folder=tmp_path)
    typed = _run("mypy", tmp_path / "moss_garden.py", folder=ROOT)
    linted = _run("ruff", "check", "--config", ROOT / "pyproject.toml", "--ignore", "I001", ".", folder=tmp_path)
    lived = alife("run", "moss_garden.yaml", "--headless", "--ticks", "60", cwd=tmp_path)

    for finished in (tested, typed, linted, lived):
        assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Pond", "new-world: 'Pond'"),
        ("place", "new-world: a class Place would hide"),
        ("random", "new-world: there is a module or folder called 'random' already"),
    ],
)
def test_names_that_do_not_serve(
    name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is refused in one sentence, and nothing is written."""
    monkeypatch.chdir(tmp_path)

    assert main(["new-world", name]) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("there", ["pond.py", "test_pond.py", "pond.yaml"])
def test_nothing_is_written_over(
    there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is there stays as it is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / there).write_text("mine")

    assert main(["new-world", "pond"]) == 2
    assert f"{there} is here already" in capsys.readouterr().err
    assert (tmp_path / there).read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1

"""`alife new-rule` and `alife new-world`: what they write works as it stands, and they never write over anything."""

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
def test_what_they_write_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tests pass, linter and type checker are content, and creatures live by it or in it."""
    monkeypatch.chdir(tmp_path)
    assert [main(["new-rule", "three_hands"]), main(["new-world", "moss_garden"])] == [0, 0]
    tests, files = sorted(tmp_path.glob("test_*.py")), [tmp_path / "three_hands.py", tmp_path / "moss_garden.py"]
    tested = _run("pytest", "-q", *tests, folder=tmp_path)
    typed = _run("mypy", *files, folder=ROOT)
    linted = _run("ruff", "check", "--config", ROOT / "pyproject.toml", "--ignore", "I001", ".", folder=tmp_path)
    rule = ["--set", "creatures.learners.learning.kind=three_hands:ThreeHands"]
    lived = [
        alife("run", *words, "--headless", "--ticks", "60", cwd=tmp_path) for words in (rule, ["moss_garden.yaml"])
    ]

    assert [path.name for path in tests] == ["test_moss_garden.py", "test_three_hands.py"]
    for finished in (tested, typed, linted, *lived):
        assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("command", "name", "words"),
    [
        ("new-rule", "Oja", "'Oja'"),
        ("new-rule", "../oja", "is no name for a module"),
        ("new-rule", "lambda", "is no name for a module"),
        ("new-rule", "none", "a class None would hide"),
        ("new-rule", "layer", "a class Layer would hide"),
        ("new-rule", "random", "there is a module or folder called 'random' already"),
        ("new-world", "Pond", "new-world: 'Pond'"),
        ("new-world", "place", "new-world: a class Place would hide"),
        ("new-world", "random", "new-world: there is a module or folder called 'random' already"),
    ],
)
def test_names_that_do_not_serve(
    command: str,
    name: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each is refused in one sentence, and nothing is written."""
    monkeypatch.chdir(tmp_path)

    assert main([command, name]) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("command", "there"),
    [(command, there) for command in ("new-rule", "new-world") for there in ("hazel.py", "test_hazel.py")]
    + [("new-world", "hazel.yaml")],
)
def test_nothing_is_written_over(
    command: str, there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is there stays as it is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / there).write_text("mine")

    assert main([command, "hazel"]) == 2
    assert f"{there} is here already" in capsys.readouterr().err
    assert (tmp_path / there).read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1

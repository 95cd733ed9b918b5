"""The README: every fenced command but the make targets is run, in a fresh clone, as a newcomer runs it."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line for language, block in BLOCKS if language == "sh" for line in block.splitlines()]
PROGRAMS = [block for language, block in BLOCKS if language == "python"]
TICKS = 20


def _clone(folder: Path) -> Path:
    """Copy what the project tracks and would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    return folder


def _lend(clone: Path, folder: Path) -> None:
    """Let a clone's environment find what the project asks for where the tests have it; pip fetches what they lack."""
    folder.mkdir()
    asked = tomllib.loads((clone / "pyproject.toml").read_text())["project"]["dependencies"]
    for one in _needed(asked):
        for top in {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}:
            if not (folder / top).exists():
                (folder / top).symlink_to(str(one.locate_file(top)))
    (packages,) = clone.glob(".venv/lib/python*/site-packages")
    (packages / "lent.pth").write_text(str(folder))


def _needed(asked: list[str]) -> Iterable[Distribution]:
    """Return the distributions that are here of those that are asked for, and of those that these ask for."""
    found, waiting = dict[str, Distribution](), [*map(Requirement, asked)]
    while waiting:
        one = waiting.pop()
        if one.name not in found and (not one.marker or one.marker.evaluate()):
            with suppress(PackageNotFoundError):
                found[one.name] = distribution(one.name)
                waiting += map(Requirement, found[one.name].requires or ())
    return found.values()


def _run(command: str, folder: Path) -> None:
    """Run a line in a clone as whoever begins with it does; runs are short, so that kernels need not be compiled."""
    path = os.pathsep.join([str(folder / ".venv" / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "NUMBA_DISABLE_JIT": "1", "PIP_NO_COMPILE": "1"}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    finished = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False
    )

    assert finished.returncode == 0, f"{command}\n{finished.stdout}\n{finished.stderr}"


def _short(command: str) -> str:
    """Return a command or a program with few ticks."""
    few = re.sub(r"(--ticks |ticks=|step\()\d+", rf"\g<1>{TICKS}", command)
    return f"{few} --ticks {TICKS}" if "run.py" in few and "--list" not in few else few


@pytest.mark.environment
def test_every_fenced_command_works_for_a_newcomer(tmp_path: Path) -> None:
    """In a fresh clone, in a path with a space, README's lines work one after the other, then its Python.

    The environment has nothing but Python and what the project asks for.
    """
    clone = _clone(tmp_path / "a newcomer's" / "fresh clone")
    assert COMMANDS[:3] == [
        "python -m venv .venv",
        ".venv/bin/pip install -c constraints.txt -e .",
        ".venv/bin/python run.py",
    ]
    assert len(COMMANDS) > 6
    _run(COMMANDS[0], clone)
    _lend(clone, tmp_path / "lent")
    for command in COMMANDS[1:]:
        _run(_short(command), clone)
    assert PROGRAMS  # after the commands, whose runs they read
    _run(shlex.join([".venv/bin/python", "-W", "error", "-c", "\n".join(map(_short, PROGRAMS))]), clone)
    assert {"curve.png", "film.mp4"} <= {path.name for path in clone.glob("runs/pond-*/*")}


def _headings(page: Path) -> set[str]:
    """Return what a code host calls the headings of a page."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    """As plain Markdown, beside the files: to a file that there is, and to a heading in it."""
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        name, _, heading = link.partition("#")
        if ":" in name:
            continue
        target = page.parent / name if name else page
        assert target.is_file(), link
        assert not heading or heading in _headings(target), link


def test_the_figures_of_the_readme_are_those_of_the_results() -> None:
    """Of each rule it tells of: the mean and its interval, and how many seeds."""
    for rule in ("ring", "linear", "shuffled", "random"):
        row = json.loads((ROOT / "docs" / "results" / "rows" / f"lantern-{rule}.json").read_text())
        mean, low, high = (f"{row[name]:.2f}" for name in ("mean", "low", "high"))

        assert re.search(rf"\| \**{mean}\** \({low} to {high}\) \| {len(row['seeds'])} \|", README), rule

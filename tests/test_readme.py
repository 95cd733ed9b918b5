"""The README: every fenced command but the make targets is run, in a fresh clone, as a newcomer runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line for language, block in BLOCKS if language == "sh" for line in block.splitlines()]
PROGRAMS = [block for language, block in BLOCKS if language == "python"]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the project tracks and would track, in a path with a space, without an environment."""
    folder = tmp_path_factory.mktemp("a newcomer's") / "fresh clone"
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


def _run(command: str, folder: Path) -> None:
    """Run one line of the README; the commands of a run are bounded by --ticks, the rest is as it stands."""
    bound = "" if "--ticks" in command or "--list" in command else " --ticks 60"
    path = os.pathsep.join([str(folder / ".venv" / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH"):
        environment.pop(name, None)
    finished = subprocess.run(
        command + (bound if "run.py" in command else ""),
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert finished.returncode == 0, f"{command}\n{finished.stdout}\n{finished.stderr}"


@pytest.mark.environment
def test_every_fenced_command_works_for_a_newcomer(clone: Path) -> None:
    """In a fresh clone, with nothing installed but Python, README's lines work one after the other, then its Python."""
    assert COMMANDS[:3] == [
        "python -m venv .venv",
        ".venv/bin/pip install -c constraints.txt -e .",
        ".venv/bin/python run.py",
    ]
    assert len(COMMANDS) > 6
    for command in COMMANDS:
        _run(command, clone)
    assert PROGRAMS
    for program in PROGRAMS:  # after the commands, whose runs they read
        subprocess.run([clone / ".venv" / "bin" / "python", "-W", "error", "-c", program], cwd=clone, check=True)
    assert {"curve.png", "film.mp4"} <= {path.name for path in clone.glob("runs/pond-*/*")}


def test_the_readme_and_the_pages_name_only_files_that_exist() -> None:
    """Every relative link in README, ARCHITECTURE and the changelog leads somewhere."""
    for page in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md"):
        links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text())
        assert [link for link in links if not (ROOT / link).exists()] == []

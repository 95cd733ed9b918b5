"""The README: every fenced command but the make targets is run, in a fresh clone, as a newcomer runs it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
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

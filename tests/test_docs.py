"""Every block of the documentation runs, page by page, from top to bottom."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT, Finished, alife

PAGES = sorted((ROOT / "docs").rglob("*.md"))
_BLOCK = re.compile(r"^```(python|sh|(?:python|yaml) \S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def _blocks(page: Path) -> list[tuple[int, str, str]]:
    """Return the line at which each block begins, its kind, and its text."""
    text = page.read_text()
    return [(text[: match.start(2)].count("\n"), match[1], match[2]) for match in _BLOCK.finditer(text)]


def _run(command: str, folder: Path) -> None:
    """Run a line as one would in the project's environment; what is ours runs in this process, which spares imports."""
    finished = (
        _our_own(shlex.split(command, comments=True), folder) if command.startswith("alife ") else _another(command)
    )

    assert finished.returncode == 0, f"{command}\n{finished.stdout}\n{finished.stderr}"


def _our_own(words: list[str], folder: Path) -> Finished:
    """Give words to the command line, which knows the folder's modules as they are written now."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]
    return alife(*words[1:], cwd=folder)


def _another(command: str) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_a_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its blocks run one after the other in an empty folder, and each `print(...)  # words` prints these words.

    A block with a file's name becomes that file, and every line for the shell succeeds.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)  # as Python does for those who work there
    names: dict[str, object] = {"__name__": "page"}
    promised: list[str] = []
    for line, kind, block in _blocks(page):
        if " " in kind:
            Path(kind.split()[1]).write_text(block)
        if kind == "sh":
            for command in block.splitlines():
                _run(command, tmp_path)
        if kind != "python":
            continue
        promised += re.findall(r"^ *print\(.*\)  # (.*)$", block, re.MULTILINE)
        exec(compile("\n" * line + block, str(page), "exec"), names)

    assert capsys.readouterr().out.splitlines() == promised


def test_there_are_pages_with_code() -> None:
    """The pages are found, and so are their blocks."""
    assert sum(len(_blocks(page)) for page in PAGES) >= 8

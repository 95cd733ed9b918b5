"""Every block of the documentation runs, page by page, from top to bottom."""

import re
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from runpy import run_module
from unittest.mock import patch

import pytest

from tests.command import ROOT, Finished, alife

PAGES = sorted((ROOT / "docs").rglob("*.md"))
_BLOCK = re.compile(r"^```(python|sh|(?:python|yaml) \S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def _blocks(page: Path) -> list[tuple[int, str, str]]:
    """Return the line at which each block begins, its kind, and its text."""
    text = page.read_text()
    return [(text[: match.start(2)].count("\n"), match[1], match[2]) for match in _BLOCK.finditer(text)]


def _run(command: str, folder: Path) -> None:
    """Run a line as one would in the project's environment, in this process, which spares imports."""
    program, *words = shlex.split(command, comments=True)
    for name, module in list(sys.modules.items()):  # those of the folder are known as they are written now
        if (getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]
    finished = {"alife": partial(alife, cwd=folder), "python": _python}[program](*words)

    assert finished.returncode == 0, f"{command}\n{finished.stdout}\n{finished.stderr}"


def _python(option: str, name: str, *words: str) -> Finished:
    """Run a module as a program."""
    assert option == "-m"
    sys.modules.pop(name, None)  # a module that was imported is run anew
    out, err = StringIO(), StringIO()
    with patch.object(sys, "argv", [name, *words]), redirect_stdout(out), redirect_stderr(err):
        try:
            run_module(name, run_name="__main__", alter_sys=True)
            code: object = 0
        except SystemExit as end:
            code = end.code
    return Finished(int(code or 0), out.getvalue(), err.getvalue())


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

"""What is printed commands no terminal, and whatever becomes of the streams ends nothing."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alife.core.terminal import print_line, printable
from tests.command import NO_SCREEN, ROOT, alife

ALIFE = f"{sys.executable} -m alife"
SMALL = "run forage --headless --set world.copies=1 --ticks 200 --json"


@pytest.mark.slow
@given(st.text())
def test_no_character_commands_a_terminal(text: str) -> None:
    """Only line feeds stay of what moves a cursor, turns words round or cannot be encoded; printable text stays."""
    shown = printable(text)

    assert all(character == "\n" or character.isprintable() for character in shown if ord(character) < 0xA0)
    assert not set("\x1b\x07\x9b\u202e\u2066\u2028\ud800") & set(shown)
    assert printable(shown) == shown
    if text.isascii() and text.isprintable():
        assert shown == text


def test_words_of_others_are_shown_written_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In what the command line refuses, and in what it is told."""
    print_line("a \x1b[31mworld\x9b")
    assert capsys.readouterr().out == "a \\x1b[31mworld\\x9b\n"
    assert "x\\x1b[2J.yaml" in alife("validate", tmp_path / "x\x1b[2J.yaml").stderr


@pytest.mark.slow
@pytest.mark.parametrize("redirected", [">/dev/full", ">&- 2>&-", "2>&1 | head -c 0"])
def test_no_stream_ends_a_run(redirected: str, tmp_path: Path) -> None:
    """A reader that has gone, a full disk and closed descriptors: the run ends in order, its files are whole."""
    env = {**NO_SCREEN, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "ascii"}
    command = f"set -o pipefail; {ALIFE} {SMALL} --out '{tmp_path}/l\u00e4ufe' {redirected}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    lines = (tmp_path / "l\u00e4ufe" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["tick"] for line in lines] == [100, 200]
    assert json.loads((tmp_path / "l\u00e4ufe" / "summary.json").read_text())["ended"] == "done"


@pytest.mark.slow
@pytest.mark.parametrize("words", ["run --list", "run --help"])
def test_who_reads_one_line_sees_no_traceback(words: str) -> None:
    """Nor does what is flushed when the process ends make one."""
    command = f"{ALIFE} {words} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=NO_SCREEN, capture_output=True, text=True, check=False)

    assert (done.stdout.splitlines()[-1], done.stderr) == ("0", "")


def test_an_older_python_is_told_in_one_sentence() -> None:
    """It can read what says so: the entries and the package itself."""
    for entry in ("run.py", "alife/__init__.py", "alife/__main__.py"):
        ast.parse((ROOT / entry).read_text(), feature_version=(3, 7))
    program = "import sys; sys.version_info = (3, 9, 1); import alife"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("error: this is Python 3.9, and 3.11 or newer is needed")
    assert len(done.stderr.splitlines()) == 1

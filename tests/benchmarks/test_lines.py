"""Lines of code, counted."""

from pathlib import Path

import pytest

from benchmarks.lines import main
from benchmarks.sources import Module

SOURCE = '''"""A module.

Of many words.
"""

SIZE = 1  # of it
"""What it measures."""


def f(a):  # one
    # two
    """Return it."""
    return [
        a,
    ]


class C:
    def long(self):
        def longer():
            return 1

        longer()
        return longer
'''


def test_blank_lines_comments_and_docstrings_are_no_code() -> None:
    """A line with code and a comment is one; a string that stands alone is a docstring."""
    assert Module("a.py", SOURCE).code == [6, 10, 13, 14, 15, 18, 19, 20, 21, 23, 24]


def test_checkouts_are_counted_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A room for each package; the longest of all that is installed; a room that one does not have has no lines."""
    for path in ("old/agents/a.py", "old/agents/__init__.py", "new/alife/core/a.py", "new/tests/b.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(SOURCE)

    assert main([str(tmp_path / "old"), str(tmp_path / "new")]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert lines == [
        ["agents", "22", "0"],
        ["alife/core", "0", "11"],
        ["tests", "0", "11"],
        ["installed", "22", "11"],
        ["modules", "1", "1"],
        ["fullest", "folder", "1", "agents", "1", "alife/core"],
        ["longest", "module", "11", "agents/__init__.py", "11", "alife/core/a.py"],
        ["longest", "function", "5", "agents/__init__.py", "C.long", "5", "alife/core/a.py", "C.long"],
    ]
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert str(tmp_path) in capsys.readouterr().err

"""Attacks on runs: a few of each hold, and a command says so; what does not hold is said, too."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.reliability import bench, page
from benchmarks.reliability.attack import Attack, Finding
from tests.command import NO_SCREEN, ROOT


@pytest.mark.slow
def test_a_few_attacks_of_each_kind_hold() -> None:
    """In a process of its own, for they fork."""
    command = [sys.executable, "-m", "benchmarks.reliability", "--brief", "--only", "races,disks,resumed,soak"]
    done = subprocess.run(command, cwd=ROOT, env=NO_SCREEN, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["held"] * 4


def test_what_does_not_hold_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault in the terminal and on the page; the exit code is 1."""
    broken = Attack("floods", "{count} floods", "dry feet", 9, 3, lambda setting: Finding("wet", ["flood 2: wet feet"]))
    monkeypatch.setattr(bench, "ATTACKS", (broken,))

    assert bench.main(["--brief"]) == 1
    assert "3 floods: wet" in (said := capsys.readouterr().out)
    assert "flood 2: wet feet" in said
    row = {"name": "floods", "title": "9 floods", "asked": "dry feet", "said": "wet", "faults": ["a"], "seconds": 60.0}
    assert "| 9 floods | dry feet | **1** | wet | 1.0 |" in page.block([row])
    assert bench.main(["--only", "droughts"]) == 2


def test_the_page_has_its_block() -> None:
    """Which the command fills."""
    text = Path(page.PAGE).read_text(encoding="utf-8")

    assert page.BEGIN in text
    assert page.END in text

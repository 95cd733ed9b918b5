"""The doctor: what is missing is found, and the exit code says whether a run is possible."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import DUMMY_SCREEN, NO_SCREEN, ROOT, Finished, alife
from tests.errors import names


def _line(answer: Finished, name: str) -> str:
    """Return what the doctor says of one thing."""
    return next(line for line in answer.stdout.splitlines() if line.split()[1] == name)


@pytest.mark.slow
def test_here_a_run_is_possible(tmp_path: Path) -> None:
    """All but the display is well, and the object says the same as the lines."""
    answer = alife("doctor", cwd=tmp_path)
    found = json.loads(alife("doctor", "--json", cwd=tmp_path).stdout)

    assert answer.returncode == 0
    assert names(_line(answer, "display"), "note ... DISPLAY ... without a window")
    assert [line.split()[:2] for line in answer.stdout.splitlines()] == [[one["state"], n] for n, one in found.items()]
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_a_display_that_shows_nothing_is_named() -> None:
    """SDL's own driver without a screen opens a window that nobody sees."""
    assert names(_line(alife("doctor", env=DUMMY_SCREEN), "display"), "note ... dummy ... unset")


@pytest.mark.slow
def test_two_pygames_clash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both distributions write the same files; the doctor says how to have one again."""
    about = tmp_path / "pygame-2.6.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pygame\nVersion: 2.6.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    answer = alife("doctor")

    assert answer.returncode == 1
    assert names(_line(answer, "pygame"), "MEND ... pip uninstall -y pygame pygame-ce ... pip install pygame-ce")


@pytest.mark.slow
def test_another_pygame_is_named_wherever_it_would_be_used(tmp_path: Path) -> None:
    """Its files lie in place of those of pygame-ce: the doctor goes on, and a window is refused in one sentence."""
    (tmp_path / "pygame.py").write_text("")
    env = {**DUMMY_SCREEN, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    answer, run = (
        subprocess.run([sys.executable, "-m", "alife", *words], capture_output=True, text=True, cwd=tmp_path, env=env)
        for words in (("doctor",), ("run", "forage", "--ticks", "1"))
    )

    assert answer.returncode == 1
    assert names(_line(Finished(answer.returncode, answer.stdout, ""), "display"), "MEND ... pip install pygame-ce")
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert names(run.stderr, "pygame-ce ... pip uninstall")


@pytest.mark.slow
def test_a_place_without_room_for_runs_must_be_mended(tmp_path: Path) -> None:
    """A file stands where the folder of all runs would be."""
    (tmp_path / "runs").write_text("")
    answer = alife("doctor", cwd=tmp_path)

    assert answer.returncode == 1
    assert names(_line(answer, "disk"), "MEND ... runs cannot be written")


def test_kernels_that_cannot_be_kept_are_only_slow(tmp_path: Path) -> None:
    """A run is possible without; where else they could be kept is said."""
    (tmp_path / "file").write_text("")
    answer = alife("doctor", env={**NO_SCREEN, "NUMBA_CACHE_DIR": str(tmp_path / "file" / "kernels")})

    assert answer.returncode == 0
    assert names(_line(answer, "kernels"), "note ... cannot be written ... NUMBA_CACHE_DIR")


@pytest.mark.slow
def test_interpreted_kernels_are_named() -> None:
    """Who has forgotten the switch for debugging is told why all is slow."""
    answer = alife("doctor", env={**NO_SCREEN, "NUMBA_DISABLE_JIT": "1"})

    assert names(_line(answer, "processors"), "note ... NUMBA_DISABLE_JIT")

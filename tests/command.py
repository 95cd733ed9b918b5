"""The command line, in the process of the test: what a person types, and what comes of it."""

import os
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from alife.app.cli import main

ROOT = Path(__file__).resolve().parents[1]
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
NO_SCREEN = {name: value for name, value in os.environ.items() if name not in _DISPLAYS}
DUMMY_SCREEN = {**NO_SCREEN, "SDL_VIDEODRIVER": "dummy"}


class Finished(NamedTuple):
    """What a command leaves."""

    returncode: int
    stdout: str
    stderr: str


def alife(*words: str | Path, cwd: Path = ROOT, env: dict[str, str] = NO_SCREEN) -> Finished:
    """Return what `alife` answers to these words."""
    out, err = StringIO(), StringIO()
    with (
        patch.dict(os.environ, env, clear=True),
        patch.object(sys, "path", [*sys.path]),
        chdir(cwd),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = main([str(word) for word in words])
    return Finished(code, out.getvalue(), err.getvalue())

"""Process: what code of others does to the process that loads it is undone."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alife.core.errors import WorldWarning
from alife.core.process import kept_process


def test_the_working_directory_is_kept_in_any_thread(tmp_path: Path) -> None:
    """Signals belong to the main thread: elsewhere they are let alone."""

    def wander() -> None:
        with pytest.warns(WorldWarning, match="a guest"), kept_process("a guest"):
            os.chdir(tmp_path)

    here = Path.cwd()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(wander).result()

    assert Path.cwd() == here

"""Kernels: what is compiled is kept, and what is kept is never stale."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alife.core.kernel import exact_kernel, interpreted, kernel
from tests.core.lived import live_configuration

ROOT = Path(__file__).resolve().parents[2]

_CALLEE = """
from alife.core.kernel import kernel

@kernel
def offset(x: float) -> float:
    return x + 1.0
"""
_CALLER = """
import callee
from alife.core.kernel import kernel

offset = callee.offset

@kernel
def doubled(x: float) -> float:
    return 2.0 * offset(x)

if __name__ == "__main__":
    import sys
    from alife.core.kernel import before_compiling
    before_compiling(lambda: print("compiling", end=" "))
    print(doubled(3.0), "numba" in sys.modules)
"""


@kernel
def _halved(x: float) -> float:
    return x / 2.0


@kernel
def _quartered(x: float) -> float:
    return _halved(x) / 2.0


def test_a_kernel_that_stands_in_no_file_is_compiled_like_any_other() -> None:
    """As one in a cell of a notebook does."""
    names: dict[str, Any] = {"__name__": "__main__", "kernel": kernel}
    exec(compile("@kernel\ndef thirds(x):\n    return x / 3.0\n", "<a cell>", "exec"), names)

    assert names["thirds"](6.0) == 2.0


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
def test_what_is_loaded_is_compiled_for_other_types_also_while_kernels_are_interpreted() -> None:
    """A kernel that was loaded before may have to be compiled then, and with it one that was not."""
    with interpreted():
        assert _quartered.dispatcher is _quartered.function
        _quartered.load()
        assert _quartered(10) == 2.5
        assert _quartered.dispatcher is not _quartered.function


def _environment(home: Path | None, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    kept |= {} if home is None else {"XDG_CACHE_HOME": str(home)}
    return {**kept, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **more}


def _start(folder: Path, home: Path, **more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-B", str(folder / "caller.py")]
    return subprocess.Popen(command, env=_environment(home, **more), stdout=subprocess.PIPE, text=True)


def _printed(process: "subprocess.Popen[str]") -> str:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return out.strip()


def _program(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "callee.py").write_text(_CALLEE)
    (folder / "caller.py").write_text(_CALLER)
    return folder


@pytest.mark.slow
def test_an_edited_callee_is_compiled_anew_and_nothing_else_is(tmp_path: Path) -> None:
    """In a path with spaces, by two processes at once; the next one loads it, and compiles after an edit elsewhere."""
    folder, home = _program(tmp_path / "a checkout"), tmp_path / "a home"
    both = [_printed(each) for each in [_start(folder, home), _start(folder, home)]]
    next_one = _printed(_start(folder, home))
    (folder / "callee.py").write_text(_CALLEE.replace("1.0", "5.0"))

    assert "compiling 8.0 True" in both
    assert {each.removeprefix("compiling ") for each in both} == {next_one} == {"8.0 True"}
    assert _printed(_start(folder, home)) == "compiling 16.0 True"


@pytest.mark.slow
def test_a_home_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    """Neither package nor home is written where both are read-only; the number is the same."""
    folder, home = _program(tmp_path / "checkout"), tmp_path / "home"
    home.mkdir()
    for place in (folder, home):
        place.chmod(0o555)
    if os.access(home, os.W_OK):
        home.rmdir()
        home.write_text("root may write everywhere, but no folder into a file")

    assert _printed(_start(folder, home)) == "compiling 8.0 True"
    assert {path.name for path in folder.iterdir()} == {"callee.py", "caller.py"}


@pytest.mark.slow
def test_without_a_compiler_kernels_are_plain_functions(tmp_path: Path) -> None:
    """NUMBA_DISABLE_JIT=1 gives the same number and compiles nothing."""
    folder = _program(tmp_path / "checkout")

    assert _printed(_start(folder, tmp_path / "home", NUMBA_DISABLE_JIT="1")) == "8.0 True"
    assert not (tmp_path / "home").exists() or not list((tmp_path / "home").rglob("*.nbi"))


@pytest.mark.slow
def test_validate_imports_no_numba(tmp_path: Path) -> None:
    """A configuration is checked, and its world begun, without the compiler."""
    program = "import sys; from alife.app.cli import main; print(main(['validate']), 'numba' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=_environment(tmp_path), capture_output=True, text=True
    )

    assert done.stdout.splitlines()[-1] == "0 False", done.stderr


@pytest.fixture(scope="module")
def interpreted_lives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What comes of lives in a process in which nothing is compiled, so that each index is held against its array."""
    file = tmp_path_factory.mktemp("lives") / "lives.npz"
    words = [file, "forage", "pond", "lantern", "predator_prey", "hungry_pond", "glide"]
    environment = _environment(None, NUMBA_DISABLE_JIT="1")
    subprocess.run([sys.executable, "-m", "tests.core.lived", *words], cwd=ROOT, env=environment, check=True)
    with np.load(file) as arrays:
        return dict(arrays)


@pytest.mark.slow
def test_no_kernel_leaves_its_arrays_and_each_does_as_it_is_written(interpreted_lives: dict[str, Any]) -> None:
    """Every rule, neuron and optimizer comes to what was recorded, as compiled in tests/agents/test_golden.py."""
    off = {name: by for name, by in interpreted_lives.items() if name.startswith("off/")}

    assert len(off) > 500
    assert {name: by for name, by in off.items() if not by <= 1e-12} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["forage", "pond", "lantern"])
def test_compiled_and_interpreted_lives_are_the_same(interpreted_lives: dict[str, Any], name: str) -> None:
    """The same actions, and all arrays within a tolerance relative to max(1, |value|)."""
    compiled = live_configuration(name)
    interpreted = {path: array for path, array in interpreted_lives.items() if path.startswith(f"{name}/")}
    off = {
        path: np.max(np.abs(array - interpreted[path]) / np.maximum(1.0, np.abs(array)), initial=0.0)
        for path, array in compiled.items()
        if array.dtype.kind == "f"
    }
    exact = [path for path, array in compiled.items() if array.dtype.kind != "f"]

    assert compiled.keys() == interpreted.keys()
    assert {path: by for path, by in off.items() if not by <= 1e-5} == {}
    assert [path for path in exact if not np.array_equal(compiled[path], interpreted[path])] == []


@exact_kernel
def _line(slope: float, x: float, start: float) -> float:
    return start + slope * x


def test_an_exact_kernel_rounds_as_numpy_does() -> None:
    """A product is rounded before it is added to."""
    slope, x, start = np.random.default_rng(0).random((3, 1000))

    assert [_line(*each) for each in zip(slope, x, start, strict=True)] == (start + slope * x).tolist()


def test_whoever_logs_all_gets_no_book_for_each_kernel() -> None:
    """Of numba, which has compiled the one above, only warnings are logged."""
    _line(1.0, 2.0, 3.0)

    assert not logging.getLogger("numba.core.byteflow").isEnabledFor(logging.INFO)

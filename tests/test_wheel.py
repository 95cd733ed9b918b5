"""The source archive and the wheel: what they hold, and that it works where there is no clone."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.environment

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [path for package in ("alife", "agents", "worlds") for path in (ROOT / package).rglob("*.py")]
PACKAGES = sorted(".".join(path.parent.relative_to(ROOT).parts) for path in SOURCES if path.name == "__init__.py")
CONFIGS = sorted(path.name for path in (ROOT / "configs").glob("*.yaml"))
_NOT_OURS = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in _NOT_OURS} | {"NUMBA_DISABLE_JIT": "1"}


def _run(*command: str | Path, cwd: Path) -> str:
    """Run a command and return what it printed; show what it said if it fails."""
    finished = subprocess.run(
        list(map(str, command)), cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False
    )
    assert finished.returncode == 0, f"{command}\n{finished.stdout}\n{finished.stderr}"
    return finished.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that finds the dependencies, but no editable install, in the one of the tests, and can build."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    _install(folder, *tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"])
    return folder


def _install(environment: Path, *what: str | Path) -> None:
    quietly = ("install", "--quiet", "--no-compile")
    _run(sys.executable, "-m", "pip", "--python", environment / "bin" / "python", *quietly, *what, cwd=environment)


@pytest.fixture(scope="module")
def built(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive of this tree and the wheel that is made from that archive."""
    folder = tmp_path_factory.mktemp("dist")
    build = (environment / "bin" / "python", "-m", "build", "--no-isolation")
    _run(*build, "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(environment: Path, wheel: Path) -> Path:
    """The programs of the environment, with the wheel in it."""
    _install(environment, "--no-deps", wheel)
    return environment / "bin"


def test_the_wheel_holds_the_packages_their_types_and_the_configurations_and_no_more(wheel: Path) -> None:
    """Tests, benchmarks and examples stay out."""
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert {name for name in names if name.endswith(".py")} == {str(path.relative_to(ROOT)) for path in SOURCES}
    assert {name for name in names if not name.endswith(".py")} == {
        *(f"{package}/py.typed" for package in ("alife", "agents", "worlds")),
        *(f"alife/configs/{name}" for name in CONFIGS),
        "alife/app/templates/place.yaml",
    }


def test_the_source_archive_holds_what_the_project_tracks(built: Path) -> None:
    """Tests, documentation and examples as well, so that whoever packages it anew can test it; and no run."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    listed = _run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines()

    assert names - {"PKG-INFO"} == {name for name in listed if (ROOT / name).exists()}


def test_every_package_imports_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """All of them, from the environment and not from the clone."""
    program = f"import {', '.join(PACKAGES)}; print(alife.__file__, agents.__file__, worlds.__file__)"
    files = _run(installed / "python", "-W", "error", "-c", program, cwd=tmp_path).split()

    assert {"alife.nn.layers", "agents.rules", "alife.runs", "alife.view.panels", "agents", "worlds"} <= set(PACKAGES)
    assert [Path(file).is_relative_to(installed.parent) for file in files] == [True] * 3


def test_the_command_finds_its_configurations_without_a_clone(installed: Path, tmp_path: Path) -> None:
    """--help, the list, the check and a run of the default configuration work from any directory."""
    alife = installed / "alife"
    lines = _run(alife, "run", "--list", cwd=tmp_path).splitlines()
    run = _run(alife, "run", "--headless", "--ticks", "10", "--out", tmp_path / "run", cwd=tmp_path)

    assert _run(alife, "--help", cwd=tmp_path).startswith("usage: alife")
    assert [line.split()[0] for line in lines] == CONFIGS
    assert str(installed.parent) in _run(alife, "validate", cwd=tmp_path)
    assert f"run directory: {tmp_path / 'run'}" in run
    assert (tmp_path / "run" / "summary.json").exists()

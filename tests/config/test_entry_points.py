"""Plug-ins that installed packages announce: found by a short name, listed without being imported."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.rules.ring import Ring
from alife.app.describe import chapters
from alife.config.json_schema import json_schema
from alife.config.resolve import FAMILIES, LAYER, RULE, WORLD, list_entry_points, resolve
from alife.core.errors import ConfigError, WorldError
from worlds.forage import Forage

ROOT = Path(__file__).resolve().parents[2]
REEF = "from alife.place import Place, Things\n\n\nclass Reef(Place):\n    things = [Things('food', 5, reward=1.0)]\n"
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what puts a package with one module where installed packages are: files of code and a dist-info."""
    monkeypatch.syspath_prepend(tmp_path)

    def put(package: str, announces: str, module: str = "reef", source: str = REEF) -> None:
        (tmp_path / f"{module}.py").write_text(source)
        monkeypatch.delitem(sys.modules, module, raising=False)
        folder = tmp_path / f"{package}-1.2.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n")
        (folder / "entry_points.txt").write_text(announces)

    return put


def test_a_short_name_finds_what_a_package_announces(install: Install) -> None:
    """The same class as its long name."""
    install("corals", "[tracelife.worlds]\nreef = reef:Reef\n")

    assert resolve(WORLD, "reef") is resolve(WORLD, "reef:Reef")


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_can_be_announced(family: object, install: Install) -> None:
    """A group for each; a name of one is none of another."""
    assert family in FAMILIES
    own = next(one for one in FAMILIES if one is family)
    install("corals", f"[{own.group}]\nodd_one = no_such_module:Odd\n")

    for other in FAMILIES:
        error, words = (WorldError, "corals 1.2") if other is own else (ConfigError, "there is no ")
        with pytest.raises(error, match=words):
            resolve(other, "odd_one")
    assert own.group == f"tracelife.{own.name}s"


@pytest.mark.slow
def test_what_packages_announce_is_described(install: Install) -> None:
    """With its keys, in words and in the schema of editors; what is of no use is listed, and why."""
    install("corals", "[tracelife.worlds]\nreef = reef:Reef\nwreck = no_such_module:Wreck\n")
    worlds = chapters()["world"].members

    assert "food" in [key.name for key in worlds["reef"].keys]
    assert "no_such_module" in worlds["wreck"].story
    assert {"reef", "wreck"} <= set(json_schema()["$defs"]["world"]["anyOf"][0]["enum"])


def test_what_the_house_has_goes_first(install: Install) -> None:
    """Installing a package changes no configuration; what it has under such a name is found by its long name only."""
    install("corals", "[tracelife.worlds]\nforage = reef:Reef\n[tracelife.rules]\nring = reef:Reef\n")

    assert resolve(WORLD, "forage") is Forage
    assert resolve(RULE, "ring") is Ring
    assert list_entry_points() == []


def test_a_name_that_two_packages_announce_is_refused(install: Install) -> None:
    """With what either would be, to be written instead."""
    install("corals", "[tracelife.worlds]\nreef = reef:Reef\n")
    install("sponges", "[tracelife.worlds]\nreef = sponge:Reef\n", "sponge")

    words = r"could be reef:Reef \(corals 1.2\), sponge:Reef \(sponges 1.2\); write one of these classes$"
    with pytest.raises(ConfigError, match=words):
        resolve(WORLD, "reef")


def test_a_name_that_nobody_has_is_answered_with_what_there_is(install: Install) -> None:
    """Plug-ins among it, which are not imported for that."""
    install("corals", "[tracelife.worlds]\nreef = reef:Reef\n")

    with pytest.raises(ConfigError, match=r"'reaf'.*'reef'\?"):
        resolve(WORLD, "reaf")
    assert "reef" not in sys.modules


@pytest.mark.parametrize(
    ("value", "source", "words"),
    [
        ("reef:Reef", "1 / 0\n", r"reef cannot be imported: ZeroDivisionError: division by zero \(.*reef.py:1\)$"),
        ("reef:Reef", "\nclass :\n", r"reef cannot be imported: SyntaxError: .*reef.py:2\)$"),
        ("reef:Reef", "import corals_of_old\n", r"it needs the module 'corals_of_old'.*reef.py:1\)$"),
        ("reef:Atoll", REEF, r"the module 'reef' has no 'Atoll'"),
        ("no_reef:Reef", REEF, r"there is no module 'no_reef'"),
        ("reef", REEF, r"'reef' is no name of a class; write package.module:Class$"),
        (
            "reef:Things",
            REEF,
            r"reef:Things is no world: it does not derive from alife.core.world:World or gymnasium:Env$",
        ),
    ],
)
def test_a_plug_in_that_is_of_no_use_names_its_package(value: str, source: str, words: str, install: Install) -> None:
    """And the file and the line, where there is one, in one sentence, with the exit code of plug-ins."""
    install("corals", f"[tracelife.worlds]\nreef = {value}\n", source=source)

    with pytest.raises(
        WorldError, match=rf"^the world 'reef' of the package corals 1.2 is of no use: .*{words}"
    ) as caught:
        resolve(WORLD, "reef")
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_listing_imports_nothing(install: Install, tmp_path: Path) -> None:
    """A module that would end everything stays unread: the list names it with its package, and a world is of no use."""
    groups = "[tracelife.worlds]\nreef = reef:Reef\n[tracelife.layers]\npolyp = reef:Polyp\n"
    install("corals", groups, source="import os\nos._exit(9)\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, str(ROOT / "run.py"), "--list"]
    printed = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert [line.split(maxsplit=2) for line in printed.stdout.splitlines()[-2:]] == [
        ["kind:", "reef", "A world of the installed package corals 1.2."],
        ["kind:", "polyp", "A layer of the installed package corals 1.2."],
    ]
    assert [(family, one.value) for family, one in list_entry_points()] == [(WORLD, "reef:Reef"), (LAYER, "reef:Polyp")]


@pytest.mark.slow
def test_a_run_finds_what_is_installed(install: Install, tmp_path: Path) -> None:
    """By its short name, with its keys, from the command line."""
    install("corals", "[tracelife.worlds]\nreef = reef:Reef\n")
    (tmp_path / "reef.yaml").write_text("world: {kind: reef, food: 7}\ncreatures: {learners: {}}\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, str(ROOT / "run.py"), "reef.yaml", "--headless", "--ticks", "5"]
    printed = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert printed.returncode == 0, printed.stderr

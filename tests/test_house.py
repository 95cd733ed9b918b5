"""The walls of the house: who may import whom, and what an import loads."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("alife", "agents", "worlds")

_SIMULATION = ("alife.config", "alife.sim", "alife.runs", "alife.app")
_PLACES = ("alife.body", "alife.place")

# what runs on torch, of the creatures
SOURCE_METHOD = ("agents.torch_layer", "agents.rules.trace", "agents.rules.reflect", "agents.torch_encoder")

# module prefix -> prefixes it must not import
WALLS = {
    "alife": ("agents", "worlds"),
    "agents": ("worlds", "alife.view", "alife.plot", "alife.adapters", "alife.place", "alife.testing", *_SIMULATION),
    "worlds": ("agents", "torch", *_SIMULATION, "alife.view", "alife.nn", "alife.loss"),
    "alife.core": ("torch", *_SIMULATION, "alife.view", "alife.plot", "alife.nn", "alife.loss"),
    "alife.nn": (*_SIMULATION, "alife.view", "alife.core.world", *_PLACES),
    "alife.loss": (
        *_SIMULATION,
        "alife.view",
        "alife.nn",
        "alife.core.world",
        "alife.plot",
        *_PLACES,
    ),
    "alife.plot": (*_SIMULATION, "alife.view", "torch"),
    "alife.adapters": ("alife.nn", "alife.sim", "alife.runs", "torch"),
    "alife.body": (*_SIMULATION, "alife.view", "torch"),
    "alife.place": (*_SIMULATION, "alife.view", "torch"),
    "alife.view": (*_SIMULATION, "alife.nn", "alife.core.world", "torch", *_PLACES),
    "alife.config": ("torch", "alife.sim", "alife.runs", "alife.app", "alife.view", "alife.plot"),
    "alife.sim": ("alife.view", "alife.plot", "alife.app", "alife.runs.sweep", "alife.runs.results"),
    "alife.runs": ("alife.view", "alife.nn"),
    "alife.runs.results": ("torch", "alife.plot", "alife.runs.sweep", "alife.sim.simulation"),
    "alife.runs.sweep": ("torch",),
    "alife.core.statistics": ("torch", "alife.sim", "alife.view", "alife.plot"),
}

# heavy package -> the only place that imports it
HOMES = {
    "pygame": ("alife.view",),
    "yaml": ("alife.config",),
    "matplotlib": ("alife.plot",),
    "numba": ("alife.core.kernel",),
    "torch": ("alife.nn", "alife.loss", "alife.testing.layer", *SOURCE_METHOD),
    "ray": ("alife.runs.sweep.ray_cluster",),
    "pickle": (),
}


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


_parse = cache(ast.parse)


def _imports(source: str) -> Iterator[str]:
    return _names(ast.walk(_parse(source)))


def _names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level  # no module imports relatively: the dots make the name a violation
            yield from (f"{start}{node.module or ''}.{alias.name}" for alias in node.names)


def _inside(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def _wall_holds(module: str, prefix: str) -> bool:
    """Return whether a wall is one of this module; a template is a user's file, who may name the creatures."""
    return _inside(module, prefix) and not (prefix == "alife" and _inside(module, "alife.app.templates"))


def violations(module: str, source: str) -> list[str]:
    """Return what a module imports although it must not."""
    found = []
    for name in _imports(source):
        if name.startswith("."):
            found.append(f"{module} imports {name} relatively")
        for prefix, forbidden in WALLS.items():
            if _wall_holds(module, prefix) and any(_inside(name, other) for other in forbidden):
                found.append(f"{module} imports {name}")
        for package, homes in HOMES.items():
            if _inside(name, package) and not any(_inside(module, home) for home in homes):
                found.append(f"{module} imports {name}")
    return found


def reaches_of_agents(module: str, source: str) -> list[str]:
    """Return what a module of the creatures imports of `alife` beside the contracts and what each place may have."""
    may = {"alife.core": ("agents",), "alife.body.metabolism.Newborn": ("agents",)}
    may |= dict.fromkeys(("alife.nn", "alife.loss"), SOURCE_METHOD)
    return [
        f"{module} imports {name}"
        for node in _parse(source).body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")  # what a type checker reads
        for name in _names(ast.walk(node))
        if _inside(name, "alife")
        and not any(
            _inside(name, library) and any(_inside(module, home) for home in homes) for library, homes in may.items()
        )
    ]


# what reads a file -> the only modules of `alife.runs` and `alife.app` that may
READERS = {
    "safe_open": ("alife.runs._read_columns", "alife.runs.creature_file"),
    "load_file": (),
    "read_bytes": (),
    "read_text": ("alife.runs.checkpoints", "alife.app._template"),
    "loads": ("alife.runs._json",),
}


@pytest.mark.slow
def test_what_a_run_has_left_is_read_in_one_place() -> None:
    """Nothing else opens files of a run or parses their JSON: it would have to bound both, too."""
    modules = {_module(path): path for path in _sources()}
    read = [
        f"{module}: {name}"
        for module, path in modules.items()
        if _inside(module, "alife.runs") or _inside(module, "alife.app")
        for node in ast.walk(_parse(path.read_text()))
        if isinstance(node, ast.Attribute | ast.Name)
        and (name := node.attr if isinstance(node, ast.Attribute) else node.id) in READERS
        and not any(_inside(module, home) for home in READERS[name])
    ]

    assert read == []


def _sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_only_the_pen_draws() -> None:
    """pygame ends the process, or freezes it, at numbers from which the pen keeps it."""
    draws = re.compile(r"pygame\.(draw|gfxdraw|transform|Surface\()")
    view = [path for path in _sources() if _inside(_module(path), "alife.view")]

    assert [_module(path) for path in view if draws.search(path.read_text())] == ["alife.view.draw.pen"]


@pytest.mark.slow
def test_no_module_reaches_through_a_wall() -> None:
    """Every import of every module keeps to the walls."""
    paths = _sources()

    assert len(paths) > 30
    assert [fault for path in paths for fault in violations(_module(path), path.read_text())] == []
    agents = [path for path in paths if _inside(_module(path), "agents")]
    assert [fault for path in agents for fault in reaches_of_agents(_module(path), path.read_text())] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("alife.sim.loop", "import worlds.forage"),
        ("alife.core.frame", "from agents.population import Population"),
        ("worlds.pond", "from agents import coding"),
        ("worlds.pond", "import torch"),
        ("alife.nn.layers.lif", "from alife import sim"),
        ("alife.loss.mse", "from alife.nn import LIS"),
        ("alife.view.window.window", "from alife.sim.simulation import Simulation"),
        ("alife.sim.runner", "def f():\n    from alife.view.window.window import Window"),
        ("alife.app.cli", "import yaml"),
        ("agents.coding", "import pygame"),
        ("worlds.forage", "import pickle"),
        ("alife.sim.runner", "from ..view import window"),
        ("alife.plot.curve", "import torch"),
        ("alife.runs.results", "import torch"),
        ("alife.app.launch", "import torch"),
        ("agents.layer", "import torch"),
        ("agents.kernels", "import numba"),
    ],
)
def test_a_planted_violation_is_found(module: str, source: str) -> None:
    """The test above can fail: each of these imports is a hole in a wall."""
    assert violations(module, source) != []


@pytest.mark.parametrize(
    "source", ["import alife.nn", "from alife.body.body import Body", "def f():\n    from alife.loss import TINIEST"]
)
def test_a_planted_reach_of_the_creatures_is_found(source: str) -> None:
    """Each is a hole in their wall, in any module but those of the source method."""
    assert reaches_of_agents("agents.brain", source) != []


@pytest.mark.slow
def test_imports_have_no_cycle() -> None:
    """The modules of the house can be put in an order in which each imports only earlier ones."""
    modules = {_module(path): path.read_text() for path in _sources()}
    needs = {name: {other for other in _known(source, modules) if other != name} for name, source in modules.items()}
    while ready := [name for name, others in needs.items() if not others]:
        for name in ready:
            del needs[name]
        for others in needs.values():
            others.difference_update(ready)

    assert needs == {}


def _known(source: str, modules: dict[str, str]) -> Iterator[str]:
    """Return the modules that this source imports while it is being imported."""
    for name in _names(_parse(source).body):
        parent = name.rpartition(".")[0]
        yield from (found for found in (name, parent) if found in modules)


# package -> heavy packages that it does not need. One process imports all of a table, one after the other: what is
# absent then is absent after each alone.
LIBRARY = {
    "alife.runs.sweep.seed_list": ("torch", "numpy", "pygame", "yaml", "matplotlib"),
    "alife.runs": ("torch", "pygame", "matplotlib", "scipy", "pydantic", "gymnasium"),
    "alife": ("torch", "pygame", "yaml", "matplotlib", "scipy"),
    "agents": ("torch", "numba", "pygame", "yaml", "matplotlib"),
    "agents.encoders.fitting": ("torch", "numba"),
    "agents.rules.trace": ("torch", "numba"),
    "worlds": ("torch", "pygame", "yaml", "matplotlib"),
    "worlds.forage": ("torch", "pygame", "yaml", "matplotlib"),
    "alife.nn": ("pygame", "yaml", "matplotlib"),
    "alife.loss": ("pygame", "yaml", "matplotlib"),
}
COMMANDS = {
    "alife.app.launch": ("torch", "pygame", "numba", "scipy", "matplotlib"),
    "alife.app.cli": ("torch", "pygame", "matplotlib", "numba", "scipy", "ray"),
}
SWEEPS = {"alife.runs.sweep.sweep": ("torch", "pygame", "ray")}
_IMPORTS = """
import importlib, sys
for package, absent in {}.items():
    importlib.import_module(package)
    print(*[f"{{package}} loads {{name}}" for name in absent if name in sys.modules], sep="\\n", end="")
"""
_POND = """
assert sys.modules["alife.app.cli"].main(["run", "pond", "--headless", "--ticks", "5", "--out", sys.argv[1]]) == 0
heavy = ("torch", "pygame", "matplotlib", "scipy.special", "scipy.stats", "tensorboard", "pyarrow")
print(*[name for name in heavy if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.slow
def test_an_import_loads_only_what_it_needs() -> None:
    """Importing a package leaves the heavy packages that it does not need alone."""
    assert _python(_IMPORTS.format(LIBRARY)).stdout == ""


@pytest.mark.slow
def test_a_run_that_needs_no_torch_loads_none(tmp_path: Path) -> None:
    """Nor do the command line and a sweep; the pond lives and learns, and leaves its run directory, without it."""
    program = _IMPORTS.format(COMMANDS) + _POND + _IMPORTS.format(SWEEPS)
    printed = _python(program, str(tmp_path / "run"))

    assert " loads " not in printed.stdout
    assert (tmp_path / "run" / "summary.json").exists()
    assert printed.stderr.splitlines()[-1:] in ([], [""])


def _python(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def test_agents_is_ours() -> None:
    """The name `agents`, which another distribution uses too, means the folder of this project."""
    import agents

    assert agents.__file__ is not None
    assert Path(agents.__file__).parent == ROOT / "agents"


@pytest.mark.slow
def test_nothing_unsafe_is_called() -> None:
    """No module evaluates text as code, unpickles, or loads YAML without a safe loader."""
    forbidden = {"eval", "exec", "yaml.load", "pickle.load", "pickle.loads", "torch.load", "torch.save"}
    names = {name.rpartition(".")[2] for name in forbidden}
    calls = [
        f"{_module(path)}: {ast.unparse(node.func)}"
        for path in _sources()
        for node in ast.walk(_parse(path.read_text()))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) in names or getattr(node.func, "attr", None) in names)
        and ast.unparse(node.func) in forbidden
    ]

    assert calls == []

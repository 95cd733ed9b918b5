import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.neurons.lif import LIF
from agents.rules.none import NoLearning
from alife.config.resolve import (
    FAMILIES,
    LAYER,
    MOTOR,
    RULE,
    SENSE,
    TRIGGER,
    WORLD,
    Family,
    kind_of,
    load_object,
    resolve,
    short_names,
)
from alife.core.errors import AlifeError, ConfigError, WorldError
from tests.errors import names

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent


@pytest.fixture(autouse=True)
def _somebody_elses_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(TESTS)


@pytest.mark.parametrize(
    ("family", "known"),
    [
        (WORLD, {"forage"}),
        (LAYER, {"lif", "tanh"}),
        (RULE, {"gated_trace", "none"}),
        (TRIGGER, {"every", "reward", "surprise"}),
        (SENSE, {"sectors"}),
        (MOTOR, {"steps"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_names_are_those_that_resolve(family: Family, known: set[str]) -> None:
    """A family lists its modules and none of the helpers that stand beside them."""
    found = short_names(family)

    assert known <= set(found)
    assert found == sorted(found)
    assert not {"layer", "free", "rule", "learner", "critic", "step", "triggers", "__init__"} & set(found)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_names_and_classes_are_inverses(family: Family) -> None:
    """Every short name leads to a class of the family and back."""
    for name in short_names(family):
        cls = resolve(family, name)

        assert issubclass(cls, family.base)
        assert kind_of(family, cls) == name
        assert resolve(family, f"{cls.__module__}:{cls.__name__}") is cls


def test_a_short_name_is_a_module_name() -> None:
    """The class may be called as it likes, the name is that of its file."""
    assert resolve(LAYER, "lif") is LIF
    assert resolve(RULE, "none") is NoLearning


def test_a_class_from_elsewhere_has_a_long_name() -> None:
    """What does not live in the family's package is named by module and class."""
    lagoon = load_object("fake_plugins:Lagoon")

    assert resolve(WORLD, "fake_plugins:Lagoon") is lagoon
    assert kind_of(WORLD, lagoon) == "fake_plugins:Lagoon"
    assert kind_of(TRIGGER, LIF) == "agents.neurons.lif:LIF"


@pytest.mark.parametrize(
    ("family", "kind", "words"),
    [
        (WORLD, "frage", "there is no world 'frage' ... 'forage'?"),
        (LAYER, "layer", "there is no layer 'layer' ("),
        (LAYER, "free", "there is no layer 'free' ("),
        (RULE, "triggers", "there is no rule 'triggers' ... 'ring'?"),
        (RULE, "gatedtrace", "did you mean 'gated_trace'?"),
        (LAYER, "", "is no name of a layer"),
        (LAYER, "LIF", "is no name of a layer"),
        (LAYER, "../../etc/passwd", "is no name of a layer"),
        (LAYER, "lif.lif", "is no name of a layer"),
        (LAYER, "lif\n", "is no name of a layer"),
        (LAYER, "agents.neurons.lif:LIFF", "has no 'LIFF' ... 'LIF'?"),
        (LAYER, "agents.neurons.lff:LIF", "module 'agents.neurons.lff'"),
        (LAYER, "no_such_package.lif:LIF", "module 'no_such_package.lif'"),
        (LAYER, "agents.neurons.lif:LIF.start", "is no name of a class"),
        (LAYER, "agents/neurons/lif.py:LIF", "is no name of a class"),
        (LAYER, ".lif:LIF", "is no name of a class"),
        (LAYER, ":", "is no name of a class"),
        (LAYER, "os:system()", "is no name of a class"),
    ],
)
def test_what_does_not_exist_is_the_users_fault(family: Family, kind: str, words: str) -> None:
    """A wrong name is a ConfigError with the nearest right one."""
    with pytest.raises(ConfigError) as caught:
        resolve(family, kind)

    assert names(caught.value, words)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("fake_plugins:NoWorld", "alife.core.world:World"),
        ("fake_plugins:Unfinished", "is not finished: it does not define action_spaces,"),
        ("fake_plugins:Depth", "alife.core.world:World"),
        ("alife.core.world:World", "it is what every world derives from"),
        ("agents.neurons.lif:LIF", "alife.core.world:World"),
    ],
)
def test_what_breaks_the_contract_is_the_plug_ins_fault(kind: str, words: str) -> None:
    """A class that is there but is no finished world leaves with the exit code of plug-ins."""
    with pytest.raises(WorldError) as caught:
        resolve(WORLD, kind)

    assert caught.value.exit_code == 3
    assert names(caught.value, words)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("1 / 0\n", r"broken cannot be imported: ZeroDivisionError: division by zero \(.*broken.py:1\)"),
        ("import missing_dependency\n", r"it needs the module 'missing_dependency'.*broken.py:1\)"),
        ("import alife.no_such_part\n", r"it needs the module 'alife.no_such_part'"),
        ("\nclass :\n", r"SyntaxError: .* \(.*broken.py:2\)"),
        ("raise SystemExit(3)\n", r"SystemExit: 3 \(.*broken.py:1\)"),
        ("import sys\nsys.exit()\n", r"SystemExit.* \(.*broken.py:2\)"),
        ("from alife.core.world import Wrld\n", r"ImportError: cannot import name 'Wrld'"),
        ("def f():\n    raise KeyError('x')\nf()\n", r"KeyError: 'x' \(.*broken.py:2\)"),
    ],
)
def test_a_plug_in_that_cannot_be_imported(
    source: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module that raises is named with the last line of its error and the place, in one sentence."""
    (tmp_path / "broken.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "broken", raising=False)

    with pytest.raises(WorldError, match=words) as caught:
        resolve(WORLD, "broken:World")

    assert "\n" not in str(caught.value)


def test_a_broken_module_of_a_family_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One broken file hides no other name; asking for it by name says why."""
    package = tmp_path / "shelf"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "bad.py").write_text("raise RuntimeError('no')\n")
    (package / "good.py").write_text("import fake_plugins\nclass Good(fake_plugins.Lagoon): pass\n")
    (package / "two.py").write_text("import fake_plugins\nclass A(fake_plugins.Lagoon): pass\nclass B(A): pass\n")
    (package / "private.py").write_text("import fake_plugins\nclass _Hidden(fake_plugins.Lagoon): pass\n")
    (package / "borrowed.py").write_text("from fake_plugins import Lagoon\n")
    monkeypatch.syspath_prepend(tmp_path)
    shelf = Family("world", "shelf", WORLD.base_name, WORLD.given)

    assert short_names(shelf) == ["good"]
    with pytest.raises(WorldError, match="RuntimeError: no"):
        resolve(shelf, "bad")
    with pytest.raises(ConfigError, match=r"could be any of shelf.two:A, shelf.two:B"):
        resolve(shelf, "two")


@pytest.mark.slow
def test_importing_the_resolver_loads_nothing_heavy() -> None:
    """Names are looked up when they are asked for: neither torch nor any plug-in is loaded before."""
    program = (
        "import sys, alife.config.resolve;"
        "print(*[m for m in sys.modules if m in ('torch', 'numpy', 'gymnasium', 'worlds', 'alife.nn', 'alife.body')])"
    )
    printed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert printed.stdout.split() == []


@pytest.mark.slow
@given(st.text(max_size=20), st.sampled_from(FAMILIES))
def test_any_name_is_found_or_refused(kind: str, family: Family) -> None:
    """No text makes the resolver do anything but return a class or refuse."""
    if ":" in kind:
        kind = f"fake_plugins{kind}"
    try:
        found = resolve(family, kind)
    except AlifeError:
        return
    assert issubclass(found, family.base)

"""alife describe, and the pages that are made of the same: every key of every constructor, as it is."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from alife.app.describe import GENE, SECTION, Chapter, chapters
from alife.config.resolve import FAMILIES, Family, resolve
from alife.config.schema import plain_data, schema_of
from alife.config.yaml_file import parse_yaml
from alife.core.errors import ConfigError, WorldError
from alife.core.heredity import GENES
from benchmarks.reference import REFERENCE, pages
from tests.command import ROOT, alife
from tests.errors import names


@pytest.fixture(scope="module")
def house() -> dict[str, Chapter]:
    return chapters(plug_ins=False)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_key_of_every_constructor_is_described(family: Family, house: dict[str, Chapter]) -> None:
    """By its name, in words, and with the default that the constructor has, as YAML."""
    for kind, member in house[family.name].members.items():
        cls = resolve(family, kind)
        kept = [name for name, *_ in family.kept]
        wanted = [name for name in inspect.signature(cls).parameters if name not in family.given]
        assert [key.name for key in member.keys] == [*wanted, *kept], kind
        assert [key.name for key in member.keys if not key.what or not key.type] == [], kind

        model = schema_of(cls, family)
        written = {key.name: parse_yaml(key.default, kind) for key in member.keys if key.default is not None}
        required = {key.name: 1 for key in member.keys if key.required}
        assert written == {name: plain_data(model.model_fields[name].default) for name in written}, kind
        assert {*written, *required} == {*wanted, *kept}, kind


def test_every_section_and_every_gene_is_described(house: dict[str, Chapter]) -> None:
    """Each key in words; nothing that a file may leave out is called missing."""
    keys = [key for member in house[SECTION].members.values() for key in member.keys]

    assert [key.name for key in keys if not key.what] == []
    assert {"configuration", "species", "brain", "metabolism", "reproduction", "heredity"} <= house[
        SECTION
    ].members.keys()
    assert [key.name for key in house[SECTION].members["configuration"].keys if key.required] == []
    assert list(house[GENE].members) == list(GENES)


@pytest.mark.slow
def test_the_pages_are_what_the_command_writes(house: dict[str, Chapter]) -> None:
    """`python -m benchmarks.reference` writes them anew; the README and the page of Python are written by hand."""
    written = {path.name: path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.md")}

    assert {name: text for name, text in written.items() if name not in ("README.md", "python.md")} == pages()
    assert all(f"]({name})" in written["README.md"] for name in pages())


@pytest.mark.slow
@pytest.mark.parametrize("words", [[], ["senses"], ["neuron", "lif"], ["ring"], ["species"], ["gene", "decay"]])
def test_what_there_is_is_printed(words: list[str]) -> None:
    """A family in the plural or in other words, a member with or without its family."""
    finished = alife("describe", *words)

    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.splitlines()[0].startswith(words[-1] if words[1:] or words == ["ring"] else "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["rinng"], "'rinng' ... did you mean 'ring'"),
        (["rule", "rinng"], "'rinng' ... did you mean 'ring' ... eprop"),
        (["rules", "steps"], "'steps' ... did you mean 'slots'"),
        (["learning"], "'learning' is a key of species ... rule ... alife describe section species"),
        (["lif", "size"], "'lif' ... alife describe layer lif"),
        (["wrld", "forage"], "'wrld' ... did you mean 'world'"),
        (["world", "no_such:World"], "no_such"),
    ],
)
def test_what_there_is_not_is_one_sentence(words: list[str], says: str) -> None:
    """With the nearest of what there is."""
    finished = alife("describe", *words)

    assert (finished.returncode, finished.stdout) == (ConfigError.exit_code, "")
    assert len(finished.stderr.splitlines()) == 1
    assert names(finished.stderr, says)


_SHOAL = """
from alife.place import Place

class Shoal(Place):
    '''Fish.

    Args:
        depth: of the sea.
    '''

    depth: float = 2.5
"""


@pytest.mark.slow
def test_a_class_of_ones_own_is_described(tmp_path: Path) -> None:
    """By module:Class, with the keys that it has; what is no member of the family is said to be none."""
    (tmp_path / "shoal.py").write_text(_SHOAL)
    finished = alife("describe", "world", "shoal:Shoal", cwd=tmp_path)

    assert "depth: number; default: 2.5\n      of the sea." in finished.stdout
    assert alife("describe", "rule", "shoal:Shoal", cwd=tmp_path).returncode == WorldError.exit_code
    del sys.modules["shoal"]


_DESCRIBE = """
import sys
from alife.app.cli import main
assert main(["describe", "rule", "trace"]) == main(["schema"]) == 0
print(*[name for name in ("torch", "pygame", "numba", "matplotlib") if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.slow
def test_nothing_heavy_is_loaded() -> None:
    """Everything of every family is imported, and neither torch nor a screen."""
    finished = subprocess.run([sys.executable, "-c", _DESCRIBE], cwd=ROOT, capture_output=True, text=True, check=True)

    assert finished.stderr.split() == []

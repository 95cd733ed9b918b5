"""Planted faults: one line each, the same for the same seed, caught where a test looks at the line."""

import ast
import json
from collections import Counter
from pathlib import Path
from textwrap import dedent

import pytest

from benchmarks.faults import draw, main
from benchmarks.mutations import faults
from benchmarks.sources import Module, modules

ROOT = Path(__file__).resolve().parents[2]


def _planted(text: str) -> set[tuple[str, str]]:
    """The kinds of faults of a source, and the lines that they make of it."""
    return {(fault.kind, fault.planted) for fault in faults(Module("agents/a.py", dedent(text)))}


@pytest.mark.slow
def test_a_fault_changes_one_line_and_what_it_means() -> None:
    """In every room of the house; what is planted is still Python."""
    sources = {module.path: module for module in modules(ROOT)}
    drawn = draw(sources.values(), 60, 0)

    assert len({(fault.path, fault.number) for fault in drawn}) == 60
    for fault in drawn:
        module = sources[fault.path]
        planted = fault.plant(module.text)
        pairs = zip(module.text.split("\n"), planted.split("\n"), strict=True)
        changed = [number for number, (old, new) in enumerate(pairs, 1) if old != new]
        assert changed == [fault.number]
        assert ast.dump(ast.parse(planted)) != ast.dump(module.tree)


@pytest.mark.slow
def test_the_seed_draws_and_each_room_has_its_share() -> None:
    """By its lines of code."""
    sources = list(modules(ROOT, ("agents", "worlds")))
    drawn = draw(sources, 100, 1)
    lines: Counter[str] = Counter()
    for module in sources:
        lines[module.room] += len(module.code)

    assert drawn == draw(sources, 100, 1) != draw(sources, 100, 2)
    for room, found in Counter(fault.room for fault in drawn).items():
        assert abs(found - 100 * lines[room] / lines.total()) < 1


def test_every_kind_is_planted() -> None:
    """Each in the one line in which it is possible, and broken lines where their operators stand."""
    assert _planted("a = b < c") == {("< to <=", "a = b <= c")}
    assert _planted("a = b == c != d") == {("== to !=", "a = b != c != d"), ("!= to ==", "a = b == c == d")}
    assert _planted("a += (b) * (c)") == {("+ to -", "a -= (b) * (c)"), ("* to /", "a += (b) / (c)")}
    assert _planted("é = 'é', 9") == {("9 to 10", "é = 'é', 10")}
    assert _planted("a = (\n    b\n    and c\n)") == {("and to or", "or c")}
    assert _planted("a = not (b)") == {("not dropped", "a = (b)")}
    assert _planted("f(a, b, 'c')") == {("a, b swapped", "f(b, a, 'c')")}
    assert _planted("a *= decays[r]") == {
        ("* to /", "a /= decays[r]"),
        ("decays[r] times 1.01", "a *= (1.01 * decays[r])"),
    }
    assert _planted("if a:\n    b") == {("if True", "if True:")}
    assert _planted("def f() -> int:\n    return a") == {("return None", "return None")}


@pytest.mark.parametrize(
    "source",
    [
        '"""1 + 1"""',
        "a: Array[1 + 1]",
        "def f(a: Array[1]) -> Array[2]: ...",
        "def f() -> None:\n    return",
        "def f():\n    return a",
        "def f() -> None:\n    def g():\n        return a",
        "if TYPE_CHECKING:\n    a = 1",
        "if __name__ == '__main__':\n    f(1)",
        "a = f'{b + 1:.2f}'",
        "a = True",
        "a = 1e30",
    ],
)
def test_what_does_nothing_has_no_faults(source: str) -> None:
    """Docstrings, annotations, what only type checkers or commands read, numbers that one more does not change."""
    assert _planted(source) == set()


def test_a_fault_is_known_where_its_line_has_moved() -> None:
    """By path, function, line and kind; of two that have all of these in common there is one."""
    old, new = (
        Module("a.py", text + "class C:\n    def f(self):\n        g(1)\n        g(1)\n") for text in ("", "b\n")
    )
    (before,), (after,) = faults(old), faults(new)

    assert before.key == after.key == ("a.py", "C.f", "g(1)", "1 to 2")
    assert (before.number, after.number) == (3, 4)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A project of two functions, of which one is tested; another of its tests always fails."""
    files = {
        "agents/__init__.py": "",
        "agents/sums.py": "def more(a):\n    return a + 1\n\n\ndef less(a):\n    return a - 2\n",
        "tests/agents/test_sums.py": "from agents.sums import more\n\n\ndef test_more():\n    assert more(1) == 2\n",
        "tests/test_broken.py": "def test_broken():\n    assert False\n",
    }
    for path, text in files.items():
        (tmp_path / "house" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "house" / path).write_text(text)
    return tmp_path / "house"


@pytest.mark.slow
def test_what_is_tested_is_caught_and_what_is_not_is_not(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A test that fails in any case catches nothing; a fault whose function is gone is not planted."""
    earlier = house.parent / "earlier.jsonl"
    rows = [
        {"path": "agents/sums.py", "function": function, "line": f"return a {sign} {number}", "kind": kind}
        for function, sign, number, kind in [
            ("more", "+", 1, "+ to -"),
            ("less", "-", 2, "- to +"),
            ("most", "+", 1, ""),
        ]
    ]
    earlier.write_text("".join(json.dumps(row) + "\n" for row in rows))

    assert main([str(house), "--from", str(earlier), "--json"]) == 0
    told = capsys.readouterr()
    gone, more, less, all_of_them = map(json.loads, told.out.splitlines())
    assert gone == {**rows[2], "gone": True}
    assert {**more, **rows[0]} == more
    assert (more["caught"], more["by"]) == (True, "tests/agents/test_sums.py::test_more")
    assert (less["caught"], less["by"]) == (False, None)
    assert all_of_them == {"faults": 3, "gone": 1, "caught": 1, "by_time_limit": 0}
    assert "tests/test_broken.py::test_broken" in told.err


@pytest.mark.slow
def test_a_hang_is_caught(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the limit; what is printed can be given to --from."""
    hanging = "import time\n\n\ndef more(a):\n    while a < 1:\n        time.sleep(9)\n    return 2\n"
    (house / "agents" / "sums.py").write_text(hanging)
    earlier = house.parent / "earlier.jsonl"
    row = {"path": "agents/sums.py", "function": "more", "line": "while a < 1:", "kind": "< to <="}
    earlier.write_text(json.dumps(row) + '\n{"faults": 1}\n')

    main([str(house), "--from", str(earlier), "--limits", "5", "60", "--json"])
    caught = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (caught["caught"], caught["by"]) == (True, "time limit")


@pytest.mark.slow
def test_what_cannot_be_examined_is_told(house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a line: no checkout, no line of a run, tests that cannot be collected."""
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_text("caught\n")
    assert main([str(house), "--from", str(earlier)]) == 2
    assert "line 1" in capsys.readouterr().err
    (house / "tests" / "test_broken.py").write_text("import nothing_of_this_name\n")
    assert main([str(house), "--faults", "1"]) == 2
    assert "tests/test_broken.py" in capsys.readouterr().err

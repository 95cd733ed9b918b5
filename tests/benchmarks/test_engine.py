"""The engine bench: ratios that must hold on any machine, however busy, and a page that says what was measured."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from benchmarks.engine import against, bench, page, peers
from benchmarks.engine.against import ROOT
from benchmarks.engine.bench import main
from benchmarks.engine.brains import BrainTicks
from benchmarks.engine.loops import POND, LoopTicks, arenas, pond
from benchmarks.engine.measure import QUICK, resident
from benchmarks.engine.timing import median_seconds

Work = Callable[[], object]


def _takes_less(one: Work, times: float, other: Work) -> bool:
    """Return whether one takes less than so many times the other, in one of three tries, for others slow us down."""
    tries = (median_seconds({"one": one, "other": other}, 0.2) for _ in range(3))
    return any(each["one"] < times * each["other"] for each in tries)


@pytest.mark.slow
def test_a_creature_among_a_thousand_costs_less_than_a_third_of_one_alone() -> None:
    """In the whole loop; the price of a call is shared."""
    alone, many = LoopTicks(arenas(1)), LoopTicks(arenas(1024), warm_up=5)

    assert _takes_less(many.run_tick, 1024 / 3, alone.run_tick)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [24, 1024])
def test_a_forward_pass_is_faster_than_batched_products(rows: int) -> None:
    """Beside torch.bmm with the same weights for each row, on one thread."""
    torch.set_num_threads(1)
    works, _ = peers.peers_for(rows)

    assert _takes_less(BrainTicks(rows, learning=False).run_tick, 1.0, works["torch.bmm"])


@pytest.mark.slow
def test_learning_costs_less_than_a_fixed_number_of_forward_passes() -> None:
    """Where every neuron spikes, traces and events take no more than twelve times as long as the forward pass."""
    learning, forward = (BrainTicks(1024, each, active=1.0) for each in (True, False))

    assert _takes_less(learning.run_tick, 12.0, forward.run_tick)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")
def test_memory_does_not_grow_with_ticks() -> None:
    """Ten times as many ticks hold no more than 2 % more."""
    row = resident(1500)

    assert row["bytes_after_ten_times"] < 1.02 * row["bytes"]


@pytest.mark.slow
def test_slices_of_rows_and_what_is_touched() -> None:
    """Two threads learn what one learns; silent inputs are not read, and a row touches its own weights at most."""
    one, two = BrainTicks(600, learning=True), BrainTicks(600, learning=True, threads=2)
    for _ in range(20):
        one.run_tick()
        two.run_tick()
    for ours, theirs in zip(one.brain.layers, two.brain.layers, strict=True):
        assert (ours.weight == theirs.weight).all()
    silent, dense = (BrainTicks(8, False, active=active) for active in (0.0, 1.0))
    silent.run_tick()
    dense.run_tick()

    assert all(layer.neurons.output.all() for layer in dense.brain.layers)
    assert dense.touched_bytes() - silent.touched_bytes() == sum(layer.weight.nbytes for layer in dense.brain.layers)


def test_a_larger_pond_is_as_dense() -> None:
    """Things and area grow with the creatures; five of six learn."""
    raw = pond(100 * POND)

    assert raw["world"]["size"] == pytest.approx(240.0)
    assert raw["world"]["food"] == raw["world"]["poison"] == 4000
    assert [raw["creatures"][name]["count"] for name in ("learners", "control")] == [2000, 400]


def test_peers_that_are_absent_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch.bmm is always there."""
    monkeypatch.setitem(sys.modules, "snntorch", None)
    monkeypatch.setitem(sys.modules, "tracetorch.snn", None)
    works, absent = peers.peers_for(2)

    assert list(works) == ["torch.bmm"]
    assert all(why.startswith("absent: ") for why in absent.values())
    assert list(absent) == ["snntorch", "tracetorch"]


@pytest.mark.slow
def test_the_whole_runs_and_fills_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Briefly: a JSON object for each figure, plots, and the block of the page beside them."""
    monkeypatch.setattr(bench, "QUICK", replace(QUICK, rows=(1, 24), crowds=(24, 48), seconds=0.02, ticks=50))
    folder = tmp_path / "performance"
    folder.with_suffix(".md").write_text(page.PAGE.read_text())

    assert main(["--quick", "--json", "--plots", str(folder)]) == 0

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    parts = {row["part"] for row in rows}
    assert parts == {
        "machine",
        "bandwidth",
        "peers",
        "resident",
        "forward",
        "learning",
        "world",
        "loop",
        *page.PLOTS,
    } - {"rows"}
    assert all(row["microseconds"] > 0 for row in rows if "microseconds" in row)
    assert {path.name for path in folder.glob("*.png")} == {f"{name}.png" for name in page.PLOTS}
    filled = folder.with_suffix(".md").read_text()
    assert page.NOTHING not in filled
    assert page.fill(page.PAGE.read_text(), page.measured_rows(folder)) == filled


def test_checkouts_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once ours is compiled; each case has the medians of both and of the ratios of all alternations."""
    turns, seconds = list[Path](), iter([9.0, 1.0, 2.0, 1.0, 3.0, 4.0, 4.0])
    monkeypatch.setattr(against, "_seconds", lambda checkout, _: turns.append(checkout) or next(seconds))
    row = next(against.compare(tmp_path, 3))

    assert turns == [ROOT, *3 * [tmp_path, ROOT]]
    assert row["name"] == "one creature in forage"
    assert (row["old_microseconds"], row["new_microseconds"]) == (1e6, 3e6)
    assert (row["lowest"], row["ratio"], row["highest"]) == (1.0, 2.0, 3.0)


@pytest.mark.slow
def test_what_is_no_checkout_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a line, and this one is none such; a package that is installed does not stand in for it."""
    (tmp_path / "alife").mkdir()
    (tmp_path / "alife" / "__init__.py").touch()

    with pytest.raises(RuntimeError, match=f"{tmp_path / 'alife'} cannot run it: "):
        against._seconds(tmp_path / "alife", json.dumps(["configs/pond.yaml", 1, 1]))
    assert main(["--quick", "--against", str(tmp_path), "--alternations", "1"]) == 2
    assert f"{tmp_path} cannot run it: ModuleNotFoundError" in capsys.readouterr().err


def test_the_page_is_what_the_command_writes() -> None:
    """Its block is made of what lies beside it, and says so where nothing does."""
    text = page.PAGE.read_text(encoding="utf-8")

    assert page.fill(text, page.measured_rows(page.PAGE.with_suffix(""))) == text

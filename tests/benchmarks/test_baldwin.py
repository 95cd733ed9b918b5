"""The Baldwin study: generations are counted by parents, rows outlive a kill, and what is innate is of birth."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alife.core.world import Lives, Outcome
from benchmarks import baldwin, baldwin_page, selection
from benchmarks.baldwin import ARMS
from benchmarks.generations import Generations, ratio

TINY = "--rows 12 --hidden 3 --ticks 200 --generation 1 --every 1 --season 50 --clones-ticks 20 --look 50 --processes 1"


def _outcome(born: list[int], parents: list[int], died: list[int]) -> Outcome:
    lives = Lives(
        np.array([True, True, bool(born)]), *(np.array(each, np.int64) for each in (born, parents, died, died))
    )
    return replace(Outcome.at_reset(np.zeros((3, 1), np.float32), lives), rewards=np.ones(3))


def test_generations_are_counted_by_parents() -> None:
    """Row 2 is born twice, of row 0 and then of itself through row 1; each is counted with the genes it has by then."""
    genes = {"step": np.ones(3)}
    counted = Generations(3, 2, {"young": (0, 2)}, genes)
    counted.newborns = np.array([0, 1])
    counted.count_tick(1, _outcome([2], [0], []))
    genes["step"][2] = np.e
    counted.count_tick(2, _outcome([1], [2], [0]))
    genes["step"][1] = np.e**3
    counted.count_tick(3, _outcome([0], [-1], []))
    table = counted.table()

    assert counted.of_row.tolist() == [0, 2, 1]
    assert counted.extinctions == 1  # who is born without a parent founds a population
    assert table["births"] == [2, 1, 1]
    assert table["log step"] == [0, 1, 3]
    assert table["deaths"] == [1, 0, 0]
    assert table["young reward"] == table["young ticks"]
    assert ratio(table, "ticks", "deaths", 1, 3) is None


@pytest.mark.slow
def test_a_study_goes_on_where_it_was_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept is not run again, and another run of the same seed keeps the same; page and picture come of it."""
    arguments = ["--out", str(tmp_path), "--seeds", "7-8", "--arms", "bd", "--worlds", "turning", *TINY.split()]
    baldwin.main(arguments)
    paths = sorted((tmp_path / "rows").iterdir())
    first = [path.read_text() for path in paths]
    assert [path.name for path in paths] == [f"baldwin-turning-{arm}-{seed}.json" for arm in "bd" for seed in (7, 8)]
    paths[0].unlink()
    capsys.readouterr()
    baldwin.main(arguments)

    assert len(capsys.readouterr().out.splitlines()) == 1
    assert [path.read_text() for path in paths] == first
    baldwin.main(["--out", str(tmp_path), "--tables", "--picture"])
    assert " of 2 |" in (tmp_path / "baldwin.md").read_text(encoding="utf-8")
    assert (tmp_path / "baldwin.png").stat().st_size > 10_000
    with pytest.raises(SystemExit, match="another size"):
        baldwin.main([*arguments, "--look", "10"])


@pytest.mark.slow
def test_what_is_innate_is_of_birth() -> None:
    """Learners that inherit nothing and those who do not learn are born alike, so their clones do alike."""
    size = baldwin.Size(rows=12, hidden=3, ticks=100, season=50, clones_ticks=40, look=100)
    rows = [baldwin.measure("turning", arm, 3, size) for arm in ARMS]

    assert len({row["innate"][0] for row in rows}) == 1
    assert {row["ticks"] for row in rows} == {100}


@pytest.mark.slow
def test_a_gene_that_costs_nothing_is_not_selected() -> None:
    """In the control the gene is there and says nothing: lives are the same whatever it mutates to."""
    row = selection.measure("control", 3, last=2)
    table = selection.configuration("control", 3)["creatures"][selection.SPECIES]

    assert len(row["basal"]) == len(row["neutral"]) == 2
    assert table["body"]["metabolism"]["basal"] == 0.0


@pytest.mark.slow
def test_the_page_is_of_the_rows_that_are_kept() -> None:
    """All of them of one size; `python -m benchmarks.baldwin --tables` writes it anew."""
    rows = baldwin.read_rows(baldwin.LIFE)

    assert all(row["size"] == baldwin.Size()._asdict() for row in rows)
    assert (baldwin.LIFE / "baldwin.md").read_text(encoding="utf-8") == baldwin_page.page(rows)

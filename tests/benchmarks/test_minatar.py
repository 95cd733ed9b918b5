"""MinAtar: which returns count, what is kept, and the page."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import minatar
from benchmarks.measured import read_rows


def test_an_episode_counts_in_the_tenth_in_which_it_ends() -> None:
    """Its return is all that it brought since the end before; a tenth without an end has none."""
    returns = minatar.Returns(100, 2)
    for frame in range(100):
        over = np.array([frame in (5, 11, 99), False])
        returns.take(frame, np.array([1.0, 1.0]), over)
    means = returns.means()
    assert means[[0, 1, 9], 0].tolist() == [6.0, 6.0, 88.0]
    assert np.isnan(means[2:9, 0]).all()
    assert np.isnan(means[:, 1]).all()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let rows and the page lie elsewhere."""
    monkeypatch.setattr(minatar, "MEASURED", tmp_path / "minatar.json")
    monkeypatch.setattr(minatar, "PAGE", tmp_path / "minatar.md")
    minatar.PAGE.write_text(f"# MinAtar\n\n{minatar.BEGIN}\n\n{minatar.END}\n")
    return tmp_path


def _row(arm: str, score: float) -> dict[str, Any]:
    return minatar.row("breakout", arm, 1000, range(2), np.full((10, 2), score), 0.1, 2.0)


def test_a_row_takes_the_place_of_an_older_one(kept: Path) -> None:
    """One for each game and arm, the best first, and the page shows them with their commands."""
    for arm, score in (("sparse", 1.0), ("every", 2.0), ("sparse", 3.0)):
        minatar.keep(_row(arm, score))
    minatar.main(["--page"])
    assert [(one["rule"], one["mean"]) for one in read_rows(minatar.MEASURED)] == [("sparse", 3.0), ("every", 2.0)]
    page = minatar.PAGE.read_text()
    assert "| breakout | `sparse` | 2 | 1,000 | **3.00** |" in page
    assert "python -m benchmarks.minatar --game breakout --arm every --frames 1000 --seeds 0-1" in page


@pytest.mark.parametrize("seeds", ["0,2", "3-1", "a"])
def test_seeds_follow_one_another(seeds: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Others are no copies of a world."""
    assert minatar.main(["--seeds", seeds]) == 2
    assert f"--seeds {seeds}" in capsys.readouterr().err.replace("'", "")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # a package of others
@pytest.mark.parametrize("arm", ["sparse", "stream_ac"])
def test_a_game_is_learned(arm: str, kept: Path) -> None:
    """For so short a time that nothing has been."""
    pytest.importorskip("minatar")
    minatar.main(["--game", "breakout", "--arm", arm, "--frames", "600", "--seeds", "3-4"])
    (row,) = read_rows(minatar.MEASURED)
    assert len(row["seeds"]) == 2
    assert row["command"].endswith(f"--arm {arm} --frames 600 --seeds 3-4")
    assert (row["backward_share"] == 1.0) == (arm == "stream_ac")

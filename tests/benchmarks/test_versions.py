"""Two checkouts compared: what is computed of their scores, and that both are run."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alife.core.statistics import confidence_interval
from benchmarks.versions import SPACING, learning_rate_of, main, summarize

ROOT = Path(__file__).resolve().parents[2]

_scores = st.lists(st.floats(-5, 20), min_size=4, max_size=8)


@given(_scores, st.floats(-3, 3))
def test_what_is_equal_but_for_a_constant_differs_by_it(old: list[float], constant: float) -> None:
    """The seeds are paired, so their spread does not count; the interval has no width."""
    row = summarize("x", dict(enumerate(old)), {seed: score + constant for seed, score in enumerate(old)})

    for name in ("difference", "low", "high"):
        assert row[name] == pytest.approx(constant, abs=1e-4)


def test_the_interval_is_that_of_the_paired_differences() -> None:
    """Over the seeds that both have; its lower end is told as a share of the old mean."""
    old, new = {0: 8.0, 1000: 9.0, 2000: 7.0, 3000: 99.0}, {0: 8.5, 1000: 8.8, 2000: 7.9}
    row = summarize("forage", old, new)
    low, high = confidence_interval(np.array([0.5, -0.2, 0.9]))

    assert row["seeds"] == 3
    assert (row["low"], row["high"]) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert row["at_least_share_of_old"] == pytest.approx((8.0 + low) / 8.0, abs=1e-4)
    assert summarize("x", {0: -1.0, 1: -1.0}, {0: 1.0, 1: 1.0})["at_least_share_of_old"] is None


@pytest.mark.slow
def test_a_checkout_is_as_good_as_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """Every seed of a configuration is run in both, and a task with all its seeds; nothing differs."""
    words = ["--config", "forage", "binding", "--seeds", "2", "--ticks", "20", "--share", "0.01", "--json"]
    assert main([str(ROOT), str(ROOT), *words]) == 0
    *runs, forage, binding = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    seeds = [seed for run in runs if run["name"] == "forage" for seed in run["scores"]]
    assert sorted(seeds) == ["0", "0", str(SPACING), str(SPACING)]
    assert [len(run["scores"]) for run in runs if run["name"] == "binding"] == [2, 2]
    assert [row["name"] for row in (forage, binding)] == ["forage", "binding"]
    assert all(row["difference"] == row["low"] == row["high"] == 0.0 for row in (forage, binding))


@pytest.mark.slow
def test_what_cannot_be_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a line: the checkout, what was asked of it, and why not."""
    assert main([str(ROOT), str(ROOT), "--config", "nowhere", "--seeds", "2"]) == 2
    assert "configs/nowhere.yaml" in capsys.readouterr().err
    with pytest.raises(RuntimeError, match="tells no learning rate"):
        learning_rate_of(tmp_path, "binding", "ring")

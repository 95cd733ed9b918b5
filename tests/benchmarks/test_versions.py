"""Two checkouts compared: what is computed of their scores, and that both are run."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.core.statistics import confidence_interval
from benchmarks import versions
from benchmarks.versions import SPACING, config_scores, learning_rate_of, main, summarize

ROOT = Path(__file__).resolve().parents[2]

_scores = st.lists(st.floats(-5, 20), min_size=4, max_size=8)


@pytest.mark.slow
@settings(deadline=None)  # the first loads scipy
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


def test_every_seed_of_a_configuration_is_run_in_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A score is the mean of the last tenths that count."""
    tenths = {ROOT: [0.0] * 5 + [2.0] * 5, tmp_path: [0.0] * 5 + [1.0] * 5}
    summary = {side: {"species": {"learners": {"reward_per_100_ticks": each}}} for side, each in tenths.items()}
    monkeypatch.setattr(versions, "_run", lambda checkout, _: summary[checkout])
    assert main([str(tmp_path), str(ROOT), "--config", "forage", "--seeds", "2", "--json"]) == 0
    *runs, forage = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert sorted((run["checkout"], *run["scores"].items()) for run in runs) == [
        (side, (seed, score)) for side, score in (("new", 2.0), ("old", 1.0)) for seed in ("0", str(SPACING))
    ]
    assert (forage["name"], forage["seeds"], forage["old"], forage["new"]) == ("forage", 2, 1.0, 2.0)


@pytest.mark.slow
def test_a_checkout_is_as_good_as_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """A task is run with all its seeds, and nothing differs; a configuration has a score for its seed."""
    words = ["--config", "binding", "--seeds", "2", "--share", "0.01", "--json"]
    assert main([str(ROOT), str(ROOT), *words]) == 0
    *runs, binding = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [(run["name"], len(run["scores"])) for run in runs] == [("binding", 2), ("binding", 2)]
    assert binding["name"] == "binding"
    assert binding["difference"] == binding["low"] == binding["high"] == 0.0
    assert list(config_scores(ROOT, "forage", SPACING, 20, 0.5)) == [SPACING]


@pytest.mark.slow
def test_what_cannot_be_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a line: the checkout, what was asked of it, and why not."""
    assert main([str(ROOT), str(ROOT), "--config", "nowhere", "--seeds", "2"]) == 2
    assert "configs/nowhere.yaml" in capsys.readouterr().err
    with pytest.raises(RuntimeError, match="tells no learning rate"):
        learning_rate_of(tmp_path, "binding", "ring")

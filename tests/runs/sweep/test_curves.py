"""The curves of seeds, from lines of metrics."""

import json
from pathlib import Path

import numpy as np
import pytest

from alife.core.brains import Report
from alife.core.world import Outcome
from alife.runs import Run
from alife.runs.sweep._curves import curves_of
from alife.sim.metrics import SpeciesMetrics


def _run(folder: Path, rewards: np.ndarray, every: int, rows: int = 4) -> SpeciesMetrics:
    """Leave the files of a run with these rewards, and return the metrics that it had itself."""
    metrics, nobody = SpeciesMetrics(rows, len(rewards)), np.zeros(rows, bool)
    report = Report(np.zeros(rows), nobody, nobody, [])
    folder.mkdir()
    (folder / "config.yaml").write_text("creatures: {learners: {}}")
    with (folder / "metrics.jsonl").open("w") as file:
        for tick, reward in enumerate(rewards, 1):
            outcome = Outcome(np.zeros((rows, 1), np.float32), np.full(rows, reward / rows), nobody, nobody)
            metrics.update_metrics(outcome, report)
            if tick % every == 0 or tick == len(rewards):
                file.write(json.dumps({"tick": tick, "species": {"learners": metrics.means_since_last_line()}}) + "\n")
    return metrics


@pytest.mark.slow
@pytest.mark.parametrize("every", [2, 20])
def test_the_curve_of_a_seed_is_that_of_its_run(every: int, tmp_path: Path) -> None:
    """Where a line of metrics ends at each point, the points are those of the run itself."""
    metrics = _run(tmp_path / "run", np.random.default_rng(0).integers(-3, 4, 2000), every)
    ticks, values = curves_of([Run(tmp_path / "run")], 2000)["learners"]
    expected_ticks, expected = metrics.reward_curve()

    assert ticks.tolist() == expected_ticks.tolist()
    np.testing.assert_allclose(values, expected[None], atol=1e-3)


def test_lines_farther_apart_than_points_are_joined_evenly(tmp_path: Path) -> None:
    """A steady reward gives a flat curve, however seldom there is a line; every seed has a row of its own."""
    for seed in range(3):
        _run(tmp_path / str(seed), np.full(990, 0.04 * seed), 500)
    ticks, values = curves_of([Run(tmp_path / str(seed)) for seed in range(3)], 990)["learners"]

    assert (len(ticks), ticks[0] >= 100, ticks[-1]) == (90, True, 990)
    np.testing.assert_allclose(values, np.broadcast_to([[0.0], [1.0], [2.0]], (3, 90)), atol=1e-3)


def test_a_run_of_few_ticks_has_as_many_points(tmp_path: Path) -> None:
    """Five ticks are five points."""
    _run(tmp_path / "run", np.ones(5), 100)
    ticks, values = curves_of([Run(tmp_path / "run")], 5)["learners"]

    assert ticks.tolist() == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(values, 25.0)

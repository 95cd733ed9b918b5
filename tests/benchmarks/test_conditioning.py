"""The benchmark of conditioning measures what it says, on numbers that are known."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import conditioning
from benchmarks.conditioning import GROUPS, Line, TrialLives, draw_errors, rewards, table_lines
from benchmarks.trials import AFTER, BEFORE, Life, run_protocol


def _life() -> Life:
    """Return two rows that live through six trials of one phase and two of another."""
    shape = (2, 8, BEFORE + AFTER)
    numbers = np.broadcast_to(np.arange(8.0)[:, None], shape).copy()
    pair = np.array([[0, 1, 0, 1, 0, 1, 0, 0], [1, 0, 1, 0, 1, 0, 0, 0]])
    phase = np.array([0] * 6 + [1] * 2)
    return Life(6, ("first", "second"), phase, pair, numbers[:, :, 0], numbers, numbers, numbers)


def test_means_are_of_the_trials_that_are_asked_for() -> None:
    """By phase, by place in it from either end, and by what was shown."""
    life = _life()
    trials = life.mean(life.errors, 0, 3)

    assert life.over(trials, "first", 0, 2).tolist() == [0.0, 1.0]
    assert life.over(trials, "first", 0, 2, pair=1).tolist() == [1.0, 0.0]
    assert life.over(trials, "first", -4, 0).tolist() == [3.0, 4.0]
    assert life.over(trials, "second", 0, 0).tolist() == [6.5, 6.5]
    assert np.array_equal(life.at_cue(), 3 * trials)


def test_a_measure_is_less_what_was_before_the_cue() -> None:
    """Licks and values count above those before, so that what always goes on is no answer."""
    life = _life()
    life.licks[:, :, BEFORE + 1 : BEFORE + 6] += 0.5

    assert np.allclose(life.licking(), 0.5)
    assert np.allclose(_life().value(), 0.0)


def test_an_answer_is_a_question_of_the_interval() -> None:
    """Above zero it is yes, below it the opposite, around it no; a control is not asked."""
    spread = np.array([-0.1, 0.0, 0.1])

    assert Line("a", "b", "", spread + 1).text().endswith("| yes |")
    assert Line("a", "b", "", spread - 1).text().endswith("| no, the opposite |")
    assert Line("a", "b", "", spread).text().endswith("| no |")
    assert Line("a", "b", "", spread + 1, control=True).text().endswith("| control |")


@pytest.mark.slow
def test_what_is_seen_is_laid_beside_its_trial() -> None:
    """The TD error of a paired drop stands at its time after the cue; who does not learn has none, but licks."""
    phase = {"name": "acquisition", "trials": 6, "pairs": {"light": 1.0}}
    paired, still = run_protocol([phase], 3), run_protocol([phase], 3, "control")

    assert np.array_equal(paired.outcome_errors, paired.at_its_time())
    assert paired.outcome_errors.min() > 0.1
    assert not still.errors.any()
    assert 0.2 < still.licks.mean() < 0.8


@pytest.mark.slow
def test_the_whole_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every group lives, every line has its numbers, and the picture is drawn; a few trials tell nothing more."""
    monkeypatch.setattr(conditioning, "_FEW", 3)
    lives = TrialLives(2, share=0.06)
    draw_errors(lives, tmp_path / "errors.png")

    assert all(np.isfinite(line.difference).any() and line.text().count("|") == 6 for line in table_lines(lives))
    assert set(lives) == set(GROUPS)
    assert (tmp_path / "errors.png").stat().st_size > 5000


@pytest.mark.slow
def test_learners_are_held_against_players() -> None:
    """Who plays by hand earns more than who does not lick, even in 300 ticks."""
    earned = rewards(4, 0.015)

    assert set(earned) == {"learners", "control", "player", "random", "never licks"}
    assert earned["player"].mean() > 2 * earned["never licks"].mean() > 0

"""The example of Poisson clicks: one reward per trial teaches an answer and lengthens a memory; a coin does neither."""

from pathlib import Path

import numpy as np
import pytest

from examples.poisson_clicks import Course, learn, report, save_figure

pytestmark = pytest.mark.slow

SEEDS = range(100, 110)


@pytest.fixture(scope="module")
def rewarded() -> dict[str, Course]:
    return learn("reward", trials=120, seeds=SEEDS)


def test_one_reward_per_trial_beats_a_coin(rewarded: dict[str, Course]) -> None:
    """Within 120 trials the rewarded are right in two of three, and those with a coin for a reward are not."""
    reward, coin = (rewarded[name].right[-40:].mean() for name in ("one reward per trial", "a coin for a reward"))

    assert reward > 0.63
    assert coin < 0.57


def test_only_a_reward_lengthens_the_memory_of_a_readout() -> None:
    """Within 35 trials the decay grows in most networks; with a coin for a reward it does not, and it can be fixed."""
    courses = learn("decay", trials=35, seeds=SEEDS)
    learned, fixed, coin = (course.decays[-1] for course in courses.values())

    assert np.median(learned) > 0.903 > np.median(coin)
    assert np.allclose(fixed, 0.9)


def test_a_report_and_a_picture_say_what_happened(rewarded: dict[str, Course], tmp_path: Path) -> None:
    """The report names accuracy beside the observer's, and the picture is saved."""
    save_figure(rewarded, tmp_path / "clicks.png")

    assert "of the observer's" in report("rewarded", rewarded["one reward per trial"])
    assert (tmp_path / "clicks.png").stat().st_size > 10_000

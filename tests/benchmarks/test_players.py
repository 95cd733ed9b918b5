"""The players written by hand stand where the tables say."""

import pytest

from benchmarks.learning.tasks.all import TASKS
from benchmarks.players import PLAYERS, player_reward


@pytest.mark.slow
@pytest.mark.parametrize("name", PLAYERS)
def test_a_player_reaches_its_figure(name: str) -> None:
    """A thousand ticks in 24 arenas are near what 20,000 gave."""
    task, player = name.split()

    assert player_reward(name, 1000) == pytest.approx(TASKS[task].players[player], abs=0.7)

"""The forage benchmark: each of its rows can be made, and the players stand where the table says."""

import pytest

from benchmarks.forage import ARMS, LINEAR_RATES, Arm, Task, always, linear, played, run
from worlds.forage import greedy_player, player


@pytest.mark.parametrize("arm", [*ARMS, *map(linear, LINEAR_RATES), always(linear(0.01))], ids=lambda arm: arm.name)
def test_every_row_of_the_table_runs(arm: Arm) -> None:
    """Each arm is a configuration that is accepted, runs, and tells what the table prints."""
    species = run(Task(arm, 0, 20))["species"]

    assert species["learners"]["learning_state_bytes"] > 0
    assert species["control"]["backward_share"] == 0.0
    assert len(species["learners"]["firing_rate"]) == (0 if arm.name.startswith("linear") else 1)


def test_the_players_are_what_the_table_says() -> None:
    """A thousand ticks of each hand-written player are near its reported figure."""
    assert played(player, 1000) == pytest.approx(10.8, abs=0.7)
    assert played(greedy_player, 1000) == pytest.approx(8.5, abs=0.7)

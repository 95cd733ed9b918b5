"""The example of a world of one's own keeps the contract of worlds, and creatures learn in it."""

from pathlib import Path

import numpy as np
import pytest

from alife.body import Body
from alife.config.simulation_config import load_config
from alife.sim.build import build_simulation
from examples.lamps import Lamps

CONFIG = Path(__file__).resolve().parents[2] / "examples" / "lamps.yaml"


@pytest.mark.slow
def test_creatures_learn_which_way_to_turn() -> None:
    """Within 600 ticks the learners are right nine times in ten, and the control is not."""
    simulation = build_simulation(load_config(CONFIG, ["ticks=600"]))
    for _ in range(600):
        simulation.run_tick()

    assert simulation.metrics["learners"].recent_reward() > 80
    assert simulation.metrics["control"].recent_reward() < 0


def test_copy_i_of_seed_s_is_the_only_copy_of_seed_s_plus_i() -> None:
    """The lamps of the third copy are those of a world of its own with the seed of the third copy."""
    three, one = (Lamps({"a": (Body(), 2)}, copies=copies) for copies in (3, 1))
    many, single = three.reset(5)["a"], one.reset(7)["a"]
    for _ in range(20):
        assert np.array_equal(many.observations[4:], single.observations)
        many, single = three.step({"a": np.zeros(6, int)})["a"], one.step({"a": np.zeros(2, int)})["a"]

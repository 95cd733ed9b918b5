"""A lesion chosen by eye: neurons that the window marks matter, and those that it leaves dark do not."""

from pathlib import Path

import pytest

from benchmarks.lesion import silence_by_influence


@pytest.mark.slow
def test_silencing_marked_neurons_costs_reward_and_silencing_dark_ones_does_not() -> None:
    """After a short life of 24 creatures: the loss by the 8 most influential neurons is many times the other."""
    found = silence_by_influence(Path("configs/forage.yaml"), 6000, 1500)
    whole = found["none"].rewards.mean()
    most, least = (whole - found[which].rewards.mean() for which in ("most", "least"))

    assert most > 0.1 * whole
    assert abs(least) < 0.25 * most

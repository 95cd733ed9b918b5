"""Simulations from Python: the same as from the command line, step by step or at once."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alife
from alife.core.errors import ConfigError
from tests.command import alife as command

SMALL = ("world.copies=2", "creatures.learners.brain.layers=[{kind: lif, size: 8}]")


@pytest.mark.slow
def test_simulate_is_a_run_of_the_command_line(tmp_path: Path) -> None:
    """The same events, in an ordinary run directory, whatever way the configuration is given."""
    run = alife.simulate("forage", *SMALL, ticks=120, out=tmp_path / "one")
    given = ("--set", SMALL[0], "--set", SMALL[1], "--ticks", "120", "--headless", "--quiet")
    assert command("run", "forage", *given, "--out", tmp_path / "two").returncode == 0
    other = alife.load(tmp_path / "two")
    again = alife.simulate({**run.config, "record": {"metrics": 40}}, out=tmp_path / "three")

    assert isinstance(other, alife.Run)
    digests = [each.summary["event_log_sha256"] for each in (run, other, again) if each.summary]
    assert len(digests) == 3
    assert len(set(digests)) == 1
    assert len(again.metrics["learners"]["tick"]) == 3


@pytest.mark.slow
def test_step_by_step_is_the_same_as_at_once(tmp_path: Path) -> None:
    """And saved in between, in a directory that the command line takes as well."""
    whole = alife.simulate("forage", *SMALL, ticks=90, out=tmp_path / "whole")
    with alife.Simulation("forage", *SMALL) as one:
        assert one.step(40).tick == 40
        saved = one.save(tmp_path / "saved")
        one.step(50)
    two = alife.resume(saved).step(50)
    assert whole.summary is not None
    assert one.inner.events.digest.hex() == two.inner.events.digest.hex() == whole.summary["event_log_sha256"]
    assert command("resume", saved, "--ticks", "90", "--headless", "--quiet").returncode == 0
    resumed = alife.load(saved)
    assert isinstance(resumed, alife.Run)
    assert resumed.summary is not None
    assert resumed.summary["event_log_sha256"] == whole.summary["event_log_sha256"]


def test_one_can_look_inside() -> None:
    """Outcome, probe, metrics, scene and picture."""
    simulation = alife.Simulation("forage", *SMALL).step(30)
    probe = simulation.probe("learners", 1)

    assert simulation.species == ("learners", "control")
    assert (probe.tick, probe.species, probe.row) == (29, "learners", 1)
    assert simulation.outcome("control").rewards.shape == (2,)
    assert simulation.metrics().ticks == 30
    assert simulation.scene(1).shapes
    image = simulation.image((640, 400))
    assert image.shape == (400, 640, 3)
    assert np.unique(image).size > 50


@pytest.mark.parametrize(
    ("do", "says"),
    [
        (lambda: alife.Simulation("forag"), "forag"),
        (lambda: alife.Simulation({"world": {"kind": "forrage"}}), "forrage"),
        (lambda: alife.Simulation("forage", *SMALL).probe(), "step"),
        (lambda: alife.Simulation("forage", *SMALL).step().probe("learners", 2), "row 2"),
        (lambda: alife.Simulation("forage", *SMALL).outcome("fish"), "fish"),
        (lambda: alife.Simulation("forage", *SMALL).step(-1), "step"),
        (lambda: alife.Simulation("forage", *SMALL).step().image((0, 9)), r"size: .*\(0, 9\)"),
        (lambda: alife.Simulation("forage", {"world.copies": 2}), "changes"),  # type: ignore[arg-type]
        (lambda: alife.simulate({"world": {"kind": "forage"}}), "ticks"),
        (lambda: alife.resume("nowhere"), "nowhere"),
    ],
)
def test_what_is_wrong_is_said(do: Any, says: str) -> None:
    """By one kind of error, whose text is a sentence."""
    with pytest.raises(ConfigError, match=says):
        do()


def test_all_that_is_promised_is_there() -> None:
    """And nothing else: a name that is none is an AttributeError."""
    assert all(getattr(alife, name) for name in alife.__all__)
    assert "Simulation" in dir(alife) or "Simulation" in alife.__all__
    with pytest.raises(AttributeError):
        alife.Simulatoin  # noqa: B018

"""Then and now: the same start with and without what a run has learned."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alife.app.beside import Beside
from alife.app.cli import main
from alife.app.then_and_now import ThenAndNowOptions, then_and_now
from alife.config.simulation_config import SimulationConfig, dump_config
from alife.core.errors import CheckpointError, ConfigError
from alife.runs.checkpoints import last_checkpoint, save_checkpoint
from alife.sim.build import build_simulation
from alife.sim.learned import load_learned_brains
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from tests.sim.runs import small
from tests.view.film.test_film import read


def lived(config: SimulationConfig, ticks: int = 60) -> Simulation:
    """Return a run after some ticks."""
    simulation = build_simulation(config)
    for _ in range(ticks):
        simulation.run_tick()
    return simulation


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a run directory with a saved state after 60 ticks."""
    directory = tmp_path / "run"
    directory.mkdir()
    simulation = lived(small())
    save_checkpoint(directory / "checkpoints", 60, simulation.state_dict(), {}, 3)
    (directory / "config.yaml").write_text(dump_config(simulation.config))
    return directory


def film(run: Path, path: Path, **options: Any) -> Path | None:
    return then_and_now(run, path, ThenAndNowOptions(seconds=0.2, **options), Interruption())


@pytest.mark.slow
def test_the_start_is_the_same_and_the_brains_are_not() -> None:
    """The taught run stands at tick 0 of the same world, with the weights that the run has come to."""
    fresh, taught, old = build_simulation(small()), build_simulation(small()), lived(small(), 300)
    load_learned_brains(taught, old.state_dict())

    assert taught.tick == 0
    assert [taught.scene(copy).text() for copy in (0, 1)] == [fresh.scene(copy).text() for copy in (0, 1)]
    assert (taught.outcome("learners").observations == fresh.outcome("learners").observations).all()
    weights = [one.snapshot("learners", 3).weights for one in (fresh, taught, old)]
    assert all((now == end).all() for now, end in zip(weights[1], weights[2], strict=True))
    assert any((now != start).any() for now, start in zip(weights[1], weights[0], strict=True))


def test_who_has_learned_nothing_lives_the_same_life_again() -> None:
    """Membranes begin empty and chance is the same: without learning, then and now do not differ in anything."""
    config = small(creatures={"control": {"count": 2, "learning": {"kind": "none"}}})
    fresh, taught = build_simulation(config), build_simulation(config)
    load_learned_brains(taught, lived(config, 37).state_dict())
    for _ in range(100):
        fresh.run_tick()
        taught.run_tick()

    assert taught.events.digest == fresh.events.digest
    assert taught.probe("control", 1).layers[0].membranes == pytest.approx(
        fresh.probe("control", 1).layers[0].membranes
    )


def test_nothing_of_the_former_life_is_credited() -> None:
    """After its first tick a taught creature credits the neurons that spiked in that tick, and no others."""
    old, taught = lived(small()), build_simulation(small())
    before = old.snapshot("learners", 0).traces[-1]
    load_learned_brains(taught, old.state_dict())
    taught.run_tick()
    after = taught.snapshot("learners", 0).traces[-1]
    silent = taught.probe("learners", 0).layers[0].outputs == 0

    assert before is not None
    assert after is not None
    assert before[:, silent].any()
    assert not after[:, silent].any()


def test_a_side_counts_what_its_creature_gets() -> None:
    """The totals are the rewards of that row added up tick by tick, the mean is over its species."""
    twin = build_simulation(small())
    beside = Beside(small(), lambda simulation: ("learners", 2), 43, lambda simulation: 0)
    for count in (3, 0, 40, 7):
        beside.pass_ticks(count)
    rewards = []
    for _ in range(43):
        twin.run_tick()
        rewards.append(twin.outcome("learners").rewards.copy())
    half, other = beside.halves()

    assert half.totals.tolist() == np.cumsum([each[2] for each in rewards]).tolist()
    assert half.mean == pytest.approx(np.sum(rewards, axis=0).mean())
    assert half.frame.selected == ("learners", 2)
    assert half.frame.copy == 1
    assert np.any(rewards)
    assert other.totals.tolist() == half.totals.tolist()  # nothing was taken on
    assert beside.tick == 43  # and no more


@pytest.mark.slow
def test_the_film_is_as_long_as_asked(run: Path, tmp_path: Path) -> None:
    """A fifth of a second at 30 frames a second is six pictures, and nothing else is left."""
    assert film(run, tmp_path / "out.mp4") == tmp_path / "out.mp4"
    assert len(read(tmp_path / "out.mp4", (1280, 720))) == 6
    assert {path.name for path in tmp_path.iterdir()} == {"run", "out.mp4"}


@pytest.mark.slow
def test_it_can_be_stacked_a_gif_and_pictures(run: Path, tmp_path: Path) -> None:
    """The endings mean what they mean for a run, and --portrait is upright."""
    film(run, tmp_path / "out.mp4", portrait=True)
    film(run, tmp_path / "out.gif")
    film(run, tmp_path / "out", species="control", row=1)

    assert len(read(tmp_path / "out.mp4", (1080, 1920))) == 6
    assert len(read(tmp_path / "out.gif", (640, 360))) == 2
    assert len(list((tmp_path / "out").glob("*.png"))) == 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"species": "lerners"}, r"--species:.*'lerners'.*'learners'\?"),
        ({"row": 4}, r"--row:.*row 4 of learners.*0 to 3"),
        ({"species": "control", "row": 2}, r"--row:.*row 2 of control.*0 to 1"),
    ],
)
def test_a_creature_that_is_not_there_is_named(run: Path, tmp_path: Path, options: dict[str, Any], words: str) -> None:
    """The message says who is there, and no film is begun."""
    with pytest.raises(ConfigError, match=words):
        film(run, tmp_path / "out.mp4", **options)
    assert {path.name for path in tmp_path.iterdir()} == {"run"}


def test_a_directory_that_is_no_run_is_refused(tmp_path: Path) -> None:
    """One sentence, and what would be right."""
    with pytest.raises(ConfigError, match=r"no run directory.*config\.yaml"):
        film(tmp_path, tmp_path / "out.mp4")


def test_a_run_without_a_state_is_refused(run: Path, tmp_path: Path) -> None:
    """The message says why there may be none."""
    (run / "checkpoints").rename(run / "elsewhere")
    with pytest.raises(CheckpointError, match=r"no checkpoint.*record.*keep"):
        film(run, tmp_path / "out.mp4")


@pytest.mark.parametrize("part", ["populations", "ended"])
def test_a_state_that_is_not_whole_is_refused(part: str) -> None:
    """Whatever lies in the folder, the message is one about the state."""
    state = lived(small(), 3).state_dict()
    if part == "populations":
        del state["populations"]
    else:
        del state["populations"]["learners"]["ended"]
    with pytest.raises(CheckpointError, match=f"it lacks .*{part}"):
        load_learned_brains(build_simulation(small()), state)


def test_brains_of_another_seed_or_world_fit_and_of_another_size_do_not() -> None:
    """What must be the same are the brains, and how many there are."""
    state = lived(small(seed=5), 3).state_dict()
    for config in (small(), small(world={"kind": "forage", "copies": 2, "size": 9.0})):
        load_learned_brains(build_simulation(config), state)
    with pytest.raises(CheckpointError, match="populations/learners"):
        load_learned_brains(build_simulation(small(world={"kind": "forage", "copies": 3})), state)


@pytest.mark.slow
def test_a_run_begins_with_the_brains_of_another_and_can_be_lived_again(run: Path, tmp_path: Path) -> None:
    """Its weights at tick 0 are those of the end of the other; a replay and a resumed run begin there, too."""
    path, config = tmp_path / "after", tmp_path / "small.yaml"
    config.write_text(dump_config(small(30, seed=3)))
    asked = ["run", str(config), "--headless", "--from", str(run), "--out", str(path)]
    assert main(asked) == 0
    began, ended = (last_checkpoint(one).state for one in (path / "beginning", run / "checkpoints"))
    weights = [one["populations"]["learners"]["brain"]["layers.0"]["weight"] for one in (began, ended)]
    assert (began["tick"], weights[0].tolist()) == (0, weights[1].tolist())
    assert main(["replay", str(path), "--headless"]) == 0
    assert main(["resume", str(path), "--headless", "--ticks", "45"]) == 0
    assert main(["replay", str(path), "--headless"]) == 0
    assert main([*asked, "--seeds", "0-1"]) == ConfigError.exit_code


@pytest.mark.slow
def test_an_interrupted_film_is_kept_as_far_as_it_came(run: Path, tmp_path: Path) -> None:
    """Before the first tick there is none."""
    interruption = Interruption()
    interruption.note_signal(2)
    assert then_and_now(run, tmp_path / "out.mp4", ThenAndNowOptions(), interruption) is None
    assert {path.name for path in tmp_path.iterdir()} == {"run"}


@pytest.mark.slow
def test_the_command_names_the_film(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`alife then-and-now` prints where it is, or what is wrong."""
    out = tmp_path / "out.mp4"

    assert main(["then-and-now", str(run), "-o", str(out), "--seconds", "0.1"]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    for wrong in (["--seconds", "0"], ["--seconds", "soon"], ["--row", "-1"], ["--row", "x"]):
        assert main(["then-and-now", str(run), "-o", str(out), *wrong]) == 2
        assert capsys.readouterr().err.startswith(f"error: {wrong[0]}: must be a ")
    assert main(["then-and-now", str(run), "-o", str(tmp_path / "out.avi")]) == 2
    assert ".mp4 or .gif" in capsys.readouterr().err

"""Simulations from Python: run one to its end, or step by step, and look inside."""

from collections.abc import Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.app._one_thread import keep_torch_on_one_thread
from alife.app.launch import LaunchOptions, launch
from alife.app.shipped import find_config
from alife.config.simulation_config import SimulationConfig, dump_config, effective, load_config, parse_config
from alife.core.errors import ConfigError
from alife.core.frame import BrainProbe
from alife.core.intervention import Intervention
from alife.core.scene import Scene
from alife.core.sentences import shown
from alife.core.world import Outcome
from alife.runs import Run
from alife.runs.checkpoints import last_checkpoint, save_checkpoint, take_on
from alife.runs.past_run import load_run_config
from alife.runs.run_directory import RunDirectory
from alife.sim.build import build_simulation
from alife.sim.metrics import SpeciesMetrics
from alife.sim.signals import Interruption
from alife.sim.spectator import Spectator, most_interesting

Source = str | Path | Mapping[str, Any] | SimulationConfig
"""A configuration: the path of a file, what stands in one as plain data, or one that was checked."""


def simulate(source: Source, *changes: str, ticks: int | None = None, out: str | Path | None = None) -> Run:
    """Run a configuration to its end, without a window, and return what it has left.

    Args:
        source: the configuration.
        changes: `a.b=value` texts, as after --set.
        ticks: how long, if the configuration is not to say.
        out: the run directory; one in runs/ if left out.

    Raises:
        ConfigError: the configuration is wrong, says of no end, or the directory is not empty.
        AlifeError: the run failed; see alife.core.errors.
    """
    changes = changes if ticks is None else (*changes, f"ticks={ticks}")
    config = _configuration(source, changes)
    if config.ticks is None:
        raise ConfigError("ticks: is missing; say for how long, as in simulate(..., ticks=1000)")
    ending = launch(config, LaunchOptions(True, None if out is None else Path(out), quiet=True), Interruption())
    return Run(ending.directory)


def resume(run: str | Path, trust: bool = False) -> "Simulation":
    """Return a simulation that goes on from the last whole checkpoint of a run; the run itself is left as it is.

    Args:
        run: its directory.
        trust: whether its configuration may name code that is not of the house.

    Raises:
        ConfigError: it is no run directory, or names code of others without trust.
        CheckpointError: it has no whole checkpoint.
    """
    simulation = Simulation(load_run_config(Path(run), trust=trust))
    checkpoint = last_checkpoint(Path(run) / "checkpoints")
    take_on(checkpoint, simulation.inner.load_state_dict)
    return simulation


class Simulation:
    """A simulation in one's own hands: nothing is written, and nothing happens but by `step`.

    Args:
        source: the configuration.
        changes: `a.b=value` texts, as after --set.

    Raises:
        ConfigError: the configuration is wrong, or needs more memory than there is.
    """

    def __init__(self, source: Source, *changes: str) -> None:
        keep_torch_on_one_thread()
        self.config = _configuration(source, changes)
        self.inner = build_simulation(self.config)  # of alife.sim, which has no promise to stay as it is

    def __enter__(self) -> "Simulation":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Simulation({self.config.name!r}, tick {self.tick:,}, {', '.join(self.species)})"

    def close(self) -> None:
        """Close the world, if it holds anything."""
        self.inner.close()

    @property
    def tick(self) -> int:
        """How many ticks have passed."""
        return self.inner.tick

    @property
    def species(self) -> tuple[str, ...]:
        """The names of the species."""
        return tuple(self.config.creatures)

    def step(self, ticks: int = 1) -> "Simulation":
        """Take so many ticks, and return itself.

        Raises:
            ConfigError: they are less than none.
            WorldError, NumericError: the world broke its contract, or too many brains left the numbers.
        """
        if ticks < 0:
            raise ConfigError(f"step: must be 0 ticks or more, got {ticks}")
        for _ in range(ticks):
            self.inner.run_tick()
        return self

    def outcome(self, species: str | None = None) -> Outcome:
        """Return what the last tick brought to every row of a species, the first if none is named."""
        return self.inner.outcome(self._named(species))

    def probe(self, species: str | None = None, row: int = 0) -> BrainProbe:
        """Return what went on in the brain of one creature when it last acted: senses, membranes, spikes, decision.

        Raises:
            ConfigError: there is no such species, no such row, or no tick has passed yet.
        """
        name = self._named(species)
        rows = self.inner.populations[name].rows
        if not 0 <= row < rows:
            raise ConfigError(f"there is no row {row} of {name}, they go from 0 to {rows - 1}")
        if self.tick == 0:
            raise ConfigError("nobody has acted yet; take a step first")
        return self.inner.probe(name, row)

    def metrics(self, species: str | None = None) -> SpeciesMetrics:
        """Return the metrics of a species so far: `tenths()`, `reward_curve()`, `backward_share()`."""
        return self.inner.metrics[self._named(species)]

    def apply(self, intervention: Intervention) -> None:
        """Apply an intervention of alife.core.intervention, as a person at the window could.

        Raises:
            InterventionError: there is nothing to apply it to.
        """
        self.inner.intervene(intervention)

    def scene(self, copy: int = 0) -> Scene:
        """Return what there is to see of one copy of the world, as shapes."""
        return self.inner.world.scene(copy)

    def image(self, size: tuple[int, int] = (1280, 800)) -> NDArray[np.uint8]:
        """Return the window as a picture, (height, width, 3); no screen is needed.

        Only the last tick is in it: curves of what went before need one that looks on, as `alife run --record` does.

        Raises:
            ConfigError: the size is none.
        """
        if not (isinstance(size, Sequence) and len(size) == 2 and all(isinstance(n, Integral) and n > 0 for n in size)):
            raise ConfigError(f"size: must be a width and a height in pixels, as in (1280, 800), got {size!r}")
        from alife.view.film.picture import picture

        spectator = Spectator(self.inner)
        spectator.observe_tick()
        return picture(spectator.build_frame(ticks_per_second=self.config.view.ticks_per_second), size)

    def save(self, directory: str | Path) -> Path:
        """Save the state into a new run directory, and return its path: `resume`, `alife show` and others take it.

        Raises:
            ConfigError: the directory is not empty.
            DiskError: it cannot be written.
        """
        path = Path(directory)
        kept = RunDirectory(path, dump_config(self.config))
        try:
            nothing = {"events": (0, 0), "lives": (0, 0), "recordings": 0}
            places = {**nothing, **kept.places(), "metrics_tick": self.tick}
            save_checkpoint(kept.checkpoints, self.tick, self.inner.state_dict(), places, keep=1)
        finally:
            kept.close()
        return path

    def _named(self, species: str | None) -> str:
        if species is None:
            return most_interesting(self.inner)
        if species not in self.species:
            raise ConfigError(f"there is no species {species!r}; there are {', '.join(self.species)}")
        return species


def _configuration(source: Source, changes: Sequence[str]) -> SimulationConfig:
    for change in changes:
        if not isinstance(change, str):
            raise ConfigError(f"changes: each must be a text such as 'world.size=20', got {shown(change)}")
    if isinstance(source, SimulationConfig):
        return parse_config(effective(source), source.name, changes) if changes else source
    if isinstance(source, Mapping):
        return parse_config(dict(source), str(source.get("name", "run")), changes)
    return load_config(find_config(Path(source)), changes)

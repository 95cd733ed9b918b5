"""SimulationConfig: everything a run is made from, checked, with every default filled in."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Gt, Le
from pydantic import AfterValidator, Field, Strict, ValidationError, WithJsonSchema

from alife.body import Body, metabolism_of
from alife.config import yaml_file
from alife.config._completion import Completed, complete, no_species
from alife.config.resolve import ENCODER, LAYER, READOUT, RULE, WORLD, OnFault
from alife.config.schema import (
    SECTION,
    Part,
    PlugIn,
    Section,
    custom_error,
    dotted,
    part,
    plain_data,
    plug_in,
    quoted,
    validation_faults,
)
from alife.config.sweep_config import SWEEP, SweepConfig
from alife.core.errors import ConfigError
from alife.core.heredity import Heredity
from alife.core.random import derive_seed
from alife.core.types import Amount, Count, Positive, Seed
from alife.core.world import unfed

MAX_CREATURES = 10_000_000
"""In all copies together."""


def _run_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", name):
        raise custom_error(
            f"must be letters, digits, '.', '_' and '-', 100 at most, no '.' or '-' first, got {quoted(name)}"
        )
    return name


def _species_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,99}", name):
        raise custom_error(f"must be a letter followed by letters, digits, '_' and '-', got {quoted(name)}")
    return name


def _not_empty(creatures: dict[str, Any]) -> dict[str, Any]:
    if not creatures:
        raise custom_error("must name at least one species, {learners: {}} is enough")
    return creatures


def _checked_default(value: Any) -> Any:
    """Return a field whose default is written as in YAML and checked like everything else."""
    return Field(default=value, validate_default=True)


_WORLD = {"kind": "forage"}
_CREATURES: dict[str, Any] = {"learners": {}}
_ENCODER = {"kind": "fitting"}
_LAYERS = [{"kind": "lif"}]
_READOUT = {"kind": "lis"}
_LEARNING = {"kind": "ring"}


class BrainConfig(Section):
    """The layers of a brain, from the senses up; widths follow from the body and are never written.

    Args:
        encoder: how what is sensed becomes input.
        layers: of neurons, from the senses up; none is a brain whose readout hears the senses.
        readout: left out, the one that fits the action space: `lis` where actions are choices, `lig` where they are
            numbers.
    """

    encoder: Annotated[PlugIn, plug_in(ENCODER)] = _checked_default(_ENCODER)
    layers: Annotated[tuple[Annotated[PlugIn, plug_in(LAYER)], ...], Strict(False)] = _checked_default(_LAYERS)
    readout: Annotated[PlugIn | None, plug_in(READOUT, _READOUT, optional=True)] = None


class SpeciesConfig(Section):
    """One species: creatures with one body plan, one kind of brain and one way to learn.

    Args:
        like: another species, whose sections hold wherever this one does not say otherwise.
        count: how many live in each copy at first.
        capacity: how many there is room for in each copy, of which `count` live at first; `count` if left out.
        body: senses, motor and metabolism.
        brain: encoder, layers and readout.
        learning: the rule.
        heredity: what a child has from its parents.
        rewards: "shuffled" gives each creature what another one earned: a control that learns from noise.
    """

    also: ClassVar[Mapping[str, Any]] = {"like": {"type": "string"}}

    count: Count = 1
    capacity: Count | None = None
    body: Annotated[Part, part(Body)] = _checked_default({})
    brain: BrainConfig = _checked_default({})
    learning: Annotated[PlugIn, plug_in(RULE, _LEARNING)] = _checked_default(_LEARNING)
    heredity: Annotated[Part, part(Heredity)] = _checked_default({})
    rewards: Literal["own", "shuffled"] = "own"

    @property
    def rows(self) -> int:
        """How many rows there are in each copy."""
        return self.count if self.capacity is None else self.capacity

    def with_rows(self, rows: int) -> "SpeciesConfig":
        """Return the same species with so many rows in each copy, all of them filled at first."""
        return self.model_copy(update={"count": rows, "capacity": None})


SLOWEST, FASTEST = 1.0, 100_000.0
"""Ticks per second: what a window or a film can be set to."""


class ViewConfig(Section):
    """How the window follows the run.

    Args:
        fps: frames per second, at most.
        ticks_per_second: what the window begins with, and how fast a film shows the run.
        on_close: what a run does when its window is closed: end in order, or go on without one.
    """

    fps: Annotated[int, Ge(1), Le(240)] = 30
    ticks_per_second: Annotated[float, Ge(SLOWEST), Le(FASTEST)] = 30.0
    on_close: Literal["stop", "go on"] = "stop"


class CheckpointConfig(Section):
    """The states on disk from which a run that was interrupted goes on.

    Args:
        seconds: from one checkpoint to the next.
        keep: how many stay, the last ones; 0 makes none.
    """

    seconds: Annotated[float, Gt(0)] = 20.0
    keep: Amount = 3


_ROWS = {"type": "array", "items": {"type": "integer", "minimum": 0}}


class RecordConfig(Section):
    """What is kept of a run on disk.

    Args:
        metrics: ticks from one line of metrics to the next.
        events: how many events are kept; the oldest go first.
        lives: how many lives are kept of creatures that have died; the oldest go first.
        checkpoint: how often the state is saved.
        spikes: rows of each species whose brains are recorded at every tick; a list alone means the first species.
        tensorboard: whether metrics are written for TensorBoard while the run goes on, too.
    """

    metrics: Count = 100
    events: Amount = 1_000_000
    lives: Amount = 100_000
    checkpoint: CheckpointConfig = CheckpointConfig()
    spikes: Annotated[
        dict[str, Annotated[tuple[Amount, ...], Strict(False)]],
        WithJsonSchema({"anyOf": [{"type": "object", "additionalProperties": _ROWS}, _ROWS]}),
    ] = _checked_default({})
    tensorboard: bool = False


class FaultsConfig(Section):
    """What a run bears of brains that leave the numbers, and of a world that gives what no creature can take.

    Args:
        most: how many faults of one creature at one tick are borne; the next ends the run.
    """

    most: Amount = 10


class SimulationConfig(Section):
    """Everything a run is made from.

    Args:
        name: of the run; the name of its file if left out.
        seed: what all random numbers are keyed by.
        ticks: how long the run is; left out, it runs until it is stopped.
        threads: how many slices of a species' rows run at once, from about 500 rows on; what comes of it is the same.
        memory_gib: how many GiB of memory the run may take; four fifths of what is free when it begins if left out.
        world: where creatures live.
        creatures: each species by its name.
        view: how the window follows the run.
        record: what is kept of the run on disk.
        faults: what the run bears before it ends.
        sweep: what varies where the file stands for many runs, which `alife sweep FILE` makes.
    """

    also: ClassVar[Mapping[str, Any]] = {SWEEP: {SECTION: SweepConfig}}

    name: Annotated[str, AfterValidator(_run_name)]
    seed: Seed = 0
    ticks: Count | None = None
    threads: Annotated[int, Ge(1), Le(64)] = 1
    memory_gib: Positive | None = None
    world: Annotated[PlugIn, plug_in(WORLD, _WORLD)] = _checked_default(_WORLD)
    creatures: Annotated[
        dict[Annotated[str, AfterValidator(_species_name)], SpeciesConfig], AfterValidator(_not_empty)
    ] = _checked_default(_CREATURES)
    view: ViewConfig = ViewConfig()
    record: RecordConfig = RecordConfig()
    faults: FaultsConfig = FaultsConfig()

    @property
    def on_fault(self) -> OnFault:
        """What becomes of the run where the world gives what no creature can take."""
        what: OnFault = getattr(self.world, "on_fault")  # noqa: B009 - a key of the house, in no section's class
        return what

    @property
    def world_seed(self) -> int:
        """The seed of the first copy; so far apart for neighbouring runs that their copies never meet."""
        return derive_seed(self.seed, "world")


def load_config(path: Path, overrides: Sequence[str] = ()) -> SimulationConfig:
    """Return the configuration in a file, changed by `a.b=value` texts, whole and checked.

    Raises:
        ConfigError: with every fault there is, each with the path to it.
        WorldError: a plug-in it names is there but broken.
    """
    name, raw = load_raw(path)
    return _parse(raw, name, overrides)


def load_raw(path: Path) -> tuple[str, dict[str, Any]]:
    """Return what stands in a file, and the name of its configuration where it gives none.

    Raises:
        ConfigError: the file cannot be read, is not YAML, or holds something else than one mapping.
    """
    return _name_from(path), yaml_file.load_yaml(path)


def parse_config(raw: Mapping[str, Any], name: str, overrides: Sequence[str] = ()) -> SimulationConfig:
    """Return the configuration that plain data stand for, changed as a file would be.

    Args:
        raw: the data.
        name: of the configuration where they give none.
        overrides: `a.b=value` texts.

    Raises:
        ConfigError: with every fault there is, each with the path to it.
        WorldError: a plug-in it names is there but broken.
    """
    return _parse(raw, name, overrides)


def effective(config: SimulationConfig) -> dict[str, Any]:
    """Return a configuration as plain data with every default filled in, which reads back as an equal one."""
    values: dict[str, Any] = plain_data(config)
    if not _has_bodies(config):
        for species in values["creatures"].values():
            del species["body"]
    return values


def dump_config(config: SimulationConfig) -> str:
    """Return the effective configuration as YAML."""
    return yaml_file.dump_yaml(effective(config))


def _name_from(path: Path) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+|^[.-]", "_", path.stem)[:100]


def _parse(given: Mapping[str, Any], name: str, overrides: Sequence[str]) -> SimulationConfig:
    return _checked(complete(given, name, overrides, _CREATURES))


def _checked(whole: Completed) -> SimulationConfig:
    """Return the configuration, or raise all that was found and is found now."""
    config, found = None, whole.faults
    if SWEEP in whole.raw:
        del whole.raw[SWEEP]
        found.append(f"{SWEEP}: is many runs, which alife sweep FILE makes; for a single one, leave it out")
    try:
        config = SimulationConfig.model_validate(whole.raw)
    except ValidationError as error:
        # What a species took from another is wrong there; once is enough.
        found += [fault for path, fault in validation_faults(error) if path[:3] not in whole.inherited]
    if config is not None and not found:
        found += _heredity_faults(config) or _bodiless(config) or _unfed(config) or _without_use_of_room(config)
        found = found or _too_large(config) or _not_recordable(config)
    if config is None or found:
        raise ConfigError(found)
    return config


def _not_recordable(config: SimulationConfig) -> list[str]:
    known, wanted = list(config.creatures), config.record.spikes
    if strange := [name for name in wanted if name not in known]:
        return [f"{dotted(('record', 'spikes', name))}: {no_species(name, known)}" for name in strange]
    # How many copies there are in a world whose section does not say so is not known before it is built.
    return missing_rows(wanted, _rows_by_species(config)) if hasattr(config.world, "copies") else []


def missing_rows(wanted: Mapping[str, Sequence[int]], rows: Mapping[str, int]) -> list[str]:
    """Return a sentence for each row that is to be recorded and is missing, or is named twice.

    Args:
        wanted: rows by species.
        rows: how many each species has.
    """
    found = []
    for name, asked in wanted.items():
        for index, row in enumerate(asked):
            where = dotted(("record", "spikes", name, index))
            if row >= rows[name]:
                found.append(f"{where}: there is no row {row} of {name}, they go from 0 to {rows[name] - 1}")
            elif asked.index(row) < index:
                found.append(f"{where}: row {row} is named twice, once is enough")
    return found


def _rows_by_species(config: SimulationConfig) -> dict[str, int]:
    copies = _declared_count(config.world, "copies")
    return {name: species.rows * copies for name, species in config.creatures.items()}


def _has_bodies(config: SimulationConfig) -> bool:
    return bool(getattr(type(config.world).target, "bodies", True))


def _bodiless(config: SimulationConfig) -> list[str]:
    """Return a sentence for each body in a world that has no use for one."""
    if _has_bodies(config):
        return []
    given = [name for name, species in config.creatures.items() if "body" in species.model_fields_set]
    kind = config.world.kind
    why = f"in the world {kind} the environment itself decides what is sensed and done, so leave the body out"
    return [f"{dotted(('creatures', name, 'body'))}: {why}" for name in given]


def _unfed(config: SimulationConfig) -> list[str]:
    """Return a sentence for each metabolism in a world that has nothing to live on."""
    bodies = {name: species.body for name, species in config.creatures.items()}
    faults = unfed(config.world.target, config.world.kind, bodies)
    return [f"{dotted(('creatures', name, 'body', 'metabolism'))}: {why}" for name, why in faults.items()]


def _without_use_of_room(config: SimulationConfig) -> list[str]:
    """Return a sentence for each species with a capacity that is too small, or would never be filled."""
    found = []
    for name, species in config.creatures.items():
        where = dotted(("creatures", name, "capacity"))
        if species.rows < species.count:
            found.append(f"{where}: must be {species.count} or more, as many as live at first, got {species.capacity}")
        elif species.rows > species.count and getattr(metabolism_of(species.body), "reproduce", None) is None:
            found.append(f"{where}: its rows would stay empty for ever; body.metabolism.reproduce lets it grow")
    return found


def _heredity_faults(config: SimulationConfig) -> list[str]:
    """Return a sentence for each gene whose numbers are at odds."""
    found = []
    for name, species in config.creatures.items():
        try:
            species.heredity.build()
        except ConfigError as error:
            found += [f"{dotted(('creatures', name))}.{fault}" for fault in error.faults]
    return found


def _too_large(config: SimulationConfig) -> list[str]:
    copies, rows = _declared_count(config.world, "copies"), _rows_by_species(config)
    if (total := sum(rows.values())) > MAX_CREATURES:
        return [f"creatures: {total:,} in {copies:,} copies of the world; at most {MAX_CREATURES:,} are taken"]
    return []


def _declared_count(section: PlugIn, name: str) -> int:
    """Return how many a section says there are; a plug-in that does not say has one."""
    number = getattr(section, name, 1)
    return number if isinstance(number, int) else 1

"""From a checked configuration to a world, to a population for each species, to a simulation: a straight line."""

from collections.abc import Iterator
from contextlib import contextmanager

from alife.body import metabolism_of
from alife.config.resolve import POPULATION, load_object
from alife.config.schema import dotted
from alife.config.simulation_config import SimulationConfig, SpeciesConfig
from alife.core.brains import Brains
from alife.core.errors import AlifeError, ConfigError, WorldError
from alife.core.heredity import BODY_GENES, Heredity
from alife.core.machine import at_most
from alife.core.sentences import nearest
from alife.core.world import World
from alife.sim.checked_world import CheckedWorld, closed_if_it_fails, error_line
from alife.sim.memory import TOO_LARGE, Need, allowed_memory, check_memory, estimate_memory, small_config
from alife.sim.simulation import Simulation


def build_simulation(config: SimulationConfig) -> Simulation:
    """Return a simulation that has just begun.

    Raises:
        WorldError: the world cannot be built or breaks its contract.
        ConfigError: bodies, brains and world do not fit together.
    """
    with _within_memory(config):
        world, brains = build_parts(config)
        with closed_if_it_fails(world):
            return Simulation(config, world, brains)


def check_buildable(config: SimulationConfig) -> Simulation:
    """Raise what `build_simulation` would, and return a simulation; of many that are alike only a few are built.

    Raises:
        AlifeError: as there.
    """
    if (small := small_config(config)) is not config:
        with _within_memory(config) as limit:
            check_memory(config, limit, _build_checked_world, _build_brains)
    return build_simulation(small)


def needed_memory(config: SimulationConfig) -> list[Need]:
    """Return what memory each part of a run takes, measured by a small one like it."""
    return estimate_memory(config, _build_checked_world, _build_brains)


def build_parts(config: SimulationConfig) -> tuple[CheckedWorld, dict[str, Brains]]:
    """Return the world, to be called, and the brains of each species that lives there.

    Raises:
        WorldError: the world cannot be built or breaks its contract.
        ConfigError: bodies, brains and world do not fit together.
    """
    with _within_memory(config) as limit:
        built = check_memory(config, limit, _build_checked_world, _build_brains)
        world = built or _build_checked_world(config)
        with closed_if_it_fails(world):
            return world, {name: build_population(config, name, world.world) for name in config.creatures}


@contextmanager
def _within_memory(config: SimulationConfig) -> Iterator[int | None]:
    """Let no more memory be taken than a run may, in bytes; None where there is no limit."""
    limit = allowed_memory(config)
    try:
        with at_most(limit):
            yield limit
    except (MemoryError, WorldError) as error:
        if isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError):  # what others raise is wrapped
            raise ConfigError(TOO_LARGE) from error
        raise


def _build_checked_world(config: SimulationConfig) -> CheckedWorld:
    world = build_world(config)
    with closed_if_it_fails(world):
        return check_world(config, world)


def check_world(config: SimulationConfig, world: World) -> CheckedWorld:
    """Return a world that is checked whenever it is called.

    Raises:
        WorldError: it does not say what it must about itself.
        ConfigError: there is a gene of what it does not know.
    """
    counts = {name: species.rows for name, species in config.creatures.items()}
    checked = CheckedWorld(world, counts, config.on_fault)
    _check_genes(config, world)
    return checked


def build_world(config: SimulationConfig) -> World:
    """Return the world with the bodies of all species in it."""
    species = {name: (one.body.build(), one.rows) for name, one in config.creatures.items()}
    world: World = config.world.build(species=species)
    for name, one in config.creatures.items():
        if one.count < one.rows:
            world.begin_with(name, one.count)
    if config.threads > 1:
        world.use_threads(config.threads)
    return world


def _check_genes(config: SimulationConfig, world: World) -> None:
    """Raise unless a world knows all genes that say something of it."""
    faults, here = [], f"the world {config.world.kind}"
    for name, species in config.creatures.items():
        heredity: Heredity = species.heredity.build()
        for gene in heredity.genes:
            if gene in BODY_GENES and gene not in world.traits:
                why = f"{here} knows no such gene of bodies (genes of bodies here: {', '.join(world.traits) or 'none'})"
                faults.append(f"creatures.{name}.heredity.genes.{gene}: {why}")
        for cause in heredity.reward_weights:
            if cause not in world.causes:
                why = f"nothing of that name happens in {here}{nearest(cause, world.causes)}"
                known = f"(causes here: {', '.join(world.causes)})"
                faults.append(f"{dotted(('creatures', name, 'heredity', 'reward_weights', cause))}: {why} {known}")
    if faults:
        raise ConfigError(faults)


def build_population(config: SimulationConfig, name: str, world: World) -> Brains:
    """Return the brains of one species, fitted to what its bodies sense and can do in this world.

    Raises:
        ConfigError: they do not fit together.
        WorldError: a layer, a rule, a body or the world raised while the brains were made.
    """
    try:
        return _build_brains(config, name, world, world.row_count(name))
    except AlifeError:
        raise
    except (Exception, SystemExit) as error:
        raise WorldError(f"creatures.{name}: the brains cannot be made: {error_line(error)}") from error


def _build_brains(config: SimulationConfig, name: str, world: World, rows: int) -> Brains:
    species: SpeciesConfig = config.creatures[name]
    heredity: Heredity = species.heredity.build()
    population: Brains = load_object(POPULATION)(
        name,
        rows,
        world.observation_spaces[name],
        world.action_spaces[name],
        layers=[layer.build() for layer in species.brain.layers],
        readout=None if species.brain.readout is None else species.brain.readout.build(size=1),
        rule=species.learning.build(),
        seed=config.seed,
        action_names=world.species[name][0].motor.action_names(),
        rewards=species.rewards if rows else "own",
        encoder=species.brain.encoder.build(),
        heredity=heredity if metabolism_of(world.species[name][0]) is not None or heredity.by_name() else None,
        causes=world.causes,
        threads=config.threads,
    )
    return population

"""From a checked configuration to a world, to a population for each species, to a simulation: a straight line."""

from collections.abc import Iterator
from contextlib import contextmanager

from alife.body import Body, metabolism_of
from alife.config.resolve import POPULATION, load_object
from alife.config.simulation_config import SimulationConfig, SpeciesConfig
from alife.core.brains import Brains
from alife.core.errors import AlifeError, WorldError
from alife.core.world import World
from alife.sim.checked_world import CheckedWorld, error_line
from alife.sim.simulation import Simulation


def build_simulation(config: SimulationConfig) -> Simulation:
    """Return a simulation that has just begun.

    Raises:
        WorldError: the world cannot be built or breaks its contract.
        ConfigError: bodies, brains and world do not fit together.
    """
    world, brains = build_parts(config)
    with closed_if_it_fails(world):
        return Simulation(config, world, brains)


def build_parts(config: SimulationConfig) -> tuple[CheckedWorld, dict[str, Brains]]:
    """Return the world, to be called, and the brains of each species that lives there.

    Raises:
        WorldError: the world cannot be built or breaks its contract.
        ConfigError: bodies, brains and world do not fit together.
    """
    built = build_world(config)
    with closed_if_it_fails(built):
        world = check_world(config, built)
        return world, {name: build_population(config, name, built) for name in config.creatures}


@contextmanager
def closed_if_it_fails(world: World | CheckedWorld) -> Iterator[None]:
    """Close a world if what is done with it fails."""
    try:
        yield
    except BaseException:
        world.close()
        raise


def check_world(config: SimulationConfig, world: World) -> CheckedWorld:
    """Return a world that is checked whenever it is called.

    Raises:
        WorldError: it does not say what it must about itself.
    """
    return CheckedWorld(world, {name: species.count for name, species in config.creatures.items()})


def build_world(config: SimulationConfig) -> World:
    """Return the world with the bodies of all species in it."""
    species = {name: (one.body.build(), one.count) for name, one in config.creatures.items()}
    world: World = config.world.build(species=species)
    if config.threads > 1:
        world.use_threads(config.threads)
    return world


def build_population(config: SimulationConfig, name: str, world: World) -> Brains:
    """Return the brains of one species, fitted to what its bodies sense and can do in this world.

    Raises:
        ConfigError: they do not fit together.
        WorldError: a layer, a rule, a body or the world raised while the brains were made.
    """
    try:
        return _population(config, name, world)
    except AlifeError:
        raise
    except Exception as error:
        raise WorldError(f"creatures.{name}: the brains cannot be made: {error_line(error)}") from error


def _population(config: SimulationConfig, name: str, world: World) -> Brains:
    species: SpeciesConfig = config.creatures[name]
    population: Brains = load_object(POPULATION)(
        name,
        world.row_count(name),
        world.observation_spaces[name],
        world.action_spaces[name],
        layers=[layer.build() for layer in species.brain.layers],
        readout=None if species.brain.readout is None else species.brain.readout.build(size=1),
        rule=species.learning.build(),
        seed=config.seed,
        action_names=world.species[name][0].motor.action_names(),
        rewards=species.rewards,
        encoder=species.brain.encoder.build(),
        newborn=_newborn(world.species[name][0]),
        threads=config.threads,
    )
    return population


def _newborn(body: Body) -> str | None:
    """Return whose brain a newborn has; None where the body has no metabolism."""
    metabolism = metabolism_of(body)
    return None if metabolism is None else metabolism.newborn

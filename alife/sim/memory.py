"""Memory: how much a configuration will take is found out before it is allocated.

    bytes = fixed + copies * (bytes of a copy of the world) + sum over species of rows * (bytes of a brain)
            + max(2 * weights,       where all learn at one tick: gradients, and what they are made from
                  3 * state)         while a checkpoint is written: its copy, its bytes, and these once more

Both are measured, so that they cannot drift from the code: the arrays of brains of no rows say by their shapes what one
row takes, and cost nothing, however wide they are; two small worlds say by their difference what a copy takes.
"""

import operator
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from alife.body import Sense
from alife.config.simulation_config import SimulationConfig, SpeciesConfig
from alife.core.brains import Brains
from alife.core.errors import AlifeError, ConfigError, WorldError
from alife.core.kernel import interpreted
from alife.core.machine import free_memory
from alife.core.sentences import last_words, long_name
from alife.core.world import World
from alife.sim.checked_world import CheckedWorld, closed_if_it_fails

BuildWorld = Callable[[SimulationConfig], CheckedWorld]
BuildBrains = Callable[[SimulationConfig, str, World, int], Brains]

_SHARE = 0.8  # of what is free, that a run may take
_FIXED = 200 * 2**20  # compiled code, libraries, buffers of files, a window
_TORCH = 220 * 2**20  # where it is loaded
_LEARNING, _CHECKPOINT = 2, 3  # times the weights, and the state
_NUMBER = 4  # bytes
_SENSED = 90  # bytes of a number sensed: its bounds, where it is checked, and these once more in the world measured
_FEW_ROWS, _FEW_THINGS = 512, 10_000  # up to which a configuration is its own small one
_COPIES, _COUNT, _THINGS = 1, 16, 64  # in the small one of another
_OF_COPIES = ("world", "copies")
_WIDE = 100_000  # inputs of which it is said what they cost
_BYTES_A_MILLISECOND = 10_000_000  # of weights, that one thread reads

Large = dict[tuple[str, str], tuple[int, int]]
"""What is large, as it is and as it is in the small configuration: a species' count by (species, "count"), the copies
and other whole numbers of the world by ("world", key)."""


TOO_LARGE = (
    "world: the run takes more memory than it may (memory_gib sets how much, four fifths of what is free if left out); "
    "fewer copies, creatures, neurons or things make it less"
)
"""What is said where this was found out only while the run was built."""


class Need(NamedTuple):
    """What a part of a run takes."""

    path: str  # in the configuration
    what: str
    held: int  # bytes
    learning: int  # more bytes, while all learn
    saving: int  # more bytes, while a checkpoint is written
    remedy: str


def allowed_memory(config: SimulationConfig) -> int | None:
    """Return how many bytes a run may take; None where nobody says."""
    if config.memory_gib is not None:
        return int(config.memory_gib * 2**30)
    free = free_memory()
    return None if free is None else int(_SHARE * free)


def check_memory(
    config: SimulationConfig, limit: int | None, build_world: BuildWorld, build_brains: BuildBrains
) -> CheckedWorld | None:
    """Raise unless a configuration fits into the memory that it may take; return its world if that was built for it.

    A small configuration is measured by its own world, a large one by small ones like it.

    Args:
        config: checked.
        limit: bytes; None for none.
        build_world: builds the world of a configuration, to be called.
        build_brains: builds so many rows of the brains of a species, for what is sensed and done in a world.

    Raises:
        ConfigError: it does not; the message names the largest part, and what makes it smaller.
        AlifeError: as from the two.
    """
    large = _large_sizes(config)
    if limit is not None and getattr(config.world.target, "bodies", True):
        _refuse(_at_least(config, {name: _count_sensed(species) for name, species in config.creatures.items()}), limit)
    if not large:
        whole = build_world(config)
        with closed_if_it_fails(whole):
            _check(config, large, whole, limit, build_world, build_brains)
        return whole
    with interpreted():
        try:
            sample = build_world(small_config(config))
        except AlifeError:  # wrong perhaps only because it is small; what is wrong with the whole is told when built
            return None
        with closing(sample):
            _check(config, large, sample, limit, build_world, build_brains)
    return None


def estimate_memory(config: SimulationConfig, build_world: BuildWorld, build_brains: BuildBrains) -> list[Need]:
    """Return what each part of a run takes; the arguments are those of `check_memory`."""
    with interpreted(), closing(build_world(small_config(config))) as sample:
        return _needs(config, _large_sizes(config), sample, build_world, build_brains)


def _check(
    config: SimulationConfig,
    large: Large,
    sample: CheckedWorld,
    limit: int | None,
    build_world: BuildWorld,
    build_brains: BuildBrains,
) -> None:
    if limit is not None:
        _refuse(_at_least(config, {name: _width(sample.world, name) for name in config.creatures}), limit)
        with interpreted():
            _refuse(_needs(config, large, sample, build_world, build_brains), limit)


def _refuse(needs: list[Need], limit: int) -> None:
    """Raise if all of these together are more than may be taken."""
    held, learning, saving = (sum(sizes) for sizes in zip(*(need[2:5] for need in needs), strict=True))
    if (total := held + max(learning, saving)) > limit:
        largest = max(needs, key=lambda need: need.held + need.saving)
        spared = max(0, saving - learning)
        without = f"; record.checkpoint.keep=0 spares {_shown(spared)}, but also the way back" if spared else ""
        raise ConfigError(
            f"{largest.path}: the run needs about {_shown(total)} of memory and may take {_shown(limit)}, which is "
            f"what memory_gib says, or else four fifths of what is free; most of it is for {largest.what}, and "
            f"{largest.remedy}{without}"
        )


def cost_lines(config: SimulationConfig, world: World) -> Iterator[str]:
    """Yield a line for each species that senses so much that its ticks are slow."""
    for name, species in config.creatures.items():
        if (width := _width(world, name)) > _WIDE:
            size = _rows(config, name) * width * [*_layer_sizes(species), 1][0] * _NUMBER
            yield (
                f"{name} senses {width:,} numbers: a tick reads up to {_shown(size)} of weights for them, about "
                f"{size / _BYTES_A_MILLISECOND:,.0f} ms; {_ENCODER}"
            )


_ENCODER = (
    'a torch module that makes less of them, brain: {encoder: {kind: "module:Class"}}, makes it quicker and smaller'
)


def _at_least(config: SimulationConfig, sensed: Mapping[str, int]) -> list[Need]:
    """Return what senses and weights alone take by their numbers; what passes can be measured."""
    needs = [_world_need(0, 0)]
    for name, species in config.creatures.items():
        width = sensed[name]
        needs.append(_brain_need(config, name, width, _NUMBER * width + _weight_bytes(species, width)))
        what, remedy = f"the {width:,} numbers that {name} senses", "senses that tell fewer make it less"
        needs.append(Need(f"creatures.{name}.body", what, _SENSED * width, 0, 0, remedy))
    return needs


def _weight_bytes(species: SpeciesConfig, sensed: int) -> int:
    """Return how many bytes the weights of one brain take, rather too few."""
    return _NUMBER * sum(one * other for one, other in pairwise([sensed, *_layer_sizes(species), 1]))


def _count_sensed(species: SpeciesConfig) -> int:
    """Return how many numbers a body senses in a world where everything has the same role."""
    return sum(map(_size, species.body.build().senses))


def _size(sense: Sense) -> int:
    try:
        return operator.index(sense.observation_size(1))
    except AlifeError:
        raise
    except Exception as error:
        told = f"the sense {long_name(type(sense))} does not tell its size"
        raise WorldError(f"{told}: {last_words(error)}") from error


def _width(world: World, name: str) -> int:
    """Return how many numbers a species senses."""
    return int(world.observation_spaces[name].shape[0])


def _layer_sizes(species: SpeciesConfig) -> list[int]:
    """Return how many neurons each hidden layer has; one of another package that does not say counts as one."""
    sizes = [getattr(layer, "size", 1) for layer in species.brain.layers]
    return [size if isinstance(size, int) else 1 for size in sizes]


def _brain_need(config: SimulationConfig, name: str, sensed: int, each: int, kept: int = 0) -> Need:
    rows = _rows(config, name)
    remedy = "fewer copies, fewer creatures or narrower layers make it less"
    if sensed > _WIDE:
        remedy = _ENCODER
    what = f"{rows:,} brains of {name}, {_shown(each)} each"
    learning = _LEARNING * _weight_bytes(config.creatures[name], sensed)
    saving = _CHECKPOINT * kept if config.record.checkpoint.keep else 0
    return Need(f"creatures.{name}.brain", what, rows * each, rows * learning, rows * saving, remedy)


def _rows(config: SimulationConfig, name: str) -> int:
    return config.creatures[name].rows * _copies(config)


def _copies(config: SimulationConfig) -> int:
    """Return how many copies there are; a world whose section does not say so counts as one."""
    copies = getattr(config.world, "copies", 1)
    return copies if isinstance(copies, int) else 1


def _needs(
    config: SimulationConfig, large: Large, sample: CheckedWorld, build_world: BuildWorld, build: BuildBrains
) -> list[Need]:
    """Return what each part takes."""
    needs = [
        _brain_need(config, name, _width(sample.world, name), *_measure_brain(config, name, sample.world, build))
        for name in config.creatures
    ]
    world, kept = _measure_world(config, large, sample, build_world)
    return [*needs, _world_need(world, _CHECKPOINT * kept if config.record.checkpoint.keep else 0)]


def _world_need(world: int, saving: int) -> Need:
    """Return what a world takes, and whatever else there is but brains."""
    fixed = _FIXED + _TORCH * ("torch" in sys.modules)
    return Need("world", "the world", fixed + world, 0, saving, "fewer copies, creatures or things make it less")


def _measure_brain(config: SimulationConfig, name: str, sample: World, build: BuildBrains) -> tuple[int, int]:
    """Return how many bytes a row of the brains of a species takes, and how many are its state."""
    try:
        brains = build(config, name, sample, 0)
        return _size_of_a_row(brains), _size_of_a_row(brains.state_dict())
    except AlifeError:
        raise
    except Exception:  # what others wrote may not know brains of no rows; the weights are all that is known then
        return 0, 0


def _size_of_a_row(root: Any) -> int:
    """Return the bytes that a row has in all arrays of no rows."""
    return sum(
        array.itemsize * int(np.prod([length or 1 for length in array.shape], dtype=object))
        for array in _arrays(root)
        if 0 in array.shape
    )


def _measure_world(
    config: SimulationConfig, large: Large, sample: CheckedWorld, build_world: BuildWorld
) -> tuple[int, int]:
    """Return how many bytes the world takes, and how many are its state; nothing of one that is there already."""
    if not large:  # nor is it looked into: an object whose attributes were once listed is slower ever after
        return 0, 0
    least = {key: small for key, (_, small) in large.items()}
    base = np.array(_world_bytes(sample))

    def growth(key: tuple[str, str]) -> Any:
        """Return what one more of these adds to the small world."""
        with closing(build_world(_resized(config, {**least, key: 2 * least[key]}))) as more:
            return np.maximum(0.0, (np.array(_world_bytes(more)) - base) / least[key])

    a_copy = sum((growth(key) * (number - small) for key, (number, small) in large.items() if key != _OF_COPIES), base)
    if _OF_COPIES not in large:
        return int(a_copy[0]), int(a_copy[1])
    copies, each = large[_OF_COPIES][0], growth(_OF_COPIES)
    whole = base + (a_copy - base + each) * copies - each
    return int(whole[0]), int(whole[1])


def _world_bytes(sample: CheckedWorld) -> tuple[int, int]:
    """Return how many bytes a world takes with what it tells of its first tick, and how many are its state."""
    outcomes = sample.call_world(0, sample.world.reset, 0)
    return _bytes((sample.world, outcomes)), _bytes(sample.call_world(0, sample.world.state_dict))


def _bytes(root: Any) -> int:
    return sum(array.nbytes for array in _arrays(root))


def _large_sizes(config: SimulationConfig) -> Large:
    """Return what is large about a world."""
    world, counts = config.world, {name: species.rows for name, species in config.creatures.items()}
    copies = _copies(config)
    found = {
        ("world", key): (value, _THINGS)
        for key in type(world).model_fields
        if isinstance(value := getattr(world, key), int) and value > _FEW_THINGS and key != "copies"
    }
    if not found and copies * sum(counts.values()) <= _FEW_ROWS:
        return {}
    found |= {(name, "count"): (count, _COUNT) for name, count in counts.items() if count > _COUNT}
    return found | ({_OF_COPIES: (copies, _COPIES)} if copies > _COPIES else {})


def small_config(config: SimulationConfig) -> SimulationConfig:
    """Return the same configuration with few copies, creatures and things, unless there are few."""
    return _resized(config, {key: small for key, (_, small) in _large_sizes(config).items()})


def _resized(config: SimulationConfig, sizes: Mapping[tuple[str, str], int]) -> SimulationConfig:
    """Return a configuration with other sizes."""
    if not sizes:
        return config
    ours = {key: size for (where, key), size in sizes.items() if where == "world"}
    species = {name: one.with_rows(sizes.get((name, "count"), one.rows)) for name, one in config.creatures.items()}
    return config.model_copy(update={"world": config.world.model_copy(update=ours), "creatures": species})


def _arrays(root: Any) -> list[Any]:
    """Return all arrays that can be reached from an object by its attributes, lists and dicts; a view as its whole."""
    found: dict[int, Any] = {}
    seen: dict[int, Any] = {}  # held, or another object might have the id of one that is gone
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | str | bytes | int | float):
            continue
        seen[id(one)] = one
        if isinstance(one, np.ndarray):
            while isinstance(one.base, np.ndarray):
                one = one.base
            found[id(one)] = one
        elif hasattr(one, "nbytes") and hasattr(one, "shape"):  # a tensor
            found[id(one)] = one
        elif isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple | set):
            waiting.extend(one)
        elif hasattr(one, "__dict__"):
            waiting.extend(vars(one).values())
    return list(found.values())


def _shown(size: float) -> str:
    """Return a size as people read it."""
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024.0:
            return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1024.0
    return f"{size:,.1f} GiB"

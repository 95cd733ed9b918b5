"""Settings: the numbers that a person may change while a run goes on, each within the range of its constructor."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotated_types import Ge, Gt, Le
from pydantic import ValidationError

from alife.body import metabolism_of
from alife.config.schema import Section, plain_data, validation_faults
from alife.config.simulation_config import SimulationConfig
from alife.core.errors import InterventionError, WorldError
from alife.core.frame import Setting
from alife.core.intervention import Set
from alife.core.sentences import nearest
from alife.core.world import World

_LEAST = 1e-3  # of what a configuration says, where a number must be more than nothing
_MOST = 32.0  # of it, at the end of a slider


@dataclass(frozen=True)
class _Place:
    """Where a number is written in a configuration."""

    section: Section
    key: str

    def fault(self, value: float) -> str:
        """Return what is wrong with a number there, "" where nothing is."""
        whole = isinstance(getattr(self.section, self.key), int) and float(value).is_integer()
        try:
            type(self.section).model_validate(
                {**plain_data(self.section), self.key: int(value) if whole else float(value)}
            )
        except ValidationError as error:
            return next(fault.partition(": ")[2] for _, fault in validation_faults(error))
        return ""

    def ends(self) -> tuple[float, float]:
        """Return the least and the most that a slider shows."""
        limits = type(self.section).model_fields[self.key].metadata
        first = float(getattr(self.section, self.key))
        lows = [float(str(one.ge)) for one in limits if isinstance(one, Ge)]
        lows += [_LEAST * first for one in limits if isinstance(one, Gt)]
        highs = [float(str(one.le)) for one in limits if isinstance(one, Le)]
        low = max(lows, default=0.0)
        return low, min([*highs, low + _MOST * (first - low) if first > low else low + 1.0])


class Settings:
    """What may be changed: what a world declares, hazards, and how much inherited weights mutate.

    Args:
        config: of the run, which says what they are at first.
        world: of that configuration.

    Raises:
        WorldError: the world declares what is no number of its constructor.
    """

    def __init__(self, config: SimulationConfig, world: World) -> None:
        self._places = {".".join(path): _Place(section, path[-1]) for *path, section in _find(config, world)}
        self.values = {path: float(getattr(one.section, one.key)) for path, one in self._places.items()}

    def check(self, path: str, value: float) -> None:
        """Raise unless a number may be set so.

        Raises:
            InterventionError: there is no such number to be set, or it is out of its range.
        """
        if path not in self._places:
            known = f"there are {', '.join(self._places)}" if self._places else "there are none"
            raise InterventionError(
                f"{path}: nothing of that name can be set while a run goes on{nearest(path, self._places)}; {known}"
            )
        if fault := self._places[path].fault(value):
            raise InterventionError(f"{path}: {fault}")

    def changed(self) -> Iterator[Set]:
        """Yield what is not as the configuration says."""
        for path, one in self._places.items():
            if self.values[path] != getattr(one.section, one.key):
                yield Set(path, self.values[path])

    def frame(self) -> tuple[Setting, ...]:
        """Return all of them, as a picture shows them."""
        return tuple(
            Setting(
                path,
                self.values[path],
                float(first := getattr(one.section, one.key)),
                *one.ends(),
                isinstance(first, int),
            )
            for path, one in self._places.items()
        )

    def load(self, values: Mapping[str, float], apply: Callable[[Set], None]) -> None:
        """Set all numbers as they were saved.

        Raises:
            InterventionError: one is out of its range.
        """
        for path, value in values.items():
            self.check(path, value)
            if value != self.values[path]:
                apply(Set(path, value))
                self.values[path] = value


def _find(config: SimulationConfig, world: World) -> Iterator[tuple[Any, ...]]:
    """Yield the keys that lead to each number, and the section in which it stands."""
    for name in world.changes:
        if not _is_number(getattr(config.world, name, None)):
            raise WorldError(f"{world.title}: changes names {name!r}, which is no number of its constructor")
        yield "world", name, config.world
    for name, species in config.creatures.items():
        metabolism: Any = metabolism_of(species.body)
        if metabolism is None:
            continue
        for key in type(metabolism.hazard).model_fields:
            if _is_number(getattr(metabolism.hazard, key)):
                yield "creatures", name, "body", "metabolism", "hazard", key, metabolism.hazard
        if species.heredity.build().inherit != "nothing":
            yield "creatures", name, "heredity", "mutation", species.heredity


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

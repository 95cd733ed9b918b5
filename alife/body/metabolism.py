"""Metabolism: the energy of a body, its death and its successor."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from alife.body.hazard import Hazard
from alife.body.hazards.constant import Constant
from alife.body.reproduction import Reproduction
from alife.core.errors import ConfigError
from alife.core.types import NonNegative, Positive

Extinction = Literal["reseed", "stop", "continue"]


@dataclass(frozen=True)
class Metabolism:
    """Energy that living costs and eating brings; a creature without energy dies, and another may be born in its row.

    In each tick after its first, with the distance d that a creature has really gone and the sum w of the rewards
    of the things that it touched (the reward of a sting is negative, so it costs energy as food brings it):

        energy <- min(capacity, energy - basal - move_cost d + gain w)

    It dies where that leaves nothing, or where the hazard strikes. With the next tick another begins in its row, unless
    births are by energy: a child of the creature of its species that has most energy there, the first of them if
    several have; only a creature that was neither born nor died at that tick can be a parent. Where there is none, the
    species is extinct in that copy.

    Args:
        start: energy at birth, and wherever a copy begins anew as a whole.
        capacity: the most energy a body holds.
        gain: energy for each unit of reward.
        basal: energy that a tick costs.
        move_cost: energy that a world unit of distance costs.
        hazard: how likely it is to die for other reasons.
        death: the reward of dying; 0 makes it an end that teaches nothing by itself.
        refill: whether the rows of the dead are filled so; otherwise they stay empty.
        reproduce: births by energy instead, which no death makes room for; see Reproduction.
        extinction: what follows where the last of a species in a copy has died: "reseed" fills the rows that were
            filled at first with fresh creatures; "continue" leaves them empty; "stop" too, and the run ends once no
            copy has any left.

    Raises:
        ConfigError: one is to be born or to give birth with more than it holds, or there is no such extinction.
    """

    start: Positive = 100.0
    capacity: Positive = 200.0
    gain: NonNegative = 20.0
    basal: NonNegative = 0.2
    move_cost: NonNegative = 0.0
    hazard: Hazard = Constant()
    death: float = -1.0
    refill: bool = True
    extinction: Extinction = "reseed"
    reproduce: Reproduction | None = None

    def __post_init__(self) -> None:
        if self.start > self.capacity:
            raise ConfigError(f"metabolism: start must be {self.capacity:g} at most, the capacity, got {self.start:g}")
        if self.reproduce is not None and self.reproduce.at > self.capacity:
            raise ConfigError(
                f"metabolism: reproduce.at must be {self.capacity:g} at most, the capacity, got {self.reproduce.at:g}"
            )
        if self.extinction not in get_args(Extinction):
            known = ", ".join(get_args(Extinction))
            raise ConfigError(f"metabolism: extinction must be one of {known}, got {self.extinction!r}")


def metabolism_of(body: Any) -> Any:
    """Return what a body lives on, as an object or as a section of a configuration.

    It is None where it lives for ever, and where an environment of others decides, so that there is no such body.
    """
    return getattr(body, "metabolism", None)

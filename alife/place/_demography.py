"""Demography: the energy and the age of a place's creatures, their births and their deaths."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alife.body import Metabolism, Reproduction
from alife.core.world import Lives, Species, State
from alife.place._division import Division, divide, pay_for_children
from alife.place._draws import Draws
from alife.place._rows import load_array

CAUSES = ("born", "died", "starved", "hazard", "ended")
"""The causes of events of creatures with a metabolism: two events, and the causes of death."""

_BORN, _DIED, _STARVED, _HAZARD, _ENDED = range(len(CAUSES))
_NOTHING = 1e-9  # of the energy at birth: what rounding may leave of it counts as none
_NOBODY = -1

Mask = NDArray[np.bool_]


class _Kind(NamedTuple):
    """A species with a metabolism."""

    part: slice  # of a copy's creatures
    metabolism: Metabolism


class Demography:
    """Rows that are alive or empty, species after species, the same number in each copy; without a metabolism all live.

    A tick has two parts: `begin_lives` fills empty rows, `end_lives` updates energy and applies deaths.

    Args:
        species: by name, a body and how many live in each copy.
        parts: which of a copy's creatures are of a species.
        copies: arenas side by side.
        first_cause: the place of the first of CAUSES among the world's causes.
        period: of the torus, 0 where there is none.
        rates: what a tick costs each creature, in units of `basal`, (copies, creatures), never replaced.
    """

    def __init__(
        self,
        species: Species,
        parts: Mapping[str, slice],
        copies: int,
        first_cause: int,
        period: float,
        rates: NDArray[np.float64],
    ) -> None:
        bodies = {name: body.metabolism for name, (body, _) in species.items()}
        self.kinds = {name: _Kind(parts[name], one) for name, one in bodies.items() if one is not None}
        self._shape = (copies, sum(count for _, count in species.values()))
        self._mortal, self._first = np.zeros(self._shape[1], bool), np.ones(self._shape[1], bool)
        for part, _ in self.kinds.values():
            self._mortal[part] = True
        self._first_cause, self._period, self._rates = first_cause, period, rates
        self.alive = np.ones(self._shape, bool)  # never replaced
        self.seed_streams(0)
        self.reset()

    def begin_with(self, name: str, count: int) -> None:
        """Let no more than so many of a species live in each copy after a reset, in its first rows."""
        part = self.kinds[name].part
        self._first[part] = np.arange(part.stop - part.start) < count

    def change_hazard(self, name: str, key: str, value: float) -> None:
        """Change a number of what a species dies of besides hunger."""
        part, metabolism = self.kinds[name]
        hazard: Any = replace(metabolism.hazard, **{key: value})  # type: ignore[type-var]
        self.kinds[name] = _Kind(part, replace(metabolism, hazard=hazard))

    def reset(self) -> None:
        """Fill the rows of those who live at first with newborns."""
        self.alive[...], self.energy = self._first, np.zeros(self._shape)
        self._age, self._dying = np.zeros(self._shape, np.int64), np.zeros(self._shape, bool)
        for part, metabolism in self.kinds.values():
            self.energy[:, part] = np.where(self._first[part], metabolism.start, 0.0)
        self._clear_births_and_deaths()

    def seed_streams(self, seed: int) -> None:
        """Seed the random streams: copy i draws as seed + i."""
        self._draws = Draws(seed, self._shape[0], "hazard")

    def _clear_births_and_deaths(self) -> None:
        """Clear the births and deaths of the tick."""
        self._parents, self._partners = np.full(self._shape, _NOBODY), np.full(self._shape, _NOBODY)
        self.divided: list[Division] = []
        self.born, self._died = np.zeros(self._shape, bool), np.zeros(self._shape, bool)
        self._causes = np.full(self._shape, _ENDED + self._first_cause)
        self._ended, self._eaten = np.zeros(self._shape, bool), np.zeros(self._shape)
        self._given, self._any_given = np.zeros(self._shape), False

    def begin_lives(self, over: Mask, copies_over: Mask, spots: NDArray[np.float64]) -> Mask:
        """Fill empty rows, and return which rows begin anew, (copies, creatures): newborns, and those in a new episode.

        Args:
            over: rows whose episode ended with the last tick, (copies, creatures).
            copies_over: which copies begin anew as a whole, (copies,).
            spots: where creatures are, (copies, creatures, 2).
        """
        if not self.kinds:
            return over
        self._clear_births_and_deaths()
        self.alive &= ~self._dying
        self._dying = np.zeros(self._shape, bool)
        new = over & self.alive
        if not self.alive.all():
            self._fill_rows()
        for part, metabolism in self.kinds.values():
            self.energy[:, part][self.born[:, part] | copies_over[:, None]] = metabolism.start
            if metabolism.reproduce is not None:
                self._divide(part, metabolism.reproduce, np.flatnonzero(~copies_over), spots)
        self._age[self.born] = 0
        self.alive |= self.born
        self.energy[~self.alive] = 0.0
        return new | self.born

    def _fill_rows(self) -> None:
        """Fill empty rows with children, and those of an extinct species as its metabolism says."""
        for part, metabolism in self.kinds.values():
            living = self.alive[:, part]
            peopled = living.any(1)
            refills = metabolism.refill and metabolism.reproduce is None
            filled = np.where(peopled, refills, metabolism.extinction == "reseed")
            richest = np.where(living, self.energy[:, part], -np.inf).argmax(1)
            self._parents[:, part] = np.where(peopled, richest, _NOBODY)[:, None]
            self.born[:, part] = ~living & filled[:, None] & self._first[part]

    def _divide(self, part: slice, reproduction: Reproduction, copies: Any, spots: NDArray[np.float64]) -> None:
        """Let those who have enough divide what they have with children in empty rows."""
        able = self.alive[:, part] & (self.energy[:, part] >= reproduction.at)
        for copy in copies[able[copies].any(1)].tolist():
            own = (copy, part)
            free = np.flatnonzero(~(self.alive[own] | self.born[own]))
            parents, partners = divide(
                np.flatnonzero(able[copy]), self.energy[own], spots[own], reproduction.mate, self._period, len(free)
            )
            children = free[: len(parents)]
            if not len(children):
                continue
            self.energy[own][children] = pay_for_children(self.energy[own], parents, partners, reproduction.share)
            self._parents[own][children], self._partners[own][children] = parents, partners
            self.born[own][children] = True
            first = part.start
            self.divided.append(Division(copy, children + first, parents + first, reproduction.near))

    def eat(self, copies: Any, creatures: Any, reward: Any) -> None:
        """Add the rewards of touched things to the energy account, as columns."""
        np.add.at(self._eaten, (copies, creatures), reward)

    def give_energy(self, copies: Any, creatures: Any, energy: Any) -> None:
        """Add energy to the account, or take some where it is below 0, as columns."""
        np.add.at(self._given, (copies, creatures), energy)
        self._any_given = True

    def mark_ended(self, copies: Any, creatures: Any, cause: Any = None) -> None:
        """Mark lives that end with this tick, as columns; without a cause they have `ended`."""
        if self.kinds:
            self._ended[copies, creatures] = True
            if cause is not None:
                self._causes[copies, creatures] = cause

    def end_lives(self, steps: NDArray[np.float64], idle: Mask, tick: int) -> Mask:
        """Update the energy and age of the living, and return which lives end with this tick, (copies, creatures).

        Args:
            steps: the step of each creature, (copies, creatures, 2).
            idle: rows that begin anew or are empty, and so have neither spent nor eaten anything.
            tick: of the world.
        """
        if not self.kinds:
            return np.zeros(self._shape, bool)
        lives, displacements = ~idle & self._mortal, np.hypot(steps[..., 0], steps[..., 1])
        self._age += lives
        chances = self._draws.at(tick).random(self._shape[1])
        for part, metabolism in self.kinds.values():
            own = lives[:, part]
            self._pay(part, metabolism, own, displacements[:, part])
            starved = own & (self.energy[:, part] <= _NOTHING * metabolism.start)
            self.energy[:, part][starved] = 0.0
            struck = own & (chances[:, part] < metabolism.hazard.death_probability(self._age[:, part]))
            self._die(part, struck, _HAZARD)
            self._die(part, starved, _STARVED)
        self._died |= lives & self._ended
        self._dying = self._died.copy()
        return self._died

    def _pay(self, part: slice, metabolism: Metabolism, own: Mask, displacements: NDArray[np.float64]) -> None:
        energy = self.energy[:, part]
        basal = metabolism.basal * self._rates[:, part]
        change = metabolism.gain * self._eaten[:, part] - basal - metabolism.move_cost * displacements
        if self._any_given:
            change += self._given[:, part]
        energy[own] = np.clip(energy[own] + change[own], 0.0, metabolism.capacity)

    def _die(self, part: slice, those: Mask, cause: int) -> None:
        """Record deaths; a life that was marked as ended keeps that cause."""
        self._died[:, part] |= those
        self._causes[:, part][those & ~self._ended[:, part]] = self._first_cause + cause

    def birth_and_death_events(self) -> Iterator[tuple[Any, Any, int, float]]:
        """Yield births and deaths as copies, creatures, cause and reward."""
        for part, metabolism in self.kinds.values():
            for those, cause, reward in ((self.born, _BORN, 0.0), (self._died, _DIED, metabolism.death)):
                if those[:, part].any():
                    copies, creatures = np.nonzero(those[:, part])
                    yield copies, creatures + part.start, self._first_cause + cause, reward

    def lives_of(self, name: str) -> Lives | None:
        """Return the lives, births and deaths of a species, by row; None without a metabolism."""
        if name not in self.kinds:
            return None
        part = self.kinds[name].part
        born, died = np.flatnonzero(self.born[:, part]), np.flatnonzero(self._died[:, part])
        causes = self._causes[:, part].ravel()[died]
        alive, parents = self.alive[:, part].flatten(), self._rows_of(self._parents, part, born)
        return Lives(alive, born, parents, died, causes, self._rows_of(self._partners, part, born))

    @staticmethod
    def _rows_of(kin: NDArray[np.int64], part: slice, born: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of a relative of each newborn, which lives in the same copy, or -1."""
        count, places = part.stop - part.start, kin[:, part].ravel()[born]
        return np.where(places == _NOBODY, _NOBODY, born // count * count + places)

    def energy_shares(self, name: str) -> NDArray[np.float64] | None:
        """Return the energy of a species as a share of its capacity, by row; None without a metabolism."""
        if name not in self.kinds:
            return None
        part, metabolism = self.kinds[name]
        return np.asarray(self.energy[:, part].ravel() / metabolism.capacity)

    def ages(self, name: str) -> NDArray[np.int64] | None:
        """Return the ages of a species in ticks, by row; None without a metabolism."""
        return self._age[:, self.kinds[name].part].ravel() if name in self.kinds else None

    def state_dict(self) -> State:
        """Return which rows are alive, their energy and age."""
        return {
            "alive": self.alive.copy(),
            "energy": self.energy.copy(),
            "age": self._age.copy(),
            "dying": self._dying.copy(),
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        load_array(self.alive, state["alive"])
        self.energy = np.array(state["energy"])
        self._age, self._dying = np.array(state["age"]), np.array(state["dying"])
        self._clear_births_and_deaths()


def with_causes(causes: Sequence[str], species: Species) -> tuple[str, ...]:
    """Return a world's causes, followed by those of births and deaths where a species has a metabolism."""
    mortal = any(body.metabolism is not None for body, _ in species.values())
    return (*causes, *CAUSES) if mortal else tuple(causes)

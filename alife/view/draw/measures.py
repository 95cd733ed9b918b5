"""What creatures may be coloured by besides their species: recent reward, energy, age, and each of their genes."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alife.core.frame import Frame, SpeciesFrame
from alife.core.scene import Circles
from alife.view.draw.geometry import round_step
from alife.view.draw.theme import SHADES, SIGNED, Colour

SPECIES = "species"
_FADE = 0.99  # of a recent reward that is left after a tick: after 100 ticks a third
_MOST_TICKS = 1000  # after which nothing is left
_USUAL = 0.95  # of creatures have a number on the scale, and the others that of its end: one may stand out by far


class Scale(NamedTuple):
    """The numbers of creatures, by species, and what the ends of the scale stand for."""

    name: str
    values: dict[str, NDArray[np.float64]]
    low: float
    high: float
    in_ratios: bool = False  # equal ratios of numbers have equal steps of colours

    @property
    def colours(self) -> tuple[Colour, ...]:
        """The colours from the low end to the high one."""
        return SIGNED if self.low < 0 and self.low == -self.high else SHADES

    def shades_of(self, circles: Circles) -> NDArray[np.intp] | None:
        """Return which of the colours each creature has, the lowest for what is no number; None if none is known."""
        values = self.values.get(circles.species)
        if values is None or circles.rows is None or len(values) != len(circles.rows):
            return None
        values, low, high = np.nan_to_num(values, nan=self.low), self.low, self.high
        if self.in_ratios:
            values, low, high = np.log(np.maximum(values, low)), math.log(low), math.log(high)
        shares = (values - low) / max(high - low, 1e-12)
        return np.rint(np.clip(shares, 0.0, 1.0) * (len(self.colours) - 1)).astype(np.intp)

    def text(self) -> str:
        """Return in words what the ends stand for."""
        return f"{self.name} {self.low:g} to {self.high:g}"


class Measures:
    """Keeps the recent reward of every creature of the copy in view."""

    def __init__(self) -> None:
        self.forget_frames()

    def forget_frames(self) -> None:
        """Forget all rewards."""
        self._seen: tuple[str, int, int] | None = None
        self._rewards: dict[str, NDArray[np.float64]] = {}  # of the rows of the copy, by their order

    def record_rewards(self, frame: Frame) -> None:
        """Add the rewards since the last frame to what is left of the older ones."""
        now = (frame.name, frame.copy, frame.tick)
        if self._seen is None or now[:2] != self._seen[:2] or now[2] < self._seen[2]:
            self.forget_frames()
        since = frame.tick if self._seen is None else self._seen[2]
        self._seen = now
        for species in frame.species:
            left = self._rewards.setdefault(species.name, np.zeros(species.count))
            left *= _FADE ** min(_MOST_TICKS, frame.tick - since)
        for event in frame.events:
            if event.value and event.source == "world" and event.species in self._rewards:
                rewards = self._rewards[event.species]
                rewards[event.row % len(rewards)] += event.value

    def names(self, frame: Frame) -> list[str]:
        """Return what the creatures of a frame can be coloured by."""
        circles = list(_creatures(frame))
        energy = ["energy"] if any(one.energy is not None for one in circles) else []
        ages = ["age"] if any(one.ages is not None for one in circles) else []
        selected = _selected_species(frame)
        return [SPECIES, "reward", *energy, *ages, *(() if selected is None else selected.genes)]

    def scale(self, frame: Frame, name: str) -> Scale | None:
        """Return the numbers of all creatures, None for their species."""
        values: dict[str, NDArray[np.float64]] = {}
        selected = _selected_species(frame)
        if selected is not None and name in selected.genes:
            return _gene_scale(frame, selected, name)
        for one in _creatures(frame):
            numbers = {"energy": one.energy, "age": one.ages}.get(name)
            rewards = self._rewards.get(one.species)
            if name == "reward" and rewards is not None and len(rewards) and one.rows is not None:
                numbers = rewards[one.rows % len(rewards)]
            if numbers is not None:
                values[one.species] = np.asarray(numbers, np.float64)
        if not values:
            return None
        if name == "energy":
            return Scale(name, values, 0.0, 1.0)
        every = np.concatenate(list(values.values()))
        every = every[np.isfinite(every)]
        most = round_step(max(1.0, float(np.quantile(np.abs(every), _USUAL))) if len(every) else 1.0, 1)
        return Scale(name, values, -most if name == "reward" else 0.0, most)


def _selected_species(frame: Frame) -> SpeciesFrame | None:
    return next((one for one in frame.species if one.name == frame.selected[0]), None)


def _gene_scale(frame: Frame, species: SpeciesFrame, name: str) -> Scale | None:
    """Return the scale of a gene of the selected species; the others keep the colour of theirs."""
    rows = next((one.rows for one in _creatures(frame) if one.species == species.name), None)
    if rows is None or species.gene_values is None:
        return None
    values = np.asarray(species.gene_values[species.genes.index(name)][rows % species.count], np.float64)
    spread = () if species.population is None else species.population.distributions
    ends = next(((one.low, one.high, one.in_ratios) for one in spread if one.name == name), None)
    finite = values[np.isfinite(values)]
    if ends is None:
        ends = (float(finite.min()), float(finite.max()), False) if len(finite) else (0.0, 1.0, False)
    return Scale(name, {species.name: values}, *ends)


def _creatures(frame: Frame) -> Iterator[Circles]:
    """Yield the creatures of each species, once for each species."""
    circles = [one for one in frame.scene.shapes if isinstance(one, Circles) and one.rows is not None]
    yield from {one.species: one for one in circles}.values()

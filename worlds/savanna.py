"""Savanna: grass that grows and spreads, grazers that live on it, hunters that live on grazers, by day and by night."""

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import shorten
from alife.core.types import Amount, Count, Fraction, NonNegative
from alife.place import Contacts, Creatures, Draws, Place, Things
from worlds import predator_prey

_HIGH, _IN_DEN = 3, 1.0  # spots of grass that hide, and how near the middle of a den one is in it


class Savanna(Place):
    """A place in which populations grow and shrink by themselves.

    Each bare spot looks at another spot, any of them, once a tick by day: where there is grass, its seed takes root
    near it with the probability `growth`. So with the share g of spots that are green,

        g <- g + growth g (1 - g)        by day, less what is grazed; by night nothing grows

    and what was grazed bare comes back slowly. A seed from far away keeps grass from dying out. Grazers eat grass.
    Hunters eat grazers, whose life ends by it, and what a grazer leaves where it has died otherwise; who has eaten eats
    nothing more for `digest` ticks. Nobody is caught in a den, or where three spots of grass within `cover` hide who
    stands there: so where grazers are few, grass is high and they are safe. By night all sense that it is dark. Both
    species are meant to have a metabolism with births by energy.

    Observation: what the body senses of the roles grass, carcass, den, creature:grazers and creature:hunters; then the
    signals dark and full, of a hunter that has eaten.

    Actions: those of the motor; the two species may have different ones.

    Events: `grazed`, worth 1; `caught`, a hunter has touched a grazer, worth 1; `scavenged`, worth 1; `was caught`, to
    the grazer, the end of its life; with a metabolism also `born`, and `died`, worth what it says.

    Ends: a creature that was caught or has died otherwise is `terminated`; the place itself never ends.

    Source: grass as in the logistic model of Verhulst (1838), grazers and hunters after Lotka (1920) and Volterra
    (1926), with bodies in place of densities.

    Args:
        species: two, named grazers and hunters: a body each, and how many there is room for in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        wraps: whether its edges are joined.
        radius: of a creature.
        grass: spots on which it can grow; all are green at first.
        carcass: how many of the dead lie there at once.
        den: how many dens there are.
        growth: how likely a seed takes root.
        seeds: how likely one comes from far away, for each bare spot and tick by day.
        spread: how far a seed falls, the standard deviation along each axis, in world units.
        day: ticks of a day and its night; 0 is a day without end.
        cover: how near grass must be to hide a grazer, in world units.
        digest: ticks for which a hunter is full once it has eaten.

    Version history:
        v0: first.
    """

    size = 56.0
    grass: Amount = 1000
    carcass: Amount = 40
    den: Amount = 4
    growth: Fraction = 0.02
    seeds: Fraction = 4e-3
    spread: NonNegative = 1.0
    day: Amount = 600
    digest: Count = 100
    cover: NonNegative = 1.5
    things = (
        Things("grass", 1000, reward=1.0, cause="grazed", regrows="never", by=("grazers",)),
        Things("carcass", 40, 1.0, "scavenged", regrows="never", by=("hunters",), left_by=("grazers",), lasts=400),
        Things("den", 4, radius=0.8, reach=1.2, regrows="here"),
        Creatures("grazers", 1.0, "caught", loss_cause="was caught", regrows="never", by=("hunters",)),
        Creatures("hunters", by=("hunters",)),
    )
    changes = ("growth", "seeds", "spread", "cover")
    signals: ClassVar[Mapping[str, float]] = {"dark": 0.0, "full": 0.0}

    def on_touch(self, contacts: Contacts) -> None:
        """Let who is full eat nothing, and nobody be caught who is in a den or in high grass."""
        meals = np.flatnonzero(contacts.of_role("creature:grazers") | contacts.of_role("carcass"))
        if not len(meals):
            return
        copies, hunters = contacts.copies[meals], contacts.creatures[meals]
        prey = contacts.things[meals] - self.grass - self.carcass - self.den  # below 0 for a carcass
        kept = self.signal["full"][copies, hunters] > 0.0
        kept[prey >= 0] |= self._hidden(copies[prey >= 0], prey[prey >= 0])
        contacts.taken[meals[kept]], contacts.reward[meals[kept]] = False, 0.0
        self.signal["full"][copies[~kept], hunters[~kept]] = 1.0

    def _hidden(self, copies: NDArray[np.int64], grazers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of these grazers are in a den, or have at least three spots of grass around them."""
        spots, grass, den = (
            self.group_of("grazers").positions[copies, grazers],
            self.group_of("grass"),
            self.group_of("den"),
        )
        high = (self._near(spots, grass.positions[copies], self.cover) & grass.present[copies]).sum(1) >= _HIGH
        return np.asarray(high | self._near(spots, den.positions[copies], _IN_DEN).any(1))

    def _near(self, spots: NDArray[np.float64], others: NDArray[np.float64], reach: float) -> NDArray[np.bool_]:
        """Return which of others (n, things, 2) are within reach of each spot (n, 2)."""
        gaps = others - spots[:, None]
        if self.wraps:
            shorten(gaps, self.size)
        return np.asarray(np.square(gaps).sum(-1) < reach * reach)

    def on_tick(self, random: Draws) -> None:
        """Let the sun move, meals be digested, and grass grow by day."""
        full, hour = self.signal["full"], self.age[0] / self.day if self.day else 0.0  # copies are of one age
        dark = math.cos(math.tau * hour) < 0.0
        self.signal["dark"][...] = dark
        full -= 1.0 / self.digest
        full[full < 0.5 / self.digest] = 0.0  # whatever rounding leaves
        self._grow(random, 0.0 if dark else 1.0)

    def _grow(self, random: Draws, light: float) -> None:
        """Let seeds take root on bare spots, near a green one or, from far away, anywhere."""
        spots, green, _ = self.group_of("grass")
        luck, others = random.random(self.grass), random.integers(self.grass, self.grass)
        falls, anywhere = random.normal(self.spread, self.grass, 2), random.uniform(0.0, self.size, self.grass, 2)
        rooted = ~green & np.take_along_axis(green, others, 1) & (luck < light * self.growth)
        strays = ~green & (luck > 1.0 - light * self.seeds)
        copies, places = np.nonzero(rooted)
        spots[copies, places] = spots[copies, others[copies, places]] + falls[copies, places]
        spots[strays] = anywhere[strays]
        green |= rooted | strays


def grazers_player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play grazers by hand: turn away from a hunter that is near, else go to the nearest grass.

    Args:
        observations: (rows, 40 or more) from eight sectors: of grass, carcasses, dens, grazers and hunters.
        random: not needed here.
    """
    plain = np.concatenate([observations[:, :8], observations[:, 24:40]], axis=1)
    return predator_prey.prey_player(plain, random)


def hunters_player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play hunters by hand: go to the nearest grazer or carcass.

    Args:
        observations: (rows, 32 or more) from eight sectors: of grass, carcasses, dens and grazers.
        random: not needed here.
    """
    meat = np.maximum(observations[:, 8:16], observations[:, 24:32])
    return predator_prey.predators_player(np.concatenate([meat, meat], axis=1), random)

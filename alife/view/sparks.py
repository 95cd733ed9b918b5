"""What the world just did to a creature: a ring that opens and a number that rises, both gone in a moment."""

from dataclasses import dataclass

import pygame

from alife.frame import Frame, FrameEvent
from alife.view import theme
from alife.view.geometry import Fit, Spot
from alife.view.letters import Letters
from alife.view.sprites import Sprites

_LIFE = 12  # pictures
_KEPT = 64


@dataclass
class _Spark:
    creature: tuple[str, int]
    value: float
    age: int = 0


class Sparks:
    """Keeps the newest events of the world for some pictures."""

    def __init__(self) -> None:
        self._sparks: list[_Spark] = []
        self._seen: tuple[str, int, int] | None = None

    def add(self, frame: Frame) -> None:
        """Let a picture pass, and take in what has happened since the last one."""
        now = (frame.name, frame.copy, frame.tick)
        same = self._seen is not None and now[:2] == self._seen[:2] and now[2] >= self._seen[2]
        if not same:
            self._sparks.clear()
        since = self._seen[2] if same and self._seen is not None else -1
        self._seen = now
        if frame.paused and since == frame.tick:
            return  # the clock stands still, and so do the sparks
        for spark in self._sparks:
            spark.age += 1
        fresh = _summed([event for event in frame.events if event.source == "world" and event.tick > since])
        self._sparks = [spark for spark in self._sparks if spark.age < _LIFE and not _replaced(spark, fresh)]
        self._sparks = (self._sparks + fresh)[-_KEPT:]

    def draw(self, surface: pygame.Surface, spots: list[Spot], fit: Fit, letters: Letters, sprites: Sprites) -> None:
        """Draw the sparks where their creatures are now."""
        places = {(spot.species, spot.row): spot for spot in spots}
        for spark in self._sparks:
            spot = places.get(spark.creature)
            if spot is not None:
                _draw(surface, spark, spot, fit, letters, sprites)


def _summed(events: list[FrameEvent]) -> list[_Spark]:
    """Return one spark for all the gains and one for all the losses of each creature."""
    sums: dict[tuple[str, int, bool], float] = {}
    for event in events:
        key = event.species, event.row, event.value < 0
        sums[key] = sums.get(key, 0.0) + event.value
    return [_Spark((species, row), value) for (species, row, _), value in sums.items()]


def _replaced(old: _Spark, fresh: list[_Spark]) -> bool:
    """Return whether the creature has a new spark of the same sign: two on one place are unreadable."""
    return any(new.creature == old.creature and (new.value < 0) == (old.value < 0) for new in fresh)


def _draw(surface: pygame.Surface, spark: _Spark, spot: Spot, fit: Fit, letters: Letters, sprites: Sprites) -> None:
    age = spark.age / _LIFE
    colour = theme.MUTED if spark.value == 0 else theme.GAIN if spark.value > 0 else theme.LOSS
    x, y = fit.pixels(spot.position).tolist()
    radius = max(spot.radius * fit.scale, letters.pixels(7))
    halo = sprites.halo(colour, radius * 3)
    halo.set_alpha(round(255 * max(0.0, 1 - 2 * age)))
    surface.blit(halo, halo.get_rect(center=(x, y)))
    # Eight shades are enough to fade, and keep the cache of rendered text small.
    shade = theme.mix(colour, theme.FIELD, round(age**2 * 8) / 8)
    pygame.draw.aacircle(surface, shade, (x, y), radius * (1.7 + 1.6 * age), letters.pixels(1))
    if spark.value == 0:
        return
    rise = radius + letters.pixels(10) + letters.pixels(18) * age
    place = x + letters.pixels(10) * (1 if spark.value > 0 else -1), y - rise  # a gain and a loss never meet
    inside = fit.area.inflate(-letters.pixels(24), -letters.pixels(16))
    letters.write(
        surface,
        f"{spark.value:+.3g}",
        at=(min(max(place[0], inside.left), inside.right), max(place[1], inside.top)),
        anchor="center",
        colour=shade,
        size=theme.TITLE,
        bold=True,
    )
